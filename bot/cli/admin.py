"""`loa grant`, `settings`, `doctor` and `migrate`: what an operator needs before and beside running."""

import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable

import click
from pydantic import SecretStr
from sqlalchemy.exc import DBAPIError

from bot.cli.common import Wrong, actor, command, database, json_option, now, out, settings
from bot.settings import Settings
from storage import migrate, people
from storage.audit import note
from storage.contacts import belongs_to, learn, met
from storage.database import Database
from storage.enums import ChannelName, InboxStatus, Role
from storage.inbox import inbox_counts

ROLE = click.argument("role", type=click.Choice([str(role) for role in Role]))


@click.command("grant")
@ROLE
@click.argument("who", metavar="WHO")
@click.option("--name", help="Make a new person of this name, with WHO as Telegram id, if there is none.")
@command
async def grant(role: str, who: str, name: str | None) -> None:
    """Give a ROLE to WHO (a name, an address, a Telegram id, or '#' and a person id)."""
    async with database() as opened, opened.transaction() as session:
        if name and not await people.persons_called(session, who):
            if not who.isdigit():
                raise Wrong(f"--name makes a person with a Telegram id, and {who!r} is none")
            contact = (await met(session, ChannelName.TELEGRAM, {who: name}, now()))[who]
            person_id = await people.add_person(session, name, now())
            await people.set_subscribed(session, person_id, False, now())
            await belongs_to(session, contact.id, person_id)
        whom = await actor(session, who)
        assert whom.id is not None
        new = await people.grant(session, whom.id, Role(role), now())
        if new:
            await note(session, "operator", "grant", f"person {whom.id}", now(), role)
    click.echo(f"{whom.name} (#{whom.id}) {'is now' if new else 'was already'} {role}")


@click.command("revoke")
@ROLE
@click.argument("who", metavar="WHO")
@command
async def revoke(role: str, who: str) -> None:
    """Take a ROLE from WHO."""
    async with database() as opened, opened.transaction() as session:
        whom = await actor(session, who)
        assert whom.id is not None
        if not await people.revoke(session, whom.id, Role(role)):
            raise Wrong(f"{whom.name} is no {role}")
        await note(session, "operator", "revoke", f"person {whom.id}", now(), role)
    click.echo(f"{whom.name} (#{whom.id}) is no {role} any more")


@click.command("settings")
@json_option
def settings_command(as_json: bool) -> None:
    """All settings with their values; secrets are hidden."""
    config = settings()
    told = {}
    for field, about in Settings.model_fields.items():
        value = getattr(config, field)
        if isinstance(value, SecretStr):
            value = "********" if value.get_secret_value() else ""
        elif field == "database_url" and "@" in str(value):
            value = f"{value.partition('://')[0]}://********@{value.rpartition('@')[2]}"
        told[f"LOA_{field.upper()}"] = {"value": value, "help": about.description}
    out(
        told,
        as_json,
        (f"{name}={v['value']}\n    {v['help']}" for name, v in told.items()),
    )


@click.command("migrate")
@command
async def migrate_command() -> None:
    """Bring the database to this release's schema; an SQLite file is copied first."""
    config = settings()
    path = config.sqlite_path
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    have = await migrate.current(config.database_url)
    if have == migrate.newest():
        click.echo(f"the database has schema {have}, nothing to do")
        return
    if path is not None and path.exists() and have is not None:
        kept = path.with_name(f"{path.name}.before-{migrate.newest()}-{now():%Y%m%d%H%M%S}")
        shutil.copy2(path, kept)
        click.echo(f"copied to {kept}")
    await migrate.upgrade(config.database_url)
    click.echo(f"the database now has schema {migrate.newest()}")


Check = Callable[[], Awaitable[str]]


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
    for name, check in _checks(config).items():
        try:
            found.append((name, True, await check()))
        except Trouble as trouble:
            found.append((name, False, str(trouble)))
    return found


def _checks(config: Settings) -> dict[str, Check]:
    async def webhook() -> str:
        if trouble := config.webhook_trouble():
            raise Trouble(trouble)
        return "webhook with a secret" if config.telegram_webhook_url else "long polling"

    async def schema() -> str:
        try:
            have = await migrate.current(config.database_url)
        except (DBAPIError, OSError) as error:
            raise Trouble(f"cannot be opened ({error.__class__.__name__}); check LOA_DATABASE_URL") from None
        if have != migrate.newest():
            raise Trouble(f"schema {have or 'empty'}, needs {migrate.newest()}; run 'loa migrate'")
        return f"schema {have}"

    async def inbox() -> str:
        opened = Database(config.database_url)
        try:
            async with opened.reading() as session:
                counts = await inbox_counts(session)
        except DBAPIError:
            raise Trouble("cannot be read; run 'loa migrate'") from None
        finally:
            await opened.close()
        if counts[InboxStatus.QUARANTINED]:
            raise Trouble(f"{counts[InboxStatus.QUARANTINED]} arrivals are quarantined; see table inbox")
        return f"{counts[InboxStatus.NEW]} waiting, {counts[InboxStatus.DONE]} handled in the last days"

    async def telegram() -> str:
        return await _ask_telegram(config)

    return {"updates": webhook, "database": schema, "inbox": inbox, "telegram": telegram}


async def _ask_telegram(config: Settings) -> str:
    """Token, reachability and clock, from one answer of the API."""
    if not config.telegram_token.get_secret_value():
        raise Trouble("LOA_TELEGRAM_TOKEN is not set; get a token from @BotFather")

    from bot.app import USERNAME_FACT, telegram_of
    from channels.message import SendError
    from storage.enums import Reason

    telegram = telegram_of(config)
    began = time.monotonic()
    try:
        me = await telegram.call("getMe", {}, seconds=10)
    except SendError as error:
        if error.reason is Reason.UNAUTHORISED:
            raise Trouble("the token is refused; get a new one from @BotFather") from None
        raise Trouble(
            f"{config.telegram_api_url} does not answer ({error.detail}); check the network and "
            "LOA_TELEGRAM_API_URL, or set LOA_TELEGRAM_PROXY where Telegram is blocked"
        ) from None
    finally:
        await telegram.close()
    took = time.monotonic() - began
    opened = Database(config.database_url)
    try:
        async with opened.transaction() as session:
            await learn(session, USERNAME_FACT, str(me.get("username", "")))
    except DBAPIError:
        pass
    finally:
        await opened.close()
    return f"@{me.get('username')} answers in {took * 1000:.0f} ms"
