"""Invitations to a survey by e-mail: to those drawn whom no chat network reaches, at the survey's hours.

As in chat, whoever is taken is marked before anything is sent, and nothing is sent again by itself where the answer
was lost.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from broadcasts.outcome import outcome
from broadcasts.pace import Pace
from channels.email import Email, Mail
from channels.email_tokens import About, Subject
from channels.message import SendError
from handlers.letters import invitation
from pages.paths import link_to
from storage import cases
from storage.case_ways import turn
from storage.cases import Outgoing
from storage.database import Database
from storage.enums import CaseStatus, ChannelName, DeliveryStatus, Reason
from storage.surveys import SurveyInfo, open_surveys
from storage.ways import CLOSED
from surveys import design as designs
from surveys.links import CASE

log = logging.getLogger(__name__)
AT_ONCE = 50
LEASE = timedelta(minutes=5)
STATUS = {
    DeliveryStatus.PENDING: CaseStatus.PENDING, DeliveryStatus.FAILED: CaseStatus.FAILED,
    DeliveryStatus.UNKNOWN: CaseStatus.UNKNOWN,
}  # fmt: skip


class Letters:
    """A job of the clock; ``home`` is the public address of the survey's form."""

    def __init__(
        self, database: Database, email: Email, pace: Pace, zone: ZoneInfo, *, home: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC), channels: Sequence[ChannelName] = (),
    ) -> None:  # fmt: skip
        self._database, self._email, self._pace = database, email, pace
        self._zone, self._home, self._now, self._channels = zone, home, now, channels

    async def reach_out(self) -> None:
        """Invite and remind whoever is due in surveys whose hours these are."""
        now = self._now()
        async with self._database.reading() as session:
            surveys = [one for one in await open_surveys(session) if one.takes_answers(now)]
        for info in surveys:
            hours = designs.read(info.design).hours
            if hours is None or hours.open_at(now, self._zone):
                await self._invite(info)
                await self._remind(info)

    async def _invite(self, info: SurveyInfo) -> None:
        async with self._database.transaction() as session:
            now = self._now()
            await cases.doubt_overdue(session, now)
            taken = await cases.take_due(
                session, info.id, AT_ONCE, now + LEASE, now, channel=self._email.name, channels=self._channels
            )
        for one in taken:
            try:
                await self._send(info, one)
            except SendError as error:
                await self._not_invited(one, error)
                continue
            async with self._database.transaction() as session:
                await cases.outcome(session, one, CaseStatus.SENT, self._now())

    async def _not_invited(self, one: Outgoing, error: SendError) -> None:
        end = outcome(error, 1, resend=False)
        log.warning("case %d was not invited by e-mail: %s", one.id, error.reason)
        now = self._now()
        again = now + timedelta(seconds=end.retry_in) if end.status is DeliveryStatus.PENDING else None
        async with self._database.transaction() as session:
            closed = end.status is DeliveryStatus.FAILED and error.reason in CLOSED
            came_from = (self._email.name, error.reason)
            if closed and await turn(session, one.id, one.claim, came_from, self._channels, now):
                return
            await cases.outcome(session, one, STATUS[end.status], now, str(end.reason), again)

    async def _remind(self, info: SurveyInfo) -> None:
        for number, after in enumerate(designs.read(info.design).reminders):
            async with self._database.transaction() as session:
                before = self._now() - after
                due = await cases.take_unheard(session, info.id, number, before, AT_ONCE, self._email.name)
            for one in due:
                try:
                    await self._send(info, one, again=True)
                except SendError as error:
                    log.warning("case %d was not reminded by e-mail: %s", one.id, error.reason)

    async def _send(self, info: SurveyInfo, one: Outgoing, *, again: bool = False) -> None:
        """Wait for a slot and hand it over; whoever says wait is obeyed by everything that shares the pace."""
        message = invitation(info, one.unit, one.served_on, again=again)
        link = link_to(self._home, CASE + one.code)
        part: Mail = self._email.rendered(message, about=About.CASE, link=lambda _: link)
        while not self._pace.take_if_due(began := time.monotonic()):
            await asyncio.sleep(min(max(self._pace.until_due(began), 0.001), 1.0))
        try:
            await self._email.deliver_to(one.address, part, Subject(About.CASE, one.id), again=again)
        except SendError as error:
            if error.reason is Reason.THROTTLED:
                self._pace.throttled(time.monotonic(), began, one.address, error.retry_after or 1.0, fresh=True)
            raise
