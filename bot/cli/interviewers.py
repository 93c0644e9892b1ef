"""`loa survey assign`, `interviewers` and `callbacks`: who interviews where, how well, and whom to call back."""

import random
from collections.abc import Iterator
from pathlib import Path

import click

from bot.cli.common import (
    NEW_FILE,
    ROW_ID,
    Wrong,
    actor,
    command,
    database,
    json_option,
    now,
    out,
    settings,
    write_csv,
)
from bot.cli.surveys import survey_called, survey_group, taking
from storage import interviews
from storage.enums import Role
from storage.geography import commune_called, place_name
from storage.people import roles
from surveys.catalogue import Catalogue
from surveys.design import Recruiting
from surveys.fieldreport import InterviewerEffect, interviewer_effect

CALLED = ("interviewer", "place", "day", "phone")


@survey_group.command("assign")
@click.argument("survey_id", metavar="SURVEY", type=ROW_ID)
@click.argument("who")
@click.option("--unit", required=True, help="Code of the commune.")
@click.option("--target", type=click.IntRange(0, 100_000), required=True, help="Interviews wanted; 0 takes it away.")
@command
async def assign(survey_id: int, who: str, unit: str, target: int) -> None:
    """Give an interviewer a commune and a target in a survey."""
    commune = commune_called(unit, "")
    if commune is None:
        raise Wrong(f"--unit: there is no commune {unit!r}; write a 5-digit official code")
    async with database() as opened, opened.transaction() as session:
        await taking(session, survey_id, Recruiting.INTERVIEWS)
        person = await actor(session, who)
        assert person.id is not None
        if Role.INTERVIEWER not in await roles(session, person.id):
            raise Wrong(f"{person.name} is no interviewer; say 'loa grant interviewer {who}' first")
        await interviews.assign(session, survey_id, person.id, commune.code, target)
    click.echo(f"{person.name}: {target} interviews in {place_name(commune.code)}")


@survey_group.command("interviewers")
@click.argument("survey_id", metavar="SURVEY", type=ROW_ID)
@json_option
@command
async def interviewers(survey_id: int, as_json: bool) -> None:
    """How far each interviewer is, how long they take, and how alike the people of one of them answer."""
    midnight = now().astimezone(settings().zone).replace(hour=0, minute=0, second=0, microsecond=0)
    async with database() as opened, opened.reading() as session:
        info = await survey_called(session, survey_id)
        theirs = await interviews.progress(session, survey_id, midnight)
        effect = await interviewer_effect(session, Catalogue(), info)
    told = {
        "survey": survey_id,
        "progress": [{name: getattr(one, name) for name in one.__slots__} for one in theirs],
        "quality": [{name: getattr(one, name) for name in one.__slots__} for one in effect.interviewers],
        "rho": effect.rho, "design_effect": effect.design_effect,
    }  # fmt: skip
    out(told, as_json, _effect_lines(theirs, effect))


def _effect_lines(theirs: list[interviews.Progress], effect: InterviewerEffect) -> Iterator[str]:
    for one in theirs:
        where = f"#{one.person_id} {one.name}, {place_name(one.unit)}"
        yield (
            f"{where}: {one.complete} of {one.target}, today {one.today}, refused {one.refused}, "
            f"turned away {one.ineligible}"
        )
    for who in effect.interviewers:
        share = f"{who.satisfied:.1f}% satisfied" if who.satisfied is not None else "no criteria"
        yield (f"  #{who.interviewer_id}: {who.complete} interviews of {who.minutes:.1f} minutes, {share}, "
               f"{who.quick} quick, {who.straight} straight, {who.duplicate} duplicate")  # fmt: skip
    if effect.rho is not None:
        yield f"  interviewer effect: rho {effect.rho:.3f}, design effect {effect.design_effect:.2f}"


@survey_group.command("callbacks")
@click.argument("survey_id", metavar="SURVEY", type=ROW_ID)
@click.option(
    "--per", type=click.IntRange(1, 1000), default=3, show_default=True, help="So many of each interviewer."
)
@click.option("--out", "path", type=NEW_FILE, required=True, help="A CSV (UTF-8 with BOM) for the supervisor.")
@click.option("--seed", type=int, help="Makes the draw repeatable.")
@json_option
@command
async def callbacks(survey_id: int, per: int, path: Path, seed: int | None, as_json: bool) -> None:
    """Draw interviews at random that the supervisor checks by telephone; one that was drawn is not drawn again."""
    dice = random.Random(seed)
    async with database() as opened, opened.transaction() as session:
        await survey_called(session, survey_id)
        found = await interviews.callbacks(session, survey_id)
        number = max((one.drawn for one in found), default=0) + 1
        left: dict[int, list[interviews.CallbackInfo]] = {}
        for one in found:
            if not one.drawn:
                left.setdefault(one.interviewer_id, []).append(one)
        chosen = [one for theirs in left.values() for one in dice.sample(theirs, min(per, len(theirs)))]
        await interviews.drawn(session, [one.id for one in chosen], number)
        write_csv(path, CALLED, [
            {"interviewer": one.interviewer, "place": place_name(one.unit), "day": f"{one.interviewed_on:%d/%m/%Y}",
             "phone": one.phone}
            for one in chosen
        ])  # fmt: skip
    out({"survey": survey_id, "sample": number, "drawn": len(chosen), "written": str(path)}, as_json,
        [f"{len(chosen)} telephones written to {path}"])  # fmt: skip
