"""A condition on persons as data, and as SQL."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, func, not_, or_, true

from storage.tables import Person


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


def sql(condition: Condition) -> ColumnElement[bool]:
    """The condition over rows of ``persons``."""
    match condition:
        case Everyone():
            return true()
        case Is("person", values):
            return Person.id.in_([int(value) for value in values])
        case Is("unit", values):
            return or_(
                false(), *(func.lower(Person.unit).contains(value.lower(), autoescape=True) for value in values)
            )
        case Is(field, values):
            columns = {"level": Person.level, "province": Person.province, "commune": Person.commune}
            return columns[field].in_(values)
        case Interested(areas):
            return or_(Person.areas == 0, Person.areas.bitwise_and(areas) != 0)
        case Not(part):
            return not_(sql(part))
        case Both(left, right):
            return and_(sql(left), sql(right))
        case Either(left, right):
            return or_(sql(left), sql(right))
