"""Several processes of the real program on one PostgreSQL, and the people who write to whichever answers the door."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from sqlalchemy import select

from benchmarks.citizens import FIRST, open_responses
from sandbox.app import serve
from sandbox.settings import Settings as SandboxSettings
from storage.database import Database
from storage.tables import Contact, Response
from surveys.packing import pack
from surveys.questionnaire import Questionnaire
from tests.postgres import free_port
from tests.programs import ROOT, Program
from tests.world import TOKEN, World

SECRET = "s" * 40
HOOK = "/hook/telegram"
NUMBERS = 10
"""Questions, each to be answered with another number."""
FORM = "\n".join([
    "key: numbers",
    "title: Phiếu số",
    "intro: Vài câu hỏi ngắn.",
    'consent: {version: "1", text: Câu trả lời được tách khỏi ông/bà sau khi gửi.}',
    "thanks: Xin trân trọng cảm ơn ông/bà!",
    "questions:",
    *(f'  - {{id: n{n}, kind: number, text: "Câu số {n}?", min: 0, max: 99}}' for n in range(NUMBERS)),
])  # fmt: skip


def words(chat: int) -> list[str]:
    """All that somebody who sees the first question says; every answer is another one."""
    return [str((chat + 7 * n) % 100) for n in range(NUMBERS)]


async def asked(loa: World, count: int) -> int:
    """A survey whose first question stands before so many people, from chat ``FIRST`` on; its id."""
    survey_id, _ = await loa.survey(FORM)
    await open_responses(loa.database, survey_id, 0, count)
    for chat in range(FIRST, FIRST + count):
        loa.person(chat).started = True
    return survey_id


def update(update_id: int, chat: int, text: str) -> dict[str, object]:
    person = {"id": chat, "is_bot": False, "first_name": "Lan"}
    chat_of = {"id": chat, "type": "private", "first_name": "Lan"}
    message = {"message_id": update_id, "date": 1, "chat": chat_of, "from": person, "text": text}
    return {"update_id": update_id, "message": message}


@dataclass(slots=True)
class Running:
    """One process, with the door on which it is knocked."""

    process: "Program | subprocess.Popen[bytes]"
    port: int

    @property
    def door(self) -> str:
        return f"http://127.0.0.1:{self.port}{HOOK}"

    async def ready(self) -> None:
        async with aiohttp.ClientSession() as web, asyncio.timeout(180):
            while True:
                try:
                    async with web.get(f"http://127.0.0.1:{self.port}/healthz") as answer:
                        if answer.status == 200:
                            return
                except OSError:
                    assert self.process.poll() is None, "it ended by itself"
                await asyncio.sleep(0.05)

    async def ends(self) -> int:
        self.process.terminate()
        return await asyncio.to_thread(self.process.wait, 40)


@dataclass(slots=True)
class Several:
    """A world and the processes in it."""

    loa: World
    environment: dict[str, str]
    alive: list[Running] = field(default_factory=list)

    async def start(self, *only: str, root: Path = ROOT, **settings: str) -> Running:
        port = free_port()
        environment = self.environment | {"LOA_WEB_PORT": str(port)} | settings
        options = [word for part in only for word in ("--only", part)]
        if root == ROOT:
            made = Running(Program("run", *options, environment=environment), port)
        else:
            command = [sys.executable, "-m", "bot", "run", *options]
            made = Running(await asyncio.to_thread(subprocess.Popen, command, cwd=root, env=environment), port)
        self.alive.append(made)
        await made.ready()
        return made


@asynccontextmanager
async def several(database: Database, url: str, now, *, rate: float = 1000) -> AsyncIterator[Several]:
    async with serve(SandboxSettings(rate=10_000, burst=10_000)) as sandbox:
        loa = World(sandbox, database, now)
        environment = {
            **os.environ, "LOA_DATABASE_URL": url, "LOA_TELEGRAM_TOKEN": TOKEN, "LOA_TELEGRAM_API_URL": sandbox.url,
            "LOA_TELEGRAM_RATE": str(rate), "LOA_LEASE_SECONDS": "6", "LOA_LATEST_HOURS": "100000",
            "LOA_TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:1{HOOK}", "LOA_TELEGRAM_WEBHOOK_SECRET": SECRET,
            "LOA_LOG_LEVEL": "WARNING",
        }  # fmt: skip
        made = Several(loa, environment)
        try:
            yield made
        finally:
            for one in made.alive:
                if one.process.poll() is None:
                    one.process.kill()
                    one.process.wait()
            await loa.telegram.close()


@dataclass(slots=True)
class Balancer:
    """Sends each post to the next door that answers, as a load balancer does, and counts what it could not hand over."""

    doors: list[str]
    posted: int = 0
    retried: int = 0
    _next: int = 0

    async def post(self, web: aiohttp.ClientSession, said: dict[str, object]) -> None:
        """Returns once somebody has it; whoever is gone is left out."""
        while True:
            door = self.doors[self._next % len(self.doors)]
            self._next += 1
            try:
                async with web.post(
                    door, data=json.dumps(said), headers={"X-Telegram-Bot-Api-Secret-Token": SECRET},
                    timeout=aiohttp.ClientTimeout(total=5),
                ) as answer:  # fmt: skip
                    if answer.status == 200:
                        self.posted += 1
                        return
            except (OSError, aiohttp.ClientError, TimeoutError):
                pass
            self.retried += 1
            await asyncio.sleep(0.02)


async def answers(database: Database, chats: Sequence[int]) -> dict[int, bytes]:
    """The packed answers of these people."""
    query = select(Contact.address, Response.answers).join(Response, Response.contact_id == Contact.id)
    async with database.reading() as session:
        return {int(address): packed for address, packed in await session.execute(query) if int(address) in chats}


def meant(questionnaire: Questionnaire, chat: int) -> bytes:
    """The packed answers that ``words`` stand for."""
    return pack(questionnaire, {f"n{n}": (chat + 7 * n) % 100 for n in range(NUMBERS)})[0]
