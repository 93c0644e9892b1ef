"""A questionnaire (phiếu hỏi): frozen data, checked once when it is made. Pure.

A matrix is written once and expanded into its rows before it gets here, so every question is asked alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from math import inf
from typing import NoReturn

from surveys.expression import Expression

TEXT_LIMIT = 1000
MOST_OPTIONS = 5000
MOST_TICKS = 60
"""So many options may a question have of which several can be chosen."""
HIGHEST_NUMBER = 2**32 - 5
"""What four bytes hold beside "not answered" and the ways of saying nothing, from the lowest number on."""
TIMELESS = ("ask_if", "filter", "calculation", "ends_if")
"""Where an expression may not look at today's date: what is asked must not change from one day to the next."""


class Kind(StrEnum):
    """How a question is answered; a NOTE is only read, a CALCULATION is worked out and never asked."""

    ONE = "one"
    SEVERAL = "several"
    RANK = "rank"
    NUMBER = "number"
    DECIMAL = "decimal"
    DATE = "date"
    TIME = "time"
    TEXT = "text"
    PLACE = "place"
    FILE = "file"
    NOTE = "note"
    CALCULATION = "calculation"


CHOOSING = (Kind.ONE, Kind.SEVERAL, Kind.RANK)


@dataclass(frozen=True, slots=True)
class Question:
    """One question (câu hỏi). Options (phương án) are numbered 1..n in their order; ``codes`` are their names in
    expressions and exports, the numbers themselves where none are given, and ``columns`` what a ``filter`` looks at.

    ``ask_if`` looks only at earlier questions. ``constraint`` must hold of the answer, ``ends_if`` of an answer after
    which the person is not asked further. ``satisfied`` holds the options that count as satisfied; a question with a
    ``factor`` is a criterion (tiêu chí). ``extra`` is what another format says that a chat does not use.
    """

    id: str
    text: str
    kind: Kind = Kind.ONE
    options: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    columns: tuple[Mapping[str, str], ...] = ()
    group: str = ""
    heading: str = ""
    short: str = ""
    hint: str = ""
    explain: str = ""
    ask_if: Expression | None = None
    constraint: Expression | None = None
    constraint_said: str = ""
    filter: Expression | None = None
    calculation: Expression | None = None
    ends_if: Expression | None = None
    optional: bool = False
    unknown: bool = False
    inapplicable: bool = False
    """Whether "I do not know" and "does not apply to me" are answers."""
    sensitive: bool = False
    shuffled: bool = False
    factor: str = ""
    satisfied: frozenset[int] = frozenset()
    weight: float = 1.0
    lowest: int = 0
    highest: int = 1_000_000
    limit: int = TEXT_LIMIT
    image: str = ""
    accepts: str = ""
    """What a FILE may be: 'image', 'audio' or 'file'."""
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """A few words for lists and charts."""
        return self.short or self.text

    @property
    def asked(self) -> bool:
        """Whether a person gets to see it."""
        return self.kind is not Kind.CALCULATION

    def code(self, option: int) -> str:
        """An option's name in expressions and exports."""
        return self.codes[option - 1] if self.codes else str(option)

    def option(self, code: str) -> int:
        """The number of the option with this code; 0 if there is none."""
        if self.codes:
            return self.codes.index(code) + 1 if code in self.codes else 0
        return int(code) if code.isdecimal() and 1 <= int(code) <= len(self.options) else 0


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
    """All that is asked, in order; conditions look only back, so there are no cycles. Equal only to itself.

    ``translations`` are the same questionnaire in other languages: the same ids, kinds and options, other words.
    """

    key: str
    title: str
    intro: str
    consent: ConsentText
    thanks: str
    questions: tuple[Question, ...]
    factors: tuple[Factor, ...] = ()
    domains: tuple[Domain, ...] = ()
    goodbye: str = ""
    """What somebody reads who is not asked further."""
    language: str = "vi"
    translations: Mapping[str, "Questionnaire"] = field(default_factory=dict)
    series: str = ""
    """A published series with whose figures those of this questionnaire may be held: 'sipas', or none."""

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

    @property
    def languages(self) -> tuple[str, ...]:
        return (self.language, *self.translations)

    def question(self, id: str) -> Question:
        return self.questions[self.position[id]]

    def spoken(self, language: str) -> "Questionnaire":
        """The questionnaire in a language, in its own where it is not translated."""
        return self.translations.get(language, self)

    def block(self, question: Question) -> tuple[Question, ...]:
        """The question and those after it in the same matrix: one group, one scale, asked without conditions."""
        rows = [question]
        for other in self.questions[self.position[question.id] + 1 :]:
            same = other.group == question.group and other.options == question.options
            if not (question.group and same and other.kind is question.kind is Kind.ONE) or other.ask_if:
                break
            rows.append(other)
        return tuple(rows)


def _check(question: Question, earlier: Mapping[str, Question]) -> None:
    def bad(problem: str) -> NoReturn:
        raise BadQuestionnaire(f"question {question.id}: {problem}")

    if (question.kind in CHOOSING) != bool(question.options):
        bad(f"kind {question.kind} and its options do not fit")
    if len(question.options) > (MOST_OPTIONS if question.kind is Kind.ONE else MOST_TICKS):
        bad(f"more than {MOST_OPTIONS if question.kind is Kind.ONE else MOST_TICKS} options")
    if question.filter is None and len(set(question.options)) < len(question.options):
        bad("two options read the same")
    if any(not option.strip() for option in question.options):
        bad("an option says nothing")
    if question.codes and not len(question.options) == len(question.codes) == len(set(question.codes)):
        bad("each option needs a code of its own")
    if any(not code or code != "".join(code.split()) for code in question.codes):
        bad("a code must be one word")
    if not 0 < question.weight < inf:
        bad("'weight' must be a number above 0")
    if not 0 <= question.highest - question.lowest <= HIGHEST_NUMBER or abs(question.lowest) > HIGHEST_NUMBER:
        bad(f"'min' and 'max' must be in order and at most {HIGHEST_NUMBER} apart")
    codes = range(1, len(question.options) + 1)
    if question.satisfied - set(codes):
        bad(f"satisfied options must be among 1..{len(codes)}")
    if question.factor and (question.kind is not Kind.ONE or not question.satisfied):
        bad("a criterion needs one option and a scale with 'satisfied'")
    if (question.kind is Kind.CALCULATION) != (question.calculation is not None):
        bad("a calculation, and only that, needs an expression")
    if question.kind is Kind.FILE and question.accepts not in ("image", "audio", "file"):
        bad("a file must be an image, an audio or a file")
    for name, expression, itself in (
        ("ask_if", question.ask_if, False), ("filter", question.filter, False),
        ("calculation", question.calculation, False), ("constraint", question.constraint, True),
        ("ends_if", question.ends_if, True),
    ):  # fmt: skip
        if expression is not None:
            _check_expression(question, name, expression, earlier, itself=itself)


def _check_expression(
    question: Question, name: str, expression: Expression, earlier: Mapping[str, Question], *, itself: bool
) -> None:
    for asked in sorted(expression.references):
        if asked not in earlier and not (itself and asked == question.id):
            raise BadQuestionnaire(f"question {question.id}: {name} names {asked!r}, which is not asked before it")
    if name in TIMELESS and "today" in expression.calls:
        raise BadQuestionnaire(f"question {question.id}: {name} looks at today(); it would change from day to day")
    for asked, code in sorted(expression.waits_for):
        known = earlier.get(asked)
        if known is not None and known.options and not known.option(code):
            raise BadQuestionnaire(
                f"question {question.id}: {name} waits for {code!r} of {asked!r}, which is no option"
            )
    if name != "filter" and expression.columns:
        word = sorted(expression.columns)[0]
        raise BadQuestionnaire(f"question {question.id}: {name} names {word!r}; write ${{{word}}} for a question")
