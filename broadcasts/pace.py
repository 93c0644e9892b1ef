"""How fast we send: evenly, up to a learned limit, and not at all while the network says wait. Pure.

Additive increase, one multiplicative decrease for each episode of congestion, ``retry_after`` obeyed exactly. Times
are seconds on any steady clock, handed in. Replies do not queue here: each one pushes the next bulk slot back, and
bulk keeps to 90 % of the rate, so that there is room for them.
"""

from dataclasses import dataclass

BULK_SHARE = 0.9
DECREASE = 0.7
SLOWEST = 0.5
PROBE_AFTER = 10.0
"""Seconds without congestion after which the rate grows again."""
CHATS_OF_THE_BOT = 3
"""So many different chats throttled within a second mean the whole bot, one means that chat."""
WINDOW = 1.0


@dataclass(slots=True)
class Pace:
    """The budget of one sender; ``ceiling`` and ``rate`` in messages a second."""

    ceiling: float
    rate: float
    next_slot: float = 0.0
    frozen_until: float = 0.0
    grown_at: float = 0.0
    episode_until: float = 0.0
    recent: tuple[tuple[float, str], ...] = ()

    @property
    def gap(self) -> float:
        """Seconds between two bulk messages."""
        return 1.0 / (self.rate * BULK_SHARE)

    def slot(self, now: float) -> float:
        """Take the next bulk slot: the time at which one message may go."""
        at = max(now, self.next_slot, self.frozen_until)
        self.next_slot = at + self.gap
        return at

    def take_if_due(self, now: float) -> bool:
        """Take a slot only if it is due by now; a late sender may catch up on at most a tenth of a second."""
        at = max(self.next_slot, now - 0.1)
        if at > now or self.frozen_until > now:
            return False
        self.next_slot = at + self.gap
        return True

    def until_due(self, now: float) -> float:
        """Seconds until the next bulk slot is due."""
        return max(self.next_slot, self.frozen_until) - now

    def replied(self, now: float) -> None:
        """A reply went out beside the bulk: it takes the place of one message, so that both keep to the rate."""
        self.next_slot = max(self.next_slot, now) + 1.0 / self.rate

    def until_reply(self, now: float) -> float:
        """Seconds that even a reply has to wait."""
        return max(0.0, self.frozen_until - now)

    def throttled(self, now: float, sent_at: float, chat: str, retry_after: float) -> bool:
        """The network said wait. True if it meant the whole bot; else only ``chat`` has to.

        A message that left before the present episode began tells nothing new about the rate.
        """
        self.recent = (*((t, c) for t, c in self.recent if t > now - WINDOW), (now, chat))
        if len({c for _, c in self.recent}) < CHATS_OF_THE_BOT and retry_after <= WINDOW + 1:
            whole = False
        else:
            whole = True
            self.frozen_until = max(self.frozen_until, now + retry_after)
        if whole and sent_at >= self.episode_until:
            self.rate = max(SLOWEST, self.rate * DECREASE)
            self.episode_until = now + retry_after
        self.grown_at = max(now, self.frozen_until)
        return whole

    def succeeded(self, now: float) -> None:
        """A message was accepted; after a quiet time the rate grows by a fiftieth of the ceiling a second."""
        if self.rate < self.ceiling and now - self.grown_at > PROBE_AFTER:
            self.rate = min(self.ceiling, self.rate + self.ceiling / 50)
            self.grown_at = now - PROBE_AFTER + 1.0
