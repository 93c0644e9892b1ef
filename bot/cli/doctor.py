"""`loa doctor`: what is wrong before anybody has to find out, and what to do about it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import click
from sqlalchemy.exc import DBAPIError

from bot.cli.checks import hidden, telegram_trouble, webhook_trouble
from bot.cli.common import Wrong, cause_of, json_option, out, ready, settings
from bot.settings import Settings
from storage import migrate
from storage.contacts import learn
from storage.database import Database
from storage.enums import InboxStatus, Reason
from storage.inbox import inbox_counts

Check = Callable[[Settings], Awaitable[str]]
SECONDS = 10.0
CLOCK_SECONDS = 60.0
"""A clock further off than this makes broadcasts leave at a wrong time that people notice."""
NETWORK = "check the network and LOA_TELEGRAM_API_URL, or set LOA_TELEGRAM_PROXY where Telegram is blocked"


class Trouble(Exception):
    """A check that failed; the message says what to do."""


@click.command("doctor")
@json_option
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Check settings, database, migrations, token, API and clock; each trouble comes with its remedy."""
    config = settings()
    found = asyncio.run(_examined(config))
    out([{"check": c, "ok": ok, "said": said} for c, ok, said in found], as_json,
        (f"{'ok  ' if ok else 'BAD '} {c}: {said}" for c, ok, said in found))  # fmt: skip
    context.exit(0 if all(ok for _, ok, _ in found) else 1)


async def _examined(config: Settings) -> list[tuple[str, bool, str]]:
    found: list[tuple[str, bool, str]] = []
    for name, check in CHECKS.items():
        try:
            found.append((name, True, await check(config)))
        except Trouble as trouble:
            found.append((name, False, str(trouble)))
    return found


async def _updates(config: Settings) -> str:
    if trouble := webhook_trouble(config):
        raise Trouble(trouble)
    return "webhook with a secret" if config.telegram_webhook_url else "long polling"


async def _schema(config: Settings) -> str:
    try:
        new = await ready(config)
    except Wrong as wrong:
        raise Trouble(wrong.message) from None
    except (DBAPIError, OSError) as error:
        raise Trouble(f"cannot be opened ({cause_of(error)}); check LOA_DATABASE_URL") from None
    return f"schema {migrate.newest()}" + (", set up just now, for there was none" if new else "")


async def _inbox(config: Settings) -> str:
    try:
        await _schema(config)
    except Trouble:
        raise Trouble("cannot be read; see 'database'") from None
    opened = Database(config.database_url)
    try:
        async with opened.reading() as session:
            counts = await inbox_counts(session)
    except (DBAPIError, OSError) as error:
        raise Trouble(f"cannot be read ({cause_of(error)}); see 'database'") from None
    finally:
        await opened.close()
    if counts[InboxStatus.QUARANTINED]:
        raise Trouble(f"{counts[InboxStatus.QUARANTINED]} arrivals are quarantined; see table inbox")
    return f"{counts[InboxStatus.NEW]} waiting, {counts[InboxStatus.DONE]} handled in the last days"


async def _telegram(config: Settings) -> str:
    """Token and reachability; the bot's name is kept for links into surveys."""
    if trouble := telegram_trouble(config):
        raise Trouble(trouble)

    from bot.app import USERNAME_FACT, telegram_of
    from channels.message import SendError

    telegram = telegram_of(config)
    began = time.monotonic()
    try:
        me = await telegram.call("getMe", {}, seconds=SECONDS)
    except SendError as error:
        if error.reason is Reason.UNAUTHORISED:
            raise Trouble(
                f"{config.telegram_api_url} refuses the token ({error.detail}); check LOA_TELEGRAM_TOKEN and "
                "LOA_TELEGRAM_API_URL, or get a new token from @BotFather"
            ) from None
        if config.telegram_proxy and error.reason is Reason.NETWORK:
            raise Trouble(
                f"{hidden(config.telegram_proxy)} does not let us through ({error.detail}); {NETWORK}"
            ) from None
        raise Trouble(f"{config.telegram_api_url} does not answer ({error.detail}); {NETWORK}") from None
    finally:
        await telegram.close()
    took = time.monotonic() - began
    name = str(me.get("username", ""))
    try:
        await _schema(config)
        opened = Database(config.database_url)
        try:
            async with opened.transaction() as session:
                await learn(session, USERNAME_FACT, name)
        finally:
            await opened.close()
    except (Trouble, DBAPIError, OSError):
        return f"@{name} answers in {took * 1000:.0f} ms; its name could not be kept, see 'database'"
    return f"@{name} answers in {took * 1000:.0f} ms"


async def _clock(config: Settings) -> str:
    """How far this machine's clock is from that of the Bot API, which says its time with every answer."""
    if telegram_trouble(config):
        raise Trouble("cannot be compared; see 'telegram'")

    from bot.app import telegram_of
    from channels.message import SendError

    telegram = telegram_of(config)
    try:
        await telegram.call("getMe", {}, seconds=SECONDS)
    except SendError as error:
        if error.reason in (Reason.NETWORK, Reason.IN_DOUBT):
            raise Trouble("cannot be compared; see 'telegram'") from None
    finally:
        await telegram.close()
    said = telegram.clock()
    if said is None:
        return "the Bot API does not say its time"
    ahead = (datetime.now(UTC) - said.astimezone(UTC)).total_seconds()
    if abs(ahead) > CLOCK_SECONDS:
        off = f"{abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'}"
        raise Trouble(f"this machine is {off} the Bot API; set its clock, for example 'timedatectl set-ntp true'")
    return f"within {CLOCK_SECONDS:.0f} s of the Bot API"


async def _zalo(config: Settings) -> str:
    """What of Zalo is configured, and whether it answers; the grant is refreshed if it has to be."""
    if trouble := config.zalo_trouble():
        raise Trouble(trouble)
    opened, said = Database(config.database_url), []
    try:
        if config.zalo_oa_app_id:
            said.append(await _official_account(config, opened))
        if config.zalo_bot_token.get_secret_value():
            said.append(await _zalo_bot(config, opened))
    except (DBAPIError, OSError) as error:
        raise Trouble(f"the grant cannot be read ({cause_of(error)}); see 'database'") from None
    finally:
        await opened.close()
    return "; ".join(said) or "not configured"


async def _official_account(config: Settings, opened: Database) -> str:
    from bot.zalo import oa_of
    from channels.message import SendError

    oa = oa_of(config, opened)
    try:
        account, left = await oa.account(), await oa.paid_left()
    except SendError as error:
        raise Trouble(f"the Official Account does not answer ({error.detail}); see docs/zalo.md") from None
    finally:
        await oa.close()
    template = config.zalo_oa_template_id or "none"
    paid = "?" if left is None else str(left)
    return f"OA {account.get('name')} answers, {paid} paid messages left, template {template}"


async def _zalo_bot(config: Settings, opened: Database) -> str:
    from bot.zalo import bot_of
    from channels.message import SendError

    bot = bot_of(config, opened)
    try:
        me = await bot.call("getMe", {}, seconds=SECONDS)
    except SendError as error:
        raise Trouble(f"the Zalo bot does not answer ({error.detail}); check LOA_ZALO_BOT_TOKEN") from None
    finally:
        await bot.close()
    return f"bot {(me or {}).get('account_name')} answers"


async def _email(config: Settings) -> str:
    """The mail server takes us, and what has to be set around it is set."""
    if not config.email_host:
        return "off; set LOA_EMAIL_HOST to send e-mail"
    if trouble := config.email_trouble():
        raise Trouble(trouble)

    from bot.cli.mail_checks import MailTrouble, greeted

    try:
        return await greeted(config)
    except MailTrouble as trouble:
        raise Trouble(str(trouble)) from None


CHECKS: dict[str, Check] = {
    "updates": _updates, "database": _schema, "inbox": _inbox, "telegram": _telegram, "clock": _clock,
    "zalo": _zalo, "email": _email,
}  # fmt: skip
