"""Conditions on persons as SQL."""

from sqlalchemy import ColumnElement, and_, false, func, not_, or_, true

from storage.conditions import Both, Condition, Either, Everyone, Interested, Is, Not
from storage.tables import Person


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
