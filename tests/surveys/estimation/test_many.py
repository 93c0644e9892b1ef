"""Very many figures at once are those of one after the other."""

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from surveys.estimation.design import Stratum
from surveys.estimation.intervals import Method, interval, korn_graubard
from surveys.estimation.many import Strata, cells_of, ratios
from surveys.estimation.many_intervals import intervals
from surveys.estimation.many_intervals import korn_graubard as many_korn_graubard
from surveys.estimation.ratio import ratio

quick = settings(deadline=None, max_examples=40, phases=[Phase.explicit, Phase.generate])
Person = tuple[int, int, int, int]
"""Place, stratum, satisfied and valid answers."""
PEOPLE = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 5), st.integers(0, 2), st.integers(0, 2)).map(
        lambda p: (p[0], p[1], min(p[2], p[3]), p[3])
    ),
    min_size=1,
    max_size=25,
)


def strata(people: list[Person], sizes: dict[int, int], populations: list[int]) -> dict[str, Stratum]:
    found = {}
    for at, units in sizes.items():
        here = [(s, n) for _, stratum, s, n in people if stratum == at]
        found[str(at)] = Stratum(
            units, sum(s for s, _ in here), sum(n for _, n in here), sum(s * s for s, _ in here),
            sum(s * n for s, n in here), sum(n * n for _, n in here), sum(n > 0 for _, n in here),
            population=populations[at] if populations[at] >= units else None,
        )  # fmt: skip
    return found


def drawn(people: list[Person]) -> dict[int, int]:
    return {at: n for at in range(6) if (n := sum(stratum == at for _, stratum, _, _ in people))}


@quick
@given(PEOPLE, st.lists(st.integers(0, 8), min_size=6, max_size=6))
def test_errors_of_places_are_those_of_each(people: list[Person], populations: list[int]):
    """Also of strata of one unit, of places that cut through strata, and where all were drawn."""
    everybody = drawn(people)
    there = sorted(everybody)
    units = np.array([everybody[at] for at in there])
    of = np.array([float(populations[at]) if populations[at] >= everybody[at] else np.inf for at in there])
    rows = np.array([[[s, n, s * s, s * n, n * n, n > 0]] for _, _, s, n in people], dtype=float)
    where = np.array([place for place, *_ in people]), np.array([there.index(stratum) for _, stratum, *_ in people])

    found = ratios(cells_of(*where, np.ones(len(people), dtype=np.int64), rows), Strata(units, of), 4)

    for place in range(4):
        inside = [person for person in people if person[0] == place]
        own = drawn(inside)
        frame = own if all(everybody[at] == n for at, n in own.items()) else everybody
        theirs = ratio(strata(inside, frame, populations))
        if theirs is None:
            assert np.isnan(found.shares[place, 0])
            continue
        assert (found.shares[place, 0], found.df[place, 0]) == (pytest.approx(theirs.value, rel=1e-13), theirs.df)
        variance = np.nan if theirs.variance is None else theirs.variance
        assert found.variances[place, 0] == pytest.approx(variance, rel=1e-10, abs=1e-16, nan_ok=True)


NUMBERS = st.tuples(
    st.one_of(st.floats(0.001, 0.999), st.sampled_from([0.0, 1.0])),
    st.one_of(st.floats(1e-9, 0.01), st.sampled_from([0.0, np.nan])),
    st.integers(1, 100_000), st.integers(0, 100_000), st.floats(0.5, 4),
)  # fmt: skip


@quick
@given(st.lists(NUMBERS, min_size=1, max_size=12))
def test_intervals_are_those_of_each(rows: list[tuple[float, float, int, int, float]]):
    found = intervals(*(np.array(column, dtype=float) for column in zip(*rows, strict=True)))

    for at, (share, variance, n, df, effect) in enumerate(rows):
        theirs = interval(share, None if np.isnan(variance) else variance, n=n, df=df, effect=effect)
        if theirs is None:
            assert np.isnan(found.low[at])
            continue
        assert (found.low[at], found.high[at]) == pytest.approx((theirs.low, theirs.high), rel=1e-11)
        assert bool(found.exact[at]) == (theirs.method is Method.KORN_GRAUBARD)


def test_exact_intervals_of_every_small_sample_are_those_of_each():
    """Whole numbers, where terms of the fraction are 0 and the ends are 0 or 1."""
    told = [(yes / n, float(n), n) for n in range(2, 40) for yes in range(n + 1)]
    shares, sizes, people = (np.array(column, dtype=float) for column in zip(*told, strict=True))

    low, high = many_korn_graubard(shares, sizes, people, people - 1)

    for at, (share, size, n) in enumerate(told):
        theirs = korn_graubard(share, size, n=n, df=n - 1)
        assert (low[at], high[at]) == pytest.approx((theirs.low, theirs.high), rel=1e-12)
