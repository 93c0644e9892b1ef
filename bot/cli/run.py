"""`loa run`: the bot itself."""

import asyncio
import errno
import socket

import click

from bot.cli.checks import telegram_trouble, webhook_trouble
from bot.cli.common import Wrong, ready, said_plainly, settings

CANNOT_LISTEN = {errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES}


@click.command("run")
def run() -> None:
    """Run the bot: long polling, or a webhook where LOA_TELEGRAM_WEBHOOK_URL is set. Ctrl-C ends it in order."""
    config = settings()
    troubles = (telegram_trouble(config), webhook_trouble(config), config.zalo_trouble(), config.email_trouble())
    if trouble := next((one for one in troubles if one), ""):
        raise Wrong(trouble)

    with said_plainly():
        asyncio.run(ready(config))

    from bot.app import serve
    from bot.logs import log_to_stderr
    from bot.tracing import NoTracing, collect

    log_to_stderr(config.log_level, as_json=config.log_format == "json")
    try:
        traces = collect(config.otel_endpoint) if config.otel_endpoint else None
    except NoTracing as error:
        raise Wrong(str(error)) from None
    try:
        asyncio.run(serve(config))
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
