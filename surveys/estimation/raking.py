"""Weights fitted to known totals: of cells (post-stratification), or of several margins in turn (raking)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from surveys.estimation.calibration import Calibration
from surveys.estimation.weights import HEAVIEST, ceiling, trim

EXACT = 1e-12
MOST_SWEEPS = 1000
MOST_TRIMS = 200
AGREEING = 1e-6
BARELY = 1e-9


@dataclass(frozen=True, slots=True)
class Margin:
    """One known distribution: every respondent's ``categories`` entry, and how many people there are of each."""

    name: str
    categories: Sequence[str]
    targets: Mapping[str, float]


class EmptyCell(ValueError):
    """There are people of this category but nobody answered: unite it with another one."""

    def __init__(self, margin: str, category: str) -> None:
        super().__init__(f"{margin}: nobody of category {category!r} answered; unite it with another one")
        self.margin, self.category = margin, category


class UnknownCategory(ValueError):
    """Somebody is of a category of which there are known to be no people."""

    def __init__(self, margin: str, category: str) -> None:
        super().__init__(f"{margin}: people answered who are {category!r}, of whom no number is known")
        self.margin, self.category = margin, category


class NotConverged(ValueError):
    """The margins cannot be met together; the one that is furthest off is named."""

    def __init__(self, margin: str, category: str, why: str) -> None:
        super().__init__(f"{margin}: category {category!r} {why}")
        self.margin, self.category = margin, category


def post_stratify(drawn: Sequence[float], cells: Margin) -> Calibration:
    """Weights that meet the number of people in each cell, by one factor a cell, from the weights as ``drawn``.

    R's ``postStratify``: the residuals are those from the means of the cells under the weights as drawn (Särndal,
    Swensson, Wretman 1992, §7.6). EmptyCell and UnknownCategory name the cell.
    """
    _check((cells,), len(drawn))
    return Calibration(_fit(drawn, cells), (cells.categories,), drawn)


def rake(drawn: Sequence[float], margins: Sequence[Margin]) -> Calibration:
    """Weights that meet every margin, from the weights as ``drawn``, by iterative proportional fitting.

    Deming and Stephan 1940; Deville and Särndal 1992, §2, case 2. Its residuals are unweighted, as with R's ``rake``;
    for those of ``calibrate(calfun="raking")`` replace ``mass`` by the weights as drawn. EmptyCell, UnknownCategory
    and NotConverged name margin and category; ValueError if the margins count different numbers of people.
    """
    _check(margins, len(drawn))
    weights = list(drawn)
    for _ in range(MOST_SWEEPS):
        for margin in margins:
            weights = _fit(weights, margin)
        off, name, category = _furthest(weights, margins)
        if off <= EXACT:
            return Calibration(weights, [margin.categories for margin in margins])
    raise NotConverged(name, category, f"is still off by {off:.1%} after {MOST_SWEEPS} sweeps")


def rake_trimmed(drawn: Sequence[float], margins: Sequence[Margin], multiple: float = HEAVIEST) -> Calibration:
    """Raked weights of which none is over a multiple of their median: cut and raked again until both hold.

    The ceiling is that of the first raking. NotConverged names the margin and category that needs heavier weights.
    """
    fitted = rake(drawn, margins)
    heaviest = ceiling(fitted.weights, multiple)
    for _ in range(MOST_TRIMS):
        if max(fitted.weights) <= heaviest * (1 + BARELY):
            return fitted
        fitted = rake(trim(fitted.weights, heaviest), margins)
    where = fitted.weights.index(max(fitted.weights))
    margin = max(margins, key=lambda margin: _need(margin, margin.categories[where]))
    raise NotConverged(margin.name, margin.categories[where], f"needs weights over {heaviest:g}")


def _need(margin: Margin, category: str) -> float:
    """The mean weight that the target of a category asks of those who are in it."""
    return margin.targets[category] / sum(c == category for c in margin.categories)


def _check(margins: Sequence[Margin], people: int) -> None:
    for margin in margins:
        if len(margin.categories) != people:
            raise ValueError(f"{margin.name}: {len(margin.categories)} categories for {people} weights")
        present = set(margin.categories)
        for category in sorted(present):
            if not margin.targets.get(category, 0) > 0:
                raise UnknownCategory(margin.name, category)
        for category in sorted(margin.targets.keys() - present):
            if margin.targets[category] > 0:
                raise EmptyCell(margin.name, category)
    sizes = {margin.name: sum(margin.targets.values()) for margin in margins}
    if sizes and max(sizes.values()) - min(sizes.values()) > AGREEING * max(sizes.values()):
        counted = ", ".join(f"{name} {size:g}" for name, size in sizes.items())
        raise ValueError(f"the margins count different numbers of people: {counted}")


def _totals(weights: Sequence[float], margin: Margin) -> dict[str, float]:
    totals: dict[str, float] = {}
    for w, category in zip(weights, margin.categories, strict=True):
        totals[category] = totals.get(category, 0.0) + w
    return totals


def _fit(weights: Sequence[float], margin: Margin) -> list[float]:
    factors = {category: margin.targets[category] / total for category, total in _totals(weights, margin).items()}
    return [w * factors[category] for w, category in zip(weights, margin.categories, strict=True)]


def _furthest(weights: Sequence[float], margins: Sequence[Margin]) -> tuple[float, str, str]:
    """The largest relative distance of a category from its target, with the margin's and the category's name."""
    return max(
        (abs(total / margin.targets[category] - 1), margin.name, category)
        for margin in margins
        for category, total in _totals(weights, margin).items()
    )
