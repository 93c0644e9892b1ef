"""The made-up sample and R's figures for it (fixtures.R), and the same sample in our own terms."""

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from surveys.estimation.calibration import Calibration
from surveys.estimation.linear import Sample

PLACE = Path(__file__).parent / "data"
ITEMS = tuple(f"c{number}" for number in range(1, 7))
DESIGNS = ("simple", "weighted", "stratified", "clustered", "both", "people_fpc", "communes_fpc")
THIN = ("03", "04", "20", "34")
Person = Mapping[str, str]
Columns = tuple[list[float], list[float]]


@cache
def reference() -> Any:
    return json.loads((PLACE / "reference.json").read_text(encoding="utf-8"))


@cache
def everybody() -> tuple[Person, ...]:
    with (PLACE / "people.csv").open(encoding="utf-8") as file:
        return tuple(csv.DictReader(file))


def thinned() -> tuple[Person, ...]:
    """Without all communes but the first of four provinces, which are then strata of a single unit."""
    return tuple(p for p in everybody() if p["province"] not in THIN or p["commune"].endswith("01"))


def sample(name: str, people: Sequence[Person] | None = None, calibration: Calibration | None = None) -> Sample:
    people = everybody() if people is None else people
    stratified, clustered = (
        name not in ("simple", "weighted", "clustered"),
        name in ("clustered", "both", "communes_fpc"),
    )
    populations = (
        {p["province"]: float(p[f"{name.removesuffix('_fpc')}_in_all"]) for p in people} if "fpc" in name else {}
    )
    drawn = [1.0 if name == "simple" else float(p["weight"]) for p in people]
    return Sample(
        [p["province"] if stratified else "" for p in people],
        drawn if calibration is None else calibration.weights,
        [p["commune"] for p in people] if clustered else None,
        populations,
        calibration,
    )


def answers(
    items: Sequence[str], among: Callable[[Person], bool] = lambda person: True, *,
    people: Sequence[Person] | None = None, score: Callable[[int], float] = lambda level: float(level >= 4),
) -> Columns:  # fmt: skip
    """How many of the items everybody is satisfied with, and answered; zeros outside of the domain."""
    satisfied, valid = [], []
    for person in everybody() if people is None else people:
        given = [int(person[item]) for item in items if person[item]] if among(person) else []
        satisfied.append(sum(map(score, given), 0.0))
        valid.append(float(len(given)))
    return satisfied, valid
