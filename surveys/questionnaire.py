"""A questionnaire (phiếu hỏi): frozen data, checked once when it is made. Pure.

A matrix is written once and expanded into its rows before it gets here, so every question is asked alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from math import inf

TEXT_LIMIT = 1000
MOST_OPTIONS = 60
HIGHEST_NUMBER = 2**32 - 3
"""What four bytes hold beside "not answered" and "left out"."""


class Kind(StrEnum):
    """How a question is answered; a NOTE is only read."""

    ONE = "one"
    SEVERAL = "several"
    NUMBER = "number"
    TEXT = "text"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Question:
    """One question (câu hỏi). Options (phương án) are coded 1..n in their order.

    ``ask_if`` maps ids of earlier questions to the option numbers of which one must have been chosen.
    ``satisfied`` holds the options that count as satisfied; a question with a ``factor`` is a criterion (tiêu chí).
    """

    id: str
    text: str
    kind: Kind = Kind.ONE
    options: tuple[str, ...] = ()
    group: str = ""
    heading: str = ""
    short: str = ""
    explain: str = ""
    ask_if: Mapping[str, frozenset[int]] = field(default_factory=dict)
    optional: bool = False
    sensitive: bool = False
    factor: str = ""
    satisfied: frozenset[int] = frozenset()
    weight: float = 1.0
    lowest: int = 0
    highest: int = 1_000_000
    limit: int = TEXT_LIMIT

    @property
    def label(self) -> str:
        """A few words for lists and charts."""
        return self.short or self.text


@dataclass(frozen=True, slots=True)
class Factor:
    """A group of criteria (yếu tố) inside a domain."""

    id: str
    domain: str
    label: str
    short: str = ""


@dataclass(frozen=True, slots=True)
class Domain:
    """A group of factors (lĩnh vực đánh giá)."""

    id: str
    label: str
    short: str = ""


@dataclass(frozen=True, slots=True)
class ConsentText:
    """What a person agrees to, word for word, under a version."""

    version: str
    text: str


class BadQuestionnaire(ValueError):
    """The questionnaire contradicts itself; the message names the question."""


@dataclass(frozen=True, eq=False)
class Questionnaire:
    """All that is asked, in order; conditions look only back, so there are no cycles. Equal only to itself."""

    key: str
    title: str
    intro: str
    consent: ConsentText
    thanks: str
    questions: tuple[Question, ...]
    factors: tuple[Factor, ...] = ()
    domains: tuple[Domain, ...] = ()

    def __post_init__(self) -> None:
        earlier: dict[str, Question] = {}
        factors = {factor.id for factor in self.factors}
        domains = {domain.id for domain in self.domains}
        for factor in self.factors:
            if factor.domain not in domains:
                raise BadQuestionnaire(f"factor {factor.id}: there is no domain {factor.domain!r}")
        for question in self.questions:
            if question.id in earlier:
                raise BadQuestionnaire(f"question {question.id}: its id is used twice")
            _check(question, earlier)
            if question.factor and question.factor not in factors:
                raise BadQuestionnaire(f"question {question.id}: there is no factor {question.factor!r}")
            earlier[question.id] = question

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Where each question stands, from 0."""
        return {question.id: number for number, question in enumerate(self.questions)}

    @cached_property
    def criteria(self) -> tuple[Question, ...]:
        return tuple(question for question in self.questions if question.factor)

    def question(self, id: str) -> Question:
        return self.questions[self.position[id]]


def _check(question: Question, earlier: Mapping[str, Question]) -> None:
    choosing = question.kind in (Kind.ONE, Kind.SEVERAL)
    if choosing != bool(question.options):
        raise BadQuestionnaire(f"question {question.id}: kind {question.kind} and its options do not fit")
    if len(question.options) > MOST_OPTIONS:
        raise BadQuestionnaire(f"question {question.id}: more than {MOST_OPTIONS} options")
    if len(set(question.options)) < len(question.options):
        raise BadQuestionnaire(f"question {question.id}: two options read the same")
    if any(not option.strip() for option in question.options):
        raise BadQuestionnaire(f"question {question.id}: an option says nothing")
    if not 0 < question.weight < inf:
        raise BadQuestionnaire(f"question {question.id}: 'weight' must be a number above 0")
    if not 0 <= question.lowest <= question.highest <= HIGHEST_NUMBER:
        raise BadQuestionnaire(f"question {question.id}: 'min' and 'max' must be from 0 to {HIGHEST_NUMBER}")
    codes = range(1, len(question.options) + 1)
    if question.satisfied - set(codes):
        raise BadQuestionnaire(f"question {question.id}: satisfied options must be among 1..{len(codes)}")
    if question.factor and (question.kind is not Kind.ONE or not question.satisfied):
        raise BadQuestionnaire(f"question {question.id}: a criterion needs one option and a scale with 'satisfied'")
    for asked, wanted in question.ask_if.items():
        known = earlier.get(asked)
        if known is None:
            raise BadQuestionnaire(f"question {question.id}: ask_if names {asked!r}, which is not asked before it")
        if strange := wanted - set(range(1, len(known.options) + 1)):
            raise BadQuestionnaire(f"question {question.id}: ask_if waits for {sorted(strange)} of {asked!r}")
