"""The budget of one sender: when the next message may leave, and that none does while the network says wait.

What is sent how fast, so that the network's hidden limit becomes known for few refusals, is decided in ``search``.
``retry_after`` is obeyed exactly, and an episode of congestion lowers the rate once. Replies take their slots before
any bulk, which makes room for them. Times are seconds on any steady clock, handed in. Pure.
"""

from broadcasts.evidence import SLOWEST, TOGETHER
from broadcasts.search import GUESSED_DEPTH, Search, Stage, Trial

FIRST_RATE = 4.0
IDLE = 0.25
"""Seconds after which nothing is left to catch up on, and what was asked is asked again."""
CATCH_UP = 0.02
"""Seconds that a late sender may catch up on; more would be a burst."""
QUIET = 3600.0
"""Seconds without a refusal after which the network may have become more generous; twice as many each time."""
CHATS_OF_THE_BOT = 3
"""So many different chats refused within a second mean the whole bot, one means that chat."""
WINDOW = 1.0


class Pace:
    """``ceiling`` and ``rate`` in messages a second; ``depth``, if not 0, is how many are let through at once.

    A rate that is given is believed; without one it is searched for, up to the ceiling.
    """

    def __init__(self, ceiling: float, rate: float = 0.0, depth: int = 0) -> None:
        self._search = Search(ceiling, min(rate or FIRST_RATE, ceiling), depth)
        self._search.stage = Stage.STEADY if rate else Stage.SEARCH
        self.frozen_until = 0.0
        self.episodes = 0
        self._next_slot = self._reply_slot = 0.0
        self._trial, self._left = Trial(0, 0, 1.0), 0
        self._episode_until = 0.0
        self._calm_since: float | None = None
        self._heard: list[float] = []
        self._refused_last = (0.0, 0.0)
        self._recent: list[tuple[float, str]] = []

    @property
    def ceiling(self) -> float:
        return self._search.ceiling

    @ceiling.setter
    def ceiling(self, ceiling: float) -> None:
        self._search.ceiling = ceiling

    @property
    def rate(self) -> float:
        return self._search.rate

    @rate.setter
    def rate(self, rate: float) -> None:
        self._search.rate, self._left = rate, 0

    @property
    def stage(self) -> Stage:
        return self._search.stage

    @property
    def depth(self) -> int:
        return self._search.depth or GUESSED_DEPTH

    @depth.setter
    def depth(self, depth: int) -> None:
        self._search.depth = depth

    @property
    def gap(self) -> float:
        """Seconds between two messages on average."""
        return 1.0 / self.rate

    def written(self) -> str:
        """What was learned, for ``remember``: the rate, and the depth or 0 while it is not known."""
        known = self.stage is Stage.STEADY
        return f"{self.rate:.3f} {self.depth if known else 0}"

    def remember(self, learned: str) -> None:
        """Begin with what was learned before a restart; a rate alone is believed."""
        rate, _, depth = learned.partition(" ")
        self.rate = min(max(float(rate), SLOWEST), self.ceiling)
        self._search.depth = int(depth or 0)
        self._search.stage = Stage.SEARCH if depth == "0" and self.rate < self.ceiling else Stage.STEADY

    def until_due(self, now: float) -> float:
        """Seconds until the next bulk slot is due."""
        return max(self._next_slot, self.frozen_until) - now

    def take_if_due(self, now: float) -> bool:
        """Take a bulk slot if one is due by now."""
        if self.until_due(now) > 0:
            return False
        idle = now - self._next_slot > IDLE
        if self._left <= 0 or idle:
            self._begin(now, passed=self._left == 0)
        late = min(CATCH_UP, self.depth * self.gap)
        at = now if idle else max(self._next_slot, now - late)
        self._left -= 1
        sent = self._trial.at_once + self._trial.evenly - self._left
        self._next_slot = at + (0.0 if sent < self._trial.at_once else 1.0 / self._trial.rate)
        if self._left == 0:
            self._next_slot = at + max(self._trial.silence, 1.0 / self._trial.rate)
        self._search.evidence.count(now)
        return True

    def _begin(self, now: float, *, passed: bool) -> None:
        calm = now - (self._calm_since if self._calm_since is not None else now)
        if self.stage is Stage.STEADY and calm > QUIET * 2 ** min(self.episodes, 8) and self.rate < self.ceiling:
            self._search.again()
        self._calm_since = self._calm_since if self._calm_since is not None else now
        self._heard = []
        self._trial = self._search.next_trial(now, passed=passed)
        self._left = self._trial.at_once + self._trial.evenly

    def reply_in(self, now: float) -> float:
        """Take a slot for a reply, ahead of all bulk; seconds until it may leave.

        A few go at once, the others at the rate; nothing is known of a network that never refused but the ceiling.
        """
        begin = max(now, self.frozen_until)
        gap = 1.0 / self.ceiling if self.stage is Stage.SEARCH and not self.episodes else self.gap
        slot = max(self._reply_slot, begin)
        at = max(begin, slot - (self.depth - 1) * gap)
        self._reply_slot = slot + gap
        self._next_slot = max(self._next_slot, begin) + gap
        self._search.evidence.count(at)
        return at - now

    def throttled(self, now: float, sent_at: float, chat: str, retry_after: float, *, fresh: bool = False) -> bool:
        """The network said wait. True if it meant the whole bot; else only ``chat`` has to.

        A ``fresh`` chat, to which nothing went lately, cannot have had too much. What left before the present episode
        ended tells nothing new, except which message was the first to be refused.
        """
        self._recent = [*((t, c) for t, c in self._recent if t > now - WINDOW), (now, chat)]
        if not fresh and len({c for _, c in self._recent}) < CHATS_OF_THE_BOT:
            return False
        if sent_at >= self._episode_until:
            self.episodes += 1
            self._heard = []
        rest = 0.0
        if sent_at >= self._episode_until or self._heard:
            self._heard.append(sent_at)
            self._refused_last = (now - sent_at, retry_after)
            rest = self._search.refused(self._heard, *self._refused_last)
            self._left, self._calm_since = -1, now
        self.frozen_until = max(self.frozen_until, now + retry_after)
        self._episode_until = self.frozen_until
        self._next_slot = max(self._next_slot, self.frozen_until + rest)
        return True

    def unheard(self, sent_at: float) -> None:
        """The answer to what left then got lost: it may have been refused, before the first that we heard of."""
        self._search.evidence.unheard.append(sent_at)
        if self._heard and sent_at < min(self._heard) + TOGETHER:
            self._search.refused(self._heard, *self._refused_last)
