"""The page's telephones with Zalo and a mail reader beside Telegram, in a real browser."""

import os
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import aiohttp
import aiosmtplib
import pytest
from aiohttp import web
from playwright.async_api import Browser

from sandbox.app import Sandbox, serve
from sandbox.settings import Settings
from sandbox.zalo.world import Person

LOOK = os.environ.get("LOA_TEST_PICTURES", "")
BOX = "lan@example.vn"
BOARD = {
    "title": "Thử",
    "phones": [{
        "label": "Người dân", "chats": [{"id": 2001, "name": "Phạm Thị Lan", "role": "Người dân"}],
        "zalo": {"id": "z1", "name": "Phạm Thị Lan", "role": "Người dân"},
        "mail": {"address": BOX, "name": "Phạm Thị Lan", "role": "Người dân"},
    }],
}  # fmt: skip


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with serve(Settings(neighbours=True)) as made:
        yield made


@pytest.fixture
async def one_click() -> AsyncIterator[tuple[str, list[str]]]:
    """Where unsubscribing is posted to, and what came."""
    came: list[str] = []

    async def take(request: web.Request) -> web.Response:
        came.append(await request.text())
        return web.Response()

    app = web.Application()
    app.router.add_post("/stop", take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/stop", came
    await runner.cleanup()


def letter(stop: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "bantin@example.gov.vn", BOX, "Bản tin số 47"
    message["List-Unsubscribe"], message["List-Unsubscribe-Post"] = f"<{stop}>", "List-Unsubscribe=One-Click"
    message.set_content("Thủ tục đúng hẹn.")
    message.add_alternative(
        '<p id="said">Thủ tục đúng hẹn.</p><script>document.getElementById("said").textContent = "bị chạy"</script>',
        subtype="html",
    )
    return message


async def test_one_phone_shows_three_networks(sandbox: Sandbox, chromium: Browser, one_click: tuple[str, list[str]]):
    assert sandbox.neighbours is not None
    stop, came = one_click
    zalo, mail = sandbox.neighbours.zalo, sandbox.neighbours.mail
    zalo.add(Person("z1", "Phạm Thị Lan"))
    async with aiohttp.ClientSession() as http:
        await http.post(f"{sandbox.url}/sim/chats", json={"id": 2001, "name": "Phạm Thị Lan"})
        await http.post(f"{sandbox.url}/sim/board", json=BOARD)
    page, wrong = await chromium.new_page(viewport={"width": 1000, "height": 900}), list[str]()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    await page.goto(sandbox.url)

    await page.get_by_role("tab", name="Zalo").click()
    await page.get_by_role("button", name="Quan tâm").click()
    await page.get_by_role("textbox").locator("visible=true").fill("xin chào")
    await page.keyboard.press("Enter")
    await page.get_by_role("log", name="Tin nhắn Zalo").get_by_text("xin chào").wait_for()
    assert [said["text"] for said in zalo.people["z1"].said] == ["xin chào"]

    await aiosmtplib.send(letter(stop), hostname="127.0.0.1", port=mail.port)
    await page.get_by_role("tab", name="Thư").click()
    await page.get_by_role("button", name="Bản tin số 47").click()
    assert await page.frame_locator("iframe").locator("#said").inner_text() == "Thủ tục đúng hẹn."
    await page.get_by_role("button", name="Xem dạng văn bản").click()
    assert (await page.locator("pre.plain").inner_text()).strip() == "Thủ tục đúng hẹn."
    await page.get_by_role("button", name="Huỷ đăng ký").click()
    await page.get_by_role("button", name="Đã huỷ đăng ký").wait_for()
    assert came == ["List-Unsubscribe=One-Click"]
    if LOOK:
        await page.screenshot(path=Path(LOOK) / "phones.png")
    assert wrong == []
