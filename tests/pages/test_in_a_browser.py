"""The survey form in a real browser, with scripts off: on a telephone, stopped and taken up again, and read aloud."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page
from sqlalchemy import select

from storage.database import Database
from storage.enums import Mode, ResponseStatus
from storage.tables import Response
from surveys.catalogue import Catalogue
from surveys.counting import counters
from surveys.packing import unpack
from tests.pages.conftest import Web, serving
from tests.world import QUESTIONNAIRES

SHORT = (QUESTIONNAIRES / "sipas-short.yaml").read_text(encoding="utf-8")
LONG = (QUESTIONNAIRES / "sipas-2026.yaml").read_text(encoding="utf-8")
LOOK = os.environ.get("LOA_TEST_PICTURES", "")
"""A folder for pictures of the pages, for whoever wants to look at them."""
LEAST_TARGET = 44
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL_TARGETS = """() => [...document.querySelectorAll('button, .button, label.choice, select, summary, nav a, .change a')]
    .map(e => [e.innerText, e.getBoundingClientRect()]).filter(([_, box]) => box.height && box.height < 44)
    .map(([text]) => text)"""
NAMELESS = """() => [...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
    .filter(e => !e.labels.length || !e.labels[0].innerText.trim()).map(e => e.outerHTML)"""
LOST_IDS = """() => [...document.querySelectorAll('[aria-describedby], [aria-labelledby]')]
    .flatMap(e => [e.getAttribute('aria-describedby'), e.getAttribute('aria-labelledby')].join(' ').split(' '))
    .filter(id => id && !document.getElementById(id))"""
TWICE = """() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
    return ids.filter((id, at) => ids.indexOf(id) !== at) }"""

Opening = Callable[..., Awaitable[BrowserContext]]


@pytest.fixture
async def site(sqlite_url: str, now: datetime) -> AsyncIterator[Web]:
    database = Database(sqlite_url)
    async with serving(database, now) as made:
        yield made
    await database.close()


@pytest.fixture
async def opening(chromium: Browser) -> Opening:
    """A browser of somebody: no scripts, no cookies yet, so wide a screen."""

    async def new(width: int = 390, *, dark: bool = False) -> BrowserContext:
        return await chromium.new_context(
            viewport={"width": width, "height": 844 if width < 800 else 900}, java_script_enabled=False,
            color_scheme="dark" if dark else "light", locale="vi-VN", device_scale_factor=1,
        )  # fmt: skip

    return new


async def checked(page: Page, name: str = "") -> None:
    """Nothing is too wide, too small to tap, or nameless for those who listen."""
    assert await page.evaluate(TOO_WIDE) == 0, page.url
    assert await page.evaluate(SMALL_TARGETS) == []
    assert await page.evaluate(NAMELESS) == []
    assert await page.evaluate(LOST_IDS) == []
    assert await page.evaluate(TWICE) == []
    assert await page.locator("h1").count() == 1
    assert await page.locator("html").get_attribute("lang") == "vi"
    assert (await page.title()).strip()
    if LOOK and name:
        await page.screenshot(path=Path(LOOK) / f"{name}.png", full_page=True)


async def enters(page: Page, site: Web, payload: str, name: str = "") -> None:
    await page.goto(f"{site.home}/s/{payload}")
    await checked(page, name and f"{name}-age")
    await page.get_by_role("button", name="Tôi từ 18 tuổi trở lên").click()
    await checked(page, name and f"{name}-consent")
    await page.get_by_role("button", name="Đồng ý và bắt đầu trả lời").click()


async def fills_in(page: Page) -> None:
    """The first option of each question on the page, and on."""
    for group in await page.get_by_role("radiogroup").all() or await page.get_by_role("group").all():
        await group.locator("input").first.check()
    if await page.locator("form textarea").count():
        await page.locator("form textarea").fill("Bàn ghế cần thêm.")
    await page.get_by_role("button", name="Tiếp tục").click()


async def test_the_short_form_is_stopped_and_finished_by_its_link_elsewhere(site: Web, opening: Opening):
    survey_id, payload = await site.survey(SHORT)
    first = await (await opening()).new_page()
    await enters(first, site, payload, "phone")
    await checked(first, "phone-first")
    for number in range(3):
        await fills_in(first)
        await checked(first, f"phone-{number}")
    await first.get_by_role("link", name="Tạm dừng").click()
    await checked(first, "phone-pause")
    link = await first.get_by_label("Đường dẫn riêng của ông/bà").input_value()

    second = await (await opening(1280)).new_page()
    await second.goto(link)
    assert await second.locator("h1").inner_text() == "Lần này, ông/bà nộp hồ sơ bằng cách nào?"
    await checked(second, "desk-3")
    await fills_in(second)
    await checked(second, "desk-matrix")
    await fills_in(second)
    await checked(second, "desk-text")
    await fills_in(second)
    await checked(second, "desk-ready")
    await second.get_by_role("link", name="Xem lại, sửa câu trả lời").click()
    await checked(second, "desk-review")
    await second.get_by_role("button", name="Gửi phiếu").click()

    assert await second.locator("h1").inner_text() == "Đã gửi phiếu"
    await checked(second, "desk-sent")
    await first.goto(link)
    assert (await first.locator("h1").inner_text()).startswith("Ông/bà đã trả lời cuộc khảo sát này.")
    await checked(first, "phone-taken")
    async with site.database.reading() as session:
        row = (await session.scalars(select(Response))).one()
        assert (row.status, row.mode) == (ResponseStatus.COMPLETE, Mode.WEB)
        assert (await counters(session, survey_id)).n == 1


@pytest.mark.parametrize(("width", "dark"), [(390, False), (320, True)])
async def test_the_long_form_fits_a_telephone_from_end_to_end(site: Web, opening: Opening, width: int, dark: bool):
    _, payload = await site.survey(LONG)
    page = await (await opening(width, dark=dark)).new_page()
    await enters(page, site, payload, f"long{width}")
    pages = 0
    while await page.get_by_role("button", name="Gửi phiếu").count() == 0:
        await checked(page, f"long{width}-{pages:02}")
        await fills_in(page)
        pages += 1
        assert pages < 85
    await checked(page, f"long{width}-ready")
    await page.get_by_role("link", name="Xem lại, sửa câu trả lời").click()
    await checked(page, f"long{width}-review")

    async with site.database.reading() as session:
        form = await Catalogue().get(session, 1)
    assert len(await page.locator("dt").all()) > 60
    assert pages < len(form.questions) / 2


KINDS = """
key: kinds
title: Phiếu thử mọi loại câu hỏi trên trang web của cơ quan nhà nước
languages: [en]
intro: Mời trả lời.
consent: {version: "1", text: Xin đồng ý.}
thanks: Xin cảm ơn!
questions:
  - {id: a, text: "Chọn một?", options: [Có, Không], dont_know: true, optional: true, explain: "Để biết thêm."}
  - {id: b, kind: several, text: "Chọn nhiều?", options: [Một, Hai, Ba], not_applicable: true}
  - {id: c, kind: rank, text: "Xếp thứ tự?", options: [Thời gian chờ, Thái độ của công chức tiếp nhận hồ sơ, Chi phí]}
  - {id: d, kind: number, text: "Chấm điểm?", max: 10}
  - {id: e, kind: number, text: "Bao nhiêu?", max: 500, dont_know: true}
  - {id: f, kind: decimal, text: "Bao nhiêu tiền?", optional: true}
  - {id: g, kind: date, text: "Ngày nào?"}
  - {id: h, kind: time, text: "Mấy giờ?"}
  - {id: i, kind: text, text: "Tên thủ tục?", limit: 80}
  - {id: j, kind: place, text: "Ở đâu?", dont_know: true}
  - {id: k, kind: file, text: "Ảnh?", optional: true}
  - {id: l, kind: note, text: "Xin đọc dòng này rồi tiếp tục."}
  - {id: o, text: "Nơi nào?", options: [OPTIONS]}
  - {id: m, kind: matrix, text: "Mức nào?", dont_know: true, options: [Hoàn toàn không đồng ý, Tương-đối-không-đồng-ý, Đồng ý], rows: [{id: m1, text: Dòng một}, {id: m2, text: Dòng hai}]}
""".replace("OPTIONS", ", ".join(f"Phường {n} thuộc Thành phố Hồ Chí Minh rất dài" for n in range(30)))
FILLED = {
    "#q2-1": "2", "#q2-2": "1", "#q2-3": "3", "#q4": "7", "#q6": "20/11/2026", "#q7": "8:30", "#q8": "Khai sinh",
    "#q9": "21,0285", "#q9-x": "105,8542", "#q12": "5",
}  # fmt: skip


async def test_every_kind_of_question_fits_the_smallest_telephone(site: Web, opening: Opening):
    _, payload = await site.survey(KINDS)
    page = await (await opening(320)).new_page()
    await enters(page, site, payload)
    for number in range(14):
        await checked(page, f"kind{number:02}")
        await page.get_by_role("button", name="Tiếp tục").click()
        if await page.locator(".error").count():
            await checked(page, f"kind{number:02}-error")
            for box, value in FILLED.items():
                if await page.locator(f"select{box}").count():
                    await page.locator(box).select_option(value)
                elif await page.locator(box).count():
                    await page.locator(box).fill(value)
            for group in (
                await page.get_by_role("radiogroup").all() or await page.locator("fieldset:not(.others)").all()
            ):
                if await group.locator(".choice input").count():
                    await group.locator(".choice input").first.check()
            await page.get_by_role("button", name="Tiếp tục").click()

    assert await page.locator("h1").inner_text() == "Đã trả lời xong"
    await page.get_by_role("link", name="Xem lại, sửa câu trả lời").click()
    await checked(page, "kind-review")


async def test_what_is_wrong_is_said_where_the_cursor_goes(site: Web, opening: Opening):
    _, payload = await site.survey(SHORT)
    page = await (await opening(dark=True)).new_page()
    await enters(page, site, payload, "dark")

    await page.get_by_role("button", name="Tiếp tục").click()

    await checked(page, "dark-error")
    wrong = page.locator("input:focus")
    assert await wrong.get_attribute("aria-invalid") == "true"
    assert await wrong.evaluate("e => document.getElementById(e.getAttribute('aria-describedby')).innerText") == (
        "Chưa được: Câu này cần có câu trả lời."
    )
    for _ in range(4):
        await fills_in(page)
    await page.get_by_role("radiogroup").first.locator("input").first.check()
    await page.get_by_role("button", name="Tiếp tục").click()
    await checked(page, "dark-matrix-error")
    assert await page.locator(".errors a").count() == 5


async def test_the_whole_form_is_filled_in_from_the_keyboard(site: Web, opening: Opening):
    _, payload = await site.survey()
    page = await (await opening(1280)).new_page()
    await enters(page, site, payload)

    await page.locator("#q0-1").wait_for()
    await page.bring_to_front()
    await page.keyboard.press("Tab")
    assert await page.locator(":focus").inner_text() == "Đến nội dung chính"
    await page.locator("#q0-1").focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("Tab")
    assert await page.locator(":focus").inner_text() == "Tiếp tục"
    await page.keyboard.press("Enter")

    await page.get_by_role("heading", name="Ông/bà biết tin qua đâu?").wait_for()


async def test_the_back_button_of_the_browser_is_harmless(site: Web, opening: Opening):
    _, payload = await site.survey(SHORT)
    page = await (await opening()).new_page()
    await enters(page, site, payload)
    await fills_in(page)
    await fills_in(page)

    occupation = page.get_by_role("heading", name="Hiện nay ông/bà làm công việc gì?")
    await occupation.wait_for()

    await page.go_back()
    await page.get_by_role("heading", name="Ông/bà thuộc nhóm tuổi nào?").wait_for()
    assert await page.get_by_label("Từ 18 đến 24 tuổi").is_checked()
    await page.get_by_label("Trên 60 tuổi").check()
    await page.get_by_role("button", name="Tiếp tục").click()
    await occupation.wait_for()
    await page.reload()

    await occupation.wait_for()
    async with site.database.reading() as session:
        row = (await session.scalars(select(Response))).one()
        form = await Catalogue().get(session, 1)
    assert unpack(form, row.answers, {}) == {"gender": 1, "age": 5}
