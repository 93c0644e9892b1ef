"""The sandbox's clock: real time plus an offset that a demonstration may push forward."""

from __future__ import annotations

import time


class Clock:
    """Gives the dates that the sandbox stamps; limits and pauses keep running on real time."""

    def __init__(self) -> None:
        self.offset = 0.0

    def now(self) -> float:
        """Unix seconds, shifted."""
        return time.time() + self.offset

    def stamp(self) -> int:
        """Whole unix seconds, as Telegram writes dates."""
        return int(self.now())
