"""Confidence intervals of shares: the usual one, and those for small samples and for shares at the edge."""

from dataclasses import dataclass
from enum import StrEnum
from math import exp, log, sqrt

from surveys.estimation.distributions import beta_quantile, normal_quantile, t_quantile
from surveys.estimation.effects import effective_size

FEWEST = 30
"""From an effective sample of fewer the logit interval is not trusted."""


class Method(StrEnum):
    LOGIT = "logit"
    WILSON = "wilson"
    KORN_GRAUBARD = "korn-graubard"


@dataclass(frozen=True, slots=True)
class Interval:
    """From ``low`` to ``high``, shares of 1, and how it was found."""

    low: float
    high: float
    method: Method


def logit(share: float, variance: float, df: float, level: float = 0.95) -> Interval:
    """Symmetric on the scale of log odds, with Student's quantile: R's ``svyciprop(method="logit")``.

    ValueError at the shares 0 and 1, where there is none.
    """
    if not 0 < share < 1:
        raise ValueError(f"no log odds of {share}")
    half = t_quantile((1 + level) / 2, df) * sqrt(variance) / (share * (1 - share))
    odds = log(share / (1 - share))
    return Interval(_expit(odds - half), _expit(odds + half), Method.LOGIT)


def _expit(x: float) -> float:
    return 1 / (1 + exp(-x)) if x > 0 else exp(x) / (1 + exp(x))


def wilson(share: float, size: float, level: float = 0.95) -> Interval:
    """Wilson's score interval of a simple sample of ``size``, which may be an effective one (Wilson 1927)."""
    z2 = normal_quantile((1 + level) / 2) ** 2
    middle = (share + z2 / (2 * size)) / (1 + z2 / size)
    half = sqrt(z2 * (share * (1 - share) / size + z2 / (4 * size * size))) / (1 + z2 / size)
    low = 0.0 if share == 0 else max(middle - half, 0.0)
    return Interval(low, 1.0 if share == 1 else min(middle + half, 1.0), Method.WILSON)


def korn_graubard(share: float, size: float, *, n: int, df: float, level: float = 0.95) -> Interval:
    """Clopper and Pearson's exact interval at the effective ``size``, lessened where df is less than n - 1.

    ``n`` is the number of respondents. Korn and Graubard 1998; equal to R's ``svyciprop(method="beta")``.
    """
    tail = (1 - level) / 2
    if df != n - 1:
        size *= (t_quantile(tail, n - 1) / t_quantile(tail, df)) ** 2
    yes, no = size * share, size * (1 - share)
    return Interval(beta_quantile(tail, yes, no + 1), beta_quantile(1 - tail, yes + 1, no), Method.KORN_GRAUBARD)


def interval(
    share: float, variance: float | None, *, n: int, df: float, level: float = 0.95, effect: float = 1.0,
    small: Method = Method.KORN_GRAUBARD,
) -> Interval | None:  # fmt: skip
    """The interval of a share of 1 from ``n`` respondents: logit, or ``small`` where that cannot be trusted.

    ``small`` is used where the effective sample is below thirty, and where nothing varies: at the shares 0 and 1, or
    when all strata are of one mind. There the effective sample is n over ``effect``, the design effect assumed (that
    of a similar criterion, or Kish's of the weights). None where there is no variance or no degree of freedom left.
    """
    if variance is None or df < 1 or n < 2:
        return None
    known = effective_size(share, variance) if 0 < share < 1 else None
    size = n / effect if known is None else known
    if known is not None and size >= FEWEST:
        return logit(share, variance, df, level)
    match small:
        case Method.LOGIT:
            raise ValueError("the logit interval is not for small samples")
        case Method.WILSON:
            return wilson(share, size, level)
        case Method.KORN_GRAUBARD:
            return korn_graubard(share, size, n=n, df=df, level=level)
