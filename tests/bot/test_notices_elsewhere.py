"""What operators are told, on their first way: over Zalo Bot, by letter, elsewhere where a way turns out closed."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from sqlalchemy import select, update

from bot.chores import Chores
from bot.replies import Replier
from broadcasts.pace import Pace
from channels.email_voice import EmailVoice
from channels.telegram import Telegram
from channels.zalo_bot import ZaloBot
from channels.zalo_template import Template
from handlers.zalo import HINTS
from sandbox.zalo.templates import Template as Approved
from storage.contacts import VOICES_FACT, learn
from storage.enums import ChannelName, IncidentKind, NoticeKind, Role
from storage.incidents import settle
from storage.notices import tell
from storage.tables import Contact, Notice, Person
from surveys.catalogue import Catalogue
from tests.bot.mailing import Post, posting
from tests.on_zalo import ZaloWorld, channel_on
from tests.world import TOKEN, ZONE

TELEGRAM, BOT, EMAIL = ChannelName.TELEGRAM, ChannelName.ZALO_BOT, ChannelName.EMAIL
ADDRESS = {TELEGRAM: "4001", BOT: "ab1", EMAIL: "khoa@x.vn", ChannelName.ZALO_OA: "2001"}


@dataclass
class Office:
    """One operator with addresses, and everything that speaks."""

    loa: ZaloWorld
    post: Post
    bot: ZaloBot

    async def operator(self, *channels: ChannelName, prefers: str = "") -> None:
        loa = self.loa
        loa.channel = TELEGRAM
        person_id = await loa.staff(4001, "Vũ Đình Khoa", Role.OPERATOR)
        loa.someone(2001)
        self.loa.zalo.bot.say("ab1", "xin chào")
        async with loa.database.transaction() as session:
            if TELEGRAM not in channels:
                await session.execute(update(Contact).values(stopped_at=loa.now, stopped_reason="blocked"))
            await session.execute(update(Person).where(Person.id == person_id).values(prefers=prefers))
            session.add_all(
                Contact(person_id=person_id, channel=one, address=ADDRESS[one], created_at=loa.now)
                for one in channels if one is not TELEGRAM
            )  # fmt: skip

    async def trouble(self, *, wrong: bool = True) -> None:
        async with self.loa.database.transaction() as session:
            await settle(session, IncidentKind.DISK, "may-1", self.loa.now, wrong=wrong, detail="0.5 GB")

    async def say(self, times: int = 1) -> None:
        pace = Pace(1000, 1000)
        voices = {one.name: Replier(self.loa.database, one, pace) for one in (self.bot, EmailVoice(self.post.email))}
        oa = channel_on(self.loa.zalo, self.loa.database, lambda: self.loa.now, TEMPLATE)
        voices[ChannelName.ZALO_OA] = Replier(self.loa.database, oa, pace)
        on_telegram = Replier(self.loa.database, self.loa.telegram, pace)
        for _ in range(times):
            await Chores(self.loa.database, Catalogue(), on_telegram, {}, ZONE, others=voices).say_notices()
        await oa.close()

    def heard(self) -> dict[ChannelName, list[str]]:
        """The first line of everything, where it was said."""
        texts = {
            TELEGRAM: [one.text for one in self.loa.messages(4001)],
            BOT: [one.text for one in self.loa.zalo.bot.people["ab1"].messages],
            EMAIL: [letter.view()["text"] for letter in self.post.box("khoa@x.vn")],
            ChannelName.ZALO_OA: [one.text for one in self.loa.someone(2001).messages],
        }
        return {channel: [text.splitlines()[0] for text in said] for channel, said in texts.items() if said}


@pytest.fixture
async def office(zalo_loa: ZaloWorld) -> AsyncIterator[Office]:
    sandbox = zalo_loa.zalo
    sandbox.api.templates.known["1"] = Approved("1", "Bản tin", {})
    bot = ZaloBot(sandbox.settings.bot_token, zalo_loa.database, api_url=sandbox.url, hints=HINTS)
    async with zalo_loa.database.transaction() as session:
        await learn(session, VOICES_FACT, "telegram zalo_oa email zalo_bot")
    async with posting(zalo_loa) as post:
        yield Office(zalo_loa, post, bot)
    await bot.close()


TEMPLATE = Template("1", ("so", "tieu_de", "lien_ket"), "https://loa.vn")
OPENED = "🔴 Sự cố: máy may-1 sắp hết chỗ trên đĩa (còn 0.5 GB)"


async def test_an_operator_on_zalo_bot_gets_incidents_there(office: Office):
    await office.operator(BOT)
    await office.trouble()
    await office.say(times=2)
    await office.trouble(wrong=False)
    await office.say(times=2)
    assert office.heard() == {BOT: [OPENED, OPENED.replace("🔴 Sự cố", "🟢 Đã hết sự cố")]}


async def test_the_preferred_way_comes_first_and_only_once(office: Office):
    await office.operator(TELEGRAM, BOT, EMAIL, prefers="email")
    await office.trouble()
    await office.say(times=2)
    assert list(office.heard()) == [EMAIL]
    [letter] = office.post.box("khoa@x.vn")
    assert (letter.parsed["List-Unsubscribe"], letter.parsed["Subject"]) == (None, OPENED[2:])
    assert "được giao việc trong hệ thống Loa" in letter.view()["text"]


async def test_a_closed_way_leads_to_the_next_one(office: Office):
    """Blocked on Telegram, outside the account's window (never a template), then by letter; once."""
    await office.operator(TELEGRAM, ChannelName.ZALO_OA, EMAIL)
    office.loa.blocks(4001)
    await office.trouble()
    await office.say(times=4)
    assert list(office.heard()) == [EMAIL]


async def test_that_telegram_is_down_is_told_elsewhere_and_other_notices_wait(office: Office):
    await office.operator(TELEGRAM, BOT)
    async with office.loa.database.transaction() as session:
        await tell(session, NoticeKind.SURVEY_CLOSED, 99, office.loa.now, roles=[Role.OPERATOR])
    await office.loa.telegram.close()
    office.loa.telegram = Telegram(TOKEN, api_url="http://127.0.0.1:9")
    await office.trouble()
    await office.say(times=3)
    assert office.heard() == {BOT: [OPENED]}
    async with office.loa.database.reading() as session:
        assert len(list(await session.scalars(select(Notice.id).where(Notice.said_at.is_(None))))) <= 1
