"""`loa export`: the responses of a survey with everything to work out its figures again."""

from pathlib import Path

import click

from bot.cli.common import ROW_ID, Wrong, command, database, json_option, now, out, settings
from bot.cli.surveys import survey_called
from storage.audit import note
from surveys import export as exports
from surveys.catalogue import Catalogue
from surveys.report_words import OPEN_NOTE


@click.command("export")
@click.argument("survey_id", metavar="SURVEY", type=ROW_ID)
@click.option(
    "--into", type=click.Path(file_okay=False, path_type=Path), required=True, help="A folder, empty or new."
)
@click.option("--texts", is_flag=True, help="Also what people wrote, in a file of its own.")
@json_option
@command
async def export(survey_id: int, into: Path, texts: bool, as_json: bool) -> None:
    """Write the responses of a survey, its design and questions, and a script in R that prints its figures.

    For staff: single responses are no table, so nothing is hidden here. Names and addresses are not in it.
    """
    if into.exists() and any(into.iterdir()):
        raise Wrong(f"--into: {into} is not empty; name a new folder")
    async with database() as opened:
        async with opened.reading() as session:
            info = await survey_called(session, survey_id)
            found = await exports.read(session, Catalogue(), info, texts=texts)
        try:
            files = await exports.write(found, into, settings().zone, now(), open_note=OPEN_NOTE)
        except OSError as error:
            raise Wrong(f"--into: {into} cannot be written ({error.strerror or error})") from None
        async with opened.transaction() as session:
            what = f"{len(found.responses)} responses" + (" with texts" if texts else "")
            await note(session, "operator", "export", f"survey {survey_id}", now(), what)
    told = {"survey": survey_id, "responses": len(found.responses), "files": [str(path) for path in files]}
    out(told, as_json, [f"{len(found.responses)} responses of survey {survey_id}:", *(f"  {path}" for path in files)])
