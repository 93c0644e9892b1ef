"""A small world for tests: a real sandbox, a real database, and the parts of Loa that hear and answer."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.inviting import InChat, Way
from bot.reception import Reception
from bot.replies import Replier
from broadcasts.approval import Actor, draft
from broadcasts.issue import assemble
from broadcasts.pace import Pace
from channels.blocks import to_json
from channels.telegram import Telegram
from handlers.bulletins import whole as whole_bulletin
from handlers.conversation import Conversation
from handlers.editor import areas_of, title_of
from handlers.understanding import Understanding, sender
from sandbox.app import Sandbox, serve
from sandbox.settings import Settings as SandboxSettings
from sandbox.telegram.chats import Chat, Message
from sandbox.telegram.people import say, send, set_blocked, tap
from sandbox.telegram.world import Happening
from storage import bulletins, people
from storage.bulletins import NewArticle
from storage.contacts import belongs_to, met
from storage.database import Database
from storage.enums import ChannelName, Role
from storage.inbox import keep, waiting
from storage.surveys import questionnaire_named, survey
from surveys.catalogue import Catalogue, publish
from surveys.design import from_dict
from surveys.fieldwork import open_survey
from surveys.links import payload

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TOKEN = "42:SANDBOX"
QUESTIONNAIRES = Path(__file__).parents[1] / "surveys" / "questionnaires"
ISSUE = Path(__file__).parents[1] / "bot" / "demo" / "bulletin" / "issue.yaml"
SMALL = (Path(__file__).parent / "cases" / "questionnaires" / "small.yaml").read_text(encoding="utf-8")


def keyboard_rows(message: Message) -> list[list[dict[str, Any]]]:
    return list((message.keyboard.inline or {}).get("inline_keyboard", []))


class World:
    """Who is in it: a sandbox with persons, and Loa on a database. ``now`` moves only when told."""

    channel = ChannelName.TELEGRAM

    def __init__(self, sandbox: Sandbox, database: Database, now: datetime) -> None:
        self.sandbox, self.database, self.now = sandbox, database, now
        self.telegram = Telegram(TOKEN, api_url=sandbox.url, database=database)
        self.outbound: Any = self.telegram
        """The channel that broadcasts go out on."""
        self.pace = Pace(ceiling=1000, rate=1000)
        self.happened: list[Happening] = []
        sandbox.net.world.observers.append(self.happened.append)
        sandbox.net.limits.rules.chat_interval = 0

    def reception(self) -> Reception:
        """Everything that hears and answers, made anew: nothing but the database remembers."""
        conversation = Conversation(Catalogue(), ZONE)
        replier = Replier(self.database, self.telegram, self.pace)
        understanding = Understanding(TOKEN)
        return Reception(self.database, conversation, understanding, replier, lambda: self.now)

    def inviting(self) -> Way:
        """On which people are invited to surveys."""
        return InChat(self.telegram)

    def person(self, id: int, name: str = "Phạm Thị Lan") -> Chat:
        chats = self.sandbox.net.world.chats
        if id not in chats:
            self.sandbox.net.world.add_chat(Chat(id=id, name=name))
        return chats[id]

    async def says(self, id: int, text: str, *, times: int = 1) -> list[Happening]:
        say(self.sandbox.net.world, self.person(id), text)
        return await self.heard(times=times)

    async def sends(self, id: int, what: dict[str, Any], *, times: int = 1) -> list[Happening]:
        """A place, a picture or a file instead of words."""
        send(self.sandbox.net.world, self.person(id), what)
        return await self.heard(times=times)

    async def taps(self, id: int, label: str, *, times: int = 1) -> list[Happening]:
        self.tap(id, *self.button(id, label))
        return await self.heard(times=times)

    def tap(self, id: int, message: int, data: str) -> None:
        tap(self.sandbox.net.world, self.person(id), message, data)

    def blocks(self, id: int, *, blocked: bool = True) -> None:
        set_blocked(self.sandbox.net.world, self.person(id), blocked=blocked)

    def messages(self, id: int) -> list[Message]:
        return [m for m in self.person(id).messages.values() if not m.mine]

    def buttons(self, message: Message) -> list[tuple[str, str]]:
        return [(str(b["text"]), str(b.get("callback_data", ""))) for row in keyboard_rows(message) for b in row]

    def button(self, id: int, label: str) -> tuple[int, str]:
        """The newest button with this label (whole, else a part of it): its message and its token."""
        for whole in (True, False):
            for message in reversed(self.messages(id)):
                for said, data in self.buttons(message):
                    if said == label or (not whole and label in said):
                        return message.id, data
        raise AssertionError(f"no button {label!r} in the chat of {id}")

    async def heard(self, *, times: int = 1) -> list[Happening]:
        """Fetch what was said, keep it as often as told, handle it all; what the bot did."""
        updates = await self.telegram.call("getUpdates", {"timeout": 0, "limit": 100})
        if updates:
            await self.telegram.call("getUpdates", {"offset": updates[-1]["update_id"] + 1, "timeout": 0})
        return await self.takes(updates, times=times)

    async def takes(self, updates: list[dict[str, Any]], *, times: int = 1) -> list[Happening]:
        """Handle raw updates, each kept as often as told."""
        self.happened.clear()
        rows = [(str(u["update_id"]), sender(u), json.dumps(u).encode()) for u in updates]
        for _ in range(times):
            async with self.database.transaction() as session:
                await keep(session, ChannelName.TELEGRAM, rows, self.now)
            await self.handles()
        return [h for h in self.happened if h.message is None or not h.message.mine]

    async def handles(self) -> None:
        reception = self.reception()
        while True:
            async with asyncio.TaskGroup() as replies:
                found = await reception.handle_waiting(replies)
            async with self.database.reading() as session:
                if not found and not await waiting(session, 1):
                    return

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    async def staff(self, id: int, name: str, *roles: Role) -> int:
        """A person with roles and a telephone; its person id."""
        async with self.database.transaction() as session:
            contact = (await met(session, self.channel, [str(id)], self.now))[str(id)]
            person_id = await people.add_person(session, name, self.now)
            await people.set_subscribed(session, person_id, False, self.now)
            await belongs_to(session, contact.id, person_id)
            for role in roles:
                await people.grant(session, person_id, role, self.now)
        self.person(id, name).started = True
        return person_id

    async def subscribers(self, count: int, first_id: int = 100_000) -> None:
        """People who receive bulletins, with telephones."""
        async with self.database.transaction() as session:
            named = {str(first_id + n): f"Cán bộ {n + 1}" for n in range(count)}
            contacts = await met(session, self.channel, list(named), self.now)
            for address, name in named.items():
                person_id = await people.add_person(session, name, self.now)
                await belongs_to(session, contacts[address].id, person_id)
                self.person(int(address), name).started = True

    async def bulletin(self, *, published: bool = True) -> int:
        """The demo's issue as number 47/2026."""
        issue = assemble([ISSUE], self.now.date())
        articles = [
            NewArticle(
                e.area, e.article.headline, e.article.dated, e.article.source, to_json(e.article.body), e.article.text
            )
            for e in issue.entries
        ]
        async with self.database.transaction() as session:
            dated = self.now.astimezone(ZONE).date()
            id = await bulletins.put_bulletin(session, 2026, 47, issue.title, dated, articles, self.now)
            if published:
                await bulletins.mark_published(session, id, self.now)
        return id

    async def draft(self, author_id: int, audience: str = "all") -> int:
        bulletin_id = await self.bulletin(published=False)
        async with self.database.transaction() as session:
            found = await bulletins.bulletin(session, bulletin_id)
            assert found is not None
            return await draft(
                session, bulletin_id=bulletin_id, title=title_of(found), audience=audience, areas=areas_of(found),
                message=whole_bulletin(found), author=Actor(author_id, "Trần Thị Hoa"), now=self.now,
            )  # fmt: skip

    async def survey(
        self, source: str = SMALL, unit: str = "00004", design: dict[str, Any] | None = None,
        *, title: str = "Khảo sát hài lòng",
    ) -> tuple[int, str]:  # fmt: skip
        """An open survey and the payload of its link at a place."""
        async with self.database.transaction() as session:
            questionnaire, _, _ = await publish(session, source, self.now)
            named = await questionnaire_named(session, questionnaire.key)
            assert named is not None
            id = await open_survey(session, named[0], title, None, self.now, from_dict(design) if design else None)
            found = await survey(session, id)
            assert found is not None
            assert found.key is not None
            return id, payload(found.key, id, unit)


@asynccontextmanager
async def world(database: Database, now: datetime) -> AsyncIterator[World]:
    async with serve(SandboxSettings(rate=10_000, burst=10_000)) as sandbox:
        made = World(sandbox, database, now)
        try:
            yield made
        finally:
            await made.telegram.close()
