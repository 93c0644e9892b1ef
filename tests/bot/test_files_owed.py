"""A list that takes long is a job: whoever asks is told at once, gets the file later, and a kill loses nothing."""

import asyncio
import io
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.background import Background
from bot.inviting import InChat
from bot.jobs import jobs_of
from bot.outreach import Outreach
from handlers import progress
from handlers.staff_texts import LIST_COMING, LIST_FILE, REPORT
from storage import broadcasts, notices
from storage.tables import Notice
from tests.bot.test_chores import chores
from tests.broadcasts.conftest import EDITOR, started
from tests.world import ZONE, World

PEOPLE = 5


@pytest.fixture(autouse=True)
def small(monkeypatch) -> None:
    monkeypatch.setattr(broadcasts, "LARGE", PEOPLE - 1)
    monkeypatch.setattr(notices, "HELD", timedelta(seconds=1))


async def asked(loa: World) -> int:
    """An editor asks who got a large broadcast; how many messages the editor has then."""
    await started(loa, PEOPLE)
    await loa.says(EDITOR, "/bientap")
    await loa.taps(EDITOR, "Bản tin số")
    await loa.taps(EDITOR, REPORT)
    assert LIST_COMING.format(n=PEOPLE) in loa.messages(EDITOR)[-1].text
    await chores(loa).say_words()
    return len(loa.messages(EDITOR))


async def owed(loa: World) -> list[bool]:
    """Of each file that is owed or was: whether it was sent."""
    async with loa.database.reading() as session:
        found = await session.scalars(select(Notice).where(Notice.kind == "recipients").order_by(Notice.id))
        return [row.said_at is not None for row in found]


def working(loa: World) -> Background:
    outreach = Outreach(loa.database, chores(loa)._catalogue, InChat(loa.telegram), loa.pace, ZONE)
    return Background(jobs_of(loa.database), chores(loa), [outreach])


async def test_a_large_list_is_made_by_a_job_and_sent_when_it_is_ready(loa: World):
    before = await asked(loa)
    await chores(loa).say_words()
    assert (await owed(loa), len(loa.messages(EDITOR))) == ([False], before)

    background = working(loa)
    running = asyncio.create_task(background.run())
    for _ in range(2):
        await background._put_files()
    async with asyncio.timeout(30):
        while await owed(loa) != [True]:
            await asyncio.sleep(0.05)
    background.stop()
    await asyncio.wait_for(running, 20)

    (file,) = loa.messages(EDITOR)[before:]
    assert file.document is not None
    assert (file.document.name, file.text) == ("dot-phat-1.csv", LIST_FILE)
    assert len(file.document.data.decode("utf-8-sig").splitlines()) == PEOPLE + 1
    assert await chores(loa).files_owed() == []


async def test_who_is_killed_while_making_it_keeps_it_for_a_minute_and_then_it_is_made_again(loa: World, monkeypatch):
    """The first that makes it never ends; while it is held nobody else begins, and then somebody does."""
    before = await asked(loa)
    (id,) = await chores(loa).files_owed()
    begun, first = asyncio.Event(), chores(loa)

    async def for_ever(_: object) -> list[object]:
        begun.set()
        await asyncio.Event().wait()
        return []

    monkeypatch.setattr(first, "_made", for_ever)
    killed = asyncio.create_task(first.say_file(id))
    await begun.wait()
    await asyncio.sleep(1.5)
    await chores(loa).say_file(id)
    assert await owed(loa) == [False]

    killed.cancel()
    await asyncio.wait([killed])
    await chores(loa).say_file(id)
    assert await owed(loa) == [False]
    await asyncio.sleep(1.1)
    await chores(loa).say_file(id)

    assert await owed(loa) == [True]
    assert len(loa.messages(EDITOR)) == before + 1


def test_a_list_that_is_too_large_for_a_chat_is_packed(monkeypatch):
    monkeypatch.setattr(progress, "PACKED_FROM", 10)
    file = progress._list(7, [], ZONE).document
    assert file is not None
    assert file.name == "dot-phat-7.zip"
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        assert archive.read("dot-phat-7.csv") == progress.as_csv([], ZONE)
