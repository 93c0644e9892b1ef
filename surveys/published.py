"""The national satisfaction index as the Ministry of Home Affairs published it, year by year."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent / "data"
DATA, PARTS = HERE / "published_national.csv", HERE / "published_parts.csv"
SIPAS = "sipas"
"""The series of questionnaires whose figures may stand beside the published ones."""
BREAK = 2022
"""The first year of today's method: policies beside services, other criteria. Earlier figures are of another kind."""


@dataclass(frozen=True, slots=True)
class Published:
    """The national mean of one year in percent, and where it was read; ``confirmed`` if it was."""

    year: int
    value: float
    source: str

    @property
    def confirmed(self) -> bool:
        return not self.source.startswith("unconfirmed")


@cache
def published() -> tuple[Published, ...]:
    """All years, the oldest first."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return tuple(Published(int(r["year"]), float(r["value"]), r["source"]) for r in csv.DictReader(file))


def beside(series: str, year: int) -> Published | None:
    """The newest confirmed figure of today's method up to a year, for a questionnaire of this series."""
    found = [one for one in published() if BREAK <= one.year <= year and one.confirmed] if series == SIPAS else []
    return found[-1] if found else None


@dataclass(frozen=True, slots=True)
class Part:
    """The published figure of a domain ('policy', 'service') or of a factor of services, of so many criteria."""

    name: str
    value: float
    criteria: int
    source: str


@cache
def parts(year: int) -> tuple[Part, ...]:
    """What was published of the parts of one year's figure, none for most years.

    A domain stands alone, or its factors in its place; the year's figure is the mean of all their criteria.
    """
    with PARTS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if int(row["year"]) == year]
    return tuple(Part(r["part"], float(r["value"]), int(r["criteria"]), r["source"]) for r in rows)
