"""Answers (câu trả lời) of every kind: what they are, which are taken, and how expressions see them. Pure."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import TypeGuard

from surveys.questionnaire import Kind, Question

MINUTES = 24 * 60
SAID_TIME = re.compile(r"(\d{1,2})\s*(?::|h|giờ|g)\s*(\d{2})?")
SAID_DAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")


class Skipped(Enum):
    """Saying nothing on purpose: left out, "I do not know", "does not apply to me"."""

    SKIPPED = "skipped"
    UNKNOWN = "unknown"
    INAPPLICABLE = "inapplicable"


@dataclass(frozen=True, slots=True)
class Picked:
    """Options chosen so far; ``done`` once the person said that these are all."""

    options: frozenset[int]
    done: bool = True


@dataclass(frozen=True, slots=True)
class Ranked:
    """Options in the order in which they were put so far; ``done`` once the person said that this is it."""

    order: tuple[int, ...]
    done: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the earth, in degrees north and east, kept to a hundred-thousandth (about a metre)."""

    latitude: float
    longitude: float


SKIPPED, UNKNOWN, INAPPLICABLE = Skipped.SKIPPED, Skipped.UNKNOWN, Skipped.INAPPLICABLE
Answer = int | float | str | Picked | Ranked | Place | Skipped
"""By kind: an option's number; picked or ranked options; a number; a decimal; a day as its ordinal; a time as minutes
since midnight; a text, or the reference of a file; a place; or nothing on purpose. A note that was read is 1."""
Answers = Mapping[str, Answer]


class Rejected(Exception):
    """The answer cannot be taken; ``reason`` is the key of a sentence, ``said`` the questionnaire's own one."""

    def __init__(self, reason: str, said: str = "") -> None:
        super().__init__(reason)
        self.reason, self.said = reason, said


def settled(answer: Answer | None) -> bool:
    """Whether the question needs no further taps."""
    return answer is not None and not (isinstance(answer, Picked | Ranked) and not answer.done)


def _whole(answer: Answer) -> TypeGuard[int]:
    return isinstance(answer, int) and not isinstance(answer, bool)


def accepted(question: Question, answer: Answer, *, offered: int | None = None) -> Answer:
    """The answer as it will be kept, or Rejected with the reason; conditions and constraints are the journey's.

    ``offered`` is how many options this person is offered, where that is not all.
    """
    if isinstance(answer, Skipped):
        allowed = {SKIPPED: question.optional, UNKNOWN: question.unknown, INAPPLICABLE: question.inapplicable}
        if not allowed[answer] and not (answer is SKIPPED and question.kind is Kind.NOTE):
            raise Rejected("required")
        return answer
    options = len(question.options)
    match question.kind:
        case Kind.ONE if _whole(answer) and 1 <= answer <= options:
            return answer
        case Kind.SEVERAL if isinstance(answer, Picked) and answer.options <= set(range(1, options + 1)):
            if answer.done and not answer.options and not question.optional:
                raise Rejected("pick_one_at_least")
            return answer
        case Kind.RANK if isinstance(answer, Ranked):
            return _ranked(answer, options, offered or options)
        case Kind.NUMBER:
            if not _whole(answer):
                raise Rejected("not_a_number")
            return _between(question, answer)
        case Kind.DECIMAL:
            if not isinstance(answer, int | float) or not math.isfinite(answer):
                raise Rejected("not_a_number")
            return _between(question, float(answer))
        case Kind.DATE:
            if not _whole(answer) or not 1 <= answer <= date.max.toordinal():
                raise Rejected("not_a_day")
            return answer
        case Kind.TIME:
            if not _whole(answer) or not 0 <= answer < MINUTES:
                raise Rejected("not_a_time")
            return answer
        case Kind.TEXT | Kind.FILE if isinstance(answer, str):
            if not answer.strip():
                raise Rejected("required")
            if len(answer) > question.limit:
                raise Rejected("too_long")
            return answer.strip()
        case Kind.FILE:
            raise Rejected("not_a_file")
        case Kind.PLACE:
            if not isinstance(answer, Place) or abs(answer.latitude) > 90 or abs(answer.longitude) > 180:
                raise Rejected("not_a_place")
            return Place(round(answer.latitude, 5), round(answer.longitude, 5))
        case Kind.NOTE:
            return 1
    raise Rejected("no_such_option")


def _between(question: Question, number: int | float) -> int | float:
    if not question.lowest <= number <= question.highest:
        raise Rejected("out_of_range")
    return number


def _ranked(answer: Ranked, options: int, offered: int) -> Ranked:
    if len(set(answer.order)) < len(answer.order) or not set(answer.order) <= set(range(1, options + 1)):
        raise Rejected("no_such_option")
    if answer.done and len(answer.order) < offered:
        raise Rejected("rank_all")
    return answer


def value_of(question: Question, answer: Answer) -> str:
    """The answer as expressions and exports see it; '' where nothing was said."""
    match answer:
        case Skipped():
            return ""
        case Picked(options, done):
            return " ".join(question.code(option) for option in sorted(options)) if done else ""
        case Ranked(order, done):
            return " ".join(question.code(option) for option in order) if done else ""
        case Place(latitude, longitude):
            return f"{latitude} {longitude} 0 0"
        case int(number) if question.kind is Kind.ONE:
            return question.code(number)
        case int(number) if question.kind is Kind.DATE:
            return date.fromordinal(number).isoformat()
        case int(number) if question.kind is Kind.TIME:
            return f"{number // 60:02}:{number % 60:02}"
        case _ if question.kind is Kind.NOTE:
            return ""
        case _:
            return str(answer)


def day_said(text: str) -> int | None:
    """A day as it is written here, 26/11/2026, or 2026-11-26; its ordinal."""
    try:
        if found := SAID_DAY.fullmatch(text.strip()):
            return date(int(found[3]), int(found[2]), int(found[1])).toordinal()
        return date.fromisoformat(text.strip()).toordinal()
    except ValueError:
        return None


def time_said(text: str) -> int | None:
    """A time of day: 8:30, 8h30, 8 giờ; minutes since midnight."""
    found = SAID_TIME.fullmatch(text.strip().casefold())
    if found is None:
        return None
    minutes = int(found[1]) * 60 + int(found[2] or 0)
    return minutes if int(found[1]) < 24 and int(found[2] or 0) < 60 else None


def decimal_typed(text: str, language: str) -> float | None:
    """A number as people type it: in Vietnamese a point before three digits parts thousands, elsewhere a comma."""
    point = "," if language == "vi" else "."
    comma = "." if language == "vi" else ","
    written = text.strip()
    if re.fullmatch(rf"-?[1-9]\d{{0,2}}(?:\{comma}\d{{3}})+(?:\{point}\d+)?", written):
        written = written.replace(comma, "").replace(point, ".")
    return decimal_said(written)


def decimal_said(text: str) -> float | None:
    """A number with the Vietnamese decimal comma or with a point: 1,5."""
    written = text.strip().replace(" ", "").replace(",", ".")
    return float(written) if re.fullmatch(r"-?\d{1,15}(\.\d{1,10})?", written) else None
