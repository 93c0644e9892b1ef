"""Answers of Zalo as it might give them one day: without an id, with other shapes, at night."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from channels.blocks import heading, item, line, paragraph, quote
from channels.message import Message, SendError, say
from channels.zalo_article import LONGEST_DESCRIPTION, LONGEST_TITLE, ZaloArticles, content
from channels.zalo_oa import ZaloOA
from channels.zalo_template import Template
from channels.zalo_tokens import Account
from handlers.zalo import HINTS
from storage import zalo
from storage.database import Database
from storage.enums import ChannelName, Reason

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
MIDNIGHT = datetime(2026, 11, 24, tzinfo=HANOI)
GRANT: dict[str, Any] = {"access_token": "access", "refresh_token": "refresh", "expires_in": "90000"}


@dataclass
class Answering:
    """A server that gives one answer to everything but the first question for a token."""

    answer: dict[str, Any] = field(default_factory=dict)
    grant: dict[str, Any] = field(default_factory=lambda: dict(GRANT))
    now: datetime = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    asked: list[str] = field(default_factory=list)
    slow: float = 0.0
    """Seconds that a new grant takes."""

    async def handle(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        if self.slow and "access_token" in request.path:
            await asyncio.sleep(self.slow)
        return web.json_response(self.grant if "access_token" in request.path else self.answer)


@pytest.fixture
def zalo_says() -> Answering:
    return Answering()


@pytest.fixture
async def oa(zalo_says: Answering, sqlite_url: str) -> AsyncIterator[ZaloOA]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", zalo_says.handle)
    database = Database(sqlite_url)
    async with TestServer(app) as server:
        url = str(server.make_url("")).rstrip("/")
        made = ZaloOA(
            Account("1", "2", "secret", "first", oauth_url=url), database, api_url=url, hints=HINTS,
            now=lambda: zalo_says.now, seconds=5,
        )  # fmt: skip
        async with database.transaction() as session:
            await zalo.interacted(session, ChannelName.ZALO_OA, "2001", zalo_says.now)
        yield made
        await made.close()
    await database.close()


async def refused(oa: ZaloOA) -> SendError:
    with pytest.raises(SendError) as caught:
        async with asyncio.timeout(5):
            await oa.deliver("2001", oa.prepare(say("chào")).parts[0])
    return caught.value


@pytest.mark.parametrize(
    ("after_midnight", "seconds"),
    [
        (timedelta(hours=-1), 7 * 3600 + 30),
        (timedelta(), 6 * 3600 + 30),
        (timedelta(hours=1), 5 * 3600 + 30),
        (timedelta(hours=6, seconds=-0.5), 30.5),
        (timedelta(hours=6, seconds=29), 1),
        (timedelta(hours=6, seconds=30), 24 * 3600),
        (timedelta(hours=22), 8 * 3600 + 30),
    ],
)
async def test_what_is_refused_at_night_is_tried_in_the_morning(
    zalo_says: Answering, oa: ZaloOA, after_midnight: timedelta, seconds: float
):
    zalo_says.now, zalo_says.answer = (MIDNIGHT + after_midnight).astimezone(UTC), {"error": -133}
    error = await refused(oa)
    assert (error.reason, error.retry_after) == (Reason.NIGHT, seconds)


@pytest.mark.parametrize("data", [None, {}, "x", [], {"message_id": ""}])
async def test_an_answer_without_a_message_leaves_it_in_doubt(zalo_says: Answering, oa: ZaloOA, data: Any):
    zalo_says.answer = {"error": 0, "data": data}
    assert (await refused(oa)).reason is Reason.IN_DOUBT
    template = Template("1", ("a", "b", "c"))
    with pytest.raises(SendError) as caught:
        await oa.template("2001", template, ("1", "2", "3"))
    assert caught.value.reason is Reason.IN_DOUBT
    assert await ZaloArticles(oa).broadcast("7") == ""


async def test_the_id_of_a_broadcast_is_kept(zalo_says: Answering, oa: ZaloOA):
    zalo_says.answer = {"error": 0, "data": {"message_id": 77}}
    assert await ZaloArticles(oa).broadcast("7") == "77"


@pytest.mark.parametrize(("code", "reason"), [(-223, Reason.QUOTA), (-224, Reason.UNAUTHORISED)])
async def test_broadcasts_that_are_used_up_are_nobodys_fault(
    zalo_says: Answering, oa: ZaloOA, code: int, reason: Reason
):
    zalo_says.answer = {"error": code, "message": "no"}
    with pytest.raises(SendError) as caught:
        await ZaloArticles(oa).broadcast("7")
    assert caught.value.reason is reason


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ({"display_name": "Lan"}, "Lan"), ({"display_name": None}, ""), ({}, ""), (None, ""), ([], ""), ("x", ""),
        ({"display_name": 5}, "5"),
    ],
)  # fmt: skip
async def test_a_name_is_a_name_whatever_comes(zalo_says: Answering, oa: ZaloOA, data: Any, name: str):
    zalo_says.answer = {"error": 0, "data": data}
    assert await oa.called("2001") == name


@pytest.mark.parametrize(
    ("data", "left"),
    [
        ([{"remain": 3}, {"remain": "4"}], 7), ({"remain": 5}, 5), ([{"remain": "0"}], 0), ([], None), ({}, None),
        (None, None), ("x", None), ([{"remain": "-1"}], None), ([{"remain": None}, "x", {"remain": 2}], 2),
    ],
)  # fmt: skip
async def test_a_quota_is_what_zalo_says_in_numbers(zalo_says: Answering, oa: ZaloOA, data: Any, left: int | None):
    zalo_says.answer = {"error": 0, "data": data}
    assert await oa.paid_left() == left


async def test_paid_messages_are_counted_down_between_two_readings(zalo_says: Answering, oa: ZaloOA):
    zalo_says.now += timedelta(days=3)
    zalo_says.answer = {"error": 0, "data": {"remain": 2, "message_id": "1"}}
    [part] = oa.prepare(say("chào")).parts
    assert [await oa.deliver("2001", part) for _ in range(2)] == ["1", "1"]
    assert (await refused(oa)).reason is Reason.QUOTA
    assert zalo_says.asked.count("/v3.0/oa/quota/message") == 1
    zalo_says.now += timedelta(seconds=61)
    assert await oa.deliver("2001", part) == "1"


async def test_so_many_who_were_told_are_known_and_no_more(
    zalo_says: Answering, oa: ZaloOA, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("channels.zalo_oa.REMEMBERED", 2)
    async with oa.tokens._database.transaction() as session:
        for address in ("2002", "2003"):
            await zalo.interacted(session, ChannelName.ZALO_OA, address, zalo_says.now)
    zalo_says.answer = {"error": 0, "data": {"message_id": "1"}}
    [instead] = oa.prepare(say("Đã thu hồi.")).parts
    told = []
    for address in ("2001", "2002", "2001", "2003", "2001"):
        before = len(zalo_says.asked)
        await oa.remove(address, "5", instead)
        told.append(zalo_says.asked[before:].count("/v3.0/oa/message/cs"))
    assert told == [1, 1, 0, 1, 1]


async def test_a_token_is_asked_for_again_once_and_no_more(zalo_says: Answering, oa: ZaloOA):
    """Zalo refuses whatever token we have."""
    zalo_says.answer = {"error": -216, "message": "invalid"}
    assert (await refused(oa)).reason is Reason.UNAUTHORISED
    assert zalo_says.asked.count("/v3.0/oa/message/cs") == 2


async def test_a_grant_that_does_not_say_its_ends_is_refreshed_within_the_hour(zalo_says: Answering, oa: ZaloOA):
    zalo_says.grant = {"access_token": "access", "refresh_token": "refresh"}
    await oa.tokens.access()
    async with oa.tokens._database.reading() as session:
        kept = await zalo.grant(session, "1:2")
    assert kept is not None
    assert kept.access_until == zalo_says.now + timedelta(hours=1)
    assert kept.refresh_until == zalo_says.now + timedelta(days=90)


@pytest.mark.parametrize("closed", [False, True])
async def test_a_grant_that_was_asked_for_is_kept_though_nobody_waits_for_it_any_more(
    zalo_says: Answering, oa: ZaloOA, closed: bool
):
    """Its refresh token works once: what came for it must not be lost with the one message that needed it."""
    zalo_says.slow = 0.3
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(oa.deliver("2001", oa.prepare(say("chào")).parts[0]), 0.15)
    if closed:
        await oa.close()
    else:
        assert await asyncio.wait_for(oa.tokens.access(), 5) == "access"
    async with oa._database.reading() as session:
        kept = await zalo.grant(session, "1:2")
    assert kept is not None
    assert (kept.access, kept.refresh, kept.trouble) == ("access", "refresh", "")
    assert sum("access_token" in path for path in zalo_says.asked) == 1


@pytest.mark.parametrize("missing", ["access_token", "refresh_token"])
async def test_half_a_grant_is_none(zalo_says: Answering, oa: ZaloOA, missing: str):
    zalo_says.grant = {**{name: said for name, said in GRANT.items() if name != missing}, "error": -14014}
    error = await refused(oa)
    assert (error.reason, error.detail) == (Reason.UNAUTHORISED, "Zalo refuses the refresh token (-14014)")
    async with oa.tokens._database.reading() as session:
        kept = await zalo.grant(session, "1:2")
    assert kept is not None
    assert (kept.access, kept.refresh, kept.trouble) == ("", "first", error.detail)


async def test_whoever_waits_for_a_grant_that_is_dead_is_told_so_at_once(zalo_says: Answering, oa: ZaloOA):
    zalo_says.grant = {"error": -14014}
    first, second = await refused(oa), await refused(oa)
    assert (second.reason, second.detail) == (first.reason, first.detail)
    assert zalo_says.asked == ["/v4/oa/access_token"]
    zalo_says.now += timedelta(minutes=5, seconds=1)
    zalo_says.grant, zalo_says.answer = GRANT, {"error": 0, "data": {"message_id": "1"}}
    assert await oa.deliver("2001", oa.prepare(say("chào")).parts[0]) == "1"


async def test_what_is_known_to_be_wrong_is_not_covered_by_a_warning(zalo_says: Answering, oa: ZaloOA):
    zalo_says.grant = {**GRANT, "refresh_token_expires_in": 86400}
    await oa.tokens.access()
    async with oa.tokens._database.transaction() as session:
        await zalo.note_trouble(session, "1:2", "Zalo refuses the refresh token (-14014)")
    zalo_says.now += timedelta(hours=21)
    async with oa.tokens._database.transaction() as session:
        assert await zalo.take_turn(session, "1:2", "access", zalo_says.now, zalo_says.now + timedelta(hours=1))
    async with asyncio.timeout(5):
        await oa.tokens.keep_fresh()
    async with oa.tokens._database.reading() as session:
        kept = await zalo.grant(session, "1:2")
    assert kept is not None
    assert kept.trouble == "Zalo refuses the refresh token (-14014)"


def test_an_article_is_what_zalo_takes():
    body = (heading("Kết quả"), paragraph("Một <b> & hai"), item("a"), quote("b"), line("c"), paragraph(""))
    assert content("Bản tin", "Sở Nội vụ", body) == {
        "type": "normal", "title": "Bản tin", "author": "Sở Nội vụ", "description": "Một <b> & hai",
        "body": [
            {"type": "text", "content": said}
            for said in (
                "<h3>Kết quả</h3>", "<p>Một &lt;b&gt; &amp; hai</p>", "<li>a</li>", "<blockquote>b</blockquote>",
                "<p>c</p>",
            )
        ],
        "status": "show", "comment": "hide",
    }  # fmt: skip


def test_an_article_keeps_to_its_lengths_and_is_composed():
    decomposed = "Ca\u0309i ca\u0301ch "
    made = content(decomposed * 40, "a" * 99, (paragraph(decomposed * 60),))
    assert made["title"] == ("Cải cách " * 40)[:LONGEST_TITLE]
    assert made["description"] == ("Cải cách " * 60)[:LONGEST_DESCRIPTION]
    assert made["author"] == "a" * 50
    assert made["body"][0]["content"] == f"<p>{'Cải cách ' * 60}</p>"


def test_an_article_without_a_paragraph_is_described_by_its_title():
    assert content("Bản tin", "", Message((heading("Kết quả"),)).body)["description"] == "Bản tin"
