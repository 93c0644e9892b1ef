"""When a chat may hear from us again: a private one a second later, a group twenty times a minute. Pure.

Who has to wait does not sleep in a task: its delivery goes back to the ledger with the time when it is ready.
"""

from collections import OrderedDict, deque

PRIVATE_GAP = 1.0
"""Seconds between two messages to one person."""
GROUP_COUNT = 20
GROUP_SECONDS = 60.0


class Chats:
    """The chats that heard from us lately; times are seconds on any steady clock."""

    def __init__(self, *, private_gap: float = PRIVATE_GAP) -> None:
        self._gap = private_gap
        self._private: OrderedDict[str, float] = OrderedDict()
        self._groups: dict[str, deque[float]] = {}

    def ready_in(self, address: str, now: float) -> float:
        """Seconds until the chat may hear from us; 0 if it may now."""
        if is_group(address):
            heard = self._groups.get(address)
            full = heard is not None and len(heard) == GROUP_COUNT
            return max(0.0, heard[0] + GROUP_SECONDS - now) if heard and full else 0.0
        return max(0.0, self._private.get(address, -self._gap) + self._gap - now)

    def sent(self, address: str, now: float) -> None:
        """Something goes out to the chat."""
        if is_group(address):
            self._groups.setdefault(address, deque(maxlen=GROUP_COUNT)).append(now)
            return
        self._private[address] = now
        self._private.move_to_end(address)
        while next(iter(self._private.values())) < now - self._gap:
            self._private.popitem(last=False)


def is_group(address: str) -> bool:
    """Whether a Telegram chat is a group or channel: their ids are negative."""
    return address.startswith("-")
