"""`loa run`: the bot itself."""

import asyncio
import errno
import socket

import click

from bot.cli.checks import telegram_trouble, webhook_trouble
from bot.cli.common import Wrong, ready, said_plainly, settings
from bot.settings import Settings
from storage.contacts import fact
from storage.copying import MARK
from storage.database import Database

PARTS = ("intake", "dispatch", "clock", "web")
CANNOT_LISTEN = {errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES}


@click.command("run")
@click.option(
    "--only", multiple=True, type=click.Choice(PARTS),
    help="Do only this part, of several processes on one PostgreSQL; may be given several times.",
)  # fmt: skip
def run(only: tuple[str, ...]) -> None:
    """Run the bot: long polling, or a webhook where LOA_TELEGRAM_WEBHOOK_URL is set. Ctrl-C ends it in order."""
    config = settings()
    if only and config.sqlite_path is not None:
        raise Wrong("--only splits Loa into several processes, which needs PostgreSQL; see LOA_DATABASE_URL")
    troubles = (telegram_trouble(config), webhook_trouble(config), config.zalo_trouble(), config.email_trouble())
    if trouble := next((one for one in troubles if one), ""):
        raise Wrong(trouble)

    with said_plainly():
        asyncio.run(_whole(config))

    from bot.app import serve
    from bot.logs import log_to_stderr
    from bot.roles import parts_of
    from bot.tracing import NoTracing, collect

    log_to_stderr(config.log_level, as_json=config.log_format == "json")
    try:
        traces = collect(config.otel_endpoint) if config.otel_endpoint else None
    except NoTracing as error:
        raise Wrong(str(error)) from None
    try:
        asyncio.run(serve(config, parts_of(only)))
    except OSError as error:
        if not isinstance(error, socket.gaierror) and error.errno not in CANNOT_LISTEN:
            raise
        raise Wrong(
            f"cannot listen on {config.web_host}:{config.web_port} ({error.strerror or error}); another Loa may be "
            "running, or set LOA_WEB_HOST and LOA_WEB_PORT"
        ) from None
    finally:
        if traces is not None:
            traces.shutdown()


async def _whole(config: Settings) -> None:
    """The database has this release's schema, and everything that was to be copied into it."""
    await ready(config)
    opened = Database(config.database_url)
    try:
        async with opened.reading() as session:
            of = await fact(session, MARK)
    finally:
        await opened.close()
    if of is not None:
        raise Wrong(f"the database is an unfinished copy of {of}; give 'loa copy' again until it is whole")
