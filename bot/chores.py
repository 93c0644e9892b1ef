"""What the clock has done: broadcasts, boards, notices, the end of surveys, and the nightly recount."""

import asyncio
import json
import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.replies import Replier
from broadcasts.pace import Pace
from channels.blocks import to_json
from channels.message import Message, SendError
from handlers.notices import FILES, files_of, notice
from handlers.progress import board
from storage import notices
from storage.broadcasts import broadcast
from storage.contacts import forget_screen, learn, screen, screen_shows, screens_of
from storage.database import Database
from storage.enums import BroadcastStatus, ChannelName, IncidentKind, NoticeKind, Reason, Role, ScreenKind
from storage.inbox import forget_before
from storage.incidents import settle
from storage.schedule import take_slot
from storage.surveys import open_surveys, overdue_surveys, survey, surveys
from storage.ways import CLOSED
from surveys.catalogue import Catalogue
from surveys.counting import agree
from surveys.fieldwork import close, expire

log = logging.getLogger(__name__)
FINAL = (BroadcastStatus.SENT, BroadcastStatus.SENT_WITH_UNKNOWN, BroadcastStatus.CANCELLED)
HOPELESS = (Reason.BLOCKED, Reason.DEACTIVATED, Reason.NOT_FOUND, Reason.NOT_STARTED, Reason.REFUSED)
INCIDENTS = (NoticeKind.INCIDENT_OPENED, NoticeKind.INCIDENT_CLOSED)
INBOX_DAYS = 7
QUARANTINE_DAYS = 30
RATE_FACT, EDIT_RATE_FACT = "telegram rate", "telegram edit rate"


class Chores:
    """Jobs without arguments, each safe to run at any time and any number of times."""

    def __init__(
        self, database: Database, catalogue: Catalogue, replier: Replier, paces: Mapping[str, Pace], zone: ZoneInfo,
        *, others: Mapping[ChannelName, Replier] | None = None,
    ) -> None:  # fmt: skip
        self._database, self._catalogue = database, catalogue
        self._repliers = {replier.voice.name: replier, **(others or {})}
        self._paces, self._zone = paces, zone

    async def update_boards(self) -> None:
        """Bring every progress board up to date that no longer shows the truth; at the end let it rest."""
        async with self._database.reading() as session:
            shown = await screens_of(session, ScreenKind.PROGRESS)
            boards: dict[int, tuple[BroadcastStatus, Message] | None] = {}
            for subject in {subject for _, subject, _, _ in shown}:
                found = await broadcast(session, subject)
                boards[subject] = (found.status, await board(session, found)) if found else None
        for contact, subject, message_id, before in shown:
            made = boards[subject]
            if made is None:
                continue
            status, message = made
            now = _print(message)
            replier = self._repliers.get(contact.channel)
            if replier is None or not (replier.voice.edits or status in FINAL):
                continue  # where nothing can be changed, a board is said once more at the end
            if now != before:
                async with self._database.reading() as session:
                    if await screen(session, contact.id, ScreenKind.PROGRESS, subject) != message_id:
                        continue
                try:
                    await replier.say(contact.address, contact.id, message, over=message_id)
                except SendError as error:
                    log.warning("a board of broadcast %d was not brought up to date: %s", subject, error)
                    if error.reason not in HOPELESS:
                        continue
            async with self._database.transaction() as session:
                if status in FINAL:
                    await forget_screen(session, contact.id, ScreenKind.PROGRESS, subject)
                elif now != before:
                    await screen_shows(session, contact.id, ScreenKind.PROGRESS, subject, now)

    async def say_notices(self, only: Collection[NoticeKind] = tuple(NoticeKind)) -> None:
        """Tell staff what they are to be told; what cannot be said is tried again, and not for ever.

        Where a way turns out closed it is said on the person's next one; an incident also where a network is down.
        """
        async with self._database.reading() as session:
            owed = await notices.unsaid(session, only=only)
        down: set[ChannelName] = set()
        for one in owed:
            if (one.channel not in down or one.kind in INCIDENTS) and not await self._say(one):
                down.add(one.channel)

    async def say_words(self) -> None:
        """The same without what takes long to make."""
        await self.say_notices([kind for kind in NoticeKind if kind not in FILES])

    async def files_owed(self) -> list[int]:
        """The notices that are files."""
        async with self._database.reading() as session:
            return [one.id for one in await notices.unsaid(session, only=FILES)]

    async def say_file(self, notice_id: int) -> None:
        """Make one of these and send it; nobody else does meanwhile, and after a kill somebody does it again."""
        async with self._database.reading() as session:
            owed = [one for one in await notices.unsaid(session, only=FILES) if one.id == notice_id]
        async with asyncio.TaskGroup() as tasks:
            holding = tasks.create_task(self._hold(notice_id))
            for one in owed:
                await self._say(one)
            holding.cancel()

    async def _hold(self, notice_id: int) -> None:
        while True:
            await asyncio.sleep(notices.HELD.total_seconds() / 3)
            async with self._database.transaction() as session:
                await notices.hold(session, notice_id, datetime.now(UTC))

    async def _say(self, one: notices.NoticeInfo) -> bool:
        """One notice, if nobody else has it; False if nobody can be told there now."""
        async with self._database.transaction() as session:
            if not await notices.take(session, one.id, datetime.now(UTC)):
                return True
        said = True
        try:
            replier = self._repliers.get(one.channel)
            for message in await self._made(one) if replier is not None else ():
                assert replier is not None
                await replier.say(one.address, one.contact_id, message)
        except SendError as error:
            if await self._turned(one, error.reason):
                return True
            if error.reason is Reason.NETWORK:  # nobody can be told there now, and that is no fault of the notice
                log.warning("notices on %s wait for the network: %s", one.channel, error)
                return False
            said = error.reason in HOPELESS
            log.warning("notice %d was not said: %s", one.id, error)
        except Exception:  # a bad one must not keep the others from being said
            said = False
            log.exception("notice %d could not be made", one.id)
        async with self._database.transaction() as session:
            await (notices.said(session, one.id, datetime.now(UTC)) if said else notices.failed(session, one.id))
        return True

    async def _made(self, one: notices.NoticeInfo) -> list[Message]:
        """Its messages; files are made in a thread, when the transaction that read for them has ended."""
        async with self._database.reading() as session:
            if one.kind not in FILES:
                return await notice(session, self._catalogue, self._zone, one.kind, one.subject_id)
            make = await files_of(session, self._catalogue, self._zone, one.kind, one.subject_id)
        return await asyncio.to_thread(make)

    async def _turned(self, one: notices.NoticeInfo, reason: Reason) -> bool:
        """Whether what could not be said is owed on another way of the person now."""
        if reason not in CLOSED and not (reason is Reason.NETWORK and one.kind in INCIDENTS):
            return False
        async with self._database.transaction() as session:
            return await notices.turn(session, one)

    async def close_surveys(self) -> None:
        now = datetime.now(UTC)
        async with self._database.reading() as session:
            overdue = await overdue_surveys(session, now)
        for survey_id in overdue:
            async with self._database.transaction() as session:
                if await close(session, self._catalogue, survey_id, now):
                    roles: Sequence[Role] = (Role.EDITOR, Role.APPROVER)
                    await notices.tell(session, NoticeKind.SURVEY_CLOSED, survey_id, now, roles=roles)

    async def expire_responses(self) -> None:
        """Give up what was begun and left for longer than its survey waits."""
        for survey_id in await self.open_surveys():
            await self.expire_of(survey_id)

    async def open_surveys(self) -> list[int]:
        async with self._database.reading() as session:
            return [info.id for info in await open_surveys(session)]

    async def expire_of(self, survey_id: int) -> None:
        """The same of one survey."""
        async with self._database.transaction() as session:
            info = await survey(session, survey_id)
            if info is not None and (given_up := await expire(session, self._catalogue, info, datetime.now(UTC))):
                log.info("survey %d: %d responses were given up", info.id, given_up)

    async def keep_rate(self) -> None:
        """What was learned about the limits outlives a restart."""
        for name, pace in self._paces.items():
            if pace.episodes:
                async with self._database.transaction() as session:
                    await learn(session, name, pace.written())

    async def nightly(self) -> None:
        """Once a night: recount every survey from its answers, and forget old arrivals."""
        for survey_id in await self.night_begins():
            await self.recount_of(survey_id)

    async def night_begins(self) -> list[int]:
        """Forget old arrivals; the surveys that are to be recounted, none if it was done this night."""
        now = datetime.now(UTC)
        here = now.astimezone(self._zone)
        night = here.replace(hour=0, minute=0, second=0, microsecond=0)
        async with self._database.transaction() as session:
            if not await take_slot(session, "nightly", night):
                return []
            await forget_before(session, now - timedelta(days=INBOX_DAYS), now - timedelta(days=QUARANTINE_DAYS))
        async with self._database.reading() as session:
            found = await surveys(session)
        return [one.id for one in found if one.closed_at is None or one.closed_at >= now - timedelta(days=2)]

    async def recount_of(self, survey_id: int) -> None:
        """Whether a survey's counters agree with its answers; operators are told if not."""
        now = datetime.now(UTC)
        async with self._database.reading() as session:
            right = await agree(session, self._catalogue, survey_id)
        await self._tell_of_counters(survey_id, now, wrong=not right)

    async def _tell_of_counters(self, survey_id: int, now: datetime, *, wrong: bool) -> None:
        """Log that counters are wrong, and open an incident until they are right again."""
        if wrong:
            log.error("survey %d: the counters do not agree with the answers", survey_id)
        async with self._database.transaction() as session:
            await settle(session, IncidentKind.COUNTERS, str(survey_id), now, wrong=wrong)


def _print(message: Message) -> str:
    """What a message shows, for comparing."""
    return json.dumps([to_json(message.body), [c.label for c in message.choices]], ensure_ascii=False)
