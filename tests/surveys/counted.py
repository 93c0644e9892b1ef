"""Counters of made-up people, without a database."""

from collections.abc import Sequence

from surveys.questionnaire import ConsentText, Domain, Factor, Question, Questionnaire
from surveys.sums import Counts, Sums, Tally, parts_of

Person = tuple[str, dict[str, int]]
LEVELS = ("1", "2", "3", "4", "5")


def criterion(id: str, factor: str, weight: float = 1) -> Question:
    return Question(id, id, options=LEVELS, factor=factor, satisfied=frozenset({4, 5}), optional=True, weight=weight)


def form(*criteria: Question) -> Questionnaire:
    return Questionnaire(
        "f", "T", "I", ConsentText("1", "C"), "X", criteria,
        factors=(Factor("a", "p", "A"), Factor("b", "s", "B"), Factor("c", "s", "C")),
        domains=(Domain("p", "P"), Domain("s", "S")),
    )  # fmt: skip


ONE = form(criterion("c1", "a"))
FOUR = form(criterion("c1", "a"), criterion("c2", "a"), criterion("c3", "b"), criterion("c4", "c"))


def counted(questionnaire: Questionnaire, people: Sequence[Person], weights: Sequence[float] | None = None) -> Counts:
    answers: dict[str, dict[str, dict[int, Tally]]] = {}
    sums: dict[str, dict[str, Sums]] = {}
    for (unit, values), w in zip(people, weights or [1.0] * len(people), strict=True):
        for id, value in values.items():
            cell = answers.setdefault(unit, {}).setdefault(id, {})
            cell[value] = cell.get(value, Tally()) + Tally(1, w, w * w)
        for part, added in parts_of(questionnaire, values, w).items():
            so_far = sums.setdefault(unit, {})
            so_far[part] = so_far.get(part, Sums()) + added
    return Counts(answers, sums)


def crowd(satisfied: int, others: int, unit: str = "01") -> list[Person]:
    return [(unit, {"c1": 5})] * satisfied + [(unit, {"c1": 2})] * others
