"""Places in tables: how they are called, and in which order they stand. Pure."""

from collections.abc import Mapping

from storage.geography import place_name
from surveys.files import words
from surveys.index import Figure


def place(code: str) -> str:
    """The name of a unit or province; a sign where it is of no place."""
    return place_name(code) or words.NOT_SHOWN


def ranked(figures: Mapping[str, Figure]) -> list[tuple[str, Figure]]:
    """Those of the highest value first, what is hidden last, by code."""
    return sorted(figures.items(), key=lambda pair: (pair[1].value is None, -(pair[1].value or 0), pair[0]))
