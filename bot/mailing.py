"""E-mail put together from the settings: channel, links, the pages around it, the listener for what comes back."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.bounces import Bounces, listener
from bot.letters import Letters
from bot.metrics import Metrics
from bot.paces import Paces
from bot.replies import Replier
from bot.settings import Settings
from broadcasts.dispatch import Dispatcher
from broadcasts.pace import Pace
from channels.email import Addresses, Email
from channels.email_headers import Sender
from channels.email_tokens import STANDS_FOR
from channels.email_voice import EmailVoice
from channels.message import Link
from channels.smtp import Pool, Server
from pages.archive import ARCHIVE, archive, archived
from pages.preferences import OWN, preferences
from pages.site import Site
from storage.database import Database
from storage.enums import ChannelName
from storage.mail import secret
from surveys.catalogue import Catalogue

EMAIL_RATE_FACT = "email rate"


def server_of(settings: Settings) -> Server:
    return Server(
        settings.email_host, settings.email_port, str(settings.email_security), settings.email_username,
        settings.email_password.get_secret_value(), settings.email_domain, settings.lease_seconds / 3,
        settings.email_verify,
    )  # fmt: skip


def sender_of(settings: Settings) -> Sender:
    return Sender(settings.email_sender_name, settings.email_sender, reply_to=settings.email_reply_to)


def email_of(settings: Settings, database: Database, key: bytes) -> Email:
    domain = settings.email_domain if settings.email_bounce_port else ""
    return Email(
        Pool(server_of(settings), settings.email_connections), sender_of(settings), key,
        addresses=Addresses(settings.web_url, domain), link=links(settings.web_url), database=database,
    )  # fmt: skip


def links(home: str) -> Link:
    """Where the buttons of a bulletin lead from an e-mail: “read” is each recipient's own."""
    on_pages = archived(home)
    return lambda choice: (
        f"{home}{OWN}/{STANDS_FOR}/read" if home and choice.token.startswith("rd:") else on_pages(choice)
    )


async def mail_secret(database: Database) -> bytes:
    async with database.transaction() as session:
        return await secret(session)


def add_pages(app: web.Application, site: Site, key: bytes | None) -> None:
    """The archive, and where e-mail is sent the recipients' own pages; before anything is served."""
    app.add_subapp(ARCHIVE, archive(site))
    if key is not None:
        app.add_subapp(OWN, preferences(site, key))


def site_of(settings: Settings, database: Database, catalogue: Catalogue, zone: ZoneInfo) -> Site:
    return Site(database, catalogue, zone, settings.web_url)


@contextlib.asynccontextmanager
async def receiving(settings: Settings, database: Database, key: bytes) -> AsyncIterator[Bounces | None]:
    """The listener for what comes back, where a port is set for it."""
    if not settings.email_bounce_port:
        yield None
        return
    bounces = Bounces(database, key)
    server = await asyncio.get_running_loop().create_server(
        listener(bounces, settings.email_domain), settings.email_bounce_host, settings.email_bounce_port
    )
    try:
        yield bounces
    finally:
        server.close()


@dataclass
class Mail:
    """E-mail, where a mail server is set; nothing happens without ``open``."""

    settings: Settings
    database: Database
    metrics: Metrics
    paces: Paces
    channel: Email | None = None
    key: bytes | None = None
    dispatchers: list[Dispatcher] = field(default_factory=list)
    repliers: dict[ChannelName, Replier] = field(default_factory=dict)
    _pace: Pace | None = None

    async def open(self) -> None:
        """The channel with dispatchers of its own."""
        if not self.settings.email_host:
            return
        rate, account = self.settings.email_rate, f"email {self.settings.email_host} messages"
        self._pace = self.paces.of(EMAIL_RATE_FACT, account, rate, rate)
        self.key = await mail_secret(self.database)
        self.channel = email_of(self.settings, self.database, self.key)
        lease, told = timedelta(seconds=self.settings.lease_seconds), self.metrics.sending(self.channel.name)
        bulk = partial(Dispatcher, self.database, self.channel, self._pace, lease=lease, told=told)
        self.dispatchers = [bulk(), bulk(changes=True)]
        self.repliers = {self.channel.name: Replier(self.database, EmailVoice(self.channel), self._pace)}

    def letters(self, channels: Sequence[ChannelName]) -> dict[str, tuple[float, Callable[[], Awaitable[None]]]]:
        """What the clock has to do: letters to people whom no other of ``channels`` reaches."""
        if self.channel is None or self._pace is None or not self.settings.web_url:
            return {}
        letters = Letters(
            self.database, self.channel, self._pace, self.settings.zone, home=self.settings.web_url,
            channels=channels,
        )  # fmt: skip
        return {"letters": (5.0, letters.reach_out)}

    @contextlib.asynccontextmanager
    async def returning(self) -> AsyncIterator[None]:
        """Receive what comes back."""
        if self.key is None:
            yield
            return
        async with receiving(self.settings, self.database, self.key):
            yield

    async def close(self) -> None:
        if self.channel is not None:
            await self.channel.close()
