"""Broadcasts at their beginning and their end: started when due, finished when every delivery is final."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from broadcasts.approval import approved_as_is, meant
from broadcasts.audience import parse
from broadcasts.lifecycle import Action, advance
from storage import broadcasts as rows
from storage.articles import dedicate
from storage.audit import note
from storage.bulletins import mark_published
from storage.conditions import Everyone
from storage.contacts import DEDICATED_FACT, fact
from storage.database import Database
from storage.deliveries import fan_out, fan_out_change, has_unknown, unfinished
from storage.enums import BroadcastStatus, ChannelName, NoticeKind, Role
from storage.notices import tell
from storage.ways import closed_ways, turn_elsewhere

log = logging.getLogger(__name__)
STAFF = (Role.APPROVER, Role.EDITOR)


async def start_due(
    database: Database, channels: Sequence[ChannelName], now: datetime, *, latest: timedelta
) -> list[int]:
    """Start what is due: the status changes and the audience is frozen in one transaction.

    A broadcast found more than ``latest`` behind its time, or changed since its approval, is held for a person.
    """
    async with database.reading() as session:
        due = await rows.due_broadcasts(session, now)
    started = []
    for broadcast_id in due:
        try:
            if await _start(database, broadcast_id, channels, now, latest):
                started.append(broadcast_id)
        except (DBAPIError, OSError):
            raise
        except Exception:
            log.exception("broadcast %d could not be started; the others go on", broadcast_id)
    return started


async def _start(
    database: Database, broadcast_id: int, channels: Sequence[ChannelName], now: datetime, latest: timedelta
) -> bool:
    async with database.transaction() as session:
        found = await rows.broadcast(session, broadcast_id)
        if found is None or found.status is not BroadcastStatus.APPROVED or found.send_at is None:
            return False
        if found.of_id is not None and await unfinished(session, found.of_id):
            return False  # what is still on its way could not be changed
        late = found.of_id is None and now - found.send_at > latest
        if late or not approved_as_is(found):
            why = f"due {found.send_at:%Y-%m-%d %H:%M} UTC" if late else "changed since it was approved"
            held = advance(found.status, Action.HOLD)
            await rows.change_broadcast(session, broadcast_id, found.status, status=held, note=why)
            await tell(session, NoticeKind.HELD, broadcast_id, now, roles=[Role.APPROVER])
            await note(session, "loa", "hold", f"broadcast {broadcast_id}", now, why)
            return False
        after = advance(found.status, Action.START)
        order = " ".join(channels)
        if not await rows.change_broadcast(
            session, broadcast_id, found.status, status=after, started_at=now, channels=order
        ):
            return False
        if found.of_id is not None:
            audience = await fan_out_change(session, broadcast_id, found.of_id, now)
        else:
            audience = await fan_out(session, broadcast_id, meant(found.audience, found.areas), channels, now)
            everybody = found.bulletin_id is not None and isinstance(parse(found.audience), Everyone)
            if everybody and ChannelName.ZALO_OA in channels and await fact(session, DEDICATED_FACT):
                await dedicate(session, broadcast_id, now)
        if found.bulletin_id is not None:
            await mark_published(session, found.bulletin_id, now)
        await note(session, "loa", "start", f"broadcast {broadcast_id}", now, f"{audience} people")
        return True


async def finish_done(database: Database, now: datetime) -> list[int]:
    """Finish what has no delivery left to send; staff are told. Nothing is finished while a row is not final.

    Before that, whose way turned out closed is written to on another one.
    """
    await _settle(database)
    await _turn_elsewhere(database, now)
    async with database.reading() as session:
        running = [id for id in await rows.sending_broadcasts(session) if not await unfinished(session, id)]
    finished = []
    for broadcast_id in running:
        async with database.transaction() as session:
            if await unfinished(session, broadcast_id) or await _turned(session, broadcast_id, now):
                continue
            unknown = await has_unknown(session, broadcast_id)
            after = BroadcastStatus.SENT_WITH_UNKNOWN if unknown else advance(BroadcastStatus.SENDING, Action.FINISH)
            if not await rows.change_broadcast(
                session, broadcast_id, BroadcastStatus.SENDING, status=after, finished_at=now
            ):
                continue
            await note(session, "loa", "finish", f"broadcast {broadcast_id}", now, str(after))
            await tell(session, NoticeKind.FINISHED, broadcast_id, now, roles=STAFF)
            if (await rows.tally(session, broadcast_id)).large:
                await tell(session, NoticeKind.RECIPIENTS, broadcast_id, now, roles=STAFF)
            finished.append(broadcast_id)
    return finished


async def _turn_elsewhere(database: Database, now: datetime) -> None:
    async with database.reading() as session:
        running = await rows.sending_broadcasts(session)
        several = [id for id in running if await closed_ways(session, id)]
    for broadcast_id in several:
        async with database.transaction() as session:
            await _turned(session, broadcast_id, now)


async def _turned(session: AsyncSession, broadcast_id: int, now: datetime) -> int:
    """How many deliveries of a broadcast now go another way."""
    found = await rows.broadcast(session, broadcast_id)
    if found is None or found.of_id is not None or len(found.channels) < 2:
        return 0
    return await turn_elsewhere(session, broadcast_id, found.channels, now)


async def _settle(database: Database) -> None:
    """What ended with some unknown ends as sent when the last of them turns out to have been sent after all."""
    async with database.reading() as session:
        ended = await rows.broadcasts(session, BroadcastStatus.SENT_WITH_UNKNOWN)
        settled = [one for one in ended if not await has_unknown(session, one.id)]
    for one in settled:
        async with database.transaction() as session:
            after = advance(one.status, Action.ACCEPT)
            if not await unfinished(session, one.id):
                await rows.change_broadcast(session, one.id, one.status, status=after)
