"""What a stratum of a sample adds to a variance, and what becomes of strata of which a single unit was drawn."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

Form = tuple[float, float]
"""A linear form ``p * ws + q * wn`` of what one unit carries."""


class Lonely(StrEnum):
    """What to do where a stratum has a single unit, which cannot show how much its stratum varies."""

    COLLAPSE = "collapse"
    """United with the next stratum by name, the last with the one before (Wolter 2007, §2.5)."""
    ADJUST = "adjust"
    """Held against the mean of all instead of its stratum's; ``adjust`` in R's ``survey``."""
    CERTAINTY = "certainty"
    """As if it had been drawn for certain: it adds nothing; ``certainty`` and ``remove`` in R's ``survey``."""
    AVERAGE = "average"
    """It adds what the other strata add on average; ``average`` in R's ``survey``."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """Counts and sums over the units that were drawn in one stratum.

    A unit is what was drawn first: a respondent, or in a cluster sample a PSU with the totals of its respondents.
    ``ws`` and ``wn`` are the sums of the units' weighted satisfied and valid answers, ``ws2``, ``wsn`` and ``wn2``
    those of their products.
    For a domain every unit stays: those without anybody of the domain count in ``units`` and add zeros to the sums.
    ``inside`` is the number of units with somebody of the domain (None: all), ``population`` the number of units that
    could have been drawn (None: so many that it does not matter). ValueError if it is smaller than the sample.
    """

    units: int
    ws: float = 0.0
    wn: float = 0.0
    ws2: float = 0.0
    wsn: float = 0.0
    wn2: float = 0.0
    inside: int | None = None
    population: float | None = None

    def __post_init__(self) -> None:
        if self.population is not None and self.population < self.units:
            raise ValueError(f"{self.units} units drawn from a population of {self.population:g}")

    def __add__(self, other: "Stratum") -> "Stratum":
        known = self.population is not None and other.population is not None
        return Stratum(
            self.units + other.units, self.ws + other.ws, self.wn + other.wn,
            self.ws2 + other.ws2, self.wsn + other.wsn, self.wn2 + other.wn2, self.occupied + other.occupied,
            (self.population or 0) + (other.population or 0) if known else None,
        )  # fmt: skip

    @property
    def occupied(self) -> int:
        return self.units if self.inside is None else self.inside

    @property
    def left(self) -> float:
        """The part of the population that was not drawn, 1 - f: the finite population correction."""
        return 1.0 if self.population is None else 1 - self.units / self.population

    @property
    def is_lonely(self) -> bool:
        return self.units == 1 and self.left > 0

    def total(self, form: Form) -> float:
        return form[0] * self.ws + form[1] * self.wn

    def product(self, one: Form, other: Form) -> float:
        """The sum over the units of the product of two forms."""
        (a, b), (c, d) = one, other
        return a * c * self.ws2 + (a * d + b * c) * self.wsn + b * d * self.wn2


def of_totals(totals: Iterable[Form], population: float | None = None) -> Stratum:
    """A stratum from each unit's (ws, wn): weighted answers of a respondent, or their totals over a PSU."""
    pairs = list(totals)
    return Stratum(
        len(pairs), sum(s for s, _ in pairs), sum(n for _, n in pairs),
        sum(s * s for s, _ in pairs), sum(s * n for s, n in pairs), sum(n * n for _, n in pairs),
        inside=sum(n > 0 for _, n in pairs), population=population,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Design:
    """Strata as they enter a variance: ``lonely`` names those of a single unit, ``collapsed`` what was united."""

    strata: tuple[Stratum, ...]
    treatment: Lonely
    lonely: tuple[str, ...] = ()
    collapsed: tuple[tuple[str, ...], ...] = ()

    @property
    def units(self) -> int:
        return sum(s.units for s in self.strata)

    @property
    def df(self) -> int:
        """Degrees of freedom: units less strata, counting those with somebody of the domain (R's ``degf``)."""
        return sum(s.occupied for s in self.strata) - sum(s.occupied > 0 for s in self.strata)

    def covariance(self, one: Form, other: Form) -> float | None:
        """The covariance of the totals of two forms whose sum over the whole sample is zero, as linearised ones' is.

        The sum over the strata of (1 - f) m / (m - 1) Σ(z - z̄)(z' - z̄') over their m units (Särndal, Swensson,
        Wretman 1992, §3.7; between PSUs as if drawn with replacement, Wolter 2007, §2.4). None where
        nothing can vary: fewer than two units, or strata of single units only and ``AVERAGE``.
        """
        if self.units < 2:
            return None
        found, telling = 0.0, 0
        for s in self.strata:
            product, totals = s.product(one, other), s.total(one) * s.total(other)
            if not s.is_lonely:
                telling += s.occupied > 0
                found += s.left * s.units / (s.units - 1) * (product - totals / s.units) if s.units > 1 else 0.0
            elif self.treatment is Lonely.ADJUST:
                found += s.left * product
        if self.treatment is not Lonely.AVERAGE:
            return found
        return found * sum(s.occupied > 0 for s in self.strata) / telling if telling else None


def design(strata: Mapping[str, Stratum], treatment: Lonely = Lonely.COLLAPSE) -> Design:
    """The strata by name, those of a single unit treated; strata of which nothing was drawn are left out."""
    named = [(name, strata[name]) for name in sorted(strata) if strata[name].units]
    lonely = tuple(name for name, s in named if s.is_lonely)
    if treatment is not Lonely.COLLAPSE:
        return Design(tuple(s for _, s in named), treatment, lonely)
    groups: list[tuple[tuple[str, ...], Stratum]] = []
    for name, s in named:
        if groups and groups[-1][1].is_lonely:
            names, united = groups.pop()
            groups.append(((*names, name), united + s))
        else:
            groups.append(((name,), s))
    if len(groups) > 1 and groups[-1][1].is_lonely:
        (before, united), (after, last) = groups[-2:]
        groups[-2:] = [((*before, *after), united + last)]
    collapsed = tuple(names for names, _ in groups if len(names) > 1)
    return Design(tuple(s for _, s in groups), treatment, lonely, collapsed)
