"""Packed answers as cells of a table, each looked up in a table that its question fills as values turn up. Pure.

Most questions take a byte, so a survey of 40,000 has a few hundred different answers: each is worked out once.
"""

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from surveys.answers import Answer
from surveys.layout import places, unfold
from surveys.packing import unpacked
from surveys.questionnaire import Question, Questionnaire

T = TypeVar("T")
MOST_KEPT = 1 << 16
"""So many different answers to one question are remembered; beyond, as with decimals, they are worked out again."""


class Known(dict[int | bytes, T], Generic[T]):
    """What becomes of each answer to one question, by its byte or its bytes."""

    def __init__(self, question: Question, cell: Callable[[Question, Answer | None], T]) -> None:
        self._question, self._cell = question, cell

    def __missing__(self, packed: int | bytes) -> T:
        given = bytes([packed]) if isinstance(packed, int) else packed
        made = self._cell(self._question, unpacked(self._question, given, {}))
        if len(self) < MOST_KEPT:
            self[packed] = made
        return made


def reader(
    form: Questionnaire, asked: Iterable[Question], cell: Callable[[Question, Answer | None], T]
) -> Callable[[bytes], list[T]]:
    """A function from packed answers to the cells of the questions ``asked``; ValueError for other bytes."""
    wanted = {question.id for question in asked}
    known = [
        (Known(question, cell), start if end == start + 1 else slice(start, end))
        for question, start, end in places(form) if question.id in wanted
    ]  # fmt: skip

    def cells(packed: bytes) -> list[T]:
        unfolded = unfold(form, packed)
        return [table[unfolded[at]] for table, at in known]

    return cells
