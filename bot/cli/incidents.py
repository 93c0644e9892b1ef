"""`loa incidents`: what is wrong with the running program, and what was lately."""

from datetime import timedelta

import click

from bot.cli.common import command, database, json_option, now, out
from storage.incidents import incidents_since


@click.command("incidents")
@click.option("--days", default=7, show_default=True, help="Show also what closed within so many days.",
              type=click.IntRange(0, 3650))  # fmt: skip
@json_option
@command
async def incidents(days: int, as_json: bool) -> None:
    """Incidents that are open, and those that closed lately."""
    async with database() as opened, opened.reading() as session:
        found = await incidents_since(session, now() - timedelta(days=days))
    out(
        [{"id": i.id, "kind": i.kind, "subject": i.subject, "detail": i.detail, "opened_at": i.opened_at,
          "closed_at": i.closed_at} for i in found],
        as_json,
        (f"{'OPEN  ' if i.closed_at is None else 'closed'} {i.opened_at:%Y-%m-%d %H:%M}Z {i.kind}: {i.subject} "
         f"{i.detail}".rstrip() for i in found),
    )  # fmt: skip
