"""`loa invitations`: a single-use link for each imported person, to be handed out by post or e-mail."""

import csv
from pathlib import Path

import click

from bot.cli.common import NEW_FILE, Wrong, command, database, json_option, out, settings, writing
from bot.cli.surveys import USERNAME_FACT
from storage.contacts import fact
from storage.people import invitations


@click.command("invitations")
@click.option("--all", "everybody", is_flag=True, help="Also those who have an address on Telegram already.")
@click.option("--out", "path", type=NEW_FILE, help="Write a CSV (UTF-8 with BOM) instead.")
@json_option
@command
async def invitations_command(everybody: bool, path: Path | None, as_json: bool) -> None:
    """Single-use invitation links of people who are not on Telegram yet, and the public link."""
    async with database() as opened, opened.reading() as session:
        username = await fact(session, USERNAME_FACT)
        found = await invitations(session, everybody=everybody)
    if not username:
        raise Wrong("the bot's name on Telegram is not known yet; run 'loa doctor' once with a token")
    public = f"{settings().telegram_link_url}/{username}"
    told = [
        {"person": i.person_id, "name": i.name, "title": i.title, "unit": i.unit, "email": i.email,
         "link": f"{public}?start=i{i.code}"}
        for i in found
    ]  # fmt: skip
    if path is not None:
        with writing("--out", path), path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, ("person", "name", "title", "unit", "email", "link"))
            writer.writeheader()
            writer.writerows(told)
        written = {"public": public, "invitations": len(told), "written": str(path)}
        out(written, as_json, [f"{len(told)} invitations written to {path}; public link: {public}"])
        return
    lines = (f"#{one['person']}\t{one['name']}\t{one['unit']}\t{one['link']}" for one in told)
    out({"public": public, "invitations": told}, as_json, [f"public link: {public}", *lines])
