"""Whether two figures differ by more than chance: two surveys, two waves of a panel, or very many pairs at once."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from math import copysign, inf, sqrt
from typing import TypeVar

from surveys.estimation.distributions import t_quantile, t_tails
from surveys.estimation.ratio import Estimate

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Difference:
    """The later less the earlier figure, its standard error, interval and two-sided p value, in the figures' unit."""

    value: float
    error: float
    df: float
    low: float
    high: float
    p: float

    def is_significant(self, level: float = 0.05) -> bool:
        return self.p <= level


def difference(
    later: Estimate, earlier: Estimate, *, covariance: float = 0.0, df: float | None = None, level: float = 0.95
) -> Difference | None:
    """How two estimates differ; None where either has no variance, or no degree of freedom is left.

    Independent surveys have no covariance, and the degrees of freedom of Welch and Satterthwaite. If people or PSUs
    overlap, the covariance is to be given (``linear.covariance``; v = v₁ + v₂ - 2 cov), and the smaller of the two
    degrees of freedom is taken. ``df`` overrides both. ValueError for a covariance larger than the variances allow.
    """
    if later.variance is None or earlier.variance is None:
        return None
    one, other = later.variance, earlier.variance
    if abs(covariance) > sqrt(one * other) * (1 + 1e-9):
        raise ValueError(f"a covariance of {covariance} between variances of {one} and {other}")
    if df is None:
        df = min(later.df, earlier.df) if covariance else _welch(one, later.df, other, earlier.df)
    if df < 1:
        return None
    value = later.value - earlier.value
    error = sqrt(max(one + other - 2 * covariance, 0.0))
    half = t_quantile((1 + level) / 2, df) * error
    t = value / error if error else copysign(inf, value) if value else 0.0
    return Difference(value, error, df, value - half, value + half, 0.0 if abs(t) == inf else t_tails(t, df))


def _welch(one: float, df_one: float, other: float, df_other: float) -> float:
    """(v₁ + v₂)² / (v₁²/df₁ + v₂²/df₂); the smaller of the two where nothing varies (Satterthwaite 1946)."""
    if min(df_one, df_other) < 1 or one + other == 0:
        return min(df_one, df_other)
    return (one + other) ** 2 / (one * one / df_one + other * other / df_other)


def holm(p_values: Mapping[Key, float]) -> dict[Key, float]:
    """p values adjusted for their number, so that one false alarm among all is as rare as with one (Holm 1979)."""
    adjusted: dict[Key, float] = {}
    largest = 0.0
    for rank, key in enumerate(sorted(p_values, key=lambda key: p_values[key])):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[key]))
        adjusted[key] = largest
    return {key: adjusted[key] for key in p_values}


def significant(p_values: Mapping[Key, float], level: float = 0.05) -> frozenset[Key]:
    """Which of many differences stand together at the level, after Holm's adjustment."""
    return frozenset(key for key, p in holm(p_values).items() if p <= level)
