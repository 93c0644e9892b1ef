"""Invitations to who has only Zalo: in the window, by template, by telephone, by letter; one way and one copy each."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from bot.inviting import ByPhone, InChat, OnAccount, Way
from bot.letters import Letters
from bot.outreach import Outreach
from channels.zalo_phone import ZaloPhone
from channels.zalo_template import Template
from sandbox.zalo.templates import Template as Approved
from sandbox.zalo.world import Person
from storage import cases, zalo
from storage.cases import NewCase
from storage.contacts import met, stop
from storage.enums import CaseStatus, ChannelName, Reason
from storage.tables import Case
from surveys.catalogue import Catalogue
from tests.bot.mailing import HOME, Post, posting
from tests.on_zalo import ZaloWorld
from tests.world import ZONE

INVITED = {"recruiting": "invited", "reminder_hours": [48], "hours": "08:00-20:00"}
TEMPLATE = Template("9", ("noi", "ngay", "lien_ket"), price=560, phone_price=800)
BY_WINDOW, BY_ID, BY_PHONE, SILENT, BY_MAIL, NOBODY = range(6)
CHANNELS = [ChannelName.TELEGRAM, ChannelName.ZALO_OA, ChannelName.ZALO_PHONE, ChannelName.EMAIL]


@dataclass
class Fieldwork:
    """Six people: each is reached another way."""

    loa: ZaloWorld
    post: Post
    survey_id: int
    ways: list[Way]

    async def tick(self) -> None:
        """Every job of the clock that invites, at once."""
        loa = self.loa
        jobs = [
            Outreach(loa.database, Catalogue(), way, loa.pace, ZONE, lambda: loa.now, channels=CHANNELS)
            for way in (InChat(loa.telegram), *self.ways)
        ]
        letters = Letters(
            loa.database, self.post.email, self.post.pace, ZONE, home=HOME, now=lambda: loa.now, channels=CHANNELS
        )
        await asyncio.gather(*(job.reach_out() for job in jobs), letters.reach_out())

    async def stand(self) -> list[tuple[str, str, str]]:
        async with self.loa.database.reading() as session:
            rows = await session.execute(select(Case.status, Case.via, Case.tried).order_by(Case.id))
            return [(status, via, tried) for status, via, tried in rows]

    def copies(self) -> list[list[str]]:
        """What everybody has, by kind."""
        people = self.loa.zalo.world.people
        on_zalo = [[sent.kind for sent in people[f"200{n}"].messages] for n in range(5)]
        on_zalo[BY_MAIL] += ["e-mail"] * len(self.post.box("an@x.vn"))
        return on_zalo


@pytest.fixture
async def field(zalo_loa: ZaloWorld) -> AsyncIterator[Fieldwork]:
    loa = zalo_loa
    loa.zalo.api.templates.known["9"] = Approved("9", "Mời cho ý kiến", {"noi": 100, "ngay": 20, "lien_ket": 200})
    survey_id, _ = await loa.survey(design=INVITED)
    for n in range(5):
        loa.zalo.world.add(Person(f"200{n}", f"Người dân {n}", phone=f"8491234567{n}"))
    loa.someone(2000).interacted = loa.zalo.clock.now()
    new = [
        NewCase("in-the-window", "00004", loa.now, served_on=loa.now.date(), zalo="2000", phone="0912345670", agreed=True),
        NewCase("out-of-it", "00004", loa.now, served_on=loa.now.date(), zalo="2001", email="b@x.vn"),
        NewCase("by-phone", "00004", loa.now, served_on=loa.now.date(), phone="0912345672", agreed=True),
        NewCase("not-agreed", "00004", loa.now, phone="0912345673"),
        NewCase("no-zalo-there", "00004", loa.now, phone="0912345679", agreed=True, email="an@x.vn"),
        NewCase("stopped", "00004", loa.now, phone="0912345674", agreed=True),
    ]  # fmt: skip
    async with loa.database.transaction() as session:
        await cases.add_cases(session, survey_id, new, loa.now)
        await zalo.interacted(session, ChannelName.ZALO_OA, "2000", loa.now)
        await met(session, ChannelName.ZALO_PHONE, ["84912345674"], loa.now)
        await stop(session, ChannelName.ZALO_PHONE, "84912345674", Reason.NOT_AGREED, loa.now)
    phone = ZaloPhone(loa.oa, TEMPLATE, business_url=loa.zalo.url)
    async with posting(loa) as post:
        ways: list[Way] = [OnAccount(loa.oa, TEMPLATE, HOME), ByPhone(phone, TEMPLATE, HOME)]
        yield Fieldwork(loa, post, survey_id, ways)


async def test_everybody_is_invited_one_way_and_once(field: Fieldwork):
    for _ in range(4):
        await field.tick()

    sent, waits = CaseStatus.SENT, CaseStatus.PENDING
    assert await field.stand() == [
        (sent, "zalo_oa", ""), (sent, "zalo_oa", ""), (sent, "zalo_phone", ""), (waits, "", ""),
        (sent, "email", "zalo_phone:deactivated"), (waits, "", ""),
    ]  # fmt: skip
    assert field.copies() == [["text"], ["template"], ["template"], [], ["e-mail"]]
    people = field.loa.zalo.world.people
    assert [b["title"] for b in people["2000"].messages[0].buttons] == ["Trả lời khảo sát", "Không tham gia"]
    assert people["2002"].messages[0].data == {
        "noi": "Phường Ba Đình, Thành phố Hà Nội", "ngay": "23/11/2026", "lien_ket": f"{HOME}/s/cby-phone",
    }  # fmt: skip
    assert field.post.box("b@x.vn") == []


async def test_nobody_is_invited_at_night_and_who_is_silent_is_reminded_the_same_way(field: Fieldwork):
    field.loa.later(hours=13)  # 21:00
    await field.tick()
    assert field.copies() == [[], [], [], [], []]

    field.loa.later(hours=35)  # after a holiday
    await field.tick()
    await field.tick()
    field.loa.later(hours=49)
    for _ in range(3):
        await field.tick()

    assert field.copies() == [["text"] * 2, ["template"] * 2, ["template"] * 2, [], ["e-mail"] * 2]
    assert field.loa.zalo.world.people["2000"].messages[1].text.startswith("Loa xin nhắc lại lời mời này")


@pytest.mark.parametrize("method", ["cs", "template", "zns"])
async def test_a_lost_answer_is_in_doubt_and_goes_no_other_way(field: Fieldwork, method: str):
    field.loa.zalo.api.faults.order({"kind": "lost_reply", "count": 1, "methods": [method]})
    for _ in range(3):
        await field.tick()

    doubtful = {"cs": BY_WINDOW, "template": BY_ID, "zns": BY_PHONE}[method]
    stand = await field.stand()
    statuses = [status for status, *_ in stand]
    assert statuses.count(CaseStatus.UNKNOWN) == 1
    if method != "zns":  # by telephone it may strike either of the two
        assert statuses[doubtful] == CaseStatus.UNKNOWN
    assert max(len(got) for got in field.copies()) == 1


async def test_who_answers_in_the_window_is_not_asked_again(field: Fieldwork):
    await field.tick()
    await field.loa.taps(2000, "Không tham gia")
    field.loa.later(hours=49)
    await field.tick()
    said = [sent.text.partition(".")[0] for sent in field.loa.zalo.world.people["2000"].messages]
    assert [text.startswith("Đã ghi nhận ông/bà không tham gia") for text in said] == [False, True]


async def test_the_account_without_a_template_leaves_them_to_the_letter(field: Fieldwork):
    field.ways = [OnAccount(field.loa.oa)]
    field.loa.later(days=8)
    field.loa.now = field.loa.now.replace(hour=3)
    await field.tick()
    await field.tick()
    stand = await field.stand()
    assert stand[BY_ID] == (CaseStatus.SENT, "email", "zalo_oa:window closed")
    assert stand[BY_WINDOW] == (CaseStatus.PENDING, "", "zalo_oa:window closed")
    assert len(field.post.box("b@x.vn")) == 1
