"""What people wrote, for staff: masked, by place with counts, so many to a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from pages.results.words import Words
from storage.geography import place_name
from surveys.comments import Comments
from surveys.questionnaire import Questionnaire

AT_ONCE = 30


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of comments, ``number`` of ``last`` from 1; ``counts`` of all places, ``told`` what stands here."""

    number: int
    last: int
    counts: Sequence[tuple[str, int]]
    told: Sequence[tuple[str, str, Sequence[str]]]
    """Place, question, texts."""


def sheet(said: Words, form: Questionnaire, found: Sequence[Comments], number: int) -> Sheet:
    """The page of this number, or the nearest that there is."""
    rows = [
        (_name(said, one.place), form.question(question).label, text)
        for one in found for question, texts in one.texts.items() for text in texts
    ]  # fmt: skip
    last = max((len(rows) + AT_ONCE - 1) // AT_ONCE, 1)
    number = min(max(number, 1), last)
    here = rows[(number - 1) * AT_ONCE : number * AT_ONCE]
    told = [
        (place, label, [text for _, _, text in of]) for (place, label), of in groupby(here, key=lambda row: row[:2])
    ]
    return Sheet(number, last, [(_name(said, one.place), one.n) for one in found], told)


def _name(said: Words, place: str) -> str:
    return place_name(place) if place else said.elsewhere
