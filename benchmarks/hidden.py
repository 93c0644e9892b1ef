"""A network in memory with a limit that nobody tells: what it is, who is blocked, which answers get lost.

The limit is a token bucket. Who asks too much is refused as a whole, for a time that doubles with each such episode.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from math import ceil, exp, log
from random import Random

LONGEST_PENALTY = 120.0
PER_CHAT = 1.0
"""Seconds between two messages to one chat."""


@dataclass(frozen=True, slots=True)
class Draw:
    """A network: ``rate`` a second, ``burst`` at once, first ``penalty`` and ``latency`` in seconds, shares ``lost``
    and ``blocked``."""

    number: int
    seed: int
    rate: float
    burst: int
    penalty: float
    latency: float
    lost: float
    blocked: float


def draws(seed: int, count: int, *, slowest: float = 5.0, fastest: float = 1000.0) -> list[Draw]:
    """So many networks; the rates are spread over the whole range, log-uniform within equal parts of it."""
    random, least, most = Random(seed), log(slowest), log(fastest)
    parts = random.sample(range(count), count)
    return [
        Draw(
            number=number, seed=random.randrange(2**32),
            rate=exp(least + (most - least) * (part + random.random()) / count),
            burst=random.randint(1, 30), penalty=random.randint(1, 5), latency=random.uniform(0.02, 0.5),
            lost=random.uniform(0, 0.05), blocked=random.uniform(0, 0.1),
        )
        for number, part in enumerate(parts)
    ]  # fmt: skip


@dataclass(slots=True)
class Limiter:
    """Whether a message that arrives may pass. The bucket goes on filling while everything is refused."""

    rate: float
    burst: int
    penalty: float
    tokens: float = field(init=False)
    filled_at: float = 0.0
    shut_until: float = 0.0
    chats: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tokens = float(self.burst)

    def wait(self, at: float, chat: int) -> int:
        """Seconds that the sender is told to wait, whole ones as Telegram says them; 0 if the message passes."""
        if at < self.shut_until:
            return max(1, ceil(self.shut_until - at))
        self.tokens = min(self.burst, self.tokens + (at - self.filled_at) * self.rate)
        self.filled_at = at
        if self.tokens < 1 - 1e-9:
            self.shut_until = at + self.penalty
            wait, self.penalty = ceil(self.penalty), min(2 * self.penalty, LONGEST_PENALTY)
            return max(1, wait)
        if (ready := self.chats.get(chat, 0.0)) > at:
            return max(1, ceil(ready - at))
        self.tokens -= 1
        self.chats[chat] = at + PER_CHAT
        return 0


class Broken(Exception):
    """The connection broke after the message had left: nobody knows whether it arrived."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the network says: 200 with a message's id, 403, or 429 with the seconds to wait."""

    code: int
    number: int = 0


class Network:
    """Sends take ``latency``: half of it on the way out and about half on the way back.

    The way out takes always the same, or no sender could keep to a burst of 1.
    """

    def __init__(self, draw: Draw) -> None:
        self.draw, self._random = draw, Random(draw.seed)
        self.limiter = Limiter(draw.rate, draw.burst, draw.penalty)
        self.received: Counter[int] = Counter()
        self.passed: list[float] = []
        """When messages passed the limit; those to people who blocked us count as the others."""
        self.refused = 0
        self.newest = 0.0
        """When the latest person was written to who had not been before."""
        self._seen: set[int] = set()

    def is_blocked(self, chat: int) -> bool:
        return Random(self.draw.seed ^ chat).random() < self.draw.blocked

    async def send(self, chat: int) -> Answer:
        """One sendMessage; raises Broken when the answer is lost."""
        now = asyncio.get_running_loop().time
        await asyncio.sleep(self.draw.latency / 2)
        answer = self._arrived(chat, now())
        await asyncio.sleep(self.draw.latency * self._random.uniform(0.4, 0.6))
        if self._random.random() < self.draw.lost:
            raise Broken
        return answer

    def _arrived(self, chat: int, at: float) -> Answer:
        if wait := self.limiter.wait(at, chat):
            self.refused += 1
            return Answer(429, wait)
        self.passed.append(at)
        if chat not in self._seen:
            self._seen.add(chat)
            self.newest = at
        if self.is_blocked(chat):
            return Answer(403)
        self.received[chat] += 1
        return Answer(200, len(self.passed))
