"""Sums by key that are exact in any order, by numpy. Pure.

Every number that is added is a whole number of steps (``storage.counters``). numpy sums floats only, when it sums by
keys, so each number is cut into limbs of 21 bits, whose sums over a block of responses are exact.
"""

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from storage.counters import STEPS

Whole = NDArray[np.int64]
Real = NDArray[np.float64]
LIMB = 21
STEP_BITS = STEPS.bit_length() - 1
MANY_KEYS = 2_000_000
"""For more (place, value) pairs a dictionary is kept instead of an array."""


def steps(values: Real) -> tuple[Whole, Whole]:
    """Numbers of 0 or more rounded to steps: whole numbers, and the steps beyond them."""
    whole = np.floor(values)
    return whole.astype(np.int64), np.rint((values - whole) * STEPS).astype(np.int64)


def summed(keys: Whole, numbers: Whole, bins: int) -> Whole:
    """Sums of whole numbers of 0 or more by key, exact."""
    total = np.zeros(bins, dtype=np.int64)
    highest = int(numbers.max(initial=0))
    for limb in range(0, highest.bit_length(), LIMB):
        part = (numbers >> limb) & ((1 << LIMB) - 1)
        total += np.bincount(keys, weights=part, minlength=bins).astype(np.int64) << limb
    return total


class Table:
    """Sums of some columns by key, kept from block to block: counts, and pairs of whole numbers and rests."""

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self._kept = np.zeros((columns, 0), dtype=np.int64)
        self._many: dict[int, list[int]] = {}

    def add(self, keys: Whole, bins: int, columns: Sequence[Whole], *, rests: Collection[int] = ()) -> None:
        """Add a block; ``rests`` are columns of steps, each behind the column of its whole numbers."""
        if bins > MANY_KEYS:
            found, where = np.unique(keys, return_inverse=True)
            new = [summed(where, column, len(found)) for column in columns]
            for key, *numbers in zip(found.tolist(), *(one.tolist() for one in new), strict=True):
                kept = self._many.setdefault(key, [0] * self._columns)
                self._many[key] = added = [a + b for a, b in zip(kept, numbers, strict=True)]
                for at in rests:
                    added[at - 1] += added[at] >> STEP_BITS
                    added[at] &= STEPS - 1
            return
        if bins > self._kept.shape[1]:
            self._kept = np.pad(self._kept, ((0, 0), (0, bins - self._kept.shape[1])))
        for at, column in enumerate(columns):
            self._kept[at, :bins] += summed(keys, column, bins)
        for at in rests:
            self._kept[at - 1, :bins] += self._kept[at, :bins] >> STEP_BITS
            self._kept[at, :bins] &= STEPS - 1

    def rows(self) -> dict[int, list[int]]:
        """Each key that anything was added to, with its sums; the first column is that which tells."""
        there = np.flatnonzero(self._kept[0])
        rows = dict(zip(there.tolist(), self._kept[:, there].T.tolist(), strict=True))
        for key, numbers in self._many.items():
            rows[key] = [a + b for a, b in zip(rows.get(key, [0] * self._columns), numbers, strict=True)]
        return rows

    def dense(self, bins: int) -> Whole:
        """The sums of all keys below ``bins``: a row for each column."""
        total = np.zeros((self._columns, bins), dtype=np.int64)
        total[:, : self._kept.shape[1]] = self._kept
        for key, numbers in self._many.items():
            total[:, key] += numbers
        return total


def real(whole: Whole, rests: Whole) -> Real:
    """Whole numbers and steps beyond them as numbers, rounded once."""
    return whole + rests / STEPS
