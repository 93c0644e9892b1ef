"""`loa survey publish-results` and `loa results-link`: who may see the results of a survey on the web."""

from datetime import timedelta

import click

from bot.cli.common import ROW_ID, Wrong, command, database, json_option, now, out, settings
from bot.cli.surveys import survey_called, survey_group
from storage import secrets
from storage.audit import note
from storage.surveys import publish_results
from surveys.passes import RESULTS, Pass, page_of, written

LONGEST = 24 * 31


@survey_group.command("publish-results")
@click.argument("survey_id", metavar="SURVEY", type=ROW_ID)
@click.option("--off", is_flag=True, help="Take the public page down again; staff still see theirs.")
@command
async def publish_results_command(survey_id: int, off: bool) -> None:
    """Let everybody see the results of a closed SURVEY on the web, without figures of fewer than 30 people."""
    at = now()
    async with database() as opened, opened.transaction() as session:
        await survey_called(session, survey_id)
        if not await publish_results(session, survey_id, None if off else at) and not off:
            raise Wrong(
                f"survey {survey_id} is still open: from figures of two days the answers of those in between could "
                f"be worked out, so only closed surveys are published; close it first: loa survey close {survey_id}"
            )
        await note(session, "operator", "hide results" if off else "publish results", f"survey {survey_id}", at)
    where = page_of(settings().web_url, survey_id)
    told = f"the results of survey {survey_id} are for staff only now" if off else f"everybody may see {where} now"
    click.echo(told)


@click.command("results-link")
@click.argument("survey_id", metavar="SURVEY", type=ROW_ID)
@click.option("--hours", default=12, type=click.IntRange(1, LONGEST), show_default=True, help="How long it is good.")
@json_option
@command
async def results_link(survey_id: int, hours: int, as_json: bool) -> None:
    """A signed link to the staff's page of SURVEY's results; whoever has it may look until it is over."""
    home = settings().web_url
    if not home:
        raise Wrong("set LOA_WEB_URL to the public address of the web pages, https://… without a path")
    until = now() + timedelta(hours=hours)
    async with database() as opened, opened.transaction() as session:
        await survey_called(session, survey_id)
        key = await secrets.made_secret(session, RESULTS)
        await note(session, "operator", "link to results", f"survey {survey_id}", now(), f"{hours} h")
    url = page_of(home, survey_id, shown=written(Pass("s", survey_id, until), key))
    out({"url": url, "survey": survey_id, "until": until}, as_json, [url])
