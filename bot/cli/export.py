"""`loa export`: the responses of a survey with everything to work out its figures again."""

import asyncio
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bot.cli.common import NEW_FILE, ROW_ID, Wrong, command, database, json_option, now, out, settings, writing
from bot.cli.surveys import survey_called
from storage.audit import note
from surveys import export as exports
from surveys.catalogue import Catalogue
from surveys.files.keeping import keep
from surveys.report_words import OPEN_NOTE


@click.command("export")
@click.argument("survey_id", metavar="SURVEY", type=ROW_ID)
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), help="A folder, empty or new, for CSV.")
@click.option("--sav", type=NEW_FILE, help="A file for SPSS, with labels, missing values and weights.")
@click.option("--texts", is_flag=True, help="Also what people wrote, in a file of its own beside the CSV.")
@click.option("--force", is_flag=True, help="Write over the file of --sav.")
@json_option
@command
async def export(
    survey_id: int, into: Path | None, sav: Path | None, texts: bool, force: bool, as_json: bool
) -> None:  # fmt: skip
    """Write the responses of a survey: as CSV with a script in R that prints its figures, or for SPSS.

    For staff: single responses are no table, so nothing is hidden here. Names and addresses are not in it.
    """
    if into is None and sav is None:
        raise Wrong("nowhere to write to; add --into FOLDER, --sav FILE or both")
    if into is not None and into.exists() and any(into.iterdir()):
        raise Wrong(f"--into: {into} is not empty; name a new folder")
    if sav is not None and not sav.parent.is_dir():
        raise Wrong(f"--sav: there is no folder {sav.parent}")
    if sav is not None and sav.exists() and not force:
        raise Wrong(f"--sav: {sav} is there already; name another file, or add --force to write over it")
    zone, files = settings().zone, []
    async with database() as opened:
        async with opened.reading() as session:
            info = await survey_called(session, survey_id)
            found = await exports.read(session, Catalogue(), info, texts=texts)
        if into is not None:
            with writing("--into", into):
                files += await exports.write(found, into, zone, now(), open_note=OPEN_NOTE)
        if sav is not None:
            with writing("--sav", sav):
                await asyncio.to_thread(_keep, sav, found, zone)
            files.append(sav)
        async with opened.transaction() as session:
            what = f"{len(found.responses)} responses" + (" with texts" if texts else "")
            await note(session, "operator", "export", f"survey {survey_id}", now(), what)
    told = {"survey": survey_id, "responses": len(found.responses), "files": [str(path) for path in files]}
    out(told, as_json, [f"{len(found.responses)} responses of survey {survey_id}:", *(f"  {path}" for path in files)])


def _keep(path: Path, found: exports.Export, zone: ZoneInfo) -> None:
    from surveys.files.variables import spss  # it loads numpy, which no other command needs

    keep({path: spss(found, zone, now())})
