"""`loa survey sample` and `letters`: who was drawn, and the links of those whom the bot cannot write to."""

import random
import secrets
from pathlib import Path

import click

from bot.cli.common import (
    FILE,
    NEW_FILE,
    ROW_ID,
    Wrong,
    command,
    database,
    json_option,
    now,
    out,
    settings,
    write_csv,
)
from bot.cli.surveys import USERNAME_FACT, survey_group, taking
from pages.paths import link_to
from storage import cases
from storage.audit import note
from storage.contacts import CHANNELS_FACT, fact
from storage.enums import ChannelName
from storage.geography import place_name
from storage.lists import BadList
from surveys import design as designs
from surveys.design import Recruiting
from surveys.links import CASE
from surveys.sample import drawn, read

LISTED = ("reference", "place", "phone", "email", "link", "web", "due")


@survey_group.command("sample")
@click.argument("survey_id", metavar="SURVEY", type=ROW_ID)
@click.argument("file", type=FILE)
@click.option("--draw", "n", type=click.IntRange(1, 10_000_000), help="FILE is the frame: draw so many of it.")
@click.option("--seed", type=int, help="Makes the draw and the random delays repeatable.")
@json_option
@command
async def sample(survey_id: int, file: Path, n: int | None, seed: int | None, as_json: bool) -> None:
    """Add everybody in FILE (.csv, .xlsx) to the sample.

    Its columns: reference, unit, date, telegram, zalo, phone, zalo_ok, email, weight. Each gets a single-use link,
    and is invited after the delay of the design: in chat, where the bot knows them; else on Zalo, by telephone number
    only with zalo_ok; else by e-mail.
    With --draw the sample is shared out over the strata in the design's targets, and everybody gets their weight.
    """
    seed = seed if seed is not None else secrets.randbits(40)
    dice = random.Random(seed)
    async with database() as opened, opened.transaction() as session:
        info = await taking(session, survey_id, Recruiting.INVITED)
        known = await cases.known_references(session, survey_id)
        try:
            new = read(file, designs.read(info.design), known, now(), settings().zone, dice=dice)
        except BadList as error:
            raise Wrong(f"{file.name}: nothing was imported:\n  " + "\n  ".join(error.problems)) from None
        frame = len(new)
        new = drawn(new, n, designs.read(info.design), seed=str(seed)) if n is not None else new
        await cases.add_cases(session, survey_id, new, now())
        told = f"{len(new)} cases of {frame} in {file.name}, seed {seed}"
        await note(session, "operator", "sample", f"survey {survey_id}", now(), told)
    by_chat, by_zalo = sum(bool(case.telegram) for case in new), sum(bool(case.zalo) for case in new)
    by_phone = sum(bool(case.phone) and case.agreed for case in new) if settings().zalo_oa_by_phone else 0
    cost = by_phone * settings().zalo_oa_phone_price
    first = min(case.due_at for case in new)
    out(
        {"survey": survey_id, "frame": frame, "cases": len(new), "seed": seed, "with_telegram": by_chat,
         "with_zalo": by_zalo, "by_phone_at_most": by_phone, "cost_at_most": cost,
         "first_due": first},
        as_json,
        [f"{len(new)} people are in the sample, {by_chat} with a Telegram id, {by_zalo} with a Zalo id, at most "
         f"{by_phone} by telephone number (≈ {cost} đ for each round); the first is due "
         f"{first.astimezone(settings().zone):%H:%M %d/%m/%Y}"],
    )  # fmt: skip


@survey_group.command("letters")
@click.argument("survey_id", metavar="SURVEY", type=ROW_ID)
@click.option(
    "--out", "path", type=NEW_FILE, required=True, help="A CSV (UTF-8 with BOM) for SMS, e-mail or letters."
)
@json_option
@command
async def letters(survey_id: int, path: Path, as_json: bool) -> None:
    """Single-use links of those who are due and whom the bot cannot write to; each is listed once.

    The column web is the same link to the form on the web, where LOA_WEB_URL is set.
    """
    async with database() as opened, opened.transaction() as session:
        await taking(session, survey_id, Recruiting.INVITED)
        username = await fact(session, USERNAME_FACT)
        if not username:
            raise Wrong("the bot's name on Telegram is not known yet; run 'loa doctor' once with a token")
        home = settings().web_url
        named = (await fact(session, CHANNELS_FACT) or "").split()
        channels = [ChannelName(name) for name in named]
        found = await cases.list_due(session, survey_id, now(), channels)
        link = f"{settings().telegram_link_url}/{username}?start={CASE}"
        rows = [
            {"reference": one.reference, "place": place_name(one.unit), "phone": one.phone, "email": one.email,
             "link": link + one.code, "web": link_to(home, CASE + one.code) if home else "",
             "due": f"{one.due_at.astimezone(settings().zone):%d/%m/%Y %H:%M}"}
            for one in found
        ]  # fmt: skip
        write_csv(path, LISTED, rows)
    out({"survey": survey_id, "listed": len(rows), "written": str(path)}, as_json,
        [f"{len(rows)} links written to {path}"])  # fmt: skip
