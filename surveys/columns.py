"""Packed answers of many as columns of bytes, and what each chose.

What a question takes half a byte for when it is kept has a whole one here (``surveys.layout``).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from storage.packed import Page
from surveys.exact import Real, Whole
from surveys.layout import HALF, Folds, folds, places
from surveys.packing import NOTHING_SAID
from surveys.questionnaire import Kind, Question, Questionnaire

Bytes = NDArray[np.uint8]
UNANSWERED = -3
"""Below it are none; what was left out, not known or does not apply is 0, -1, -2."""
UPWARDS = 255 - 15
"""By so much a half byte that says nothing is smaller than a whole one."""


def matrix(form: Questionnaire, packed: Sequence[bytes]) -> Bytes:
    """Packed responses as rows, unfolded; ValueError if one is not of the length of this questionnaire."""
    made, lengths = folds(form), np.array([len(one) for one in packed], dtype=np.int64)
    if (wrong := lengths[(lengths != made.folded) & (lengths != made.size)]).size:
        raise ValueError(f"{wrong[0]} bytes for a questionnaire of {made.folded}")
    rows = np.empty((len(packed), made.size), dtype=np.uint8)
    for length, unfolded in ((made.size, _as_they_are), (made.folded, _unfolded)):
        which = np.flatnonzero(lengths == length)
        joined = b"".join(packed[at] for at in which.tolist())
        rows[which] = unfolded(np.frombuffer(joined, dtype=np.uint8).reshape(len(which), length), made)
    return rows


def _as_they_are(rows: Bytes, _: Folds) -> Bytes:
    return rows


def _unfolded(rows: Bytes, made: Folds) -> Bytes:
    if made.folded == made.size:
        return rows
    shared = rows[:, : made.shared]
    halves = np.stack([shared >> 4, shared & 15], axis=2).reshape(len(rows), 2 * made.shared)
    halves += UPWARDS * (halves > HALF).astype(np.uint8)
    joined = np.concatenate([halves[:, : len(made.halves)], rows[:, made.shared :]], axis=1)
    return joined[:, made.order]


def read(form: Questionnaire, page: Page) -> tuple[Bytes, Real]:
    """The packed answers of a page as a matrix, and its weights."""
    return matrix(form, [answers for _, answers, _, _ in page]), np.array([weight for _, _, weight, _ in page])


def column(form: Questionnaire, packed: Bytes, question: Question) -> Bytes:
    """The bytes of one question."""
    start, end = places(form)[form.position[question.id]][1:]
    return packed[:, start:end]


def chosen(question: Question, given: Bytes) -> Whole:
    """What each response is counted under: the option, or 1 where there are none; see ``UNANSWERED``."""
    length = given.shape[1]
    if question.kind is Kind.ONE:
        values = given[:, 0].astype(np.int64)
        if length == 2:
            values = values * 256 + given[:, 1]
    elif question.kind is Kind.RANK:
        order = given[:, 1:]
        values = order[np.arange(len(order)), (order > 0).argmax(axis=1)].astype(np.int64)
    else:
        values = np.ones(len(given), dtype=np.int64)
    values[~given.any(axis=1)] = UNANSWERED
    full = (given[:, :-1] == 255).all(axis=1)
    for number in range(len(NOTHING_SAID)):
        values[full & (given[:, -1] == 255 - number)] = -number
    return values


def ticked(given: Bytes, option: int) -> NDArray[np.bool_]:
    """Who ticked an option of several; the bits of who said nothing are to be left out by the caller."""
    return ((given[:, option // 8] >> (option % 8)) & 1).astype(np.bool_)
