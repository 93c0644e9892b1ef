"""Signs that a response may not say what it seems to say; kept with it, never a reason to drop it in silence. Pure.

An answer within two seconds cannot have been read (Huang et al. 2012, "page time index"); the same answer to every
criterion is often sincere in satisfaction surveys, so it is a sign and no proof.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntFlag

from surveys.answers import Answer
from surveys.questionnaire import Questionnaire

LONGEST_PAUSE = 300
"""Seconds; whoever is away for longer is not answering meanwhile."""


class Flag(IntFlag):
    """What speaks against a response."""

    QUICK = 1
    STRAIGHT = 2
    DUPLICATE = 4
    OVER_QUOTA = 8


ALWAYS_OUT = Flag.OVER_QUOTA
"""Kept out of the index whatever the design says: the quota would not hold otherwise."""


@dataclass(frozen=True, slots=True)
class Limits:
    """An answer under ``quick_seconds`` is quick; a response is, once ``quick_share`` of its answers are.

    ``straight_items`` criteria answered all alike are a straight line.
    """

    quick_seconds: float = 2.0
    quick_share: float = 0.5
    straight_items: int = 10


@dataclass(frozen=True, slots=True)
class Tempo:
    """Time spent on a response so far, and how many of its answers came too fast."""

    seconds: int = 0
    quick: int = 0

    def after(self, seconds: float, items: int, limits: Limits) -> "Tempo":
        """Once ``items`` more answers have come ``seconds`` after the last ones."""
        spent = min(max(seconds, 0.0), LONGEST_PAUSE)
        quick = items if items and spent / items < limits.quick_seconds else 0
        return Tempo(self.seconds + round(spent), self.quick + quick)


USUAL = Limits()
NO_TIME = Tempo()
NO_FLAG = Flag(0)


def straight(questionnaire: Questionnaire, answers: Mapping[str, Answer], limits: Limits) -> bool:
    """Whether all criteria, of two factors at least, got one and the same answer."""
    given = {(q.id, q.factor): a for q in questionnaire.criteria if isinstance(a := answers.get(q.id), int)}
    factors = {factor for _, factor in given}
    return len(given) >= limits.straight_items and len(factors) > 1 and len(set(given.values())) == 1


def flags_of(questionnaire: Questionnaire, answers: Mapping[str, Answer], tempo: Tempo, limits: Limits) -> Flag:
    """What can be told from the answers and the time they took."""
    flags = Flag(0)
    if answers and tempo.quick >= limits.quick_share * len(answers):
        flags |= Flag.QUICK
    if straight(questionnaire, answers, limits):
        flags |= Flag.STRAIGHT
    return flags
