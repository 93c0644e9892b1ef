"""Raking of very many responses by numpy: the weights of ``surveys.estimation.raking`` and their residuals. Pure.

A response's factor depends only on its cell, the combination of its categories, so the margins are fitted on the
totals of the cells; and the regression on the margins needs only the sums of a variable in each category.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surveys.estimation.raking import EXACT, MOST_SWEEPS, MOST_TRIMS, EmptyCell, NotConverged, UnknownCategory

Whole = NDArray[np.int64]
Real = NDArray[np.float64]
BARELY = 1e-9


@dataclass(frozen=True, slots=True)
class Margin:
    """A known distribution: the number of the category of each response, and how many people there are of each."""

    name: str
    categories: Sequence[str]
    codes: Whole
    targets: Real


@dataclass(frozen=True, slots=True)
class Fitted:
    """The ``weights``, the cell of each response, and for each cell the columns of its categories.

    ``mass`` weighs the responses in the regression on the margins, as in ``surveys.estimation.calibration``: all
    alike (None) is R's ``rake``, the weights as drawn its ``postStratify``.
    """

    weights: Real
    cells: Whole
    columns: NDArray[np.float64]
    mass: Real | None = None

    def residuals(self, influence: Real) -> Real:
        """The weighted residuals of a weighted linearised variable on the categories of all margins together."""
        z = influence / self.weights
        mass = np.ones(len(z)) if self.mass is None else self.mass
        sums = np.bincount(self.cells, weights=mass * z, minlength=len(self.columns))
        people = np.bincount(self.cells, weights=mass, minlength=len(self.columns))
        crossed = self.columns.T @ (self.columns * people[:, None])
        beta = np.linalg.lstsq(crossed, self.columns.T @ sums, rcond=None)[0]
        left: Real = (z - (self.columns @ beta)[self.cells]) * self.weights
        return left


def rake(drawn: Real, margins: Sequence[Margin], *, trim: float | None = None) -> Fitted:
    """Weights that meet every margin, from those as drawn; none over ``trim`` medians of the first raking.

    One margin, of one question or of several crossed, is post-stratification, with its errors where none were cut.
    EmptyCell, UnknownCategory and NotConverged name margin and category, as in ``surveys.estimation.raking``.
    """
    for margin in margins:
        there = np.bincount(margin.codes, minlength=len(margin.targets))
        for category, n, target in zip(margin.categories, there, margin.targets, strict=True):
            if n and not target > 0:
                raise UnknownCategory(margin.name, category)
            if target > 0 and not n:
                raise EmptyCell(margin.name, category)
    cells, columns, at = _cells(margins)
    weights = drawn * _factors(drawn, margins, cells, at)[cells]
    if trim is None:
        return Fitted(weights, cells, columns, mass=drawn if len(margins) == 1 else None)
    heaviest = trim * float(np.median(weights))
    for _ in range(MOST_TRIMS):
        if weights.max() <= heaviest * (1 + BARELY):
            return Fitted(weights, cells, columns)
        cut = trimmed(weights, heaviest)
        weights = cut * _factors(cut, margins, cells, at)[cells]
    name, needy = _neediest(margins, int(weights.argmax()))
    raise NotConverged(name, needy, f"needs weights over {heaviest:g}")


def trimmed(weights: Real, heaviest: float) -> Real:
    """As ``surveys.estimation.weights.trim``."""
    if heaviest * len(weights) <= weights.sum() and weights.max() > heaviest:
        raise ValueError(f"weights of {weights.sum():g} in all do not fit {len(weights)} people at {heaviest:g} each")
    left = weights
    while (over := left > heaviest).any():
        under = left < heaviest
        share = (left[over] - heaviest).sum() / under.sum()
        left = np.where(under, left + share, heaviest)
    return left


def _cells(margins: Sequence[Margin]) -> tuple[Whole, NDArray[np.float64], list[Whole]]:
    """The cell of each response, the columns of each cell, and the category of each cell in each margin."""
    number = np.zeros(len(margins[0].codes), dtype=np.int64)
    for margin in margins:
        number = number * len(margin.targets) + margin.codes
    there, cells = np.unique(number, return_inverse=True)
    at: list[Whole] = []
    rest = there
    for margin in reversed(margins):
        rest, code = np.divmod(rest, len(margin.targets))
        at.insert(0, code)
    columns = [np.eye(len(margin.targets))[code] for margin, code in zip(margins, at, strict=True)]
    return cells.astype(np.int64), np.hstack(columns), at


def _factors(weights: Real, margins: Sequence[Margin], cells: Whole, at: Sequence[Whole]) -> Real:
    """By what the weights in each cell are multiplied, by iterative proportional fitting of the cells' totals."""
    drawn = np.bincount(cells, weights=weights)
    factors = np.ones(len(drawn))
    for _ in range(MOST_SWEEPS):
        for margin, code in zip(margins, at, strict=True):
            totals = np.bincount(code, weights=drawn * factors, minlength=len(margin.targets))
            factors *= np.divide(margin.targets, totals, out=np.ones(len(totals)), where=totals > 0)[code]
        furthest = max(
            _off(margin, np.bincount(code, weights=drawn * factors, minlength=len(margin.targets)).astype(np.float64))
            for margin, code in zip(margins, at, strict=True)
        )
        if furthest[0] <= EXACT:
            return factors
    off, name, category = furthest
    raise NotConverged(name, category, f"is still off by {off:.1%} after {MOST_SWEEPS} sweeps")


def _off(margin: Margin, totals: Real) -> tuple[float, str, str]:
    """How far the category that is furthest from its target is, with the names of margin and category."""
    wanted = margin.targets > 0
    off = np.abs(np.divide(totals, margin.targets, out=np.ones(len(totals)), where=wanted) - 1)
    where = int(off.argmax())
    return float(off[where]), margin.name, margin.categories[where]


def _neediest(margins: Sequence[Margin], where: int) -> tuple[str, str]:
    """The margin whose category at a response asks the heaviest weights, and the category."""

    def need(margin: Margin) -> float:
        code = margin.codes[where]
        return float(margin.targets[code] / (margin.codes == code).sum())

    margin = max(margins, key=need)
    return margin.name, margin.categories[margin.codes[where]]


def crossed(codes: Sequence[Whole], sizes: Sequence[int]) -> Whole:
    """Numbers of combined categories, from 1 in the order of the first, then of the second ...; 0 where one is 0."""
    number = np.zeros(len(codes[0]), dtype=np.int64)
    for code, size in zip(codes, sizes, strict=True):
        number = number * size + code - 1
    return np.where(np.all([code > 0 for code in codes], axis=0), number + 1, 0)


def targets_of(
    name: str, wanted: Mapping[int, float], codes: Whole, drawn: Real, *, categories: Sequence[str], total: float
) -> Margin:
    """A margin whose category 0 are those who did not answer: they keep their share, the others share the rest."""
    silent = float(drawn[codes == 0].sum() / drawn.sum())
    known = sum(wanted.values())
    targets = np.zeros(len(categories))
    targets[0] = silent * total
    for code, share in wanted.items():
        targets[code] = share / known * (1 - silent) * total
    return Margin(name, categories, codes, targets)
