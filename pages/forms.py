"""What a form says, read as answers. Pure.

A field is called ``q12`` after its question's position in the frozen questionnaire. Saying nothing on purpose is a
radio button beside the options, or ``q12-n`` beside something to fill in.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import NoReturn

from surveys.answers import (
    INAPPLICABLE,
    SKIPPED,
    UNKNOWN,
    Answer,
    Picked,
    Place,
    Ranked,
    Rejected,
    Skipped,
    day_said,
    decimal_said,
    decimal_typed,
    time_said,
)
from surveys.questionnaire import Kind, Question

Form = Mapping[str, Sequence[str]]
NOTHING: Mapping[str, Skipped] = {"k": UNKNOWN, "x": INAPPLICABLE, "-": SKIPPED}
MOST_NUMBERS = 10
WHOLE = re.compile(r"-?(\d{1,15}|\d{1,3}(\.\d{3}){1,4})")


def few(question: Question) -> bool:
    """Whether a number is chosen among radio buttons."""
    return question.kind is Kind.NUMBER and 0 <= question.highest - question.lowest <= MOST_NUMBERS


def first(form: Form, name: str) -> str:
    """The first value of a field, tidied; '' if it was not sent."""
    return _tidy(form.get(name, [""])[0])


def _tidy(text: str) -> str:
    """Composed, trimmed, lines ended as here, and without what is no text (a NUL breaks databases)."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()


def answer(question: Question, name: str, form: Form, language: str = "vi") -> Answer:
    """What was answered under a field's name, or Rejected; whether it is allowed is the journey's to say.

    Numbers are written as the language does.
    """
    nothing = NOTHING.get(first(form, f"{name}-n"))
    if question.kind is Kind.ONE or few(question):
        return _chosen(first(form, name))
    if question.kind is Kind.NOTE:
        return 1
    said = _filled_in(question, name, form, language)
    if nothing is not None and said is not None:
        raise Rejected("both")
    if nothing is not None:
        return nothing
    if said is not None:
        return said
    if question.optional:
        return SKIPPED
    raise Rejected({Kind.SEVERAL: "pick_one_at_least", Kind.RANK: "rank_all"}.get(question.kind, "required"))


def _chosen(value: str) -> Answer:
    if value in NOTHING:
        return NOTHING[value]
    if not value:
        raise Rejected("required")
    return _number(value)


def _number(value: str) -> int:
    if not re.fullmatch(r"-?\d{1,15}", value):
        raise Rejected("no_such_option")
    return int(value)


def _filled_in(question: Question, name: str, form: Form, language: str) -> Answer | None:
    """What was filled in; None where everything was left as it was."""
    match question.kind:
        case Kind.SEVERAL:
            ticked = frozenset(_number(value) for value in form.get(name, ()))
            return Picked(ticked) if ticked else None
        case Kind.RANK:
            return _ranked(question, name, form)
        case Kind.PLACE:
            return _place(first(form, f"{name}-y"), first(form, f"{name}-x"))
        case _:
            said = first(form, name)
            return _written(question, said, language) if said else None


def _written(question: Question, said: str, language: str) -> Answer:
    match question.kind:
        case Kind.NUMBER:
            return int(said.replace(".", "")) if WHOLE.fullmatch(said) else _refused("not_a_number")
        case Kind.DECIMAL:
            return _refused("not_a_number") if (decimal := decimal_typed(said, language)) is None else decimal
        case Kind.DATE:
            return _refused("not_a_day") if (day := day_said(said)) is None else day
        case Kind.TIME:
            return _refused("not_a_time") if (time := time_said(said)) is None else time
        case _:
            return said


def _refused(reason: str) -> NoReturn:
    raise Rejected(reason)


def _ranked(question: Question, name: str, form: Form) -> Answer | None:
    """The options in the order of the ranks that were chosen for them."""
    ranks = {n: rank for n in range(1, len(question.options) + 1) if (rank := first(form, f"{name}-{n}"))}
    if not ranks:
        return None
    if len(set(ranks.values())) < len(ranks):
        raise Rejected("rank_twice")
    return Ranked(tuple(sorted(ranks, key=lambda option: _number(ranks[option]))))


def _place(latitude: str, longitude: str) -> Answer | None:
    if not latitude and not longitude:
        return None
    north, east = decimal_said(latitude), decimal_said(longitude)
    if north is None or east is None:
        raise Rejected("not_a_place")
    return Place(north, east)
