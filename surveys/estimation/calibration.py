"""What weights that were fitted to known totals leave of a linearised variable: only its residuals vary."""

from collections.abc import Sequence
from dataclasses import dataclass

MOST_SWEEPS = 1000
SETTLED = 1e-14


@dataclass(frozen=True, slots=True)
class Calibration:
    """Fitted ``weights`` with the ``margins`` they were fitted to: for each margin every respondent's category.

    ``mass`` weighs the respondents in the regression on the margins. All alike (None) is the convention of R's
    ``rake``; that of ``postStratify`` and ``calibrate`` are the weights before fitting (Deville and Särndal 1992).
    """

    weights: Sequence[float]
    margins: Sequence[Sequence[str]]
    mass: Sequence[float] | None = None

    def residuals(self, influence: Sequence[float]) -> list[float]:
        """Weighted residuals of a weighted linearised variable on the categories of all margins together.

        The regression is fitted by sweeping the means of one margin after the other until nothing changes; ValueError
        if that does not come to an end.
        """
        mass = self.mass or [1.0] * len(self.weights)
        left = [z / w for z, w in zip(influence, self.weights, strict=True)]
        scale = max(map(abs, left), default=0.0)
        for _ in range(MOST_SWEEPS):
            largest = max((_sweep(left, categories, mass) for categories in self.margins), default=0.0)
            if largest <= SETTLED * scale or len(self.margins) < 2:
                return [r * w for r, w in zip(left, self.weights, strict=True)]
        raise ValueError(f"the margins are too much alike: no residuals after {MOST_SWEEPS} sweeps")


def _sweep(left: list[float], categories: Sequence[str], mass: Sequence[float]) -> float:
    """Takes from each value the mean of its category; the largest mean taken."""
    sums: dict[str, float] = {}
    masses: dict[str, float] = {}
    for value, category, m in zip(left, categories, mass, strict=True):
        sums[category] = sums.get(category, 0.0) + m * value
        masses[category] = masses.get(category, 0.0) + m
    means = {category: total / masses[category] for category, total in sums.items()}
    left[:] = [value - means[category] for value, category in zip(left, categories, strict=True)]
    return max(map(abs, means.values()))
