"""How fast we send: evenly, as near to the network's hidden limit as can be known, and not at all while it says wait.

The limit is taken for a token bucket of an unknown rate R and an unknown depth B of 1 to 30. Such a bucket refuses as
soon as some window of length τ holds more than B + R·τ messages, so at the first refusal R = max over τ of
(N(τ) - B) / τ. With B = 30 that is the least R can be, with B = 1 the most. We start slowly, grow until the first
refusal, then go on a little under the least, grow towards the most, and stop where we were not refused. One decrease
for each episode of congestion; ``retry_after`` is obeyed exactly. Times are seconds on any steady clock, handed in.
Pure.

Replies do not queue here: they go at once, and each pushes the next bulk slot back by its own share.
"""

from collections import deque
from dataclasses import dataclass, field
from math import sqrt

IDLE = 0.25
"""Seconds after which nothing is left to catch up on."""
CATCH_UP = 0.02
"""Seconds that a late sender may catch up on; more would be a burst."""
DEPTHS = range(31)
"""Depths of the bucket that are thought of; one less than what fits at once."""
FEWEST = 4
"""From fewer messages since the last refusal nothing is learned; the rate shrinks a little instead."""
SHRINK = 0.9
UNDER = 0.985
"""We keep so far under what we believe the limit to be."""
FIRST_RATE = 10.0
GROWTH = 1.3
"""Factor a second, before the first refusal."""
CLOSE = 0.01
"""Depths that explain the refusals nearly as well as the best; the shallowest of them is believed."""
NARROW = 0.02
"""Bounds closer than this are not worth another refusal."""
APPROACH = 400
"""Messages over which the rate grows from the least to the most after the first refusal; four times as many after the
second, nine times after the third."""
QUIET = 3600.0
"""Seconds without a refusal after which the network may have become more generous; twice as many each time."""
SLOWEST = 0.2
CHATS_OF_THE_BOT = 3
"""So many different chats refused within a second mean the whole bot, one means that chat."""
WINDOW = 1.0
SAMPLES = 4000


@dataclass(slots=True)
class Pace:
    """The budget of one sender; ``ceiling``, ``rate``, ``low`` and ``high`` in messages a second.

    ``low`` and ``high`` are 0 until the first refusal; ``rate`` moves between them afterwards.
    """

    ceiling: float
    rate: float = 0.0
    low: float = 0.0
    high: float = 0.0
    next_slot: float = 0.0
    frozen_until: float = 0.0
    episodes: int = 0
    episode_until: float = 0.0
    since: float = 0.0
    sent: int = 0
    sent_then: int = 0
    depth: int = 5
    """How many messages at once are believed to be let through beyond one."""
    recent: tuple[tuple[float, str], ...] = ()
    curves: tuple[list[float], ...] = ()
    history: deque[tuple[float, int]] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.rate = min(self.rate or FIRST_RATE, self.ceiling)

    def remember(self, learned: float) -> None:
        """Begin with the rate that was learned before a restart."""
        self.rate = min(max(learned, SLOWEST), self.ceiling)
        if self.rate < self.ceiling:
            self.low, self.high, self.episodes = self.rate, self.rate * (1 + NARROW), 2

    @property
    def gap(self) -> float:
        """Seconds between two bulk messages."""
        return 1.0 / self.rate

    def until_due(self, now: float) -> float:
        """Seconds until the next bulk slot is due."""
        return max(self.next_slot, self.frozen_until) - now

    def take_if_due(self, now: float) -> bool:
        """Take a bulk slot if one is due by now."""
        late = now - self.next_slot
        at = now if late > IDLE else max(self.next_slot, now - min(CATCH_UP, self.depth * self.gap))
        if at > now or self.frozen_until > now:
            return False
        self._grow(now)
        self.next_slot = at + self.gap
        self._count(now)
        return True

    def replied(self, now: float) -> None:
        """A reply goes out beside the bulk, which makes room for it."""
        self.next_slot = max(self.next_slot, now) + self.gap
        self._count(now)

    def until_reply(self, now: float) -> float:
        """Seconds that even a reply has to wait."""
        return max(0.0, self.frozen_until - now)

    def throttled(self, now: float, sent_at: float, chat: str, retry_after: float, *, fresh: bool = False) -> bool:
        """The network said wait. True if it meant the whole bot; else only ``chat`` has to.

        A ``fresh`` chat, to which nothing went lately, cannot have had too much. What left before the present episode
        began tells nothing new about the limit.
        """
        self.recent = (*((t, c) for t, c in self.recent if t > now - WINDOW), (now, chat))
        if not fresh and len({c for _, c in self.recent}) < CHATS_OF_THE_BOT:
            return False
        if sent_at >= self.episode_until:
            self._learn(now, sent_at)
        self.frozen_until = max(self.frozen_until, now + retry_after)
        self.next_slot = max(self.next_slot, self.frozen_until)
        self.episode_until = self.frozen_until
        return True

    def _count(self, now: float) -> None:
        self.sent += 1
        self.history.append((now, self.sent))
        if len(self.history) > SAMPLES:
            self.history = deque(list(self.history)[::2])

    def _grow(self, now: float) -> None:
        """Fast before the first refusal, then from the least towards the most, more slowly after each refusal."""
        if not self.episodes:
            self.rate = min(self.ceiling, self.rate * GROWTH ** min(now - self.since, 0.25))
            self.since = now
            return
        if now - self.since > QUIET * 2**self.episodes and self.rate >= self.high:
            self.low, self.high, self.since, self.sent_then = self.high, self.high * 1.05, now, self.sent
        over = max(APPROACH * self.episodes**2, self.low * 30)
        progress = min((self.sent - self.sent_then) / over, 1.0)
        self.rate = min(self.ceiling, self.low + (self.high - self.low) * sqrt(progress))

    def _learn(self, now: float, refused: float) -> None:
        """Bounds of the limit from what was sent until the refusal, and from the refusals before."""
        count = max((n for t, n in self.history if t <= refused), default=self.sent)
        windows = [(count - n, refused - t) for t, n in self.history if t < refused and count > n]
        self.since, self.sent_then = now, self.sent
        self.history.clear()
        if len(windows) < FEWEST:
            self.low, self.high = SHRINK * (self.low or self.rate), SHRINK * (self.high or self.rate)
            self.rate = max(self.low, SLOWEST)
            self.episodes += 1
            return
        curve = [max((sent - depth) / length for sent, length in windows) for depth in DEPTHS]
        self.curves = (*self.curves[-2:], curve)
        self.episodes += 1
        most = min(max(curve[0], SLOWEST), self.rate)
        least = min(max(curve[-1], most / 2), most)
        if len(self.curves) > 1:
            apart = [self._disagreement(depth) for depth in DEPTHS]
            self.depth = next(depth for depth in DEPTHS if apart[depth] <= min(apart) + CLOSE)
            least = most = min(max(curve[self.depth], least), most)
        self.low = UNDER * least
        self.high = UNDER * most if most - least > NARROW * most else self.low
        self.rate = self.low

    def _disagreement(self, depth: int) -> float:
        """How far the refusals are from telling the same limit, if the bucket is of this depth."""
        told = [curve[depth] for curve in self.curves]
        return (max(told) - min(told)) / max(max(told), SLOWEST)
