"""`loa survey fieldwork` and `exclude`: how the asking stands, and which responses count."""

from collections.abc import Iterator

import click

from bot.cli.common import ROW_ID, command, database, json_option, now, out
from bot.cli.surveys import survey_called, survey_group
from storage.audit import note
from storage.surveys import SurveyInfo
from surveys import design as designs
from surveys import fieldwork as work
from surveys.catalogue import Catalogue
from surveys.fieldreport import Fieldwork, fieldwork
from surveys.quality import Flag


@survey_group.command("fieldwork")
@click.argument("survey_id", metavar="SURVEY", type=ROW_ID)
@json_option
@command
async def show(survey_id: int, as_json: bool) -> None:
    """What became of everybody, response rates, quotas, break-offs, modes, flags and exclusions."""
    async with database() as opened, opened.reading() as session:
        info = await survey_called(session, survey_id)
        found = await fieldwork(session, info)
    out(_told(info, found), as_json, _lines(info, found))


def _told(info: SurveyInfo, found: Fieldwork) -> dict[str, object]:
    return {
        "survey": info.id, "title": info.title, "recruiting": designs.read(info.design).recruiting,
        "dispositions": {str(k): n for k, n in found.dispositions.items()},
        "rates": _rates(found),
        "invitations": {str(k): n for k, n in found.invitations.items()},
        "quotas": {name: {"n": n, "target": target} for name, (n, target) in found.quotas.items()},
        "break_offs": dict(found.break_offs),
        "modes": {str(k): n for k, n in found.modes.items()},
        "flags": {(k.name or "").lower(): n for k, n in found.flags.items()},
        "excluded": found.excluded,
    }  # fmt: skip


def _rates(found: Fieldwork) -> dict[str, float | None]:
    if found.rates is not None:
        return {name: getattr(found.rates, name) for name in found.rates.__slots__}
    if found.opened is not None:
        return {"completion": found.opened.completion, "participation": found.opened.participation}
    return {}


def _lines(info: SurveyInfo, found: Fieldwork) -> Iterator[str]:
    yield f"{info.title} (survey {info.id})"
    yield from (f"  {name}: {n}" for name, n in found.dispositions.items())
    yield from (f"  {name}: {100 * rate:.1f}%" for name, rate in _rates(found).items() if rate is not None)
    yield from (f"  quota {name}: {n} of {target}" for name, (n, target) in found.quotas.items())
    yield from (f"  left off at {question}: {n}" for question, n in found.break_offs.items())
    yield from (f"  taken by {mode}: {n}" for mode, n in found.modes.items())
    yield from (f"  flag {(flag.name or '').lower()}: {n}" for flag, n in found.flags.items() if n)
    yield f"  kept out of the index: {found.excluded}"


@survey_group.command("exclude")
@click.argument("survey_id", metavar="SURVEY", type=ROW_ID)
@click.argument("flags", nargs=-1, type=click.Choice([f.lower() for f in Flag.__members__ if f != "OVER_QUOTA"]))
@json_option
@command
async def exclude(survey_id: int, flags: tuple[str, ...], as_json: bool) -> None:
    """Keep responses with these FLAGS out of the index from now on and what is in already; none takes all back in."""
    mask = Flag(0)
    for flag in flags:
        mask |= Flag[flag.upper()]
    async with database() as opened, opened.transaction() as session:
        info = await survey_called(session, survey_id)
        counted, out_ = await work.set_exclusions(session, Catalogue(), info, mask)
        await note(session, "operator", "exclude", f"survey {survey_id}", now(), " ".join(flags) or "nothing")
    out({"survey": survey_id, "exclude": list(flags), "counted": counted, "excluded": out_}, as_json,
        [f"{counted} responses count, {out_} are kept out"])  # fmt: skip
