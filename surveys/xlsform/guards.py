"""Limits that our kinds have of themselves, written out as a constraint for other programs, and taken off again."""

from surveys.questionnaire import TEXT_LIMIT, Kind

WIDEST = (-2_000_000_000, 2_000_000_000)
"""What a number may be that a form does not limit; money in đồng fits."""


def guard(kind: Kind, lowest: int, highest: int, limit: int) -> str:
    """The constraint by which another program keeps the same limits; '' where there are none."""
    if kind in (Kind.NUMBER, Kind.DECIMAL) and (lowest, highest) != WIDEST:
        return f". >= {lowest} and . <= {highest}"
    if kind is Kind.TEXT and limit != TEXT_LIMIT:
        return f"string-length(.) <= {limit}"
    return ""


def guarded(constraint: str, before: str) -> str:
    """A constraint behind a guard."""
    return f"{before} and ({constraint})" if before and constraint else before or constraint


def unguarded(constraint: str, before: str) -> str:
    """The constraint that was put behind a guard."""
    if not before or constraint == before:
        return "" if constraint == before else constraint
    start = f"{before} and ("
    return constraint[len(start) : -1] if constraint.startswith(start) and constraint.endswith(")") else constraint
