"""What a person meant by a reply, however it was typed."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime

from channels.message import Choice
from storage.geography import plain

__all__ = ["asked_lately", "asking", "chosen", "plain", "stops", "tidy", "token", "unpacked"]

TYPED_LIMIT = 4000
ASKED_SECONDS = 3600
MARKS = re.compile(r"^[^\w(]+\s*")
"""Ticks, arrows and pictures at the beginning of a label."""
AROUND = " .,!)("
KEYCAP = re.compile("[\ufe0f\u20e3]")
"""What makes a keycap of a digit, as in 3️⃣."""


def tidy(text: str) -> str:
    """Text as it is kept: composed (NFC), trimmed, of bounded length."""
    return unicodedata.normalize("NFC", text).strip()[:TYPED_LIMIT]


def stops(text: str) -> bool:
    """Whether the person wants to stop: 'DỪNG', 'dung', '/stop'; but not 'đúng' or 'dùng'."""
    said = unicodedata.normalize("NFC", text).strip().casefold().rstrip(".!")
    return said in {"dừng", "dung", "/dung", "stop", "/stop", "ngừng", "ngung", "huỷ", "hủy", "huy", "huỷ đăng ký",
                    "hủy đăng ký", "huy dang ky", "ngừng nhận", "ngung nhan", "dừng nhận", "dung nhan"}  # fmt: skip


def chosen(text: str, choices: Sequence[Choice]) -> Choice | None:
    """The choice that was typed: its number, or its label with or without diacritics, in full or its plain start.

    Where labels differ only in diacritics, diacritics are needed.
    """
    said = plain(KEYCAP.sub("", text)).strip(AROUND)
    if said.isdecimal() and len(said) < 4 and 1 <= int(said) <= len(choices):
        return next((c for c in choices if _unmarked(plain(c.label)) == said), choices[int(said) - 1])
    said = _unmarked(said)
    if not said:
        return None
    meant = [choice for choice in choices if _written(choice.label) == _written(text)]
    labels = [(choice, _unmarked(plain(choice.label))) for choice in choices]
    meant = meant or [choice for choice, label in labels if label == said]
    meant = meant or [choice for choice, label in labels if label.startswith(said + " ")]
    return meant[0] if len(meant) == 1 else None


def _unmarked(text: str) -> str:
    """A label or a reply without what stands around it."""
    return MARKS.sub("", text).strip(AROUND)


def _written(text: str) -> str:
    """A label or a reply as it is written, with its diacritics."""
    return _unmarked(unicodedata.normalize("NFC", " ".join(text.split())).casefold())


def token(kind: str, *parts: object) -> str:
    """A button's token: a short kind and what it is about."""
    return ":".join([kind, *(str(part) for part in parts)])


def asking(kind: str, *parts: object, now: datetime) -> str:
    """What we have just asked for, and when."""
    return f"{token(kind, *parts)}@{int(now.timestamp())}"


def asked_lately(asked: str, now: datetime) -> str:
    """What we asked for within the hour, as a token; '' otherwise: an old question must not catch new words."""
    written, _, when = asked.partition("@")
    return written if when.isdecimal() and now.timestamp() - int(when) < ASKED_SECONDS else ""


def unpacked(written: str) -> tuple[str, list[str]]:
    kind, *parts = written.split(":")
    return kind, parts
