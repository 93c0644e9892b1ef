"""How much the design of a sample costs: design effects, and the size of a simple sample that would tell as much."""

from collections.abc import Iterable, Sequence

from surveys.estimation.linear import Linear, Sample


def simple_variance(squares: float, *, n: int, weight: float, replace: bool = False) -> float | None:
    """The variance that an estimate would have in a simple random sample of as many respondents.

    ``squares`` is Σ w r² of the linearised variable r of the estimate (of the weighted w r: Σ (w r)²/w), ``n`` and
    ``weight`` number and sum of weights of those in the domain. Without replacement, as R's ``deff=TRUE``, the
    weights must add up to the population; None if they add up to less than n, or with fewer than two. With it, as R's
    ``deff="replace"``, their scale does not matter.
    """
    if n < 2 or (not replace and weight < n):
        return None
    found = squares * weight / (n - 1)
    return found if replace else found * (1 - n / weight)


def squares_of_share(share: float, valid: float) -> float:
    """Σ w r² of one criterion from its counters: ``share`` of 1, ``valid`` the sum of weights of valid answers."""
    return share * (1 - share) / valid


def squares_of(sample: Sample, found: Linear) -> float:
    """Σ w r² from the respondents."""
    return sum(z * z / w for z, w in zip(found.influence, sample.weights, strict=True))


def design_effect(variance: float, simple: float | None) -> float | None:
    """How many times the variance is that of a simple random sample (Kish 1965); None where that has none."""
    return variance / simple if simple else None


def kish_of_sums(n: int, weight: float, weight2: float) -> float:
    """n Σw² / (Σw)²: what unequal weights alone cost, one plus their squared coefficient of variation (Kish 1965)."""
    return n * weight2 / weight**2


def kish(weights: Sequence[float]) -> float:
    """The same from the weights; ValueError if there are none."""
    if not weights:
        raise ValueError("no weights")
    return kish_of_sums(len(weights), sum(weights), _squares(weights))


def _squares(values: Iterable[float]) -> float:
    return sum(value * value for value in values)


def effective_size(share: float, variance: float) -> float | None:
    """p (1 - p) / v: the simple sample with this variance; None where nothing varies (Korn and Graubard 1998)."""
    return share * (1 - share) / variance if variance > 0 else None
