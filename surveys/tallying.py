"""What many packed responses add up to at once, by numpy: the counters of one by one, to the last digit. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from storage.counters import STEPS, Answers, Parts
from surveys.columns import UNANSWERED, Bytes, chosen, column, ticked
from surveys.exact import Real, Table, Whole, real, steps
from surveys.grid import TOLD, Grid, parts_in
from surveys.questionnaire import Kind, Question, Questionnaire
from surveys.sums import OVERALL

LOWEST = -UNANSWERED
NUMBERS = 7
"""Of the sums of a part: w, w2, ws, wn, ws2, wsn, wn2."""


class Tally:
    """The counters of responses that are added in blocks, by place: a number from 0 on for each."""

    def __init__(
        self, form: Questionnaire, *, questions: Collection[str] | None = None, parts: Collection[str] | None = None
    ) -> None:
        """``questions`` and ``parts`` are those that are wanted, all if None."""
        counted = (q for q in form.questions if q.kind not in (Kind.NOTE, Kind.CALCULATION))
        self._form = form
        self._tables = {q.id: (q, Table(5)) for q in counted if questions is None or q.id in questions}
        domains = {factor.id: factor.domain for factor in form.factors}
        self._criteria: list[tuple[Question, NDArray[np.bool_], list[str]]] = []
        self._parts = {OVERALL: Table(2 + 2 * NUMBERS)}
        for question in form.criteria:
            of = (OVERALL, f"domain:{domains[question.factor]}", f"factor:{question.factor}")
            wanted = [part for part in of if parts is None or part in parts]
            satisfying = np.isin(np.arange(UNANSWERED, len(question.options) + 1), sorted(question.satisfied))
            self._criteria.append((question, satisfying, wanted))
            for part in wanted:
                self._parts.setdefault(part, Table(2 + 2 * NUMBERS))

    def add(self, where: Whole, packed: Bytes, weights: Real) -> None:
        """Responses with the number of the place of each, and their weights, of 0 or more."""
        if not len(where):
            return
        bins = int(where.max()) + 1
        kinds = Kinds.of(where, weights)
        values: dict[str, Whole] = {}
        for question, table in self._tables.values():
            bytes_ = column(self._form, packed, question)
            values[question.id] = found = chosen(question, bytes_)
            _count(question, table, (kinds, bins), (bytes_, found))
        zeros = np.zeros(len(where))
        satisfied, valid = dict.fromkeys(self._parts, zeros), dict.fromkeys(self._parts, zeros)
        for question, satisfying, parts in self._criteria:
            chose = values.get(question.id)
            if chose is None:
                chose = chosen(question, column(self._form, packed, question))
            answered, happy = question.weight * (chose > 0), question.weight * satisfying[chose + LOWEST]
            for part in parts:
                valid[part], satisfied[part] = valid[part] + answered, satisfied[part] + happy
        for part in self._parts:
            self._add_part(part, (where, bins), weights * satisfied[part], weights * valid[part], weights)

    def _add_part(self, part: str, at: tuple[Whole, int], ws: Real, wn: Real, weights: Real) -> None:
        """The sums of a part, with the same roundings in the same order as ``surveys.sums``."""
        numbers = (weights, weights * weights, ws, wn, ws * ws, ws * wn, wn * wn)
        columns = [np.ones(len(ws), dtype=np.int64), (wn > 0).astype(np.int64)]
        columns += [column for one in numbers for column in steps(one)]
        self._parts[part].add(*at, columns, rests=range(3, len(columns), 2))

    def answers(self, names: Sequence[str]) -> Answers:
        """Counters of answers as ``storage.counters`` has them; ``names`` are those of the places."""
        found: Answers = {}
        for question, table in self._tables.values():
            width = _width(question)
            for key, (n, w, w_rest, w2, w2_rest) in table.rows().items():
                place, value = divmod(key, width)
                values = found.setdefault(names[place], {}).setdefault(question.id, {})
                values[value - LOWEST] = n, w * STEPS + w_rest, w2 * STEPS + w2_rest
        return found

    def sums(self, names: Sequence[str]) -> Parts:
        """Sums of the parts likewise."""
        found: Parts = {}
        for part, table in self._parts.items():
            for place, (n, inside, *numbers) in table.rows().items():
                seven = tuple(w * STEPS + r for w, r in zip(numbers[::2], numbers[1::2], strict=True))
                found.setdefault(names[place], {})[part] = (n, inside), seven
        return found

    def grids(self, units: Sequence[str], ways: int) -> list[Grid]:
        """All that the index needs, for each of so many ways; place ``n * ways + way`` is that of unit n and way.

        It is told of every criterion that was counted, and units where nobody is are left out.
        """
        bins, parts = len(units) * ways, parts_in(self._form)
        answers = np.zeros((bins, len(self._criteria), 6))
        for at, (question, satisfying, _) in enumerate(self._criteria):
            answers[:, at] = self._figures(question, satisfying, bins)
        sums = np.zeros((bins, len(parts), len(TOLD)))
        for at, part in enumerate(parts):
            if part in self._parts:
                responses, inside, *numbers = self._parts[part].dense(bins)
                told = [responses, inside, *map(real, numbers[::2], numbers[1::2])]
                sums[:, at] = np.stack(told, axis=1)[:, TOLD]
        found = []
        for way in range(ways):
            there = np.flatnonzero(sums[way::ways].any(axis=(1, 2))) * ways + way
            found.append(Grid(tuple(units[n] for n in (there // ways).tolist()), parts, answers[there], sums[there]))
        return found

    def _figures(self, question: Question, satisfying: NDArray[np.bool_], bins: int) -> Real:
        """Of one criterion the six numbers of ``surveys.grid`` by place."""
        width = _width(question)
        counted = self._tables[question.id][1].dense(bins * width).reshape(5, bins, width)
        n, w, w_rest, w2, w2_rest = counted[..., LOWEST + 1 :]
        happy, level = satisfying[LOWEST + 1 :], np.arange(1, width - LOWEST)
        return np.stack([
            n.sum(axis=1), real(w.sum(axis=1), w_rest.sum(axis=1)), real(w2.sum(axis=1), w2_rest.sum(axis=1)),
            real(w @ happy, w_rest @ happy), real(w2 @ happy, w2_rest @ happy), real(w @ level, w_rest @ level),
        ], axis=1)  # fmt: skip


def _width(question: Question) -> int:
    """How many values a question is counted under."""
    return len(question.options) + 1 + LOWEST if question.options else 2 + LOWEST


@dataclass(frozen=True, slots=True)
class Kinds:
    """Responses of one place and one weight are alike: the kind of each, and place and weights in steps of a kind."""

    of_each: Whole
    places: Whole
    weighing: tuple[Whole, ...]

    @classmethod
    def of(cls, where: Whole, weights: Real) -> "Kinds":
        found, weight = np.unique(weights, return_inverse=True)
        there, of_each = np.unique(where * len(found) + weight, return_inverse=True)
        places, weight = np.divmod(there, len(found))
        told = found[weight]
        return cls(of_each, places, (*steps(told), *steps(told * told)))


def _count(question: Question, table: Table, at: tuple[Kinds, int], answered: tuple[Bytes, Whole]) -> None:
    """Add a block of answers to one question; of several options each that is ticked."""
    (kinds, bins), (given, values) = at, answered
    width = _width(question)

    def put(some: NDArray[np.bool_], value: Whole) -> None:
        found = np.bincount(kinds.of_each[some] * width + value[some] + LOWEST, minlength=len(kinds.places) * width)
        there = np.flatnonzero(found)
        if len(there):
            kind, number = np.divmod(there, width)
            n = found[there]
            columns = [n, *(n * numbers[kind] for numbers in kinds.weighing)]
            table.add(kinds.places[kind] * width + number, bins * width, columns, rests=(2, 4))

    if question.kind is not Kind.SEVERAL:
        put(values != UNANSWERED, values)
        return
    put((values <= 0) & (values != UNANSWERED), values)
    for option in range(1, len(question.options) + 1):
        put((values > 0) & ticked(given, option), np.full(len(values), option))
