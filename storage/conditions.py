"""A condition on persons, as data. Pure; ``storage.audience`` makes SQL of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Everyone:
    """No condition."""


@dataclass(frozen=True, slots=True)
class Is:
    """A field has one of some values: level, province, commune (codes), person (ids), unit (part of the name)."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Interested:
    """The person chose one of these areas (a bit mask), or did not choose at all."""

    areas: int


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    part: "Condition"


@dataclass(frozen=True, slots=True)
class Both:
    """One and the other."""

    left: "Condition"
    right: "Condition"


@dataclass(frozen=True, slots=True)
class Either:
    """One or the other."""

    left: "Condition"
    right: "Condition"


Condition = Everyone | Is | Interested | Not | Both | Either
