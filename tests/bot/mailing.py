"""Loa with e-mail among people: a mail server of the sandbox, the channel, the listener for what comes back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from bot.bounces import Bounces, listener
from bot.mailing import links, mail_secret
from broadcasts.approval import Actor, approve, submit
from broadcasts.dispatch import Dispatcher
from broadcasts.finish import start_due
from broadcasts.pace import Pace
from channels.email import Addresses, Email
from channels.email_headers import Sender
from channels.smtp import Pool, Server
from sandbox.mail.app import serve_mail
from sandbox.mail.server import MailServer
from storage import people
from storage.contacts import belongs_to, met
from storage.enums import ChannelName, Role
from tests.broadcasts.conftest import APPROVER, EDITOR, until_still
from tests.world import World

HOME = "https://bantin.example.gov.vn"
DOMAIN = "example.gov.vn"


@dataclass
class Post:
    """What stands around the channel."""

    loa: World
    server: MailServer
    email: Email
    bounces: Bounces
    secret: bytes
    pace: Pace = field(default_factory=lambda: Pace(1000, 1000))

    async def people(self, *addresses: str) -> None:
        """Officials who have an e-mail address and nothing else."""
        async with self.loa.database.transaction() as session:
            contacts = await met(session, ChannelName.EMAIL, addresses, self.loa.now)
            for n, address in enumerate(addresses, 1):
                person_id = await people.add_person(session, f"Cán bộ {n}", self.loa.now)
                await belongs_to(session, contacts[address].id, person_id)

    async def approved(self, broadcast_id: int | None = None) -> int:
        loa = self.loa
        editor = Actor(await loa.staff(EDITOR, "Trần Thị Hoa", Role.EDITOR), "Trần Thị Hoa")
        approver = Actor(await loa.staff(APPROVER, "Lê Quốc Nam", Role.APPROVER), "Lê Quốc Nam")
        id = broadcast_id or await loa.draft(editor.id or 0)
        async with loa.database.transaction() as session:
            await submit(session, id, editor, loa.now)
            await approve(session, id, approver, loa.now, loa.now)
        return id

    async def started(self, *addresses: str) -> int:
        await self.people(*addresses)
        id = await self.approved()
        channels = [ChannelName.TELEGRAM, ChannelName.EMAIL]
        assert await start_due(self.loa.database, channels, self.loa.now, latest=timedelta(hours=12)) == [id]
        return id

    @asynccontextmanager
    async def dispatching(self, *, changes: bool = False) -> AsyncIterator[Dispatcher]:
        made = Dispatcher(self.loa.database, self.email, self.pace, changes=changes, now=lambda: self.loa.now)
        running = asyncio.create_task(made.run())
        try:
            yield made
        finally:
            await made.stop()
            await running

    async def sent(self, *addresses: str):
        """A broadcast to these addresses, gone out: its id, what it is now, and its tally."""
        id = await self.started(*addresses)
        async with self.dispatching():
            found, tally = await until_still(self.loa, id)
        return id, found, tally

    def box(self, address: str):
        return self.server.boxes.of(address)

    def token(self, address: str) -> str:
        """What stands in the newest e-mail's address to unsubscribe."""
        return str(self.box(address)[-1].parsed["List-Unsubscribe"]).split("/m/")[1].split("/")[0]


@asynccontextmanager
async def posting(loa: World) -> AsyncIterator[Post]:
    secret = await mail_secret(loa.database)
    bounces = Bounces(loa.database, secret, lambda: loa.now)
    back = await asyncio.get_running_loop().create_server(listener(bounces), "127.0.0.1", 0)
    server = MailServer(reports_to=("127.0.0.1", back.sockets[0].getsockname()[1]))
    async with serve_mail(server):
        email = Email(
            Pool(Server("127.0.0.1", server.port, seconds=5), 3), Sender("Bản tin CCHC", f"bantin@{DOMAIN}"), secret,
            addresses=Addresses(HOME, DOMAIN), link=links(HOME), database=loa.database, now=lambda: loa.now,
        )  # fmt: skip
        try:
            yield Post(loa, server, email, bounces, secret)
        finally:
            await email.close()
            back.close()
