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


def tidy(text: str) -> str:
    """Text as it is kept: composed (NFC), trimmed, of bounded length."""
    return unicodedata.normalize("NFC", text).strip()[:TYPED_LIMIT]


def stops(text: str) -> bool:
    """Whether the person wants to stop: 'DỪNG', 'dung', '/stop'; but not 'đúng' or 'dùng'."""
    said = unicodedata.normalize("NFC", text).strip().casefold().rstrip(".!")
    return said in {"dừng", "dung", "/dung", "stop", "/stop", "ngừng", "ngung", "huỷ", "hủy", "huy", "huỷ đăng ký",
                    "hủy đăng ký", "huy dang ky", "ngừng nhận", "ngung nhan", "dừng nhận", "dung nhan"}  # fmt: skip


def chosen(text: str, choices: Sequence[Choice]) -> Choice | None:
    """The choice that was typed: its number, or its label with or without diacritics, in full or its plain start."""
    said = plain(text).strip(" .,!)(")
    if not said:
        return None
    labels = [MARKS.sub("", plain(choice.label)) for choice in choices]
    if said.isdigit() and 1 <= int(said) <= len(choices):
        numbered = [n for n, label in enumerate(labels) if label == said]
        return choices[numbered[0]] if numbered else choices[int(said) - 1]
    for choice, label in zip(choices, labels, strict=True):
        if said == label:
            return choice
    starting = [choice for choice, label in zip(choices, labels, strict=True) if label.startswith(said + " ")]
    return starting[0] if len(starting) == 1 else None


def token(kind: str, *parts: object) -> str:
    """A button's token: a short kind and what it is about."""
    return ":".join([kind, *(str(part) for part in parts)])


def unpacked(written: str) -> tuple[str, list[str]]:
    kind, *parts = written.split(":")
    return kind, parts
