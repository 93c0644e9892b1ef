"""Variances of very many ratios at once, by numpy: those of ``ratio.ratio``, for every place and indicator. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float64]
Whole = NDArray[np.int64]
Number = TypeVar("Number", np.int64, np.float64)
WS, WN, WS2, WSN, WN2, INSIDE = range(6)


@dataclass(frozen=True, slots=True, eq=False)
class Strata:
    """Strata in the order of their names: the units drawn in each, and those that could have been (inf: many)."""

    units: Whole
    populations: Real

    def __getitem__(self, some: Whole) -> "Strata":
        return Strata(self.units[some], self.populations[some])

    @property
    def lonely(self) -> NDArray[np.bool_]:
        """Those of a single unit beside which there are others."""
        found: NDArray[np.bool_] = (self.units == 1) & (self.populations > 1)
        return found

    def added(self, where: Whole, bins: int) -> "Strata":
        """United by number."""
        return Strata(added(where, self.units, bins), added(where, self.populations, bins))


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """What lies in one place and one stratum: numbers of both, the units drawn there, and ``sums[cell, indicator]``.

    Sums are in the order ``WS`` to ``INSIDE``; cells are sorted by place, then stratum, each pair once.
    """

    places: Whole
    strata: Whole
    drawn: Whole
    sums: Real


def cells_of(places: Whole, strata: Whole, drawn: Whole, sums: Real) -> Cells:
    """Rows with the numbers of their places and strata, added up."""
    width = int(strata.max(initial=0)) + 1
    keys, where = np.unique(places * width + strata, return_inverse=True)
    return Cells(
        keys // width, keys % width, added(where, drawn[:, None], len(keys))[:, 0], added(where, sums, len(keys))
    )


def added(where: Whole, numbers: NDArray[Number], bins: int) -> NDArray[Number]:
    """Rows added up by number, one after the other."""
    total = np.zeros((bins, *numbers.shape[1:]), dtype=numbers.dtype)
    np.add.at(total, where, numbers)
    return total


def collapsed(strata: Strata) -> Whole:
    """The number of the group of each stratum; see ``design.Lonely.COLLAPSE``."""
    lonely = strata.lonely
    if not lonely.any():
        return np.arange(len(lonely))
    groups: list[int] = []
    last, alone = -1, False
    for one in lonely.tolist():
        last += not alone
        groups.append(last)
        alone = one and not alone
    found = np.array(groups, dtype=np.int64)
    return np.minimum(found, last - 1) if alone and last > 0 else found


@dataclass(frozen=True, slots=True, eq=False)
class Ratios:
    """Shares of 1 with their variances and degrees of freedom, ``[place, indicator]``; nan where there is none."""

    shares: Real
    variances: Real
    df: Whole


def ratios(cells: Cells, everybody: Strata, places: int) -> Ratios:
    """Σws/Σwn in each place with its variance by Taylor linearisation, as ``ratio.ratio`` has it.

    A place that takes whole strata is a sample of its own; any other is a domain of everybody, of whom those outside
    add zeros. Strata of a single unit are united with the next (``design.Lonely.COLLAPSE``).
    """
    whole = np.ones(places, dtype=bool)
    np.logical_and.at(whole, cells.places, everybody.units[cells.strata] == cells.drawn)
    bins = len(everybody.units)
    group_of = collapsed(everybody)
    groups = np.where(whole[cells.places], cells.strata, group_of[cells.strata])
    for place in np.unique(cells.places[whole[cells.places] & everybody.lonely[cells.strata]]).tolist():
        its = slice(*np.searchsorted(cells.places, (place, place + 1)))
        groups[its] = collapsed(everybody[cells.strata[its]])
    keys, where = np.unique(cells.places * bins + groups, return_inverse=True)
    at, group = np.divmod(keys, max(bins, 1))
    own = everybody[cells.strata].added(where, len(keys))
    of_all = everybody.added(group_of, bins)[group]
    inside = whole[at]
    united = Strata(np.where(inside, own.units, of_all.units), np.where(inside, own.populations, of_all.populations))
    sums = added(where, cells.sums, len(keys))
    drawn = np.where(whole, added(at, own.units, places), everybody.units.sum())
    return _variances(at, united, sums, drawn)


def _variances(at: Whole, groups: Strata, sums: Real, drawn: Whole) -> Ratios:
    """From the sums of each group, in the place ``at``; ``drawn`` are the units of the whole sample of each place."""
    totals = added(at, sums, len(drawn))
    there = totals[..., WN] > 0
    valid = np.where(there, totals[..., WN], 1.0)
    shares = totals[..., WS] / valid
    a, b = (1 / valid)[at], (-shares / valid)[at]
    m = groups.units[:, None].astype(np.float64)
    left = 1 - m / groups.populations[:, None]
    z = a * sums[..., WS] + b * sums[..., WN]
    product = a * a * sums[..., WS2] + 2 * a * b * sums[..., WSN] + b * b * sums[..., WN2]
    adding = np.where(m > 1, left * m / np.maximum(m - 1, 1) * (product - z * z / m), 0.0)
    variances = np.maximum(added(at, adding, len(drawn)), 0.0)
    variances[(drawn < 2)[:, None] | ~there] = np.nan
    inside = sums[..., INSIDE]
    df = added(at, inside - (inside > 0), len(drawn)).astype(np.int64)
    return Ratios(np.where(there, shares, np.nan), variances, df)


def numbered(names: Sequence[str]) -> tuple[tuple[str, ...], Whole]:
    """The names in order, each once, and the number of each that is given."""
    order = tuple(sorted(set(names)))
    number = {name: at for at, name in enumerate(order)}
    return order, np.array([number[name] for name in names], dtype=np.int64)
