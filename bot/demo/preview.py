"""A questionnaire on the sandbox's telephone: to be answered under one's own hands before anybody is asked."""

import asyncio
import json
import signal
from collections.abc import Callable
from pathlib import Path

import aiohttp

from bot.app import Loa
from bot.demo.network import Control
from bot.demo.setting import CITIZEN, Stage
from bot.settings import Settings
from storage.geography import place_name

PLACE = "00004"


def prepare(stage: Stage, form: Path) -> str:
    """Import the form, open a survey with it, and make its link; the link's URL."""
    imported = json.loads(stage.loa("import", "questionnaire", str(form), "--json"))
    opened = json.loads(stage.loa("survey", "open", imported["key"], "--title", "Xem trước", "--json"))
    stage.loa("doctor")
    drawn = str(stage.folder / "link.svg")
    made = stage.loa("survey", "link", str(opened["id"]), "--unit", PLACE, "--qr", drawn, "--json")
    return str(json.loads(made)["url"])


async def shown(stage: Stage, url: str, told: Callable[[str], None], *, until: asyncio.Event | None = None) -> None:
    """Serve the page with one telephone on which the link has been opened, until Ctrl-C or ``until``."""
    loa = Loa(Settings())
    stop = until or asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    async with aiohttp.ClientSession() as http, asyncio.TaskGroup() as tasks:
        control = Control(http, stage.network.url)
        running = tasks.create_task(loa.run())
        await control.post("chats", id=CITIZEN, name="Phạm Thị Lan")
        await control.post("limits", chat_interval=0)
        await control.post("board", **_board(stage, url))
        await control.say(CITIZEN, f"/start {url.partition('start=')[2]}")
        await control.seen(CITIZEN, lambda message: True)
        told(f"{stage.network.url}\nMở địa chỉ trên trong trình duyệt. Ctrl-C để dừng.")
        await stop.wait()
        loa.stop()
        await running


def _board(stage: Stage, url: str) -> dict[str, object]:
    svg = (stage.folder / "link.svg").read_text(encoding="utf-8")
    return {
        "title": "Xem trước phiếu hỏi",
        "note": "Phiếu chạy trên máy của bạn, không có gì được gửi ra ngoài.",
        "phones": [{"label": "Người dân", "chats": [{"id": CITIZEN, "name": "Phạm Thị Lan", "role": "Người dân"}]}],
        "steps": [], "actions": [], "progress": None, "survey": None,
        "links": [{"label": f"Mở phiếu – {place_name(PLACE)}", "url": url, "svg": svg, "phone": 0}],
    }  # fmt: skip
