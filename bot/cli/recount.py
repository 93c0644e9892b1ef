"""`loa survey recount`: hold the counters against the answers, and make them right."""

import click

from bot.cli.common import ROW_ID, command, database, json_option, now, out
from bot.cli.surveys import survey_called, survey_group
from storage.audit import note
from storage.enums import IncidentKind
from storage.incidents import settle
from surveys.catalogue import Catalogue
from surveys.counting import agree, counters, mend


@survey_group.command("recount")
@click.argument("survey_id", metavar="SURVEY", type=ROW_ID)
@json_option
@command
async def recount(survey_id: int, as_json: bool) -> None:
    """Count all responses anew from their answers; says whether the counters were right."""
    catalogue = Catalogue()
    async with database() as opened:
        async with opened.reading() as session:
            await survey_called(session, survey_id)
        async with opened.reading() as session:
            right = await agree(session, catalogue, survey_id)
        async with opened.transaction() as session:
            if not right:
                await mend(session, catalogue, survey_id)
                await note(session, "operator", "recount", f"survey {survey_id}", now(), "the counters were wrong")
            await settle(session, IncidentKind.COUNTERS, str(survey_id), now(), wrong=False)
            n = (await counters(session, survey_id)).n
    said = "the counters were right" if right else "the counters were wrong and have been made anew"
    out({"survey": survey_id, "right": right, "n": n}, as_json, [f"survey {survey_id}: {said} (n = {n})"])
