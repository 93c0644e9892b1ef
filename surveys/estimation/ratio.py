"""The share of satisfied among valid answers, and its variance by Taylor linearisation, from the sums of strata."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from surveys.estimation.design import Lonely, Stratum, design


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share or a mean with its variance (None: nothing to tell it from) and degrees of freedom.

    ``lonely`` names the strata of a single unit, ``collapsed`` the groups of strata that were united for them.
    """

    value: float
    variance: float | None
    df: int
    lonely: tuple[str, ...] = ()
    collapsed: tuple[tuple[str, ...], ...] = ()

    @property
    def error(self) -> float | None:
        """The standard error, in the unit of the value."""
        return None if self.variance is None else sqrt(self.variance)


def ratio(strata: Mapping[str, Stratum], treatment: Lonely = Lonely.COLLAPSE) -> Estimate | None:
    """R = Σws/Σwn, a share of 1, with the variance of z = (ws - R wn)/Σwn; None without a valid answer.

    Särndal, Swensson, Wretman 1992, §5.6; Binder 1983 for the residual of any estimating equation. Equal to
    R's ``svyratio``, and to ``svymean`` of one criterion, where s and n are 0 or 1.
    """
    valid = sum(s.wn for s in strata.values())
    if valid == 0:
        return None
    share = sum(s.ws for s in strata.values()) / valid
    form = (1 / valid, -share / valid)
    drawn = design(strata, treatment)
    variance = drawn.covariance(form, form)
    return Estimate(share, None if variance is None else max(variance, 0.0), drawn.df, drawn.lonely, drawn.collapsed)
