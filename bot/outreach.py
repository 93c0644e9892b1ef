"""Invitations to those who were drawn, and reminders to those who began: at their hours, and never twice.

One for each network on which people are invited; whose first way turns out closed is invited on their next one.
Whoever is taken is marked before anything is sent. Where the answer is lost nothing is sent again by itself: an
invitation in doubt stays listed as unknown, and a reminder counts as given.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.inviting import Way
from broadcasts.outcome import outcome
from broadcasts.pace import Pace
from channels.message import SendError
from handlers.outreach import reminder
from storage import cases, reminders
from storage.case_ways import turn
from storage.contacts import stop
from storage.database import Database
from storage.enums import CaseStatus, ChannelName, DeliveryStatus, Reason
from storage.surveys import SurveyInfo, open_surveys, survey
from storage.ways import CLOSED
from surveys import design as designs
from surveys.catalogue import Catalogue

log = logging.getLogger(__name__)
AT_ONCE = 20
LEASE = timedelta(minutes=5)
STOPPING = (Reason.BLOCKED, Reason.DEACTIVATED, Reason.NOT_FOUND)
STATUS = {
    DeliveryStatus.PENDING: CaseStatus.PENDING, DeliveryStatus.FAILED: CaseStatus.FAILED,
    DeliveryStatus.UNKNOWN: CaseStatus.UNKNOWN,
}  # fmt: skip


class Outreach:
    """Jobs of the clock; at the bulk's pace, so that replies go first."""

    def __init__(
        self, database: Database, catalogue: Catalogue, way: Way, pace: Pace, zone: ZoneInfo,
        now: Callable[[], datetime] = lambda: datetime.now(UTC), *, channels: Sequence[ChannelName] = (),
    ) -> None:  # fmt: skip
        self._database, self._catalogue, self._way, self._pace = database, catalogue, way, pace
        self._zone, self._now, self._channels = zone, now, channels

    @property
    def name(self) -> ChannelName:
        return self._way.name

    async def reach_out(self) -> None:
        """Invite and remind whoever is due in surveys whose hours these are."""
        for survey_id in await self.due_surveys():
            await self.reach_out_in(survey_id)

    async def due_surveys(self) -> list[int]:
        """Surveys whose hours these are."""
        now = self._now()
        async with self._database.reading() as session:
            surveys = [one for one in await open_surveys(session) if one.takes_answers(now)]
        return [info.id for info in surveys if self._in_hours(info)]

    async def reach_out_in(self, survey_id: int) -> None:
        """The same in one survey, unless its hours are over by now."""
        async with self._database.reading() as session:
            info = await survey(session, survey_id)
        if info is not None and info.takes_answers(self._now()) and self._in_hours(info):
            await self._invite(info)
            await self._remind(info)

    def _in_hours(self, info: SurveyInfo) -> bool:
        hours = designs.read(info.design).hours
        return hours is None or hours.open_at(self._now(), self._zone)

    async def _invite(self, info: SurveyInfo) -> None:
        async with self._database.transaction() as session:
            now = self._now()
            await cases.doubt_overdue(session, now)
            taken = await cases.take_due(
                session, info.id, AT_ONCE, now + LEASE, now, channel=self.name, channels=self._channels
            )
        for one in taken:
            try:
                await self._say(one.address, partial(self._way.invite, info, one))
            except SendError as error:
                await self._not_invited(one, error)
                continue
            async with self._database.transaction() as session:
                await cases.outcome(session, one, CaseStatus.SENT, self._now())

    async def _not_invited(self, one: cases.Outgoing, error: SendError) -> None:
        end = outcome(error, 1, resend=False)
        log.warning("case %d was not invited: %s", one.id, error)
        now = self._now()
        async with self._database.transaction() as session:
            if error.reason in STOPPING:
                await stop(session, self.name, one.address, error.reason, now)
            closed = end.status is DeliveryStatus.FAILED and error.reason in CLOSED
            if closed and await turn(session, one.id, one.claim, (self.name, error.reason), self._channels, now):
                return
            again = now + timedelta(seconds=end.retry_in) if end.status is DeliveryStatus.PENDING else None
            await cases.outcome(session, one, STATUS[end.status], now, str(end.reason), again)

    async def _remind(self, info: SurveyInfo) -> None:
        for number, after in enumerate(designs.read(info.design).reminders):
            async with self._database.transaction() as session:
                now = self._now()
                due = await reminders.take_due(session, info.id, number, now - after, AT_ONCE, self.name)
                said = [await reminder(session, self._catalogue, info, one) for one in due]
                unheard = await cases.take_unheard(session, info.id, number, now - after, AT_ONCE, self.name)
            for one, message in zip(due, said, strict=True):
                await self._say_once(one.address, partial(self._way.remind, one.address, message))
            for case in unheard:
                await self._say_once(case.address, partial(self._way.invite, info, case, again=True))

    async def _say_once(self, address: str, say: Callable[[], Awaitable[None]]) -> None:
        """Say what counts as said already; whoever cannot be reached is not tried again."""
        try:
            await self._say(address, say)
        except SendError as error:
            log.warning("somebody was not reminded: %s", error.reason)
            if error.reason in STOPPING:
                async with self._database.transaction() as session:
                    await stop(session, self.name, address, error.reason, self._now())

    async def _say(self, address: str, say: Callable[[], Awaitable[None]]) -> None:
        """Wait for a slot and send; whoever says wait is obeyed by everything that shares the pace."""
        while not self._pace.take_if_due(began := time.monotonic()):
            await asyncio.sleep(min(max(self._pace.until_due(began), 0.001), 1.0))
        try:
            await say()
        except SendError as error:
            if error.reason is Reason.THROTTLED:
                self._pace.throttled(time.monotonic(), began, address, error.retry_after or 1.0)
            raise
