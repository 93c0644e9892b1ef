"""Quantiles and tails of the normal, Student's and the beta distribution, to twelve digits or so, without scipy."""

from collections.abc import Callable
from functools import lru_cache
from math import erfc, exp, inf, isinf, lgamma, log, log1p, pi, sqrt
from statistics import NormalDist

MOST_STEPS = 200_000
TINY = 1e-300
EXACT = 1e-16
MANY, ENOUGH = 1e5, 500
"""From so many degrees of freedom on, Student's quantile is expanded around the normal one; from ``ENOUGH`` for
quantiles within three of the middle, where four terms are exact to 1e-12."""
STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360)


def normal_quantile(p: float) -> float:
    """The standard normal quantile; ValueError unless 0 < p < 1."""
    if not 0 < p < 1:
        raise ValueError(f"no quantile of {p}")
    return NormalDist().inv_cdf(p)


def beta_cdf(x: float, a: float, b: float, rest: float | None = None) -> float:
    """The regularised incomplete beta function I_x(a, b); ``rest`` is 1 - x where it is known more exactly.

    Its continued fraction (DLMF 8.17.22) by the modified method of Lentz. ValueError unless a and b are positive.
    """
    if not (a > 0 and b > 0):
        raise ValueError(f"no beta distribution of {a} and {b}")
    rest = 1 - x if rest is None else rest
    if x <= 0 or rest <= 0:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_cdf(rest, b, a, x)
    return exp(_log_height(x, a, b, rest)) / a * _fraction(x, a, b)


def _log_height(x: float, a: float, b: float, rest: float) -> float:
    """The logarithm of x^a (1 - x)^b / B(a, b), held against its peak so that large a and b do not cancel digits."""
    peak, beyond = a / (a + b), b / (a + b)
    distance = x - peak if x < rest else beyond - rest
    height = a * _log_ratio(x, peak, distance) + b * _log_ratio(rest, beyond, -distance)
    return height + log_scale(a, b)


@lru_cache(maxsize=65536)
def log_scale(a: float, b: float) -> float:
    """What does not depend on x of the logarithm of x^a (1 - x)^b / B(a, b), held against its peak."""
    return (log(a) + log(b / (a + b)) - log(2 * pi)) / 2 + _stirling(a + b) - _stirling(a) - _stirling(b)


def _log_ratio(value: float, peak: float, distance: float) -> float:
    return log1p(distance / peak) if abs(distance) < peak / 2 else log(value / peak)


def _stirling(z: float) -> float:
    """By how much Stirling's formula falls short of ln Γ(z) (DLMF 5.11.1)."""
    if z < 10:
        return lgamma(z) - (z - 0.5) * log(z) + z - log(2 * pi) / 2
    return sum(c / z**power for c, power in zip(STIRLING, range(1, 13, 2), strict=True))


def _fraction(x: float, a: float, b: float) -> float:
    """1/(1 + d₁/(1 + d₂/(1 + …))), which converges for x < (a + 1)/(a + b + 2)."""
    value, c, d = 1.0, 1.0, 0.0
    for step in range(1, MOST_STEPS):
        m = step // 2
        if step % 2:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / ((1 + term * d) or TINY)
        c = (1 + term / c) or TINY
        value *= c * d
        if abs(c * d - 1) < EXACT * 4:
            return 1 / value
    raise ArithmeticError(f"no value of the beta distribution at {x} with {a} and {b}")


def _root(rising: Callable[[float], float], slope: Callable[[float], float], low: float, high: float) -> float:
    """Where a rising function is zero, by Newton's steps, halving the interval wherever they lead out of it."""
    x = (low + high) / 2
    for _ in range(2000):
        value = rising(x)
        if value == 0:
            return x
        low, high = (x, high) if value < 0 else (low, x)
        steep = slope(x)
        new = x - value / steep if steep > 0 else low
        if not low < new < high:
            new = (low + high) / 2
        if abs(new - x) <= EXACT * 4 * abs(new) or not low < new < high:
            return new
        x = new
    return x


def beta_quantile(p: float, a: float, b: float) -> float:
    """The quantile of the beta distribution; with a = 0 or b = 0 all of it lies at 0 or 1. ValueError as above."""
    if not 0 <= p <= 1:
        raise ValueError(f"no quantile of {p}")
    if a == 0 < b or p == 0:
        return 0.0
    if b == 0 < a or p == 1:
        return 1.0
    if p > beta_cdf(0.5, a, b):
        return 1 - _root(lambda x: p - beta_cdf(1 - x, a, b, x), lambda x: _density(x, b, a), 0.0, 0.5)
    return _root(lambda x: beta_cdf(x, a, b) - p, lambda x: _density(x, a, b), 0.0, 0.5)


def _density(x: float, a: float, b: float) -> float:
    return exp(_log_height(x, a, b, 1 - x)) / x / (1 - x)


def t_tails(t: float, df: float) -> float:
    """The probability of at least |t| on either side, with df degrees of freedom (inf: normal): a p value."""
    if isinf(df):
        return erfc(abs(t) / sqrt(2))
    square = t * t
    return beta_cdf(df / (df + square), df / 2, 0.5, square / (df + square))


@lru_cache(maxsize=8192)
def t_quantile(p: float, df: float) -> float:
    """Student's quantile for df > 0 (inf: normal): the inverse of the incomplete beta function.

    From many degrees of freedom on by the expansion of Abramowitz and Stegun 26.7.5. ValueError unless 0 < p < 1.
    """
    z = normal_quantile(p)
    if not df > 0:
        raise ValueError(f"no quantile with {df} degrees of freedom")
    if isinf(df) or z == 0:
        return z
    if df >= MANY or (df >= ENOUGH and abs(z) < 3):
        return _expanded(z, df)
    tails = 2 * min(p, 1 - p)
    high = 1.0
    while t_tails(high, df) > tails and high < inf:
        high *= 2
    log_height = lgamma((df + 1) / 2) - lgamma(df / 2) - log(df * pi) / 2
    t = _root(
        lambda t: tails - t_tails(t, df),
        lambda t: 2 * exp(log_height - (df + 1) / 2 * log1p(t * t / df)),
        0.0, high,
    )  # fmt: skip
    return t if p > 0.5 else -t


def _expanded(z: float, df: float) -> float:
    """Student's quantile around the normal one, by four terms (Abramowitz and Stegun 26.7.5)."""
    z2 = z * z
    first = (z2 + 1) * z / 4
    second = ((5 * z2 + 16) * z2 + 3) * z / 96
    third = (((3 * z2 + 19) * z2 + 17) * z2 - 15) * z / 384
    fourth = ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) * z / 92160
    return z + (first + (second + (third + fourth / df) / df) / df) / df
