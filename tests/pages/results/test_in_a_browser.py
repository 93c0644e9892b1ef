"""The results page in a real browser: filters with a script and without, narrow and wide, light and dark, on paper."""

import os
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.async_api import Browser, Page

from storage.database import Database
from storage.enums import Role
from tests.pages.results.conftest import Web, serving
from tests.pages.results.test_entering import HOA, init_data
from tests.pages.results.test_results import DANANG, HANOI, people
from tests.pages.test_in_a_browser import NAMELESS, TOO_WIDE, TWICE

LOOK = os.environ.get("LOA_TEST_PICTURES", "")


@pytest.fixture
async def site(sqlite_url: str, now: datetime) -> AsyncIterator[Web]:
    database = Database(sqlite_url)
    async with serving(database, now) as made:
        yield made
    await database.close()


async def opened(
    chromium: Browser, *, width: int = 390, dark: bool = False, script: bool = True
) -> tuple[Page, list[str]]:
    """A new page, and what goes wrong in it."""
    context = await chromium.new_context(
        viewport={"width": width, "height": 844}, color_scheme="dark" if dark else "light", java_script_enabled=script
    )  # fmt: skip
    page, wrong = await context.new_page(), list[str]()
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    return page, wrong


@pytest.mark.parametrize("script", [True, False])
async def test_a_part_is_chosen_with_a_script_and_without(site: Web, chromium: Browser, script: bool):
    id = await site.survey(people({HANOI: 60, DANANG: 45}))
    page, wrong = await opened(chromium, script=script)
    await page.goto(f"{site.home}/k/{id}")
    trend = await page.query_selector("#trend")
    await page.select_option("#part", "p:48")
    await page.click("form.filter button")
    await page.wait_for_selector("text=Số liệu của: Thành phố Đà Nẵng")
    assert page.url.endswith(f"/k/{id}?part=p%3A48")
    assert trend is not None
    if script:
        assert await trend.is_visible()  # the rest of the page was not loaded anew
    await page.click("#provinces a:has-text('Hà Nội')")
    await page.wait_for_selector("text=Số liệu của: Thành phố Hà Nội")
    assert wrong == []


@pytest.mark.parametrize(("width", "dark"), [(390, False), (390, True), (1440, False), (1440, True)])
async def test_nothing_is_too_wide_or_nameless(site: Web, chromium: Browser, width: int, dark: bool):
    id = await site.survey(people({HANOI: 60, DANANG: 45}))
    page, wrong = await opened(chromium, width=width, dark=dark)
    await page.goto(f"{site.home}/k/{id}")
    assert await page.evaluate(TOO_WIDE) == 0
    assert await page.evaluate(NAMELESS) == []
    assert await page.evaluate(TWICE) == []
    first = await page.evaluate("getComputedStyle(document.querySelector('svg rect')).fill")
    assert first == ("rgb(23, 32, 46)" if dark else "rgb(255, 255, 255)")
    if LOOK:
        await page.screenshot(path=Path(LOOK) / f"results-{width}-{'dark' if dark else 'light'}.png", full_page=True)
    await page.emulate_media(media="print")
    assert not await page.is_visible("form.filter")
    assert await page.is_visible("#chosen details table")
    assert wrong == []


@pytest.mark.parametrize(("width", "open"), [(390, False), (1440, True)])
async def test_all_criteria_are_a_tap_away_on_a_telephone_and_there_on_a_desk(
    site: Web, chromium: Browser, width: int, open: bool
):
    page, _ = await opened(chromium, width=width)
    await page.goto(f"{site.home}/k/{await site.survey(people({HANOI: 60}))}")
    assert await page.is_visible(".listed table") is open
    if not open:
        await page.click(".listed summary")
        assert await page.is_visible(".listed table")


async def test_the_keyboard_reaches_the_content_first(site: Web, chromium: Browser):
    page, _ = await opened(chromium)
    await page.goto(f"{site.home}/k/{await site.survey(people({HANOI: 60}))}")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "main"


async def test_a_mini_app_hands_over_what_telegram_says(site: Web, chromium: Browser):
    id = await site.survey(people({HANOI: 12}), public=False)
    await site.person(HOA, Role.EDITOR)
    page, wrong = await opened(chromium)
    await page.goto(f"{site.home}/k/{id}/app#tgWebAppData={quote(init_data(site, HOA), safe='')}&tgWebAppVersion=8.0")
    await page.wait_for_selector("text=Nội bộ")
    assert (page.url, wrong) == (f"{site.home}/k/{id}/staff", [])


async def test_a_signed_link_does_not_stay_in_the_address(site: Web, chromium: Browser):
    id = await site.survey(people({HANOI: 12}), public=False)
    page, wrong = await opened(chromium)
    await page.goto(f"{site.home}{await site.link(id)}&lang=en")
    await page.wait_for_url(f"{site.home}/k/{id}/staff?lang=en")
    await page.reload()
    assert (await page.is_visible("text=Staff only"), wrong) == (True, [])


async def test_outside_of_telegram_a_mini_app_says_where_it_is_opened(site: Web, chromium: Browser):
    page, wrong = await opened(chromium)
    await page.goto(f"{site.home}/k/1/app")
    assert await page.is_visible("text=mở từ nút trong trò chuyện")
    assert not await page.is_visible("button")
    assert wrong == []
