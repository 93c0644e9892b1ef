"""What a person meant by a reply, however it was typed."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from channels.message import Choice
from handlers.telex import WORD
from handlers.vietnamese import (
    POLITE_END,
    READ_LIMIT,
    abbreviated,
    agrees,
    candidates,
    composed,
    greetless,
    number,
    pointed,
    spelled,
    unpictured,
)
from storage.geography import plain

__all__ = ["asked_lately", "asking", "chosen", "named", "plain", "stops", "tidy", "token", "unpacked"]

TYPED_LIMIT = 4000
ASKED_SECONDS = 3600
MARKS = re.compile(r"^[^\w(]+\s*")
"""Ticks, arrows and pictures at the beginning of a label."""
AROUND = " .,!)("
SPAN = re.compile(
    r"(?:(?:tu )?(?P<first>\d{1,4})(?: den |\s?[-–]\s?)(?P<last>\d{1,4})|"
    r"(?P<side>tren|over|duoi|under|tu) (?P<bound>\d{1,4}))(?: tuoi| years)?(?: tro len)?"
)
FAR = 10**6
YES = ("co", "dong y", "yes")
"""The labels that 'ok' and 'dạ' mean."""


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

    Where labels differ only in diacritics, diacritics are needed. What has no literal meaning is read as typed in a
    hurry (see ``handlers.vietnamese``); None in doubt.
    """
    said = plain(unpictured(text)).strip(AROUND)
    if said.isdecimal() and len(said) < 4 and 1 <= int(said) <= len(choices):
        own = (said, _unmarked(plain(text)))
        return next((c for c in choices if _label(c.label).plain in own), choices[int(said) - 1])
    meant = _meant(text, choices) or _meant(POLITE_END.sub("", tidy(text)), choices)
    return _one(meant) if meant else _pointed(text, choices) or _one(_spanning(text, choices))


def named(text: str, choices: Sequence[Choice]) -> Choice | None:
    """The choice whose label was typed, as ``chosen``, but never by its place: for choices that nobody counts."""
    return _one(_meant(text, choices))


def _one(meant: Sequence[Choice]) -> Choice | None:
    return meant[0] if len(meant) == 1 else None


def _meant(text: str, choices: Sequence[Choice]) -> list[Choice]:
    """The choices whose labels the text may mean, literally or else as it is read."""
    labels = [_label(choice.label) for choice in choices]
    found = _literal(text, labels) or (_read(text, labels) if len(text) <= READ_LIMIT else [])
    return [choices[at] for at in found]


@dataclass(frozen=True, slots=True)
class _Label:
    """A label as replies are compared with it: ``words`` has no punctuation."""

    written: str
    plain: str
    words: str


@lru_cache(maxsize=4096)
def _label(label: str) -> _Label:
    bare = _unmarked(plain(label))
    return _Label(_written(label), bare, " ".join(WORD.findall(bare)))


@lru_cache(maxsize=4096)
def _counts(label: str) -> bool:
    """Whether a label is itself a place, as 'câu 3' is."""
    return pointed(label).isdecimal()


def _literal(text: str, labels: Sequence[_Label]) -> list[int]:
    """Which labels were typed as they stand, else without diacritics, else begun ('dạ' begins no 'Đã …')."""
    said = _unmarked(plain(text))
    if not said:
        return []
    written = _written(text) if len(text) <= READ_LIMIT else ""
    polite = not text.isascii() and len(text) <= READ_LIMIT and agrees(text)
    return (
        [at for at, label in enumerate(labels) if written and label.written == written]
        or [at for at, label in enumerate(labels) if label.plain == said]
        or [
            at for at, label in enumerate(labels)
            if label.plain.startswith(said + " ") and (not polite or label.written.startswith(written + " "))
        ]
    )  # fmt: skip


def _read(text: str, labels: Sequence[_Label]) -> list[int]:
    """Which labels a text means by what its keys spell, by its short forms, or by saying yes.

    One word proves little: its keys must spell the label's own word ('hafi', not 'hair'), a short form all
    of the label.
    """
    keys = _unmarked(composed(text))
    if not keys:
        return []
    exact = {keys, _unmarked(greetless(composed(text)))}
    readings = {_unmarked(reading) for reading in candidates(text)}
    longer = tuple(reading + " " for reading in readings if " " in reading)
    whole = readings if abbreviated(text) else {reading[:-1] for reading in longer}
    return (
        [at for at, label in enumerate(labels) if label.written in exact]
        or [at for at, label in enumerate(labels) if label.written.startswith(keys + " ")]
        or [at for at, label in enumerate(labels) if not whole.isdisjoint((label.plain, label.words))]
        or [at for at, label in enumerate(labels) if label.plain.startswith(longer) or label.words.startswith(longer)]
        or [at for at, label in enumerate(labels) if label.plain in YES and agrees(text)]
    )


def _pointed(text: str, choices: Sequence[Choice]) -> Choice | None:
    """The choice at the place that a text names; none if another label begins that way or labels name places."""
    which = pointed(text) if len(text) <= READ_LIMIT else ""
    at = int(which or 0) if which.isdecimal() else " abcd".index(which)
    if not 1 <= at <= len(choices):
        return None
    begins = re.compile(rf"{which}(?!\d)" if which.isdecimal() else which)
    others = [_label(choice.label) for n, choice in enumerate(choices, 1) if n != at]
    doubtful = any(_counts(label.plain) or begins.match(label.plain) for label in others)
    return None if doubtful else choices[at - 1]


def _spanning(text: str, choices: Sequence[Choice]) -> list[Choice]:
    """Of choices that are spans, as 'Từ 35 đến 49 tuổi' and 'Trên 60 tuổi' are, those in which a number lies.

    A span may be typed as well, '35-49'; a number that may be a place is none.
    """
    typed = [int(figures) for figures in re.findall(r"\d{1,4}", plain(text))[:3]]
    spans = [(choice, span) for choice in choices if (span := _span(_label(choice.label).plain))]
    if len(typed) == 2:
        return [choice for choice, span in spans if span == tuple(typed)]
    said = number(text) if len(text) <= READ_LIMIT else None
    if said is None or said <= len(choices):
        return []
    return [choice for choice, (first, last) in spans if first <= said <= last]


def _span(label: str) -> tuple[int, int] | None:
    """From where to where a label goes, both included; None if it is no span."""
    found = SPAN.fullmatch(label)
    if found is None:
        return None
    if found["first"]:
        return int(found["first"]), int(found["last"])
    least = {"tren": 1, "over": 1, "tu": 0}
    bound = int(found["bound"])
    return (bound + least[found["side"]], FAR) if found["side"] in least else (0, bound - 1)


def _unmarked(text: str) -> str:
    """A label or a reply without what stands around it."""
    return MARKS.sub("", text).strip(AROUND)


def _written(text: str) -> str:
    """A label or a reply as it is written, with its diacritics, tones placed alike."""
    return _unmarked(spelled(text))


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
