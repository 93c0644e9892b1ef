"""E-mail put together from the settings: channel, links, the pages around it, the listener for what comes back."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.bounces import Bounces, listener
from bot.settings import Settings
from channels.email import Addresses, Email
from channels.email_headers import Sender
from channels.email_tokens import STANDS_FOR
from channels.message import Choice
from channels.smtp import Pool, Server
from pages.archive import ARCHIVE, archive
from pages.preferences import OWN, preferences
from pages.site import Site
from storage.database import Database
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


def links(home: str) -> Callable[[Choice], str]:
    """Where the buttons of a bulletin lead on the web; those of a conversation lead nowhere."""

    def link(choice: Choice) -> str:
        kind, _, rest = choice.token.partition(":")
        match kind:
            case "art" if home:
                return f"{home}{ARCHIVE}/a/{rest.partition(':')[0]}"
            case "bul" if home:
                return f"{home}{ARCHIVE}/{rest}"
            case "rd" if home:
                return f"{home}{OWN}/{STANDS_FOR}/read"
        return ""

    return link


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
