"""Faults that a test or a demonstration orders: chosen by share or count, seeded, narrowed by method or chat."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class FaultKind(StrEnum):
    """What goes wrong. Only `lost_reply` and `delay` let the call take effect."""

    TOO_MANY = "429"
    SERVER_ERROR = "500"
    BAD_GATEWAY = "502"
    LOST_REPLY = "lost_reply"
    DELAY = "delay"
    CUT = "cut"
    REFUSE = "refuse"


@dataclass(slots=True)
class Fault:
    """One order; `left` is None when a share decides instead of a count."""

    id: int
    kind: FaultKind
    share: float
    left: int | None
    retry_after: int
    seconds: float
    methods: frozenset[str]
    chats: frozenset[int]


class Faults:
    """The orders in force; the first that strikes decides."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._orders: list[Fault] = []
        self._next_id = 1

    def order(self, values: dict[str, Any]) -> int:
        """Adds a fault from its JSON; ValueError explains what is wrong with it."""
        kind = FaultKind(str(values.get("kind")))
        share, count = values.get("share"), values.get("count")
        if (share is None) == (count is None):
            raise ValueError("give either share or count")
        if share is not None and not 0 <= float(share) <= 1:
            raise ValueError("share must lie between 0 and 1")
        fault = Fault(
            id=self._next_id,
            kind=kind,
            share=1.0 if share is None else float(share),
            left=None if count is None else int(count),
            retry_after=int(values.get("retry_after", 1)),
            seconds=float(values.get("seconds", 1.0)),
            methods=frozenset(str(name).lower() for name in values.get("methods") or ()),
            chats=frozenset(int(chat) for chat in values.get("chats") or ()),
        )
        self._next_id += 1
        self._orders.append(fault)
        return fault.id

    def clear(self) -> None:
        """Forgets every order."""
        self._orders.clear()

    def strike(self, method: str, chat: Any) -> Fault | None:
        """The fault for this call, if one strikes; `method` in lower case.

        Without `methods` every method but getUpdates can be struck: a poller at rest would otherwise
        use up the count.
        """
        for fault in self._orders:
            if fault.methods and method not in fault.methods:
                continue
            if not fault.methods and method == "getupdates":
                continue
            if fault.chats and str(chat) not in map(str, fault.chats):
                continue
            if fault.left is None:
                if self._random.random() < fault.share:
                    return fault
                continue
            fault.left -= 1
            if fault.left <= 0:
                self._orders.remove(fault)
            return fault
        return None
