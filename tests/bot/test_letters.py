"""Invitations to a survey by e-mail: once, at the survey's hours, to those whom the bot cannot write to in chat."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select, update

from bot.letters import LEASE, Letters
from bot.outreach import Outreach
from storage import cases
from storage.cases import NewCase
from storage.enums import CaseStatus, ChannelName, Reason
from storage.tables import Case
from surveys.catalogue import Catalogue
from tests.bot.mailing import HOME, Post, posting
from tests.world import ZONE

INVITED = {"recruiting": "invited", "reminder_hours": [48]}


@pytest.fixture
async def post(loa) -> AsyncIterator[Post]:
    async with posting(loa) as made:
        yield made


def letters(post: Post) -> Letters:
    return Letters(
        post.loa.database,
        post.email,
        post.pace,
        ZONE,
        home=HOME,
        now=lambda: post.loa.now,
        channels=[ChannelName.EMAIL],
    )


def chat(post: Post) -> Outreach:
    loa = post.loa
    return Outreach(loa.database, Catalogue(), loa.inviting(), loa.pace, ZONE, lambda: loa.now)


async def drawn(post: Post, *addresses: str, telegram: str = "", **design: object) -> int:
    loa = post.loa
    survey_id, _ = await loa.survey(design={**INVITED, **design})
    new = [
        NewCase(f"c0de{n}" * 4, "00004", loa.now, served_on=loa.now.date(), telegram=telegram, email=address)
        for n, address in enumerate(addresses)
    ]
    async with loa.database.transaction() as session:
        await cases.add_cases(session, survey_id, new, loa.now)
    return survey_id


async def stand(post: Post) -> list[tuple[str | None, ...]]:
    async with post.loa.database.reading() as session:
        rows = await session.execute(select(Case.status, Case.disposition, Case.reason).order_by(Case.id))
        return [tuple(row) for row in rows]


async def test_everybody_is_invited_once_with_their_own_link(post):
    await drawn(post, "an@x.vn", "binh@x.vn")
    for _ in range(3):
        await letters(post).reach_out()

    assert await stand(post) == [(CaseStatus.SENT, "invited", None)] * 2
    (to_an,), (to_binh,) = post.box("an@x.vn"), post.box("binh@x.vn")
    assert f"{HOME}/s/c{'c0de0' * 4}" in to_an.view()["html"]
    assert f"{HOME}/s/c{'c0de1' * 4}" in to_binh.view()["text"]
    assert to_an.parsed["Subject"] == "Mời ông/bà cho ý kiến về lần làm thủ tục hành chính"
    assert "Không nhận nữa" in to_an.view()["text"]
    assert "Chọn lĩnh vực" not in to_an.view()["text"]


async def test_whoever_is_reached_in_chat_gets_no_mail(post):
    await post.loa.subscribers(1)
    await drawn(post, "an@x.vn", telegram="100000")
    await letters(post).reach_out()
    assert post.box("an@x.vn") == []
    await chat(post).reach_out()
    assert await stand(post) == [(CaseStatus.SENT, "invited", None)]


async def test_a_reminder_is_another_mail_and_comes_once(post):
    await drawn(post, "an@x.vn")
    await letters(post).reach_out()
    post.loa.later(hours=49)
    await asyncio.gather(letters(post).reach_out(), chat(post).reach_out())
    await letters(post).reach_out()

    first, second = (letter.parsed for letter in post.box("an@x.vn"))
    assert second["Subject"].startswith("Xin nhắc")
    assert first["Message-ID"] != second["Message-ID"]


async def test_a_lost_answer_is_in_doubt_and_never_sent_again(post):
    await drawn(post, "an@x.vn")
    post.server.faults.drop_after = 1
    await letters(post).reach_out()
    post.loa.later(hours=1)
    await letters(post).reach_out()
    assert await stand(post) == [(CaseStatus.UNKNOWN, "invited", Reason.IN_DOUBT)]
    assert len(post.box("an@x.vn")) == 1


async def test_a_process_that_died_leaves_its_letters_in_doubt(post):
    await drawn(post, "an@x.vn")
    async with post.loa.database.transaction() as session:
        await session.execute(update(Case).values(status=CaseStatus.SENDING, due_at=post.loa.now + LEASE, claim=1))
    await letters(post).reach_out()
    post.loa.later(seconds=LEASE.total_seconds() + 1)
    await letters(post).reach_out()
    assert (await stand(post))[0][:2] == (CaseStatus.UNKNOWN, "invited")
    assert post.box("an@x.vn") == []


async def test_an_invitation_that_comes_back_says_unreachable(post):
    await drawn(post, "nosuch1@x.vn", "later1@x.vn")
    await letters(post).reach_out()
    for _ in range(100):
        if (await stand(post))[1][0] == CaseStatus.FAILED:
            break
        await asyncio.sleep(0.02)
    assert await stand(post) == [
        (CaseStatus.FAILED, "unreachable", Reason.NOT_FOUND), (CaseStatus.FAILED, "unreachable", Reason.BOUNCED),
    ]  # fmt: skip


async def test_whoever_refuses_is_not_reminded(post):
    await drawn(post, "an@x.vn")
    await letters(post).reach_out()
    address = str(post.box("an@x.vn")[0].parsed["List-Unsubscribe"]).split("mailto:")[1].rstrip(">")
    assert await post.bounces.received(address, b"") == "stop"
    post.loa.later(hours=49)
    await letters(post).reach_out()
    assert len(post.box("an@x.vn")) == 1
