"""Telegram's flood limits as token buckets: all sends of the bot, one private chat, one group."""

from __future__ import annotations

import math
import time
from collections import deque
from dataclasses import dataclass, fields
from typing import Any

from sandbox.telegram.chats import Chat, Kind
from sandbox.telegram.errors import too_many_requests

PENALTY_CEILING = 120.0
PENALTY_MEMORY = 60.0


@dataclass(slots=True)
class Rules:
    """Sends a second over all chats, seconds between sends to one person, sends a minute to one group.

    `penalty`: seconds for which the whole bot is stopped after a violation of the bot's rate; the next
    violation within a minute doubles it, up to two minutes. 0 turns this off.
    """

    rate: float = 30.0
    burst: float = 30.0
    chat_interval: float = 1.0
    chat_burst: int = 3
    group_per_minute: int = 20
    penalty: float = 0.0


class Limits:
    """Keeps one number per chat and one bucket for the bot, so a send costs the same at any size."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self._tokens = float(rules.burst)
        self._filled = time.monotonic()
        self._stopped_until = 0.0
        self._penalty = 0.0

    def change(self, values: dict[str, Any]) -> None:
        """Sets the named rules; refuses unknown names and negative values with ValueError."""
        known = {field.name for field in fields(Rules)}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"no such limit: {name}")
            number = float(value)
            if number < 0 or (name in ("rate", "burst") and number == 0):
                raise ValueError(f"{name} must be positive")
            setattr(self.rules, name, int(number) if name in ("chat_burst", "group_per_minute") else number)
        self._tokens = min(self._tokens, self.rules.burst)
        if "burst" in values:
            self._tokens = self.rules.burst
        self._stopped_until = self._penalty = 0.0

    def spend(self, chat: Chat, cost: int = 1) -> None:
        """Takes what a send to this chat costs, or raises 429 and takes nothing."""
        now = time.monotonic()
        wait = max(self._bot_wait(now), self._chat_wait(chat, now))
        if wait > 0:
            raise too_many_requests(max(1, math.ceil(wait)))
        self._tokens -= cost
        self._note(chat, now)

    def _bot_wait(self, now: float) -> float:
        if now < self._stopped_until:
            return self._stopped_until - now
        rules = self.rules
        self._tokens = min(rules.burst, self._tokens + (now - self._filled) * rules.rate)
        self._filled = now
        if self._tokens >= 1:
            return 0.0
        wait = (1 - self._tokens) / rules.rate
        if not rules.penalty:
            return wait
        again = self._penalty and now - self._stopped_until < PENALTY_MEMORY
        self._penalty = min(PENALTY_CEILING, self._penalty * 2) if again else rules.penalty
        self._stopped_until = now + self._penalty
        return self._penalty

    def _chat_wait(self, chat: Chat, now: float) -> float:
        rules = self.rules
        if chat.kind is Kind.PRIVATE:
            if not rules.chat_interval:
                return 0.0
            return chat.paced_until - max(0, rules.chat_burst - 1) * rules.chat_interval - now
        sent = chat.minute
        if not rules.group_per_minute or not sent:
            return 0.0
        while sent and now - sent[0] >= 60:
            sent.popleft()
        return 60 - (now - sent[0]) if len(sent) >= rules.group_per_minute else 0.0

    def _note(self, chat: Chat, now: float) -> None:
        if chat.kind is Kind.PRIVATE:
            chat.paced_until = max(chat.paced_until, now) + self.rules.chat_interval
            return
        if chat.minute is None:
            chat.minute = deque()
        chat.minute.append(now)
