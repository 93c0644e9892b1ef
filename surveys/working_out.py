"""The figures of many parts of the people at once, from counters as arrays: see ``surveys.index``. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surveys.design import Design
from surveys.estimation.intervals import Method
from surveys.estimation.many import Cells, Strata, added, cells_of, numbered, ratios
from surveys.estimation.many_intervals import intervals
from surveys.figure import NOTHING, ErrorOf, Figure, Index
from surveys.grid import INSIDE, RESPONSES, SCORE, W2, WS, WS2, Grid, N, W, parts_in
from surveys.questionnaire import Questionnaire
from surveys.sums import SUMS_IN_ORDER

Real = NDArray[np.float64]
Number = NDArray[np.int64]
Truth = NDArray[np.bool_]
OF_RATIO = [SUMS_IN_ORDER.index(name) for name in ("ws", "wn", "ws2", "wsn", "wn2", "inside")]
OF_CRITERION = [WS, W, WS2, WS2, W2, N]
"""The same of a criterion, whose answers count 0 or 1: s² = s·n = s and n² = n."""
WEIGHT, WEIGHT2 = SUMS_IN_ORDER.index("w"), SUMS_IN_ORDER.index("w2")


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """Everybody who answered, and how they were drawn."""

    form: Questionnaire
    design: Design
    grid: Grid


@dataclass(frozen=True, slots=True, eq=False)
class Means:
    """Shares of 1, nan where hidden, and scores ``[place, indicator]`` of ``n`` people each, without errors.

    ``effects`` are those of the weights (Kish), ``simple`` the variances of simple samples, nan of parts.
    """

    n: Real
    shares: Real
    scores: Real
    effects: Real
    simple: Real
    pooled: Truth

    def beside(self, other: "Means") -> "Means":
        """These indicators, then the others."""
        columns = zip(*((m.n, m.shares, m.scores, m.effects, m.simple, m.pooled) for m in (self, other)), strict=True)
        n, shares, scores, effects, simple, pooled = (np.concatenate(pair, axis=1) for pair in columns)
        return Means(n, shares, scores, effects, simple, pooled)


@dataclass(frozen=True, slots=True, eq=False)
class Errors:
    """What is known of errors, ``[place, indicator]``; nan where nothing is."""

    errors: Real
    df: Number
    low: Real
    high: Real
    exact: Truth
    effects: Real


@dataclass(frozen=True, slots=True, eq=False)
class WorkedOut:
    """Figures as arrays ``[place, indicator]``; ``people`` answered in each place.

    Indicators are the parts (``grid.parts_in``), the overall one first, and unless only that was wanted the criteria.
    """

    form: Questionnaire
    people: Real
    means: Means
    errors: Errors

    def overall(self) -> list[Figure]:
        """The first figure of each place."""
        return self._figures(slice(0, 1))

    def indexes(self) -> list[Index]:
        """All figures of each place."""
        names = (*parts_in(self.form), *(question.id for question in self.form.criteria))
        figures, width = self._figures(slice(None)), len(names)
        domains, factors = len(self.form.domains), len(self.form.factors)
        ids = [name.rpartition(":")[2] for name in names]
        found = []
        for place, people in enumerate(self.people.tolist()):
            row = dict(enumerate(figures[place * width : (place + 1) * width]))
            kinds = (
                range(1, 1 + domains),
                range(1 + domains, 1 + domains + factors),
                range(1 + domains + factors, width),
            )
            named = [{ids[at]: row[at] for at in kind} for kind in kinds]
            found.append(Index(int(people), row[0], *named))
        return found

    def _figures(self, some: slice) -> list[Figure]:
        m, e = self.means, self.errors
        columns = (
            m.n,
            100 * m.shares,
            m.scores,
            100 * e.errors,
            e.df,
            100 * e.low,
            100 * e.high,
            e.exact,
            m.pooled,
            e.effects,
        )
        return [_figure(*row) for row in zip(*(one[:, some].ravel().tolist() for one in columns), strict=True)]


def _figure(
    n: float, value: float, score: float, error: float, df: int, low: float, high: float, exact: bool, pooled: bool,
    effect: float,
) -> Figure:  # fmt: skip
    if value != value:
        return Figure(int(n))
    if low != low:
        return Figure(int(n), value, score)
    return Figure(
        int(n), value, score, error, df, low, high, Method.KORN_GRAUBARD if exact else Method.LOGIT,
        ErrorOf.POOLED if pooled else ErrorOf.ITSELF, n / effect, effect,
    )  # fmt: skip


def worked_out(whole: Whole, places: Sequence[Grid], *, overall: bool = False, fewest: int) -> WorkedOut:
    """The figures of each place, which may be everybody; hidden where they are of less than ``fewest`` people."""
    form, wanted = whole.form, slice(0, 1) if overall else slice(None)
    at = np.repeat(np.arange(len(places)), [len(grid.units) for grid in places])
    answers = np.concatenate([np.zeros((0, len(form.criteria), 6)), *(grid.answers for grid in places)])
    sums = np.concatenate([np.zeros((0, *whole.grid.sums.shape[1:])), *(grid.sums for grid in places)])
    asked, told = added(at, answers, len(places)), added(at, sums, len(places))
    enough = whole.grid.answers[:, :, N].sum(axis=0) >= fewest
    means = _parts(form, asked, told[:, wanted], enough & (asked[..., N] > 0), fewest)
    rows = sums[:, wanted, OF_RATIO]
    if not overall:
        means = means.beside(_criteria(asked, fewest))
        rows = np.concatenate([rows, answers[:, :, OF_CRITERION]], axis=1)
    return WorkedOut(form, told[:, 0, RESPONSES], means, _errors(whole, places, means, rows))


def _over(above: Real, below: Real) -> Real:
    """Quotients, 0 where the divisor is."""
    found: Real = np.divide(
        above, below, out=np.zeros(np.broadcast_shapes(above.shape, below.shape)), where=below != 0
    )
    return found


def _hidden(shown: Truth, numbers: Real) -> Real:
    return np.where(shown, numbers, np.nan)


def _criteria(asked: Real, fewest: int) -> Means:
    n, weight = asked[..., N], asked[..., W]
    shares, shown = _over(asked[..., WS], weight), (n >= fewest) & (n > 0)
    simple = _over(shares * (1 - shares), np.maximum(n - 1, 0))
    return Means(
        n, _hidden(shown, shares), _over(asked[..., SCORE], weight), _over(n * asked[..., W2], weight**2), simple,
        np.zeros(n.shape, dtype=bool),
    )  # fmt: skip


def _parts(form: Questionnaire, asked: Real, told: Real, known: Truth, fewest: int) -> Means:
    """The means of the ``known`` criteria of each part; people are no more than those of its largest criterion."""
    of = _made_up(form)[: told.shape[1]]
    n, inside = asked[..., N], told[..., INSIDE]
    largest = np.max(np.where(of, n[:, None, :], 0), axis=2, initial=0)
    people = np.minimum(inside, largest)
    weights = np.where(of & known[:, None, :], [question.weight for question in form.criteria], 0.0)
    total = weights.sum(axis=2)
    shares, scores = (
        _over((weights * _over(asked[..., above], asked[..., W])[:, None, :]).sum(axis=2), total)
        for above in (WS, SCORE)
    )
    shown = (people >= fewest) & (total > 0)
    pooled = (of & (n[:, None, :] > 0) & (n[:, None, :] != inside[..., None])).any(axis=2)
    effects = _over(told[..., RESPONSES] * told[..., WEIGHT2], told[..., WEIGHT] ** 2)
    return Means(
        np.where(shown, inside, people),
        _hidden(shown, shares),
        scores,
        effects,
        np.full(people.shape, np.nan),
        pooled,
    )


def _made_up(form: Questionnaire) -> Truth:
    """Which criteria are in each part, in the order of ``grid.parts_in``."""
    factors = {factor.id: factor.domain for factor in form.factors}
    rows = [[True] * len(form.criteria)]
    rows += [[factors[question.factor] == domain.id for question in form.criteria] for domain in form.domains]
    rows += [[question.factor == factor for question in form.criteria] for factor in factors]
    return np.array(rows, dtype=bool).reshape(len(rows), len(form.criteria))


def _errors(whole: Whole, places: Sequence[Grid], means: Means, rows: Real) -> Errors:
    """Errors where people were drawn at random; ``rows`` are what the units of all places add to each indicator."""
    shape = means.shares.shape
    nothing = np.full(shape, np.nan)
    if not whole.design.random or not len(rows):
        return Errors(nothing, np.zeros(shape, np.int64), nothing, nothing, np.zeros(shape, bool), nothing)
    found = ratios(*_drawn(whole, places, rows), len(places))
    variances = np.where(found.variances < NOTHING, 0.0, found.variances)
    there = ~np.isnan(means.shares)
    low, high, exact = nothing.copy(), nothing.copy(), np.zeros(shape, bool)
    around = intervals(
        means.shares[there].clip(0, 1), variances[there], means.n[there], found.df[there].astype(float),
        means.effects[there],
    )  # fmt: skip
    low[there], high[there], exact[there] = around.low, around.high, around.exact
    telling = (means.simple > 0) & (variances >= NOTHING)
    effects = np.where(telling, variances / np.where(telling, means.simple, 1.0), means.effects)
    return Errors(np.sqrt(variances), found.df, low, high, exact, effects)


def _drawn(whole: Whole, places: Sequence[Grid], rows: Real) -> tuple[Cells, Strata]:
    """What each place has in each stratum, and the strata of everybody."""
    of, people = whole.design.stratum_of, whole.design.populations
    here = [of(unit) for grid in places for unit in grid.units]
    names, numbers = numbered([*here, *map(of, whole.grid.units)])
    drawn = np.concatenate([grid.sums[:, 0, RESPONSES] for grid in (*places, whole.grid)]).astype(np.int64)
    everybody = added(numbers[len(here) :], drawn[len(here) :], len(names))
    populations = np.array([people.get(name, 0) for name in names], dtype=np.float64)
    populations[populations < everybody] = np.inf
    at = np.repeat(np.arange(len(places)), [len(grid.units) for grid in places])
    return cells_of(at, numbers[: len(here)], drawn[: len(here)], rows), Strata(everybody, populations)
