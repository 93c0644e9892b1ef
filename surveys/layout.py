"""Where the answer to each question lies in packed answers, and how these are folded to be kept. Pure.

Unfolded, each question has its bytes, in the order of the questionnaire: so answers are given and worked with.
Folded, as they are kept once they are sent, what needs no more takes half a byte: one option of at most 12, and
whether a text, a file or a note was given. 0 to 12 stay as they are; 13, 14 and 15 are the three that say nothing
(253 to 255 in a whole byte). All halves lie in front, two to a byte, the earlier question in the upper half; behind
them come the whole bytes of the others.

The length tells which they are: unfolded they are longer as soon as two questions share a byte, and where none do
nothing is folded.
"""

from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from surveys.questionnaire import Kind, Question, Questionnaire

ONE_BYTE = 250
"""More options than these take two bytes."""
HALF = 12
"""So many options fit half a byte."""
WIDTHS = {Kind.NUMBER: 4, Kind.DATE: 4, Kind.TIME: 2, Kind.DECIMAL: 9, Kind.PLACE: 9, Kind.CALCULATION: 0}
DIGITS = b"0123456789abcdef"
VALUES = bytes([*range(HALF + 1), 253, 254, 255])
UNFOLDING = bytes.maketrans(DIGITS, VALUES)
FOLDING = bytes(DIGITS[VALUES.index(value)] if value in VALUES else ord("?") for value in range(256))


def width(question: Question) -> int:
    """How many bytes the question takes unfolded."""
    match question.kind:
        case Kind.ONE:
            return 1 if len(question.options) <= ONE_BYTE else 2
        case Kind.SEVERAL:
            return (len(question.options) + 2 + 7) // 8
        case Kind.RANK:
            return len(question.options) + 1
        case kind:
            return WIDTHS.get(kind, 1)


@lru_cache(maxsize=256)
def places(questionnaire: Questionnaire) -> tuple[tuple[Question, int, int], ...]:
    """Each question with where it begins and where it ends, unfolded."""
    places = []
    at = 0
    for question in questionnaire.questions:
        places.append((question, at, at + width(question)))
        at += width(question)
    return tuple(places)


@dataclass(frozen=True, slots=True)
class Folds:
    """``size`` bytes unfolded; those at ``halves`` share a byte when folded, those at ``whole`` do not."""

    size: int
    halves: tuple[int, ...]
    whole: tuple[int, ...]
    order: tuple[int, ...]
    """Where each unfolded byte lies among the halves and then the whole bytes."""

    @property
    def shared(self) -> int:
        """The bytes of all halves."""
        return (len(self.halves) + 1) // 2

    @property
    def folded(self) -> int:
        """Bytes of one response that was sent."""
        return self.shared + len(self.whole)


@lru_cache(maxsize=256)
def folds(questionnaire: Questionnaire) -> Folds:
    found = places(questionnaire)
    size = found[-1][2]
    halves = [start for question, start, _ in found if _is_small(question)]
    halves = halves if len(halves) > 1 else []
    joined = [*halves, *(at for at in range(size) if at not in set(halves))]
    order = sorted(range(size), key=joined.__getitem__)
    return Folds(size, tuple(halves), tuple(joined[len(halves) :]), tuple(order))


def _is_small(question: Question) -> bool:
    if question.kind is Kind.ONE:
        return len(question.options) <= HALF
    return question.kind in (Kind.TEXT, Kind.FILE, Kind.NOTE)


def fold(questionnaire: Questionnaire, unfolded: bytes) -> bytes:
    """Answers as they are kept when they were sent; ValueError if a half holds what none can."""
    made = folds(questionnaire)
    digits = bytes(unfolded[at] for at in made.halves).translate(FOLDING).decode()
    return bytes.fromhex(digits.ljust(2 * made.shared, "0")) + bytes(unfolded[at] for at in made.whole)


def unfold(questionnaire: Questionnaire, packed: bytes) -> bytes:
    """The bytes of each question, folded or not; ValueError if they are not answers to this questionnaire."""
    made = folds(questionnaire)
    if len(packed) == made.size:
        return packed
    if len(packed) != made.folded:
        raise ValueError(f"{len(packed)} bytes for a questionnaire of {made.folded}")
    joined = packed[: made.shared].hex().encode().translate(UNFOLDING)[: len(made.halves)] + packed[made.shared :]
    return bytes(itemgetter(*made.order)(joined))
