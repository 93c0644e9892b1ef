"""`loa copy`: everything from one database into another, from SQLite to PostgreSQL or back."""

import click

from bot.cli.common import Wrong, command, json_option, out
from storage import migrate
from storage.copying import NotCopied, copy
from storage.database import Database

FORM = ("sqlite+aiosqlite:///", "postgresql+asyncpg://")


@click.command("copy")
@click.option("--from", "source", required=True, metavar="URL", help="Where everything is, as in LOA_DATABASE_URL.")
@click.option("--to", "target", required=True, metavar="URL", help="An empty database, or a copy that broke off.")
@json_option
@command
async def copy_command(source: str, target: str, as_json: bool) -> None:
    """Copy everything into another database and compare both; Loa must not be running.

    A copy that broke off goes on where it was when the same command is given again.
    """
    for option, url in (("--from", source), ("--to", target)):
        if not url.startswith(FORM):
            raise Wrong(f"{option}: write sqlite+aiosqlite:///PATH or postgresql+asyncpg://USER:PASSWORD@HOST/DB")
    have, need = await migrate.current(source), migrate.newest()
    if have != need:
        raise Wrong(f"the source has schema {have}, this release needs {need}; run 'loa migrate' on it first")
    there = await migrate.current(target)
    if there is None:
        await migrate.upgrade(target)
    elif there != need:
        raise Wrong(f"the target has schema {there}, this release needs {need}; empty it, or run 'loa migrate' on it")
    opened = Database(source), Database(target)
    try:
        copied = await copy(*opened, told=_told if not as_json else lambda table, rows: None)
    except NotCopied as error:
        raise Wrong(str(error)) from None
    finally:
        for one in opened:
            await one.close()
    rows = sum(one.rows for one in copied)
    lines = [f"{one.table:22} {one.rows:10} rows  {one.checksum}" for one in copied if one.rows]
    said = f"{rows} rows in {len(copied)} tables are the same on both sides; set LOA_DATABASE_URL to the new one"
    out([{"table": c.table, "rows": c.rows, "checksum": c.checksum} for c in copied], as_json, [*lines, said])


def _told(table: str, rows: int) -> None:
    if rows % 100_000 == 0:
        click.echo(f"{table}: {rows}", err=True)
