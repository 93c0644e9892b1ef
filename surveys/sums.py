"""What complete responses add up to, by unit: from these sums alone the index and its error follow. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Protocol

from surveys.questionnaire import Questionnaire

OVERALL = "overall"


@dataclass(frozen=True, slots=True)
class Sums:
    """What one stratum adds: for each response w its weight, s satisfied and n valid answers of the part.

    ``inside`` is the number of responses with a valid answer in the part.
    """

    responses: int = 0
    w: float = 0.0
    ws: float = 0.0
    wn: float = 0.0
    ws2: float = 0.0
    wsn: float = 0.0
    wn2: float = 0.0
    w2: float = 0.0
    inside: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.responses + other.responses, self.w + other.w, self.ws + other.ws, self.wn + other.wn,
            self.ws2 + other.ws2, self.wsn + other.wsn, self.wn2 + other.wn2, self.w2 + other.w2,
            self.inside + other.inside,
        )  # fmt: skip


SUMS_IN_ORDER = tuple(one.name for one in fields(Sums))


def sums_of(satisfied: float, valid: float, weight: float = 1.0) -> Sums:
    """What one response adds to the sums of a part."""
    ws, wn = weight * satisfied, weight * valid
    return Sums(1, weight, ws, wn, ws * ws, ws * wn, wn * wn, weight * weight, int(valid > 0))


@dataclass(frozen=True, slots=True)
class Tally:
    """How many people gave one answer, and the sums of their weights and of these squared."""

    n: int = 0
    w: float = 0.0
    w2: float = 0.0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.n + other.n, self.w + other.w, self.w2 + other.w2)


class Made(Protocol):
    """The same counters in another form, from which they can be had again."""

    def among(self, units: Iterable[str], /) -> "Made": ...

    def counts(self) -> "Counts": ...


@dataclass(frozen=True, slots=True)
class Counts:
    """The counters of a survey: ``answers[unit][question][value]`` and ``sums[unit][part]``.

    ``made`` keeps what ``surveys.grid`` made of them; where they were read for figures only there are no ``answers``.
    """

    answers: Mapping[str, Mapping[str, Mapping[int, Tally]]]
    sums: Mapping[str, Mapping[str, Sums]]
    made: "dict[tuple[str, ...], Made]" = field(default_factory=dict, compare=False, repr=False)

    def among(self, units: Iterable[str]) -> "Counts":
        """Those of some of its units."""
        wanted = tuple(dict.fromkeys(units))
        if not self.answers and self.made:
            return next(iter(self.made.values())).among(wanted).counts()
        return Counts(
            {unit: self.answers[unit] for unit in wanted if unit in self.answers},
            {unit: self.sums[unit] for unit in wanted if unit in self.sums},
        )

    @property
    def n(self) -> int:
        return self.total(OVERALL).responses

    def total(self, part: str) -> Sums:
        return sum((parts[part] for parts in self.sums.values() if part in parts), Sums())

    def valid(self, unit: str, question: str, among: frozenset[int] | None = None) -> Tally:
        """The valid answers to a question at a unit, or those of them among certain values."""
        n, w, w2 = 0, 0.0, 0.0
        for value, tally in self.answers.get(unit, {}).get(question, {}).items():
            if value > 0 and (among is None or value in among):
                n, w, w2 = n + tally.n, w + tally.w, w2 + tally.w2
        return Tally(n, w, w2)


def parts_of(questionnaire: Questionnaire, values: Mapping[str, int], weight: float = 1.0) -> dict[str, Sums]:
    """What one complete response adds to each part; ``values`` are its valid answers to criteria."""
    satisfied: dict[str, float] = {}
    valid: dict[str, float] = {}
    domain_of = {factor.id: factor.domain for factor in questionnaire.factors}
    for question in questionnaire.criteria:
        for part in (OVERALL, f"domain:{domain_of[question.factor]}", f"factor:{question.factor}"):
            chosen = values.get(question.id)
            valid[part] = valid.get(part, 0) + question.weight * (chosen is not None)
            satisfied[part] = satisfied.get(part, 0) + question.weight * (chosen in question.satisfied)
    valid.setdefault(OVERALL, 0)
    return {part: sums_of(satisfied.get(part, 0), n, weight) for part, n in valid.items()}
