"""What refusals tell about a limit: how fast it can be at most and at least, for each depth that its bucket may have.

The limit is taken for a token bucket that fills at R a second up to a depth of B. Of any window of length τ it lets N
messages pass only if N <= B + R·τ, and it refuses the first message that makes this untrue of a window which began
with a full bucket. So what passed makes R at least max over windows of (N - B) / τ, and the refused message makes it
less than the same with that message counted. Two refusals after windows of different lengths leave one depth and one
rate. Windows need only begin where the sender became faster or had been silent: where a stretch began. Pure.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf

DEEPEST = 30
DEPTHS = range(1, DEEPEST + 1)
SLOWEST = 0.2
"""Messages a second; a slower limit is not thought of."""
REMEMBERED = 5000
"""So many messages are known singly; more are never under way."""
MOST_STRETCHES = 100
MOST_UNHEARD = 200
AT_ONCE = 0.0004
"""Seconds between two messages that left at once, so that only their number tells which of them was refused."""
TOGETHER = 0.005
"""Seconds within which such messages really leave."""


@dataclass(slots=True)
class Stretch:
    """Messages sent evenly or all at once: those numbered after ``before`` up to ``after``.

    ``least``: for each depth, what the rate is at least if all of them passed; worked out once it is over.
    """

    began: float
    before: int
    ended: float
    after: int
    least: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most that the rate can be; the first entry is for depth 1."""

    least: tuple[float, ...] = (0.0,) * DEEPEST
    most: tuple[float, ...] = (inf,) * DEEPEST

    def depths(self, least: int = 1) -> list[int]:
        """The depths that explain all that was seen."""
        known = zip(DEPTHS, self.least, self.most, strict=True)
        return [depth for depth, low, high in known if depth >= least and low <= high > SLOWEST and low < inf]

    def slowest(self, depths: Sequence[int]) -> float:
        return min(self.least[depth - 1] for depth in depths)

    def fastest(self, depths: Sequence[int]) -> float:
        return max(self.most[depth - 1] for depth in depths)


@dataclass(slots=True)
class Evidence:
    """What was sent since the last refusal, and what the refusals before told."""

    bounds: Bounds = field(default_factory=Bounds)
    number: int = 0
    stretches: list[Stretch] = field(default_factory=list)
    sent: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    unheard: deque[float] = field(default_factory=lambda: deque(maxlen=MOST_UNHEARD))
    """When messages left whose answers got lost."""

    def begin(self, at: float) -> None:
        """From now on messages leave at another rate, or after a silence."""
        self.stretches = [*self.stretches[-MOST_STRETCHES:], Stretch(at, self.number, at, self.number)]

    def count(self, at: float) -> None:
        """A message leaves."""
        if not self.stretches:
            self.begin(at)
        self.number += 1
        at = max(at, self.stretches[-1].ended)
        self.sent.append((at, self.number))
        self.stretches[-1].ended, self.stretches[-1].after = at, self.number

    def settle(self, bounds: Bounds) -> None:
        """A pause lies behind us: from what was sent before it, only these bounds are kept."""
        self.bounds = bounds
        self.stretches.clear()
        self.sent.clear()
        self.unheard.clear()

    def first_refused(self, heard: Sequence[float]) -> int:
        """Number of the first message refused; ``heard`` are the times at which the refused ones had left.

        Of messages that left together the last ones are refused.
        """
        place = self._last_by(min(heard) + AT_ONCE)
        if place < 0:
            return self.number
        at, number = self.sent[place]
        if place and at - self.sent[place - 1][0] > AT_ONCE:
            return number
        edge = min(heard) + TOGETHER
        together = sum(at <= edge for at in heard)
        return max(self.sent[self._last_by(edge)][1] - together + 1, self.sent[0][1])

    def _last_by(self, edge: float) -> int:
        """Where in ``sent`` the last message is that had left by then; -1 if none."""
        return bisect_right(self.sent, edge, key=lambda one: one[0]) - 1

    def after_refusal(self, heard: Sequence[float]) -> tuple[Bounds, int]:
        """The bounds now that messages which left at these times were refused, and how many had passed before.

        Messages just before whose answers got lost may have passed or not. When no depth explains it, the refusal
        before was not heard, as its answer got lost: then it was the last message before a silence that was the
        first refused.
        """
        number = self.first_refused(heard)
        passed = number - 1 - self.stretches[0].before if self.stretches else 0
        bounds = self._with(number)
        if (silent := self._silent_before(number)) and passed > silent:
            bounds = Bounds(self._with(number - silent).least, bounds.most)
        earlier = [stretch.after for stretch in self.stretches if stretch.after < number]
        if earlier and not bounds.depths():
            bounds = self._with(earlier[-1])
        return bounds, passed

    def _silent_before(self, number: int) -> int:
        """How many messages just before this one left without an answer."""
        lost = sorted(self.unheard)
        found = 0
        while lost:
            at = self._left_at(number - found - 1, inf)
            nearest = min(lost, key=lambda one: abs(one - at))
            if abs(nearest - at) > TOGETHER:
                break
            lost.remove(nearest)
            found += 1
        return found

    def passed_of_last(self, heard: Sequence[float]) -> int:
        """How many messages of the last stretch passed."""
        return max(self.first_refused(heard) - 1 - self.stretches[-1].before, 0) if self.stretches else 0

    def if_unheard(self, heard: Sequence[float]) -> Bounds:
        """The bounds if the message before the first that was heard was refused already."""
        return self._with(max(self.first_refused(heard) - 1, 1))

    def _left_at(self, number: int, otherwise: float) -> float:
        """When the message of this number left, if that is still known."""
        place = number - self.sent[0][1] if self.sent else -1
        return self.sent[place][0] if 0 <= place < len(self.sent) else otherwise

    def _with(self, number: int) -> Bounds:
        """The bounds if the message of this number was the first to be refused."""
        stretches = [stretch for stretch in self.stretches if stretch.before < number]
        least, most = list(self.bounds.least), list(self.bounds.most)
        at, end = (stretches[-1].ended, stretches[-1].ended) if stretches else (0.0, 0.0)
        at, end = self._left_at(number, at), self._left_at(number - 1, end)
        over = [place for place, stretch in enumerate(stretches) if stretch.after < number]
        for place in over:
            stretch = stretches[place]
            if not stretch.least:
                known = stretches[: place + 1]
                stretch.least = tuple(_needed(known, stretch.ended, stretch.after, depth) for depth in DEPTHS)
        for depth in DEPTHS:
            passed = [stretches[place].least[depth - 1] for place in over]
            if stretches and stretches[-1].before < number - 1:
                passed.append(_needed(stretches, end, number - 1, depth))
            least[depth - 1] = max(least[depth - 1], *passed, 0.0)
            most[depth - 1] = min(most[depth - 1], _needed(stretches, at, number, depth))
        return Bounds(tuple(least), tuple(most))


def _needed(stretches: Sequence[Stretch], at: float, number: int, depth: int) -> float:
    """The rate needed for all windows that end with this message to pass a bucket of this depth."""
    needed = 0.0
    for stretch in stretches:
        over = number - stretch.before - depth
        if over > 0 and stretch.began <= at:
            needed = max(needed, over / (at - stretch.began) if at > stretch.began else inf)
    return needed
