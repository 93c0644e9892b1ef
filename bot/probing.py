"""Looks for messages in doubt when a broadcast has ended with some: opt-in, unproven against live Telegram."""

import logging
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.replies import Replier
from broadcasts.afterwards import resend_unknown
from broadcasts.approval import SYSTEM
from broadcasts.pace import Pace
from broadcasts.probe import probe
from channels.message import SendError, say
from channels.telegram import Telegram
from handlers import staff_texts as texts
from handlers.texts import number
from storage import broadcasts as rows
from storage.audit import note
from storage.database import Database
from storage.deliveries import unfinished
from storage.enums import BroadcastStatus, DeliveryStatus
from storage.people import addresses_of
from storage.schedule import take_slot

log = logging.getLogger(__name__)


class Prober:
    """A job of the clock. Each end of a broadcast is looked at once."""

    def __init__(self, database: Database, telegram: Telegram, pace: Pace, replier: Replier) -> None:
        self._database, self._telegram, self._pace, self._replier = database, telegram, pace, replier

    async def look(self) -> None:
        """Look at every broadcast that has just ended with some in doubt."""
        async with self._database.reading() as session:
            ended = await rows.broadcasts(session, BroadcastStatus.SENT_WITH_UNKNOWN)
        for one in ended:
            if one.of_id is None and one.finished_at is not None:
                await self._look_at(one, one.finished_at)

    async def _look_at(self, of: rows.BroadcastInfo, ended: datetime) -> None:
        async with self._database.transaction() as session:
            if not await take_slot(session, f"probe {of.id}", ended):
                return
            unknown = (await rows.tally(session, of.id)).by_status[DeliveryStatus.UNKNOWN]
            staff = await addresses_of(session, of.approver_id or of.author_id, self._telegram.name)
        fence = 0
        for contact_id, address in staff:
            looking = say(texts.PROBING.format(title=of.title, n=number(unknown)))
            try:
                fence = int(await self._replier.say(address, contact_id, looking))
                break
            except SendError as error:
                log.warning("broadcast %d: %s; nobody can be told that it is looked at", of.id, error)
        now = datetime.now(UTC)
        if fence:
            done = await probe(self._database, self._telegram, self._pace, of.id, fence, now)
            log.info("broadcast %d: of %d in doubt %s", of.id, unknown, done)
        async with self._database.transaction() as session:
            await self._go_on(session, of, now)

    async def _go_on(self, session: AsyncSession, of: rows.BroadcastInfo, now: datetime) -> None:
        """Send to those who have it not; those of whom nothing could be told as the broadcast says."""
        left = (await rows.tally(session, of.id)).by_status[DeliveryStatus.UNKNOWN]
        await note(session, SYSTEM.name, "probe", f"broadcast {of.id}", now, f"{left} left in doubt")
        if left and of.in_doubt == "resend":
            await resend_unknown(session, of.id, SYSTEM, now)
        elif await unfinished(session, of.id):
            await rows.change_broadcast(session, of.id, of.status, status=BroadcastStatus.SENDING, finished_at=None)
        elif not left:
            await rows.change_broadcast(session, of.id, of.status, status=BroadcastStatus.SENT)
