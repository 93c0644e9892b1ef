"""What the sandbox counted: calls, refusals and the speed of accepted sends."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Stats:
    """Plain counters; every update costs the same however many chats there are."""

    calls: Counter[str] = field(default_factory=Counter)
    accepted: int = 0
    too_many_requests: int = 0
    forbidden: int = 0
    other_errors: int = 0
    lost_replies: int = 0
    duplicates: int = 0
    _second: int = 0
    _this_second: int = 0
    _last_second: int = 0

    def accept(self) -> None:
        """Counts one send that reached its chat."""
        self.accepted += 1
        self._turn()
        self._this_second += 1

    def refuse(self, code: int) -> None:
        """Counts a call that was answered with an error."""
        match code:
            case 429:
                self.too_many_requests += 1
            case 403:
                self.forbidden += 1
            case _:
                self.other_errors += 1

    def _turn(self) -> None:
        second = int(time.monotonic())
        if second != self._second:
            self._last_second = self._this_second if second == self._second + 1 else 0
            self._second, self._this_second = second, 0

    def view(self, waiting: int) -> dict[str, Any]:
        """The JSON of /sim/stats."""
        self._turn()
        return {
            "calls": dict(self.calls),
            "accepted": self.accepted,
            "too_many_requests": self.too_many_requests,
            "forbidden": self.forbidden,
            "other_errors": self.other_errors,
            "lost_replies": self.lost_replies,
            "per_second": self._last_second,
            "updates_waiting": waiting,
            "duplicates": self.duplicates,
        }
