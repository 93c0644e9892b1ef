"""The ways in to the staff's page: a signed link while it is good, and Telegram's word for somebody with a role."""

import json
from datetime import timedelta
from urllib.parse import urlencode

import aiohttp
import pytest

from pages.results.init_data import signed
from storage.database import Database
from storage.enums import Role
from storage.people import revoke
from tests.pages.reading import Browser, Page
from tests.pages.results.conftest import Web, serving
from tests.pages.results.test_results import HANOI, people
from tests.world import TOKEN

HOA, LAN = 3001, 3002


def init_data(site: Web, who: int, *, token: str = TOKEN) -> str:
    fields = {"auth_date": str(int(site.now.timestamp())), "user": json.dumps({"id": who, "first_name": "Hoa"})}
    return urlencode({**fields, "hash": signed(fields, token)})


async def hands_over(site: Web, browser: Browser, survey_id: int, said: str) -> Page:
    return await browser.posts(f"/k/{survey_id}/app", [("init_data", said)])


async def test_a_link_is_good_for_its_survey_until_its_hour(site: Web, browser: Browser):
    id, other = await site.survey(people({HANOI: 12}), public=False), await site.survey([], public=False)
    page = await browser.opens(await site.link(id, hours=2))
    assert (page.status, page.path, "66,67%" in page.text) == (200, f"/k/{id}/staff", True)
    assert (await browser.opens(f"/k/{other}/staff")).status == 403
    wrong = (await site.link(id)).replace(f"/k/{id}", f"/k/{other}")
    assert [(await browser.opens(path)).status for path in (wrong, f"/k/{id}/staff?t=x", f"/k/{id}/staff?t=")] == [
        403
    ] * 3
    site.now += timedelta(hours=2)
    assert (await browser.opens(f"/k/{id}/staff")).status == 403


async def test_a_link_works_in_no_other_browser_once_it_is_over(site: Web, browser: Browser):
    id = await site.survey(people({HANOI: 12}), public=False)
    link = await site.link(id, hours=1)
    site.now += timedelta(hours=1)
    page = await browser.opens(link)
    assert (page.status, page.h1) == (403, "Đường dẫn này đã hết hạn hoặc không đúng.")


@pytest.mark.parametrize("role", [Role.EDITOR, Role.APPROVER, Role.OPERATOR, Role.SUPERVISOR])
async def test_staff_are_let_in_by_telegram_for_an_hour(site: Web, browser: Browser, role: Role):
    id = await site.survey(people({HANOI: 12}), public=False)
    await site.person(HOA, role)
    page = await hands_over(site, browser, id, init_data(site, HOA))
    assert (page.status, page.path, "Nội bộ" in page.html) == (200, f"/k/{id}/staff", True)
    site.now += timedelta(minutes=59)
    assert (await browser.opens(f"/k/{id}/staff")).status == 200
    site.now += timedelta(minutes=1)
    assert (await browser.opens(f"/k/{id}/staff")).status == 403


async def test_nobody_else_is_let_in(site: Web, browser: Browser):
    id = await site.survey(people({HANOI: 12}), public=False)
    await site.person(HOA, Role.EDITOR)
    await site.person(LAN, Role.INTERVIEWER)
    for said in (
        init_data(site, LAN), init_data(site, 9999), init_data(site, HOA, token="43:OTHER"), "",
        init_data(site, HOA).replace(str(HOA), str(LAN)),
    ):  # fmt: skip
        page = await hands_over(site, browser, id, said)
        assert (page.status, "Set-Cookie" in page.headers) == (403, False)
        assert "Telegram không xác nhận được ông/bà" in page.text
    assert (await browser.opens(f"/k/{id}/staff")).status == 403
    refused = await browser.posts(f"/k/{id}/app", [("init_data", init_data(site, HOA))], Sec_Fetch_Site="cross-site")
    assert refused.status == 403


async def test_who_loses_the_role_loses_the_page_at_once(site: Web, browser: Browser):
    id = await site.survey(people({HANOI: 12}), public=False)
    person = await site.person(HOA, Role.EDITOR)
    assert (await hands_over(site, browser, id, init_data(site, HOA))).status == 200
    async with site.database.transaction() as session:
        await revoke(session, person, Role.EDITOR)
    assert (await browser.opens(f"/k/{id}/staff")).status == 403


@pytest.mark.parametrize(
    ("home", "framed"),
    [("", "SameSite=Lax"), ("https://loa.example.vn", "SameSite=None; Secure; Partitioned")],
)
async def test_the_cookie_is_kept_where_telegram_frames_the_page(database: Database, now, home: str, framed: str):
    async with serving(database, now, home=home) as site, aiohttp.ClientSession() as http:
        id = await site.survey([], public=False)
        async with http.get(site.home + await site.link(id, hours=1), allow_redirects=False) as answer:
            parts = answer.headers["Set-Cookie"].split("; ", 1)
    assert parts[0].startswith(f"k{id}=s{id}.")
    assert parts[1] == f"Max-Age=3600; Path=/k; HttpOnly; {framed}"
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "private, no-cache")


async def test_a_link_of_the_release_before_leads_on(site: Web, browser: Browser):
    id = await site.survey(people({HANOI: 12}), public=False)
    page = await browser.opens((await site.link(id)).replace("/staff?", "?"))
    assert (page.status, page.path) == (200, f"/k/{id}/staff")


async def test_a_forged_link_lets_nobody_in_and_takes_no_cookie_away(site: Web, browser: Browser):
    id = await site.survey(people({HANOI: 12}), public=False)
    assert (await browser.opens(await site.link(id))).status == 200
    forged = await browser.opens(f"/k/{id}/staff?t=x")
    assert (forged.status, "Set-Cookie" in forged.headers) == (403, False)
    assert (await browser.opens(f"/k/{id}/staff")).status == 200


async def test_comments_are_for_staff_alone(site: Web, browser: Browser):
    id = await site.survey(
        people({HANOI: 40}), texts={0: ("why", "Xin gọi 0912 345 678"), 3: ("why", "Chờ lâu <b>quá</b>")}
    )
    assert "Ý kiến viết" not in (await browser.opens(f"/k/{id}")).text
    page = await browser.opens(await site.link(id))
    assert [one.text for one in page.tree.every("blockquote")] == ["Chờ lâu <b>quá</b>", "Xin gọi [số điện thoại]"]
