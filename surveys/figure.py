"""What a figure is, with its error and interval, and all figures of one part of the people. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from surveys.disclosure import FEW
from surveys.estimation.intervals import Method, interval
from surveys.estimation.ratio import Estimate
from surveys.sums import OVERALL

NOTHING = 1e-15
"""A variance below is what rounding leaves where nothing varies."""


class ErrorOf(StrEnum):
    """Of what a figure's error is: of the figure itself, or of the pooled ratio that is close to it."""

    ITSELF = "itself"
    POOLED = "pooled"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of ``n`` people: ``value`` in percent, ``score`` on the scale from 1, both None where hidden.

    ``error`` is the standard error in percentage points with ``df`` degrees of freedom, ``low`` and ``high`` the 95 %
    interval by ``method``; all None where people were not drawn at random, or where there is nothing to tell them
    from. ``effective_n`` are the people of a simple sample that would tell as much: n over ``effect``, the design
    effect, of a part only that of the weights (Kish).
    """

    n: int
    value: float | None = None
    score: float | None = None
    error: float | None = None
    df: int | None = None
    low: float | None = None
    high: float | None = None
    method: Method | None = None
    error_of: ErrorOf | None = None
    effective_n: float | None = None
    effect: float | None = None

    @property
    def margin(self) -> float | None:
        """Half the length of the interval, in percentage points."""
        return (self.high - self.low) / 2 if self.low is not None and self.high is not None else None

    def with_effect(self, effect: float) -> "Figure":
        """The same with this design effect."""
        return replace(self, effect=effect, effective_n=self.n / effect)

    @property
    def few(self) -> bool:
        """Whether it is of so few people that it is for staff only, to be marked so."""
        return self.value is not None and self.n < FEW

    @property
    def estimate(self) -> Estimate | None:
        """The same as a share of 1 with its variance; None where it has none."""
        if self.value is None or self.error is None or self.df is None:
            return None
        return Estimate(self.value / 100, (self.error / 100) ** 2, self.df)


@dataclass(frozen=True, slots=True)
class Index:
    """Every figure of one survey, or of one part of its people."""

    n: int
    overall: Figure
    domains: Mapping[str, Figure]
    factors: Mapping[str, Figure]
    criteria: Mapping[str, Figure]

    def figures(self) -> dict[str, Figure]:
        """All of them, named as their sums: 'overall', 'domain:…', 'factor:…', 'criterion:…'."""
        named = (("domain", self.domains), ("factor", self.factors), ("criterion", self.criteria))
        return {OVERALL: self.overall} | {f"{kind}:{id}": f for kind, all_ in named for id, f in all_.items()}


def with_error(figure: Figure, found: Estimate, effect: float, *, of: ErrorOf = ErrorOf.ITSELF) -> Figure:
    """The figure with the error of an estimate and its interval; ``effect`` is the design effect of its weights."""
    assert figure.value is not None
    share = min(max(figure.value / 100, 0.0), 1.0)
    if found.variance is not None and found.variance < NOTHING:
        found = replace(found, variance=0.0)
    around = interval(share, found.variance, n=figure.n, df=found.df, effect=effect)
    if found.error is None or around is None:
        return figure
    return replace(
        figure, error=100 * found.error, df=found.df, low=100 * around.low, high=100 * around.high,
        method=around.method, error_of=of, effect=effect, effective_n=figure.n / effect,
    )  # fmt: skip
