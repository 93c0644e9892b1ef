"""A province as the pictures show it, and what is known of its rank."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import copysign, inf, sqrt

from surveys.estimation.comparison import holm
from surveys.estimation.distributions import t_tails
from surveys.estimation.ratio import Estimate
from surveys.index import Figure

LEVEL = 0.05
CERTAINLY_CHANCE = 1.95
"""A smaller t is never significant at the level, whatever the degrees of freedom: its p is not worth finding."""


@dataclass(frozen=True, slots=True)
class Place:
    """One province: its official code, its name, its figure, and the figure as it is written.

    Without a ``figure`` nobody answered there. One that is hidden has no value, and nothing else of it is drawn.
    """

    code: str
    name: str
    figure: Figure | None
    shown: str = ""

    @property
    def hidden(self) -> bool:
        return self.figure is not None and self.figure.value is None


def ranks(figures: Mapping[str, Figure]) -> dict[str, tuple[int, int]]:
    """From which to which rank each may be: better than it are counted only those that are so by more than chance.

    Every pair is compared by the difference of two independent estimates, p by Student's t with the degrees of
    freedom of Welch and Satterthwaite, adjusted by Holm for all pairs; the best rank is one more than the number
    that are better at 5 %, the worst their number less those that are worse. All ranges together hold with 95 %:
    Mogstad, Romano, Shaikh and Wilhelm, Inference for Ranks, Review of Economic Studies 91 (2024); Klein, Wright and
    Wieczorek, A joint confidence region for an overall ranking of populations, JRSS C 69 (2020). Those without an
    error (of an open link, or hidden) have no rank, and count for nobody else's.
    """
    known = {code: estimate for code, figure in figures.items() if (estimate := figure.estimate) is not None}
    tested = {(a, b): p for a, b in combinations(known, 2) if (p := _p(known[a], known[b])) is not None}
    better = dict.fromkeys(known, 0)
    worse = dict.fromkeys(known, 0)
    for (a, b), p in holm(tested).items():
        if p <= LEVEL:
            high, low = (a, b) if known[a].value > known[b].value else (b, a)
            better[low] += 1
            worse[high] += 1
    return {code: (1 + better[code], len(known) - worse[code]) for code in known}


def _p(one: Estimate, other: Estimate) -> float | None:
    """Two-sided p of the difference of two independent estimates, 1 where it is not worth finding.

    None where no degree of freedom is left.
    """
    v, w = one.variance, other.variance
    if v is None or w is None or min(one.df, other.df) < 1:
        return None
    gap = one.value - other.value
    if v + w == 0:
        return 0.0 if gap else 1.0
    df = (v + w) ** 2 / (v * v / one.df + w * w / other.df)
    t = gap / sqrt(v + w)
    if abs(t) < CERTAINLY_CHANCE:
        return 1.0
    return 0.0 if abs(t) == inf else t_tails(copysign(t, 1.0), df)


@lru_cache(maxsize=16)
def ranked(places: tuple[Place, ...]) -> tuple[tuple[Place, tuple[int, int] | None], ...]:
    """The places that have a figure, the highest first, each with its range of ranks; the hidden ones last.

    Without any ranks they stay in the order given: to sort them would rank them all the same.
    """
    shown = [place for place in places if place.figure is not None and place.figure.value is not None]
    found = ranks({place.code: place.figure for place in shown if place.figure is not None})
    if found:
        shown.sort(key=lambda place: -(place.figure.value or 0.0) if place.figure else 0.0)
    return (*((place, found.get(place.code)) for place in shown), *((p, None) for p in places if p.hidden))
