"""Invitations to those who were drawn, and reminders to those who began: at their hours, and never twice.

Whoever is taken is marked before anything is sent. Where the answer is lost nothing is sent again by itself: an
invitation in doubt stays listed as unknown, and a reminder counts as given.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from broadcasts.outcome import outcome
from broadcasts.pace import Pace
from channels.message import Message, SendError
from channels.telegram import Telegram
from handlers.outreach import invitation, reminder
from storage import cases, reminders
from storage.contacts import stop
from storage.database import Database
from storage.enums import CaseStatus, DeliveryStatus, Reason
from storage.surveys import SurveyInfo, open_surveys, survey
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
        self, database: Database, catalogue: Catalogue, telegram: Telegram, pace: Pace, zone: ZoneInfo,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        self._database, self._catalogue, self._telegram, self._pace = database, catalogue, telegram, pace
        self._zone, self._now = zone, now

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
            taken = await cases.take_due(session, info.id, AT_ONCE, now + LEASE, now)
        for one in taken:
            said = invitation(info, one.unit, one.served_on)
            try:
                await self._say(one.address, said)
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
                await stop(session, self._telegram.name, one.address, error.reason, now)
            again = now + timedelta(seconds=end.retry_in) if end.status is DeliveryStatus.PENDING else None
            await cases.outcome(session, one, STATUS[end.status], now, str(end.reason), again)

    async def _remind(self, info: SurveyInfo) -> None:
        for number, after in enumerate(designs.read(info.design).reminders):
            async with self._database.transaction() as session:
                now = self._now()
                due = await reminders.take_due(session, info.id, number, now - after, AT_ONCE, self._telegram.name)
                said = [await reminder(session, self._catalogue, info, one) for one in due]
                unheard = await cases.take_unheard(session, info.id, number, now - after, AT_ONCE)
            for one, message in zip(due, said, strict=True):
                await self._say_once(one.address, message)
            for case in unheard:
                await self._say_once(case.address, invitation(info, case.unit, case.served_on, again=True))

    async def _say_once(self, address: str, message: Message) -> None:
        """Say what counts as said already; whoever cannot be reached is not tried again."""
        try:
            await self._say(address, message)
        except SendError as error:
            log.warning("somebody was not reminded: %s", error.reason)
            if error.reason in STOPPING:
                async with self._database.transaction() as session:
                    await stop(session, self._telegram.name, address, error.reason, self._now())

    async def _say(self, address: str, message: Message) -> None:
        """Wait for a slot and send; whoever says wait is obeyed by everything that shares the pace."""
        while not self._pace.take_if_due(began := time.monotonic()):
            await asyncio.sleep(min(max(self._pace.until_due(began), 0.001), 1.0))
        try:
            await self._telegram.show(address, message)
        except SendError as error:
            if error.reason is Reason.THROTTLED:
                self._pace.throttled(time.monotonic(), began, address, error.retry_after or 1.0)
            raise
