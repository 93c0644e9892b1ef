"""`loa run`: the bot itself."""

import asyncio

import click

from bot.cli.common import Wrong, ready, settings


@click.command("run")
def run() -> None:
    """Run the bot: long polling, or a webhook where LOA_TELEGRAM_WEBHOOK_URL is set. Ctrl-C ends it in order."""
    config = settings()
    if not config.telegram_token.get_secret_value():
        raise Wrong("LOA_TELEGRAM_TOKEN is not set; get one from @BotFather, or try 'loa demo', which needs none")
    if trouble := config.webhook_trouble():
        raise Wrong(trouble)

    from bot.app import log_to_stderr, serve

    log_to_stderr(config.log_level)
    asyncio.run(ready(config))
    asyncio.run(serve(config))
