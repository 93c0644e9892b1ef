"""Shares and their combinations from the respondents, where sums are not enough: covariances, fitted weights.

An estimate is carried with what each respondent adds to it (Deville's linearised variable). Combinations of estimates
are combinations of these, so that their covariance is accounted for without ever being computed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from surveys.estimation.calibration import Calibration
from surveys.estimation.design import Design, Lonely, Stratum, design
from surveys.estimation.ratio import Estimate


@dataclass(frozen=True, slots=True)
class Sample:
    """Every respondent's stratum, weight and, in a cluster sample, PSU (its name need be unique in its stratum only).

    ``populations`` are the units that could have been drawn in each stratum, where that matters; ``calibration``
    tells how the weights were fitted. ValueError unless all columns are of one length and all weights positive.
    """

    strata: Sequence[str]
    weights: Sequence[float]
    clusters: Sequence[str] | None = None
    populations: Mapping[str, float] = field(default_factory=dict)
    calibration: Calibration | None = None

    def __post_init__(self) -> None:
        lengths = {len(self.strata), len(self.weights), len(self.strata if self.clusters is None else self.clusters)}
        if len(lengths) > 1:
            raise ValueError(f"columns of different lengths: {sorted(lengths)}")
        if not all(w > 0 for w in self.weights):
            raise ValueError("a weight that is not positive")


@dataclass(frozen=True, slots=True)
class Linear:
    """An estimate with every respondent's weighted part in it; ``inside`` tells who belongs to its domain."""

    value: float
    influence: Sequence[float]
    inside: Sequence[bool]


def share(sample: Sample, satisfied: Sequence[float], valid: Sequence[float]) -> Linear | None:
    """Σws/Σwn of everybody's satisfied and valid answers; who is outside of the domain or left it out has zeros.

    None without a valid answer. The ratio estimator of ``ratio.ratio``; a mean of scores if ``satisfied`` are scores.
    """
    total = sum(w * n for w, n in zip(sample.weights, valid, strict=True))
    if total == 0:
        return None
    value = sum(w * s for w, s in zip(sample.weights, satisfied, strict=True)) / total
    rows = zip(sample.weights, satisfied, valid, strict=True)
    return Linear(value, [w * (s - value * n) / total for w, s, n in rows], [n > 0 for n in valid])


def combine(parts: Sequence[Linear], coefficients: Sequence[float]) -> Linear:
    """Σ c·θ of several estimates from one sample, such as a mean of criteria (1/39 each) or a difference (1, -1)."""
    value = sum(c * part.value for part, c in zip(parts, coefficients, strict=True))
    rows = zip(*(part.influence for part in parts), strict=True)
    influence = [sum(c * z for c, z in zip(coefficients, row, strict=True)) for row in rows]
    return Linear(value, influence, [any(row) for row in zip(*(part.inside for part in parts), strict=True)])


def mean_of(parts: Sequence[Linear], weights: Sequence[float] | None = None) -> Linear:
    """The weighted mean of several shares: the published composition of criteria, each with weight one."""
    weights = [1.0] * len(parts) if weights is None else weights
    return combine(parts, [w / sum(weights) for w in weights])


def estimate(sample: Sample, found: Linear, treatment: Lonely = Lonely.COLLAPSE) -> Estimate:
    """The estimate with its variance under the design of the sample."""
    drawn = _design(sample, found, found, treatment)
    variance = drawn.covariance((1, 0), (1, 0))
    return Estimate(
        found.value, None if variance is None else max(variance, 0.0), drawn.df, drawn.lonely, drawn.collapsed
    )


def covariance(sample: Sample, one: Linear, other: Linear, treatment: Lonely = Lonely.COLLAPSE) -> float | None:
    """The covariance of two estimates from one sample."""
    return _design(sample, one, other, treatment).covariance((1, 0), (0, 1))


def _design(sample: Sample, one: Linear, other: Linear, treatment: Lonely) -> Design:
    """The design with strata of two linearised variables instead of satisfied and valid answers."""
    fitted = sample.calibration
    left = one.influence if fitted is None else fitted.residuals(one.influence)
    right = left if other is one else other.influence if fitted is None else fitted.residuals(other.influence)
    clusters = sample.clusters or range(len(sample.strata))
    units: dict[str, dict[str | int, tuple[float, float, bool]]] = {}
    rows = zip(sample.strata, clusters, left, right, one.inside, other.inside, strict=True)
    for stratum, cluster, y, z, among, among_other in rows:
        drawn = units.setdefault(stratum, {})
        so_far = drawn.get(cluster, (0.0, 0.0, False))
        drawn[cluster] = (so_far[0] + y, so_far[1] + z, so_far[2] or among or among_other)
    strata = {name: _stratum(list(drawn.values()), sample.populations.get(name)) for name, drawn in units.items()}
    return design(strata, treatment)


def _stratum(units: Sequence[tuple[float, float, bool]], population: float | None) -> Stratum:
    return Stratum(
        len(units), sum(y for y, _, _ in units), sum(z for _, z, _ in units),
        sum(y * y for y, _, _ in units), sum(y * z for y, z, _ in units), sum(z * z for _, z, _ in units),
        inside=sum(among for _, _, among in units), population=population,
    )  # fmt: skip
