"""A question as it stands in a form: its options, its boxes, what is in them, and what is wrong. Pure."""

import random
from collections.abc import Mapping
from dataclasses import dataclass

from pages.forms import NOTHING, Form, few, first
from pages.said import boxed, decimal, whole
from pages.texts import Texts
from pages.uploads import name_of
from surveys.answers import Answer, Picked, Place, Ranked
from surveys.fieldwork import Standing
from surveys.journey import offered
from surveys.questionnaire import Kind, Question
from surveys.words import Words

MOST_BUTTONS = 20
"""A longer list of options is a box to choose from."""
MOST_ABREAST = 5
LONGEST_WORD = 9
SHORT_TEXT = 120
ONE_LINE = (Kind.NUMBER, Kind.DECIMAL, Kind.DATE, Kind.TIME)


@dataclass(frozen=True, slots=True)
class Option:
    """One radio button, tick box or rank: the value that is sent, and whether it is the one chosen now."""

    value: str
    label: str
    chosen: bool
    rank: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """Everything that the page shows of one question; ``way`` says how it is answered on it.

    ``others`` are the ways of saying nothing: among the options of a choice, beside the box of anything else.
    """

    name: str
    question: Question
    way: str
    options: tuple[Option, ...]
    others: tuple[Option, ...]
    hints: tuple[str, ...]
    value: str
    beside: tuple[str, str]
    error: str

    @property
    def described_by(self) -> str:
        """Ids of what is read aloud with the box: the hints, then the error."""
        ids = [f"{self.name}-hint"] * bool(self.hints) + [f"{self.name}-error"] * bool(self.error)
        return " ".join(ids)

    @property
    def abreast(self) -> bool:
        """Whether the options fit side by side on a telephone."""
        words = [word for option in self.options for word in option.label.split()]
        short = all(len(word) <= LONGEST_WORD for word in words)
        return 2 <= len(self.options) <= MOST_ABREAST and short

    @property
    def first_id(self) -> str:
        """Where a link to this question leads."""
        return f"{self.name}-1" if self.way in ("radios", "ticks", "ranks") else self.name


def way_of(question: Question, options: int) -> str:
    match question.kind:
        case Kind.ONE:
            return "radios" if options <= MOST_BUTTONS else "list"
        case Kind.NUMBER if few(question):
            return "radios"
        case Kind.SEVERAL:
            return "ticks"
        case Kind.RANK:
            return "ranks"
        case Kind.TEXT if question.limit > SHORT_TEXT:
            return "lines"
        case Kind.PLACE:
            return "place"
        case Kind.FILE | Kind.NOTE:
            return str(question.kind)
        case _:
            return "box"


def field(
    standing: Standing, question: Question, own: Words, said: Texts, *, typed: Form | None = None, error: str = ""
) -> Field:
    """The question with what is answered; with what was ``typed`` instead, where that could not be taken."""
    name = f"q{standing.questionnaire.position[question.id]}"
    answer = standing.answers.get(question.id)
    language = standing.questionnaire.language
    numbers = _numbers(standing, question)
    way = way_of(question, len(numbers))
    if typed is None:
        now = _chosen(answer)
        value, beside = name_of(answer) if way == "file" else boxed(question, answer, language), ("", "")
        if isinstance(answer, Place):
            beside = decimal(answer.latitude, language, 5), decimal(answer.longitude, language, 5)
    else:
        ranks = {str(n): first(typed, f"{name}-{n}") for n in numbers} if way == "ranks" else {}
        now = {**ranks, **dict.fromkeys((*typed.get(name, ()), first(typed, f"{name}-n")), "")}
        value = name_of(answer) if way == "file" else first(typed, name)
        beside = first(typed, f"{name}-y"), first(typed, f"{name}-x")
    labels = {n: question.options[n - 1] if question.options else whole(n, language) for n in numbers}
    options = tuple(Option(str(n), labels[n], str(n) in now, now.get(str(n), "")) for n in numbers)
    return Field(
        name, question, way, options, _others(question, own, way, now),
        tuple(_hints(question, way, own, said, language)), value, beside, error,
    )  # fmt: skip


def _chosen(answer: Answer | None) -> Mapping[str, str]:
    """The values of what is chosen, each with its rank."""
    match answer:
        case Picked(options):
            return {str(option): "" for option in options}
        case Ranked(order):
            return {str(option): str(rank) for rank, option in enumerate(order, 1)}
        case int():
            return {str(answer): ""}
        case _:
            return {mark: "" for mark, way in NOTHING.items() if way is answer}


def _numbers(standing: Standing, question: Question) -> list[int]:
    """The options on offer in the order in which this person sees them, here and in every other channel."""
    if few(question):
        return list(range(question.lowest, question.highest + 1))
    if not question.options:
        return []
    numbers = list(offered(standing.questionnaire, standing.answers, question))
    if question.shuffled:
        random.Random(f"{standing.response_id}:{question.id}").shuffle(numbers)
    return numbers


def _others(question: Question, own: Words, way: str, now: Mapping[str, str]) -> tuple[Option, ...]:
    skip = own.skip_sensitive if question.sensitive else own.skip
    may = {"k": (question.unknown, own.dont_know), "x": (question.inapplicable, own.inapplicable)}
    if way in ("radios", "list"):
        may["-"] = (question.optional, skip)
    return tuple(Option(mark, label, mark in now) for mark, (allowed, label) in may.items() if allowed)


def _hints(question: Question, way: str, own: Words, said: Texts, language: str) -> list[str]:
    span = own.span(question.lowest, question.highest, lambda number: whole(number, language))
    hint = {
        Kind.SEVERAL: said.several_hint, Kind.RANK: said.rank_hint, Kind.DATE: own.day_hint,
        Kind.TIME: own.time_hint, Kind.PLACE: said.place_hint, Kind.FILE: said.file_hint[question.accepts or "file"],
        Kind.TEXT: own.text_hint.format(limit=whole(question.limit, language)),
        Kind.DECIMAL: own.decimal_hint.format(range=span),
        Kind.NUMBER: "" if way == "radios" else own.number_hint.format(range=span),
    }.get(question.kind, "")  # fmt: skip
    empty = said.may_be_empty if question.optional and way not in ("radios", "list", "note") else ""
    return [one for one in (question.hint, hint, empty) if one]
