"""The small world of ``tests.world`` on an Official Account of the imitated Zalo: people tap what is a button, and type
what is numbered or named, as they would."""

import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from bot.inviting import OnAccount, Way
from bot.reception import Hearing, Reception
from bot.replies import Replier
from broadcasts.pace import Pace
from channels.zalo_oa import ZaloOA
from channels.zalo_template import Template
from channels.zalo_text import PICTURES
from channels.zalo_tokens import Account
from handlers.conversation import Conversation
from handlers.understanding import Understanding
from handlers.zalo import HINTS, ZaloUnderstanding, event_id, sender
from sandbox.app import Sandbox
from sandbox.app import serve as serve_telegram
from sandbox.zalo import people
from sandbox.zalo.app import ZaloSandbox
from sandbox.zalo.app import serve as serve_zalo
from sandbox.zalo.settings import Rules
from sandbox.zalo.settings import Settings as ZaloSettings
from sandbox.zalo.world import Person, Sent
from storage import zalo
from storage.database import Database
from storage.enums import ChannelName
from storage.inbox import keep
from surveys.catalogue import Catalogue
from tests.world import TOKEN, ZONE, World

NUMBERED = re.compile(r"^(\d+)\. (.*)$")


def account_of(sandbox: ZaloSandbox) -> Account:
    settings = sandbox.settings
    return Account(
        settings.app_id, settings.oa_id, settings.app_secret, settings.refresh_token, oauth_url=sandbox.url
    )


def channel_on(
    sandbox: ZaloSandbox, database: Database, now: Any, template: Template | None = None, seconds: float = 5.0
) -> ZaloOA:
    """Our channel, speaking with the sandbox."""
    return ZaloOA(
        account_of(sandbox), database, api_url=sandbox.url, hints=HINTS, template=template, now=now, seconds=seconds
    )


class ZaloWorld(World):
    """People are on Zalo; Telegram is there and silent."""

    channel = ChannelName.ZALO_OA

    def __init__(self, telegram: Sandbox, zalo_sandbox: ZaloSandbox, database: Database, now: datetime) -> None:
        super().__init__(telegram, database, now)
        self.zalo = zalo_sandbox
        self.zalo.clock.offset = now.timestamp() - time.time()
        self.oa = channel_on(zalo_sandbox, database, lambda: self.now)
        self.outbound = self.oa
        self.shown: list[tuple[Person, Sent]] = []
        self.events: list[dict[str, Any]] = []
        self.zalo.world.observers.append(lambda person, sent: self.shown.append((person, sent)))
        self.zalo.world.events.append(self.events.append)
        self.happened = self.shown  # type: ignore[assignment]  # what happened here is of another network

    def reception(self) -> Reception:
        replier = Replier(self.database, self.oa, Pace(ceiling=1000, rate=1000))
        understanding = ZaloUnderstanding(self.database, ChannelName.ZALO_OA, lambda: self.now, called=self.oa.called)
        on_telegram = Replier(self.database, self.telegram, self.pace)
        return Reception(
            self.database, Conversation(Catalogue(), ZONE), Understanding(TOKEN), on_telegram, lambda: self.now,
            others={ChannelName.ZALO_OA: Hearing(understanding, replier)},
        )  # fmt: skip

    def inviting(self) -> Way:
        return OnAccount(self.oa)

    def someone(self, id: int, name: str = "Phạm Thị Lan") -> Person:
        if str(id) not in self.zalo.world.people:
            self.zalo.world.add(Person(str(id), name))
        return self.zalo.world.people[str(id)]

    def person(self, id: int, name: str = "Phạm Thị Lan"):
        self.someone(id, name)
        return super().person(id, name)

    async def says(self, id: int, text: str, *, times: int = 1):
        people.say(self.zalo.world, self.someone(id), text)
        return await self.heard(times=times)

    async def sends(self, id: int, what: dict[str, Any], *, times: int = 1):
        if "location" in what:
            at = {name: str(value) for name, value in what["location"].items()}
            people.send(self.zalo.world, self.someone(id), "location", {"coordinates": at})
        else:
            people.send(self.zalo.world, self.someone(id), "image", {"url": "https://zalo.example/p1.jpg"})
        return await self.heard(times=times)

    async def taps(self, id: int, label: str, *, times: int = 1):
        """A tap where there is a button; else what the message says is to be typed."""
        message, said = self.way(id, label)
        if message is not None:
            people.tap(self.zalo.world, self.someone(id), message.id, said)
        else:
            people.say(self.zalo.world, self.someone(id), said)
        return await self.heard(times=times)

    def way(self, id: int, label: str) -> tuple[Sent | None, str]:
        """The newest way to choose a label: a message and its button, or None and what is typed."""
        for whole in (True, False):
            for sent in reversed(self.someone(id).messages):
                for button in sent.buttons:
                    if _is(label, button["title"], whole):
                        return sent, button["title"]
                for said, typed in ways_to_type(sent.text):
                    if _is(label, said, whole) or _is(PICTURES.sub("", label), said, whole):
                        return None, typed
        raise AssertionError(f"no way to choose {label!r} in the chat of {id}")

    async def heard(self, *, times: int = 1):
        self.shown.clear()
        events, self.events[:] = list(self.events), []
        rows = [(event_id(event), sender(event), json.dumps(event).encode()) for event in events]
        for _ in range(times):
            async with self.database.transaction() as session:
                await keep(session, ChannelName.ZALO_OA, rows, self.now)
            await self.handles()
        return list(self.shown)

    def later(self, **by: float) -> None:
        super().later(**by)
        self.zalo.clock.offset = self.now.timestamp() - time.time()
        self.zalo.webhook.time_moved()

    async def subscribers(self, count: int, first_id: int = 100_000) -> None:
        """People who receive bulletins, and spoke with us just now."""
        await super().subscribers(count, first_id)
        async with self.database.transaction() as session:
            for n in range(count):
                await zalo.interacted(session, ChannelName.ZALO_OA, str(first_id + n), self.now)
                self.someone(first_id + n, f"Cán bộ {n + 1}").interacted = self.zalo.clock.now()


def _is(label: str, said: str, whole: bool) -> bool:
    return label == said or (not whole and label in said)


def ways_to_type(text: str) -> list[tuple[str, str]]:
    """What a message says may be typed: label and what is typed."""
    found: list[tuple[str, str]] = []
    for line in text.splitlines():
        if numbered := NUMBERED.match(line):
            found.append((numbered[2], numbered[1]))
        elif line.startswith(HINTS.numbers):
            found += [(one, PICTURES.sub("", one)) for one in line.removeprefix(HINTS.numbers).strip().split(", ")]
        elif line.startswith(HINTS.words):
            found += [(one, one) for one in line.removeprefix(HINTS.words).strip().split(" · ")]
    return found


def shown_on_zalo(sent: Sent) -> list[str]:
    """A message as a transcript shows it."""
    lines = [f"< {line}".rstrip() for line in sent.text.splitlines()]
    if sent.kind != "text":
        lines.insert(0, f"< ({sent.kind})")
    return [*lines, *(f"  [{button['title']}]" for button in sent.buttons)]


@asynccontextmanager
async def zalo_world(database: Database, now: datetime, rules: Rules | None = None) -> AsyncIterator[ZaloWorld]:
    settings = ZaloSettings(rules=rules or Rules(per_minute=1_000_000))
    async with serve_telegram() as telegram, serve_zalo(settings) as sandbox:
        made = ZaloWorld(telegram, sandbox, database, now)
        try:
            yield made
        finally:
            await made.oa.close()
            await made.telegram.close()
