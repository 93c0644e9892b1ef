"""The whole program with every way of Zalo set: an article, an invitation by telephone, an alert on the bot."""

import asyncio
import time
from datetime import UTC, datetime

from bot.settings import Settings
from sandbox.zalo.settings import Rules
from sandbox.zalo.templates import Template
from sandbox.zalo.world import Person
from storage import cases
from storage.articles import follows
from storage.cases import NewCase
from storage.contacts import VOICES_FACT, fact
from storage.database import Database
from storage.enums import ChannelName, IncidentKind, Role
from storage.incidents import settle
from storage.people import add_person, grant, set_subscribed
from storage.tables import Contact
from tests.bot.test_zalo import configured, running, until
from tests.broadcasts.conftest import approved
from tests.on_zalo import ZaloWorld, zalo_world
from tests.world import ZONE

OPERATOR = "ab1"


def settings_of(loa: ZaloWorld, url: str) -> Settings:
    return configured(
        loa.zalo, url, loa.sandbox.url, zalo_oa_template_id="1", zalo_oa_invite_template_id="9", zalo_oa_by_phone=True,
        zalo_oa_phone_price=800, zalo_oa_business_url=loa.zalo.url, zalo_oa_dedicated=True,
        web_url="https://khaosat.example.vn",
    )  # fmt: skip


async def drawn_and_approved(loa: ZaloWorld) -> None:
    """A citizen with a telephone is drawn; a bulletin to two followers is due; an operator is on the bot."""
    survey_id, _ = await loa.survey(design={"recruiting": "invited"})
    await approved(loa, 2)
    loa.zalo.bot.say(OPERATOR, "xin chào")
    async with loa.database.transaction() as session:
        new = NewCase("by-phone", "00004", loa.now, served_on=loa.now.date(), phone="0912345671", agreed=True)
        await cases.add_cases(session, survey_id, [new], loa.now)
        person_id = await add_person(session, "Vũ Đình Khoa", loa.now)
        await set_subscribed(session, person_id, False, loa.now)
        await grant(session, person_id, Role.OPERATOR, loa.now)
        at = {"channel": ChannelName.ZALO_BOT, "address": OPERATOR}
        session.add(Contact(person_id=person_id, created_at=loa.now, **at))
        for n in range(2):
            loa.someone(100_000 + n).follows = True
        await follows(session, "100000", yes=True)


async def test_everything_goes_the_way_that_is_set(sqlite_url: str):
    database, now = Database(sqlite_url), datetime.now(UTC)
    async with zalo_world(database, now, Rules(per_minute=1_000_000)) as loa:
        here = now.astimezone(ZONE)
        loa.zalo.clock.offset = (34 - here.hour) % 24 * 3600.0  # there it is between ten and eleven in the morning
        loa.zalo.api.templates.known |= {
            "1": Template("1", "Bản tin", {"so": 30}), "9": Template("9", "Mời cho ý kiến", {"noi": 100, "lien_ket": 200})
        }  # fmt: skip
        citizen = loa.zalo.world.add(Person("z1", "Phạm Thị Lan", phone="84912345671"))
        await drawn_and_approved(loa)
        followers = [loa.someone(100_000 + n) for n in range(2)]
        bot = loa.zalo.bot.people[OPERATOR].messages
        async with running(settings_of(loa, sqlite_url)):
            began = time.monotonic()
            while time.monotonic() - began < 20:
                async with database.reading() as session:
                    if await fact(session, VOICES_FACT):
                        break
                await asyncio.sleep(0.1)
            async with database.transaction() as session:
                await settle(session, IncidentKind.DISK, "may-1", now, wrong=True, detail="0.5 GB")
            await until(lambda: all(one.messages for one in followers) and citizen.messages and len(bot) >= 2, 60)
    await database.close()
    assert [[sent.kind for sent in one.messages] for one in followers] == [["article"], ["article"]]
    [invited] = citizen.messages
    assert invited.data["lien_ket"] == "https://khaosat.example.vn/s/cby-phone"
    assert "🔴 Sự cố: máy may-1" in "\n".join(sent.text for sent in bot)
