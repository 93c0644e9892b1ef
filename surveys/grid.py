"""Counters as arrays, unit by criterion and unit by part: what the index is worked out from. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surveys.questionnaire import Questionnaire
from surveys.sums import OVERALL, SUMS_IN_ORDER, Counts, Sums

Real = NDArray[np.float64]
Rows = Sequence[tuple[Any, ...]]
N, W, W2, WS, WS2, SCORE = range(6)
"""Of a criterion: people with a valid answer, their weights and these squared, both of the satisfied, Σ w · level."""
RESPONSES, INSIDE = SUMS_IN_ORDER.index("responses"), SUMS_IN_ORDER.index("inside")
IN_ROWS = ("responses", "inside", "w", "w2", "ws", "wn", "ws2", "wsn", "wn2")
TOLD = [IN_ROWS.index(name) for name in SUMS_IN_ORDER]
"""Where each sum lies in a row of the database (``storage.criteria.part_rows``)."""


def parts_in(form: Questionnaire) -> tuple[str, ...]:
    """The whole, its domains and its factors, as their sums are named."""
    return (OVERALL, *(f"domain:{d.id}" for d in form.domains), *(f"factor:{f.id}" for f in form.factors))


@dataclass(frozen=True, eq=False)
class Grid:
    """``answers[unit, criterion]`` holds six numbers (``N`` to ``SCORE``), ``sums[unit, part]`` those of ``Sums``."""

    units: tuple[str, ...]
    parts: tuple[str, ...]
    answers: Real
    sums: Real

    @cached_property
    def at(self) -> Mapping[str, int]:
        """The row of each unit."""
        return {unit: row for row, unit in enumerate(self.units)}

    def among(self, units: Iterable[str], /) -> "Grid":
        """The same of some of its units."""
        rows = [self.at[unit] for unit in dict.fromkeys(units) if unit in self.at]
        return Grid(tuple(self.units[row] for row in rows), self.parts, self.answers[rows], self.sums[rows])

    def counts(self) -> Counts:
        """Counters that hold nothing but this: no answers to questions, and sums that are made when looked at."""
        return Counts({}, SumsOf(self), {self.parts: self})


class SumsOf(Mapping[str, Mapping[str, Sums]]):
    """The sums of a grid by unit and part."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid

    def __getitem__(self, unit: str) -> Mapping[str, Sums]:
        rows = self._grid.sums[self._grid.at[unit]].tolist()
        return {part: _sums(row) for part, row in zip(self._grid.parts, rows, strict=True) if any(row)}

    def __iter__(self) -> Iterator[str]:
        return iter(self._grid.units)

    def __len__(self) -> int:
        return len(self._grid.units)


def _sums(row: Sequence[float]) -> Sums:
    numbers = dict(zip(SUMS_IN_ORDER, row, strict=True))
    return Sums(**numbers | {"responses": int(row[RESPONSES]), "inside": int(row[INSIDE])})  # type: ignore[arg-type]  # whole numbers are cast


def grid_of(counts: Counts, form: Questionnaire) -> Grid:
    """The counters as arrays, made once for each questionnaire."""
    parts = parts_in(form)
    if (made := counts.made.get(parts)) is None:
        made = counts.made[parts] = _grid(counts, form, parts)
    assert isinstance(made, Grid)
    return made


def _grid(counts: Counts, form: Questionnaire, parts: tuple[str, ...]) -> Grid:
    units, asked = tuple(counts.sums), form.criteria
    answers = np.zeros((len(units), len(asked), 6))
    sums = np.zeros((len(units), len(parts), len(SUMS_IN_ORDER)))
    for row, unit in enumerate(units):
        questions, told = counts.answers.get(unit, {}), counts.sums[unit]
        for at, question in enumerate(asked):
            for value, tally in questions.get(question.id, {}).items():
                if value > 0:
                    happy = value in question.satisfied
                    answers[row, at] += (
                        tally.n, tally.w, tally.w2, happy * tally.w, happy * tally.w2, value * tally.w,
                    )  # fmt: skip
        for at, part in enumerate(parts):
            if part in told:
                sums[row, at] = [getattr(told[part], name) for name in SUMS_IN_ORDER]
    return Grid(units, parts, answers, sums)


def grid_of_rows(form: Questionnaire, criteria: Rows, sums: Rows) -> Grid:
    """The grid from what the database adds up (``storage.criteria``); those taken out again are left out."""
    parts = parts_in(form)
    units = sorted({row[0] for row in sums})
    at = {unit: row for row, unit in enumerate(units)}
    named = {part: n for n, part in enumerate(parts)}
    asked = {question.id: n for n, question in enumerate(form.criteria)}
    told = _added([row for row in sums if row[1] in named], (at, named), len(TOLD))[..., TOLD]
    answers = _added([row for row in criteria if row[0] in at], (at, asked), 6)
    there = np.flatnonzero(told.any(axis=(1, 2)))
    return Grid(tuple(units[row] for row in there.tolist()), parts, answers[there], told[there])


def _added(rows: Rows, at: tuple[Mapping[str, int], Mapping[str, int]], numbers: int) -> Real:
    """Rows of two names and some numbers, added up by the numbers of their names."""
    units, names = at
    total = np.zeros((len(units) * len(names), numbers))
    if rows:
        first, second, *columns = zip(*rows, strict=True)
        where = [units[unit] * len(names) + names[name] for unit, name in zip(first, second, strict=True)]
        np.add.at(total, where, np.array(columns, dtype=np.float64).T)
    return total.reshape(len(units), len(names), numbers)
