"""How a sender asks for a limit that nobody tells: what to send next, and what follows from a refusal.

SEARCH: each trial is a little faster than the one before, until the first refusal. DEPTH: bursts, each a little
larger, at a mean rate that is safe; the one that is refused tells how deep the bucket is and so, with the first
refusal, the rate. CLOSE: where a gap is left, short trials on the brink close it. STEADY: evenly on, just below.
After a trial that may be refused we are silent until its answers must have come, so that a refusal hits what was
sent last and not all that is under way. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from broadcasts.evidence import DEEPEST, SLOWEST, Bounds, Evidence

UNDER, NEAREST = 0.992, 0.999
"""We keep so far under the limit that is likeliest, and at least so far under the least that it can be."""
LISTEN = 0.6
"""Seconds within which answers come; once a refusal was heard, the time that it took is used."""
LISTEN_FROM = DEEPEST / LISTEN
"""From this rate on such a silence fills any bucket again, so that each trial stands alone."""
STEPS = ((10.0, 1.07), (LISTEN_FROM, 1.12), (100.0, 1.15), (float("inf"), 1.2))
"""Below which rate the next trial is how many times as fast."""
PART = 0.5
"""Seconds that a trial takes below LISTEN_FROM."""
FEWEST, SHARE = 50, 0.15
"""Above it a trial is so many messages, or what is sent in so much of a second."""
BURST_STEP, ALIKE = 1.15, 0.985
"""The next burst is so much larger, or as large as makes this difference to the rate."""
CLOSE_STEP, CLOSE_LENGTH = 1.012, 5
"""On the brink each trial is so much faster, and so many messages long: a bucket that is empty refuses soon."""
GUESS = 0.4
"""The limit is not thought to be under this part of a rate that was refused."""
REFILL = 1.1
"""Times as long as a bucket needs to fill we are silent after a burst, so that only its depth can be at fault."""
SLOW = 0.5
"""A rate under this part of what is safe is not thought of when a bucket is to fill."""
REST = 6.0
"""Seconds at most that a bucket is given to fill before bursts."""
FIRST_REST, LONGEST_REST = 1.0, 32.0
"""Seconds added to a pause after which nothing passed, twice as many each time."""
THIN = 4
"""From fewer messages nothing is learned; the rate shrinks instead."""
SHRINK = 0.9
LESS, LOWEST = 0.985, 0.8
"""A refusal where none was expected lowers the rate at least so far."""
LONGEST = 2.0
"""Seconds of a trial at the ceiling after which the ceiling is believed."""
SAME, NARROW, APART = 1.01, 1.03, 1.03
"""Bounds nearer than these are the same, are near enough, and leave no doubt about the depth."""
PAYS = 700.0
"""Seconds in which a rate that is closer to the limit must earn what the pause cost."""
GUESSED_DEPTH = 5
ALWAYS = 1 << 60


class Stage(StrEnum):
    SEARCH = "search"
    DEPTH = "depth"
    CLOSE = "close"
    STEADY = "steady"


@dataclass(frozen=True, slots=True)
class Trial:
    """What is sent next: some at once, more at a rate, then nothing for a while (seconds)."""

    at_once: int
    evenly: int
    rate: float
    silence: float = 0.0


@dataclass(slots=True)
class Search:
    """``rate`` is what may be sent on average; ``depth`` is 0 until it is known."""

    ceiling: float
    rate: float
    depth: int = 0
    stage: Stage = Stage.SEARCH
    evidence: Evidence = field(default_factory=Evidence)
    tested: float = 0.0
    """The rate, in DEPTH the burst, that was planned last."""
    proven: int = 0
    """The largest burst that passed."""
    length: float = 0.0
    """Messages of the trial, in SEARCH."""
    least: float = 0.0
    top: float = 0.0
    """The least and the most that the limit can be, in CLOSE."""
    wait: float = 0.0
    listen: float = LISTEN
    bounds: Bounds = field(default_factory=Bounds)
    spare: Bounds = field(default_factory=Bounds)
    """What SEARCH told if the first refusal was not heard."""
    doubtful: Bounds | None = None
    """What a burst told, in DEPTH, while no burst as large as that depth has passed."""
    rests: int = -1
    """How often nothing passed after a pause."""
    before: tuple[Stage, float, Bounds | None, int, float] | None = None
    """Stage, rate and doubt when the present episode of refusals began."""

    def again(self) -> None:
        """Search from here upwards; the depth remains known."""
        self.stage, self.tested = Stage.SEARCH, 0.0
        self.evidence.settle(Bounds())

    def next_trial(self, at: float, *, passed: bool) -> Trial:
        """What to send next; ``passed`` if the trial before was sent as planned and was not refused."""
        if self.before is not None:
            self.evidence.settle(Bounds() if self.stage in (Stage.STEADY, Stage.SEARCH) else self.bounds)
            self.before = None
        self.evidence.begin(at)
        match self.stage:
            case Stage.SEARCH:
                return self._faster(passed)
            case Stage.DEPTH:
                return self._deeper(passed)
            case Stage.CLOSE:
                return self._closer(passed)
            case Stage.STEADY:
                return self._evenly()

    def _evenly(self) -> Trial:
        self.stage = Stage.STEADY
        return Trial(0, ALWAYS, self.rate)

    def _faster(self, passed: bool) -> Trial:
        """The next trial of SEARCH; at the ceiling longer ones follow, until the ceiling is believed."""
        if passed and self.tested:
            self.length = 2 * self.length if self.rate >= self.ceiling else 0.0
            self.rate = min(self.rate * next(step for below, step in STEPS if self.rate < below), self.ceiling)
        self.tested, self.length = self.rate, max(self.length, FEWEST, SHARE * self.rate)
        if self.rate < LISTEN_FROM:
            return self._evenly() if self.rate >= self.ceiling else Trial(0, max(2, int(self.rate * PART)), self.rate)
        if self.length > LONGEST * self.rate:
            return self._evenly()
        return Trial(0, int(self.length), self.rate, self.listen)

    def _deeper(self, passed: bool) -> Trial:
        """The next burst of DEPTH."""
        if passed:
            self.proven = int(self.tested)
        if self.doubtful is not None:
            depths = self.doubtful.depths()
            if not passed:
                return self._burst(depths[0], self.doubtful.slowest(depths))
            self.bounds = self.evidence.bounds = self.doubtful
            self.doubtful = None
        depths = self.bounds.depths(max(self.proven, 1))
        if len(depths) <= 1 or self.bounds.fastest(depths) < SAME * self.bounds.slowest(depths):
            self._know(depths or self.bounds.depths() or [DEEPEST])
            return self._closer(False)
        most = self.bounds.most[depths[0] - 1]
        other = next((depth for depth in depths if self.bounds.most[depth - 1] < ALIKE * most), DEEPEST)
        burst = min(max(int(BURST_STEP * depths[0]) + 1, other), depths[-1])
        return self._burst(burst, self.bounds.slowest(depths))

    def _burst(self, burst: int, slowest: float) -> Trial:
        """So many at once, and a silence in which even the slowest rate fills the bucket again."""
        self.tested = burst
        fills = min(max(slowest, SLOW * self.rate), self.rate)
        return Trial(burst, 0, self.rate, max(self.listen, REFILL * burst / fills))

    def _closer(self, passed: bool) -> Trial:
        """The next trial of CLOSE: what fits at once, then evenly on, a little faster each time."""
        if passed and self.tested:
            self.least = max(self.least, self.tested)
            self.rate = max(self.rate, self._between())
            self.tested = min(CLOSE_STEP * self.tested, max(self.top / NARROW, self.least) / NEAREST)
            if self._is_near_enough() or self.tested >= min(ALIKE * self.top, self.ceiling):
                return self._evenly()
        self.tested = self.tested or self.rate
        return Trial(self.depth, CLOSE_LENGTH, self.tested, max(self.listen, self.depth / self.tested))

    def _is_near_enough(self) -> bool:
        """Whether the gap that is left is worth less than a refusal costs, which is twice the wait of the last."""
        gap = self.top / self.least - 1.0
        return gap <= max(NARROW - 1.0, 2.0 * self.wait / PAYS)

    def refused(self, heard: Sequence[float], took: float, wait: float = 0.0) -> float:
        """Messages that left at these times were refused, the latest after ``took`` seconds; how long to rest.

        ``wait``: for so many seconds nothing may be sent.
        """
        self.wait = wait if self.before is None else max(wait, self.wait)
        if self.before is None:
            self.before = (self.stage, self.rate, self.doubtful, self.depth, self.tested)
            self.listen = min(max(1.15 * took + 0.03, 0.05), 2.0)
        elif self.before[0] is Stage.STEADY:
            return 0.0
        self.stage, self.rate, self.doubtful, self.depth, self.tested = self.before
        bounds, passed = self.evidence.after_refusal(heard)
        if passed == 0:  # the bucket was still empty after a pause, which tells nothing of the rate
            self.bounds, self.rests = self.evidence.bounds, self.rests + (len(heard) == 1)
            return min(FIRST_REST * 2.0**self.rests, LONGEST_REST)
        known, self.bounds, self.rests, self.doubtful = self.evidence.bounds, bounds, -1, None
        match self.stage:
            case Stage.SEARCH if passed < THIN:
                self.rate, self.tested = max(SHRINK * self.rate, SLOWEST), 0.0
            case Stage.SEARCH if depths := self.bounds.depths():
                self.spare = self.evidence.if_unheard(heard)
                return self._found(depths)
            case Stage.DEPTH if depths := self.bounds.depths():
                return self._fits(depths, known)
            case Stage.SEARCH | Stage.DEPTH:  # no bucket explains it: too many answers got lost
                self.stage, self.depth, self.tested = Stage.SEARCH, self.proven, 0.0
                self.rate = max(LESS * self.rate, SLOWEST)
            case Stage.CLOSE if self.tested > self.rate:
                self._settle_at(self.rate)
            case Stage.CLOSE:
                self._unsure(self.evidence.passed_of_last(heard))
            case Stage.STEADY:
                depth = min(self.depth or GUESSED_DEPTH, DEEPEST)
                told = UNDER * self.bounds.least[depth - 1] if passed > depth + THIN else SHRINK * self.rate
                self._settle_at(min(LESS * self.rate, told))
        return 0.0

    def _found(self, depths: Sequence[int]) -> float:
        """The first refusal: which rate is safe for the bursts that follow."""
        if self.depth in depths:
            self._know([self.depth])
            return 0.0
        self.rate = max(UNDER * max(self.bounds.slowest(depths), GUESS * self.rate), SLOWEST)
        self.stage, self.tested, self.proven = Stage.DEPTH, 0.0, 0
        return min(DEEPEST / self.rate, REST)

    def _unsure(self, at_once: int) -> None:
        """What was thought to be safe was refused after so many: an answer before it got lost.

        If not even those passed that fit at once, it was a burst's, and the depth is less; else the first of SEARCH.
        """
        if at_once < self.depth and (depths := self.bounds.depths()):
            self._know(depths)
            return
        least, most = self.spare.least[self.depth - 1], min(self.spare.most[self.depth - 1], self.rate)
        if LOWEST * self.rate < least < most:
            self.least, self.top, self.tested = least, most, 0.0
            self.rate = self._between()
        else:
            self._settle_at(LESS * self.rate)

    def _fits(self, depths: Sequence[int], known: Bounds) -> float:
        """A burst was refused, and these depths explain it. If they are far apart, bursts go on.

        How many of a burst were refused is sure only if as many as the others have passed before.
        """
        slowest = self.bounds.slowest(depths)
        if depths[0] > max([self.proven, *known.depths()[:1]]):
            self.bounds, self.doubtful = known, self.bounds
            return min(DEEPEST / self.rate, REST)
        if len(depths) == 1 or self.bounds.fastest(depths) <= APART * slowest:
            self._know(depths)
            return 0.0
        self.rate = max(min(self.rate, UNDER * slowest), SLOWEST)
        return min(DEEPEST / self.rate, REST)

    def _know(self, depths: Sequence[int]) -> None:
        """These depths are left, and are as good as one."""
        self.least, self.top = self.bounds.slowest(depths), self.bounds.fastest(depths)
        self.depth, self.tested = depths[0], 0.0
        self._settle_at(self._between())
        self.stage = Stage.CLOSE

    def _between(self) -> float:
        """A rate that is safe: the limit may be anything from the least to the most that it can be."""
        return max(UNDER * self.least, min(NEAREST * self.least, UNDER * (self.least + self.top) / 2.0))

    def _settle_at(self, rate: float) -> None:
        self.stage, self.rate = Stage.STEADY, min(max(rate, SLOWEST), self.ceiling)
