"""What follows from a failed send beyond its own delivery: for the contact, the broadcast, or the whole channel."""

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from broadcasts.approval import SYSTEM, pause
from broadcasts.lifecycle import NotAllowed
from broadcasts.outcome import Then
from broadcasts.pace import Pace
from channels.message import Channel, SendError
from storage.contacts import move, stop
from storage.database import Database
from storage.ledger import Claim

log = logging.getLogger(__name__)
ALIKE = 3
"""So many refusals of the same kind mean that the content is at fault, not the person."""
NETWORK_SECONDS = 30.0
"""The longest rest while the network or its servers are down."""
SERVER_ERRORS = 5
"""So many errors of the server in a row mean that it is down, not that it stumbled."""
UNAUTHORISED_SECONDS = 60.0


class Consequences:
    """Of one dispatcher's failures, which it counts."""

    def __init__(
        self, database: Database, channel: Channel, pace: Pace, *, now: Callable[[], datetime],
        steady: Callable[[], float],
    ) -> None:  # fmt: skip
        self._database, self._channel, self._pace = database, channel, pace
        self._now, self._steady = now, steady
        self._refusals: Counter[tuple[int, str]] = Counter()
        self._troubles = self._in_a_row = 0
        self._trouble_until = 0.0

    def reached(self) -> None:
        """The network works."""
        self._troubles = self._in_a_row = 0

    async def follow(self, one: Claim, error: SendError, then: Then, began: float) -> None:
        """What a failure means beyond its own delivery."""
        match then:
            case Then.SLOW_DOWN:
                wait, fresh = error.retry_after or 1.0, not one.message_ids
                self._pace.throttled(self._steady(), began, one.address, wait, fresh=fresh)
            case Then.STOP_CONTACT:
                async with self._database.transaction() as session:
                    await stop(session, self._channel.name, one.address, error.reason, self._now())
            case Then.MOVE if error.moved_to:
                async with self._database.transaction() as session:
                    await move(session, self._channel.name, one.address, error.moved_to)
            case Then.OUR_FAULT:
                self._refusals[one.broadcast_id, error.detail] += 1
                if self._refusals[one.broadcast_id, error.detail] == ALIKE:
                    await self._pause(one.broadcast_id, error.detail)
            case Then.WAIT_FOR_NETWORK:
                self._rest(began)
            case Then.WAIT_FOR_SERVER:
                self._in_a_row += 1
                if self._in_a_row >= SERVER_ERRORS:
                    self._rest(began)
            case Then.STOP_CHANNEL:
                self._pace.frozen_until = self._steady() + UNAUTHORISED_SECONDS
                await self._pause(one.broadcast_id, error.detail)

    def _rest(self, began: float) -> None:
        """Nobody is reached now, and nobody should use up their attempts: try again soon, then less and less often.

        What left before the present rest was over belongs to the same trouble.
        """
        now = self._steady()
        if began < self._trouble_until:
            return
        self._troubles += 1
        self._trouble_until = now + min(2.0 ** min(self._troubles, 10), NETWORK_SECONDS)
        self._pace.frozen_until = max(self._pace.frozen_until, self._trouble_until)

    async def _pause(self, broadcast_id: int, why: str) -> None:
        log.error("broadcast %d is paused: %s", broadcast_id, why)
        try:
            async with self._database.transaction() as session:
                await pause(session, broadcast_id, SYSTEM, self._now(), why)
        except NotAllowed:
            pass
