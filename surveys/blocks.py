"""Responses read in blocks and added up beside the loop, which stays free for whoever is talking with the bot."""

import asyncio
from collections.abc import Callable, Iterable

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from storage.counters import Answers, Parts
from storage.packed import Page, counting_pages
from surveys.columns import read
from surveys.exact import Whole
from surveys.questionnaire import Questionnaire
from surveys.tallying import Tally


def by_unit(unit: str, month: str) -> str:
    return unit


class Places:
    """Numbers for names, in the order in which they are met."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def of(self, names: Iterable[str]) -> Whole:
        """The number of each name."""
        numbers, given = self._numbers, list(names)
        for name in dict.fromkeys(given):
            numbers.setdefault(name, len(numbers))
        return np.array([numbers[name] for name in given], dtype=np.int64)

    @property
    def names(self) -> list[str]:
        return list(self._numbers)


class Blocks:
    """What a survey's responses add up to by place; ``n`` is their number."""

    def __init__(self, form: Questionnaire, place: Callable[[str, str], str]) -> None:
        self._form, self._place = form, place
        self._places, self._tally = Places(), Tally(form)
        self.n = 0

    @classmethod
    async def read(
        cls, session: AsyncSession, form: Questionnaire, survey_id: int, *,
        place: Callable[[str, str], str] = by_unit,
    ) -> "Blocks":  # fmt: skip
        """All that count, each added to the place that ``place`` says for its unit and its month."""
        blocks = cls(form, place)
        async for page in counting_pages(session, survey_id):
            await asyncio.to_thread(blocks._add, page)
        return blocks

    def _add(self, page: Page) -> None:
        pairs = [(unit, month) for unit, _, _, month in page]
        place_of = {pair: self._place(*pair) for pair in set(pairs)}
        where = self._places.of([place_of[pair] for pair in pairs])
        self._tally.add(where, *read(self._form, page))
        self.n += len(page)

    def summed(self) -> tuple[Answers, Parts]:
        """Counters in steps by place."""
        return self._tally.answers(self._places.names), self._tally.sums(self._places.names)
