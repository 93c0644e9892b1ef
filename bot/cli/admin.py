"""`loa grant`, `revoke`, `settings` and `migrate`: what an operator needs before running."""

import sqlite3
from contextlib import closing
from pathlib import Path

import click
from alembic.util import CommandError
from pydantic import SecretStr
from sqlalchemy.exc import DBAPIError

from bot.cli.checks import hidden
from bot.cli.common import Wrong, actor, called, command, database, json_option, now, out, settings
from bot.settings import Settings
from storage import migrate, people
from storage.audit import note
from storage.contacts import belongs_to, met
from storage.enums import ChannelName, Role

ROLE = click.argument("role", type=click.Choice([str(role) for role in Role]))


@click.command("grant")
@ROLE
@click.argument("who", metavar="WHO")
@click.option("--name", help="Make a new person of this name, with WHO as Telegram id, if there is none.")
@command
async def grant(role: str, who: str, name: str | None) -> None:
    """Give a ROLE to WHO (a name, an address, a Telegram id, or '#' and a person id)."""
    async with database() as opened, opened.transaction() as session:
        name = " ".join((name or "").split())
        if name and not await called(session, who):
            if not (who.isascii() and who.isdigit()):
                raise Wrong(f"--name makes a person with a Telegram id, and {who!r} is none")
            contact = (await met(session, ChannelName.TELEGRAM, [who], now()))[who]
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
        elif isinstance(value, str):
            value = hidden(value)
        told[f"LOA_{field.upper()}"] = {"value": value, "help": about.description}
    out(
        told,
        as_json,
        (f"{name}={v['value']}\n    {v['help']}" for name, v in told.items()),
    )


@click.command("migrate")
@command
async def migrate_command() -> None:
    """Bring the database to this release's schema; an SQLite file is copied first, and put back if it fails."""
    config = settings()
    path = config.sqlite_path
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    have = await migrate.current(config.database_url)
    if have == migrate.newest():
        click.echo(f"the database has schema {have}, nothing to do")
        return
    kept = None
    kept = None
    if path is not None and path.exists() and have is not None:
        kept = path.with_name(f"{path.name}.before-{migrate.newest()}-{now():%Y%m%d%H%M%S}")
        _copy(path, kept)
    try:
        await _upgrade(config.database_url, have)
    except (Wrong, DBAPIError, OSError):
        if path is not None and kept is not None:
            _copy(kept, path)
            kept.unlink()
        raise
    if kept is not None:
        click.echo(f"copied to {kept}")
    click.echo(f"the database now has schema {migrate.newest()}")


async def _upgrade(url: str, have: str | None) -> None:
    try:
        await migrate.upgrade(url)
    except CommandError:
        raise Wrong(
            f"the database has schema {have}, which this release does not know (it has {migrate.newest()}); "
            "use the newer release that made it, nothing was changed"
        ) from None
    except migrate.BrokenReferences as error:
        raise Wrong(f"{error}; the migration was undone and nothing was changed, tell the makers of Loa") from None


def _copy(path: Path, to: Path) -> None:
    """A copy with all that is committed; the file alone may lack what still stands in its write-ahead log."""
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(to)) as copy:
            source.backup(copy)
    except (sqlite3.Error, OSError) as error:
        raise Wrong(f"{path} cannot be copied to {to} ({error}); nothing was changed") from None
