"""What a person meant by a reply, however it was typed."""

import re
import unicodedata
from collections.abc import Sequence

from channels.message import Choice
from storage.geography import plain

__all__ = ["chosen", "plain", "stops", "tidy", "token", "unpacked"]

TYPED_LIMIT = 4000
MARKS = re.compile(r"^[^\w(]+\s*")
"""Ticks, arrows and pictures at the beginning of a label."""
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
    said = plain(KEYCAP.sub("", text)).strip(" .,!)(")
    if said.isdecimal() and len(said) < 4 and 1 <= int(said) <= len(choices):
        return next((c for c in choices if MARKS.sub("", plain(c.label)) == said), choices[int(said) - 1])
    said = MARKS.sub("", said)
    if not said:
        return None
    written = _unmarked(text)
    meant = [choice for choice in choices if _unmarked(choice.label) == written]
    labels = [(choice, MARKS.sub("", plain(choice.label))) for choice in choices]
    meant = meant or [choice for choice, label in labels if label == said]
    meant = meant or [choice for choice, label in labels if label.startswith(said + " ")]
    return meant[0] if len(meant) == 1 else None


def _unmarked(text: str) -> str:
    """A label or a reply as it is written, in lower case, without what stands around it."""
    return MARKS.sub("", unicodedata.normalize("NFC", " ".join(text.split())).casefold()).strip(" .,!)(")


def token(kind: str, *parts: object) -> str:
    """A button's token: a short kind and what it is about."""
    return ":".join([kind, *(str(part) for part in parts)])


def unpacked(written: str) -> tuple[str, list[str]]:
    kind, *parts = written.split(":")
    return kind, parts
