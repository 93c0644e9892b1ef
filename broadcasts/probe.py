"""Which of those in doubt have it after all: all messages of a bot to private chats are numbered in one sequence.

A message of ours whose answer was lost has a number that nobody else claims, above what was known when it was
marked and below a message sent after the doubt. To put the same buttons under such a number in that person's chat
changes nothing if it is our message, and is refused if it is not there. Undocumented, measured in a model, never
tried against live Telegram: opt-in, and it is only asked, never guessed. See docs/decisions/0005.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Protocol

from broadcasts.pace import Pace
from broadcasts.plan import plan_of
from channels.message import Channel, SendError
from storage.broadcasts import broadcast
from storage.database import Database
from storage.doubts import Doubt, in_doubt, known_ids, settle
from storage.enums import Reason

log = logging.getLogger(__name__)
MOST_GAPS = 300
"""More numbers than this are not tried for one person: the row stays unknown."""


class Probing(Channel, Protocol):
    """A channel that can look whether a message is there."""

    async def is_there(self, address: str, message_id: str, part: Any) -> bool:
        """Whether this part stands under this number in that chat."""


@dataclass(frozen=True, slots=True)
class Probed:
    """How many were found to have it, how many not, and of how many nothing could be told."""

    found: int = 0
    absent: int = 0
    left: int = 0


async def probe(
    database: Database, channel: Probing, pace: Pace, broadcast_id: int, fence: int, now: datetime,
    steady: Callable[[], float] = time.monotonic,
) -> Probed:  # fmt: skip
    """Look for the unknown deliveries of a broadcast below message ``fence``; write down what is certain."""
    async with database.reading() as session:
        of = await broadcast(session, broadcast_id)
        doubts = await in_doubt(session, broadcast_id)
        known = await known_ids(session, min((d.floor for d in doubts), default=0), fence)
    assert of is not None
    plan = plan_of(of, channel)
    ends: Counter[bool | None] = Counter()
    for doubt in doubts:
        there = None
        gaps = list(islice((n for n in range(doubt.floor + 1, fence) if n not in known), MOST_GAPS + 1))
        certain = _can_be_told(doubt) and len(gaps) <= MOST_GAPS
        if certain:
            part = plan.parts[len(doubt.message_ids)]
            there, certain = await _find(channel, pace, doubt.address, gaps, part, steady)
        ends[(there is not None) if certain else None] += 1
        if certain:
            known |= {there} if there is not None else set()
            last = len(doubt.message_ids) + 1 == len(plan.parts)
            async with database.transaction() as session:
                await settle(session, doubt, there, last=last, now=now)
    return Probed(ends[True], ends[False], ends[None])


def _can_be_told(doubt: Doubt) -> bool:
    """Groups number their messages themselves; and who was told something else may have it under any number."""
    return not doubt.address.startswith("-") and doubt.floor > 0 and not doubt.blurred


async def _find(
    channel: Probing, pace: Pace, address: str, gaps: list[int], part: Any, steady: Callable[[], float]
) -> tuple[int | None, bool]:
    """The number under which the part stands, if any, and whether that is certain."""
    at = 0
    while at < len(gaps):
        await asyncio.sleep(max(0.0, pace.until_due(steady())))
        if not pace.take_if_due(steady()):
            continue
        began = steady()
        try:
            if await channel.is_there(address, str(gaps[at]), part):
                return gaps[at], True
        except SendError as error:
            if error.reason is not Reason.THROTTLED:
                log.info("a delivery could not be probed: %s", error)
                return None, False
            pace.throttled(steady(), began, address, error.retry_after or 1.0, fresh=True)
            continue
        at += 1
    return None, True
