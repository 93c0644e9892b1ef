"""Answers as they are written in scripts and forms, turned into what is kept. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from surveys.answers import (
    INAPPLICABLE,
    SKIPPED,
    UNKNOWN,
    Answer,
    Picked,
    Place,
    Ranked,
    day_said,
    decimal_said,
    time_said,
)
from surveys.questionnaire import Kind, Question

NOTHING = {"skip": SKIPPED, "dont_know": UNKNOWN, "not_applicable": INAPPLICABLE}
SAID: Mapping[Kind, Callable[[str], Answer | None]] = {
    Kind.NUMBER: lambda text: int(text) if text.removeprefix("-").isdecimal() else None,
    Kind.DECIMAL: decimal_said, Kind.DATE: day_said, Kind.TIME: time_said,
}  # fmt: skip


def answer_of(question: Question, written: Any) -> Answer:
    """The answer that is meant: an option by number, code or label, a list of them, a number, a day, a time, a text.

    What cannot be meant comes back as a text that the question does not take, so that the journey rejects it.
    """
    said = str(written).strip()
    if said in NOTHING and said not in (*question.codes, *question.options):
        return NOTHING[said]
    match question.kind:
        case Kind.ONE:
            return option_of(question, written) or ""
        case Kind.SEVERAL | Kind.RANK:
            listed = written if isinstance(written, list) else [written]
            options = [option_of(question, one) for one in listed]
            return Picked(frozenset(options)) if question.kind is Kind.SEVERAL else Ranked(tuple(options))
        case Kind.NUMBER | Kind.DECIMAL | Kind.DATE | Kind.TIME:
            found = SAID[question.kind](said)
            return found if found is not None else ""
        case Kind.PLACE:
            parts = [decimal_said(part) for part in said.split()[:2]]
            return Place(parts[0], parts[1]) if len(parts) == 2 and None not in parts else ""  # type: ignore[arg-type]
        case Kind.NOTE:
            return 1
        case _:
            return said


def option_of(question: Question, written: Any) -> int:
    """An option by its code, its label, or its number; 0 if it is none."""
    said = str(written).strip()
    if found := question.option(said):
        return found
    if said in question.options:
        return question.options.index(said) + 1
    return int(said) if said.isdecimal() and 1 <= int(said) <= len(question.options) else 0
