"""From the inbox to the replies: understood, acted on, committed, and only then answered.

One person's messages are handled one at a time and in order; different people's go into one transaction together.
If that fails they are taken one by one, so a bad one is set aside and the others go on.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.replies import Replier
from bot.tracing import about
from channels.message import Inbound, Message, say
from handlers import texts
from handlers.conversation import Conversation, Replies
from handlers.understanding import Membership, Understanding, tap_id
from storage import inbox
from storage.contacts import restart, stop
from storage.database import Database, in_short
from storage.enums import ChannelName, Reason
from storage.inbox import Arrival
from storage.turns import Turns

log = logging.getLogger(__name__)
AT_ONCE = 50
MOST_NAMED = 1000
"""So many addresses are left out by the query; the others after it."""
LOOK_EVERY = 0.5
AGAIN_AFTER = 1.0
"""Seconds after which the database is tried again."""


class Understands(Protocol):
    """Turns what arrived on one network into what it means; raises ValueError for what cannot be read."""

    async def of(self, raw: dict[str, Any], external_id: str) -> Inbound | Membership | None: ...


@dataclass(frozen=True, slots=True)
class Hearing:
    """How one network is understood and answered."""

    understanding: Understands
    replier: Replier


@dataclass(frozen=True, slots=True)
class Understood:
    """An arrival with what it means; ``tap`` is the id with which a tap is answered."""

    arrival: Arrival
    meaning: Inbound | Membership | None
    tap: str
    trouble: str = ""


class Reception:
    """Handles what is in the inbox until it is stopped."""

    def __init__(
        self,
        database: Database,
        conversation: Conversation,
        understanding: Understanding,
        replier: Replier,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        others: Mapping[ChannelName, Hearing] | None = None,
        told: Callable[[str, int], None] | None = None,
        turns: Turns | None = None,
    ) -> None:
        self._database, self._conversation, self._now = database, conversation, now
        self._turns = turns or Turns()
        self._hearings = {ChannelName.TELEGRAM: Hearing(understanding, replier), **(others or {})}
        self._told = told or (lambda outcome, n: None)
        self._wake = asyncio.Event()
        self._busy: set[str] = set()
        self._stopping = False

    async def stop(self) -> None:
        """Hear nobody any more; whoever was heard is still answered, and then ``run`` ends."""
        self._stopping = True
        self._wake.set()

    def wake(self) -> None:
        """Something arrived, or somebody has been answered."""
        self._wake.set()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as replies:
            while not self._stopping:
                self._wake.clear()
                try:
                    handled = await self.handle_waiting(replies)
                except (DBAPIError, OSError) as error:
                    log.error("the inbox could not be handled and will be again: %s", in_short(error))
                    await asyncio.sleep(AGAIN_AFTER)
                    continue
                if not handled and not self._stopping:
                    try:
                        await asyncio.wait_for(self._wake.wait(), LOOK_EVERY)
                    except TimeoutError:
                        pass

    async def handle_waiting(self, replies: asyncio.TaskGroup) -> int:
        """Handle the oldest arrival of each person who is not being answered right now; how many."""
        others = [*sorted(self._busy), *self._turns.elsewhere()]
        found = await inbox.waiting_now(self._database, AT_ONCE * 2, but=others[:MOST_NAMED])
        first: dict[str, Arrival] = {}
        for arrival in sorted(found, key=_said):
            if arrival.address in self._busy:
                continue
            first.setdefault(arrival.address or f"#{arrival.id}", arrival)
        if not first:
            return 0
        ours = await self._turns.take([(one.id, one.address) for one in first.values()], AT_ONCE)
        chosen = [one for one in first.values() if one.id in ours]
        if not chosen:
            return 0
        silent = {one.address for one in chosen}
        try:
            understood = [await self._understand(arrival) for arrival in chosen]
            with about("arrivals", f"{chosen[0].id} to {chosen[-1].id}" if len(chosen) > 1 else chosen[0].id):
                answers = await self._act(understood)
            for one, answer in zip(understood, answers, strict=True):
                if answer is not None and isinstance(one.meaning, Inbound):
                    self._busy.add(one.arrival.address)
                    silent.discard(one.arrival.address)
                    replies.create_task(self._reply(one, one.meaning, answer))
        finally:
            self._turns.give(sorted(silent))
        return len(chosen)

    async def _understand(self, arrival: Arrival) -> Understood:
        hearing = self._hearings.get(arrival.channel)
        if hearing is None:
            return Understood(arrival, None, "", f"{arrival.channel} is not configured")
        try:
            raw = json.loads(arrival.raw)
            meaning = await hearing.understanding.of(raw, arrival.external_id)
            return Understood(arrival, meaning, tap_id(raw))
        except ValidationError as error:
            found = [(one["loc"], one["type"]) for one in error.errors(include_input=False, include_url=False)]
            return Understood(arrival, None, "", f"ValidationError: {found}")
        except (ValueError, TypeError) as error:
            return Understood(arrival, None, "", error.__class__.__name__)

    async def _act(self, understood: Sequence[Understood]) -> list[Replies | None]:
        """Act on all in one transaction; if that fails, on each in its own, so that only the bad one is set aside."""
        try:
            async with self._database.transaction() as session:
                answers = await self._act_together(session, understood)
            set_aside = sum(1 for one in understood if one.trouble)
            self._told("handled", len(understood) - set_aside)
            self._told("quarantined", set_aside)
            return answers
        except (OperationalError, InterfaceError, OSError):
            raise
        except Exception as error:
            if len(understood) == 1 and isinstance(error, inbox.Overtaken):
                return [None]
            if len(understood) > 1:
                return [answer for one in understood for answer in await self._act([one])]
            return [await self._set_aside(understood[0], error)]

    async def _act_together(self, session: AsyncSession, understood: Sequence[Understood]) -> list[Replies | None]:
        """What to answer to each; None where there is nothing to say."""
        spoken = [one.meaning for one in understood if isinstance(one.meaning, Inbound)]
        replies = {}
        for channel in sorted({inbound.channel for inbound in spoken}):
            theirs = [inbound for inbound in spoken if inbound.channel is channel]
            replies[channel] = iter(await self._conversation.hear(session, theirs, self._now()))
        answers: list[Replies | None] = []
        for one in understood:
            match one.meaning:
                case Inbound(channel=channel):
                    answers.append(next(replies[channel]))
                    continue
                case Membership(address, blocked=True):
                    await stop(session, one.arrival.channel, address, Reason.BLOCKED, self._now())
                case Membership(address):
                    await restart(session, one.arrival.channel, address)
                case None if one.trouble:
                    log.error("arrival %d is quarantined: it cannot be read", one.arrival.id)
                    await inbox.quarantine(session, one.arrival, one.trouble)
            answers.append(None)
        await inbox.handled(session, [one.arrival.id for one in understood if not one.trouble])
        return answers

    async def _set_aside(self, one: Understood, error: Exception) -> Replies | None:
        """Note a failure; an apology once the arrival is given up."""
        log.error("arrival %d failed", one.arrival.id, exc_info=error)
        async with self._database.transaction() as session:
            given_up = await inbox.failed(session, one.arrival, repr(error))
        self._told("quarantined" if given_up else "failed", 1)
        return Replies(0, _sorry(one.tap)) if given_up else None

    async def _reply(self, one: Understood, inbound: Inbound, answer: Replies) -> None:
        try:
            with about("arrival", one.arrival.id):
                await self._hearings[inbound.channel].replier.reply(inbound, one.tap, answer)
        finally:
            self._busy.discard(one.arrival.address)
            self._turns.give([one.arrival.address])
            self.wake()


def _said(arrival: Arrival) -> tuple[int, int]:
    """In which order things were said: as the network counts them, where it does."""
    counted = arrival.external_id
    return (int(counted) if counted.isascii() and counted.isdigit() else 0, arrival.id)


def _sorry(tap: str) -> list[Message]:
    return [Message(toast=texts.SOMETHING_WRONG, alert=True)] if tap else [say(texts.SOMETHING_WRONG)]
