"""Confidence intervals of very many shares at once, by numpy: those of ``intervals.interval``. Pure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surveys.estimation.distributions import EXACT, MOST_STEPS, TINY, log_scale, t_quantile
from surveys.estimation.intervals import FEWEST

Real = NDArray[np.float64]
Truth = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Intervals:
    """``low`` and ``high`` are shares of 1, nan where there is none; ``exact`` ones are Korn and Graubard's."""

    low: Real
    high: Real
    exact: Truth


def intervals(
    shares: Real, variances: Real, people: Real, df: Real, effects: Real, *, level: float = 0.95
) -> Intervals:
    """The interval of each share; all arrays of one length, variances nan where there is none."""
    low, high = np.full(len(shares), np.nan), np.full(len(shares), np.nan)
    there = ~np.isnan(variances) & (df >= 1) & (people >= 2)
    spread = shares * (1 - shares)
    telling = there & (spread > 0) & (variances > 0)
    sizes = np.divide(spread, variances, out=people / np.where(there, effects, 1.0), where=telling)
    usual = telling & (sizes >= FEWEST)
    exact = there & ~usual
    p = shares[usual]
    half = _quantiles((1 + level) / 2, df[usual]) * np.sqrt(variances[usual]) / spread[usual]
    odds = np.log(p / (1 - p))
    low[usual], high[usual] = _expit(odds - half), _expit(odds + half)
    low[exact], high[exact] = korn_graubard(shares[exact], sizes[exact], people[exact], df[exact], level)
    return Intervals(low, high, exact)


def _expit(x: Real) -> Real:
    found: Real = 1 / (1 + np.exp(-x))
    return found


def _quantiles(p: float, df: Real) -> Real:
    """Student's quantile for each number of degrees of freedom."""
    each, where = np.unique(df, return_inverse=True)
    return np.array([t_quantile(p, one) for one in each.tolist()])[where]


def korn_graubard(shares: Real, sizes: Real, people: Real, df: Real, level: float = 0.95) -> tuple[Real, Real]:
    """Both ends; see ``intervals.korn_graubard``."""
    tail = (1 - level) / 2
    lessened = (_quantiles(tail, people - 1) / _quantiles(tail, df)) ** 2
    sizes = np.where(df == people - 1, sizes, sizes * lessened)
    yes, no = sizes * shares, sizes * (1 - shares)
    with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):
        return beta_quantiles(tail, yes, no + 1), 1 - beta_quantiles(tail, no, yes + 1)


def beta_quantiles(p: float, a: Real, b: Real) -> Real:
    """The quantile of each beta distribution, 0 < p < 1; 0 where a is 0. All b must be positive."""
    found = np.zeros(len(a))
    some = a > 0
    a, b = a[some], b[some]
    half = np.full(len(a), 0.5)
    upper = p > beta_cdfs(half, a, b, half)
    one, other = np.where(upper, b, a), np.where(upper, a, b)
    wanted = np.where(upper, 1 - p, p)
    x = _roots(wanted, one, other)
    found[some] = np.where(upper, 1 - x, x)
    return found


def _roots(wanted: Real, a: Real, b: Real) -> Real:
    """Where each cumulative distribution is ``wanted``, below a half: Newton's steps, halving where they lead out."""
    scale = np.array([log_scale(*pair) for pair in zip(a.tolist(), b.tolist(), strict=True)])
    x, low, high = np.full(len(a), 0.25), np.zeros(len(a)), np.full(len(a), 0.5)
    left = np.arange(len(a))
    for _ in range(2000):
        if not len(left):
            break
        at, one, other = x[left], a[left], b[left]
        over = beta_cdfs(at, one, other, 1 - at) - wanted[left]
        low[left], high[left] = np.where(over < 0, at, low[left]), np.where(over < 0, high[left], at)
        steep = np.exp(_log_heights(at, one, other, 1 - at, scale[left])) / at / (1 - at)
        new = np.divide(-over, steep, out=np.full(len(at), np.inf), where=steep > 0) + at
        outside = ~((low[left] < new) & (new < high[left]))
        new[outside] = (low[left] + high[left])[outside] / 2
        settled = (
            (over == 0) | (np.abs(new - at) <= 4 * EXACT * np.abs(new)) | (new <= low[left]) | (new >= high[left])
        )
        x[left] = np.where(over == 0, at, new)
        left = left[~settled]
    return x


def beta_cdfs(x: Real, a: Real, b: Real, rest: Real) -> Real:
    """The regularised incomplete beta function of each, 0 < x < 1, ``rest`` 1 - x: ``distributions.beta_cdf``."""
    turned = x > (a + 1) / (a + b + 2)
    x, rest = np.where(turned, rest, x), np.where(turned, x, rest)
    a, b = np.where(turned, b, a), np.where(turned, a, b)
    scale = np.array([log_scale(*pair) for pair in zip(a.tolist(), b.tolist(), strict=True)])
    found = np.exp(_log_heights(x, a, b, rest, scale)) / a * _fractions(x, a, b)
    return np.where(turned, 1 - found, found)


def _log_heights(x: Real, a: Real, b: Real, rest: Real, scale: Real) -> Real:
    peak, beyond = a / (a + b), b / (a + b)
    distance = np.where(x < rest, x - peak, beyond - rest)
    found: Real = a * _log_ratios(x, peak, distance) + b * _log_ratios(rest, beyond, -distance) + scale
    return found


def _log_ratios(value: Real, peak: Real, distance: Real) -> Real:
    near = np.abs(distance) < peak / 2
    return np.where(near, np.log1p(np.where(near, distance / peak, 0.0)), np.log(value / peak))


def _fractions(x: Real, a: Real, b: Real) -> Real:
    """The continued fraction of ``distributions.beta_cdf``; those that have settled are left alone."""
    found = np.ones(len(x))
    left = np.arange(len(x))
    value, c, d = np.ones(len(x)), np.ones(len(x)), np.zeros(len(x))
    for step in range(1, MOST_STEPS):
        m = step // 2
        if step % 2:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d, c = _no_zero(1 + term * d), _no_zero(1 + term / c)
        d = 1 / d
        value = value * c * d
        settled = np.abs(c * d - 1) < 4 * EXACT
        if settled.any():
            found[left[settled]] = 1 / value[settled]
            on = ~settled
            left = left[on]
            x, a, b, value, c, d = (one[on] for one in (x, a, b, value, c, d))
        if not len(left):
            return found
    raise ArithmeticError("no value of a beta distribution")


def _no_zero(values: Real) -> Real:
    return np.where(values == 0, TINY, values)
