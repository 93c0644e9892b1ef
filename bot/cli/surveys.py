"""`loa survey`: open, list, link and close."""

from collections.abc import Callable
from pathlib import Path

import click
import segno
import yaml
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cli.common import FILE, NEW_FILE, ROW_ID, Wrong, command, database, json_option, now, out, settings, writing
from bot.cli.later import Later
from broadcasts.when import moment
from pages.paths import link_to
from storage import surveys as rows
from storage.contacts import fact
from storage.enums import NoticeKind, ResponseStatus, Role
from storage.geography import place_name, province_of
from storage.notices import tell
from surveys import design as designs
from surveys import fieldwork, links
from surveys.catalogue import Catalogue
from surveys.design import BadDesign, Design, Recruiting, from_dict, parts_of
from surveys.questionnaire import Kind, Questionnaire

USERNAME_FACT = "telegram username"
ELSEWHERE = {
    "comments": "comments",
    "fieldwork": "fieldwork",
    "exclude": "fieldwork",
    "files": "files",
    "assign": "interviewers",
    "interviewers": "interviewers",
    "callbacks": "interviewers",
    "plan": "plan",
    "posters": "posters",
    "recount": "recount",
    "publish-results": "results",
    "sample": "sample",
    "letters": "sample",
}
"""Its commands that stand in other modules."""


@click.group("survey", cls=Later, where=ELSEWHERE)
def survey_group() -> None:
    """Open, link and close surveys."""


async def survey_called(session: AsyncSession, survey_id: int) -> rows.SurveyInfo:
    found = await rows.survey(session, survey_id)
    if found is None:
        raise Wrong(f"there is no survey {survey_id}; see 'loa survey list'")
    return found


async def taking(session: AsyncSession, survey_id: int, wanted: Recruiting) -> rows.SurveyInfo:
    """The survey, open and recruiting in the way that is wanted."""
    info = await survey_called(session, survey_id)
    if info.key is None:
        raise Wrong(f"survey {survey_id} is closed")
    recruiting = designs.read(info.design).recruiting
    if recruiting is not wanted:
        raise Wrong(
            f"survey {survey_id} is recruited by {recruiting}, not by {wanted}; a sample and an open link are never "
            f"one survey: open another one with 'recruiting: {wanted}' in its --design"
        )
    return info


async def linked(
    session: AsyncSession, survey_id: int, *, on_web: bool = False
) -> tuple[rows.SurveyInfo, Callable[[str], str]]:
    """An open survey, and what makes the deep link into it out of a unit code; Wrong where there are no links."""
    found = await survey_called(session, survey_id)
    username = await fact(session, USERNAME_FACT)
    key = found.key
    if key is None:
        raise Wrong(f"survey {survey_id} is closed, so it has no links any more")
    recruiting = designs.read(found.design).recruiting
    if recruiting is not Recruiting.OPEN:
        raise Wrong(f"survey {survey_id} is recruited by {recruiting}, so it has no open links")
    if on_web:
        base = settings().web_url
        if not base:
            raise Wrong("--web: set LOA_WEB_URL to the public address of the web pages, https://… without a path")
        return found, lambda unit: link_to(base, links.payload(key, survey_id, unit))
    if not username:
        raise Wrong("the bot's name on Telegram is not known yet; run 'loa run' or 'loa doctor' once with a token")
    start = f"{settings().telegram_link_url}/{username}?start="
    return found, lambda unit: start + links.payload(key, survey_id, unit)


@survey_group.command("open")
@click.argument("questionnaire")
@click.option("--title", required=True, help="What people see.")
@click.option("--until", help="When it closes by itself, for example '17:00 31/12'.")
@click.option(
    "--design", "design_file", type=FILE, help="A YAML file: recruiting, hours, quotas, reminders, exclusions."
)
@json_option
@command
async def open_survey(
    questionnaire: str, title: str, until: str | None, design_file: Path | None, as_json: bool
) -> None:
    """Open a survey with the newest version of QUESTIONNAIRE (its key)."""
    design = read_design(design_file) if design_file else None
    title = " ".join(title.split())
    if not title:
        raise Wrong("--title is empty; write what people are to see")
    closing = moment(until, now(), settings().zone) if until else None
    if closing is not None and closing <= now():
        raise Wrong(f"--until: {until!r} would close the survey at once; write a time ahead")
    async with database() as opened, opened.transaction() as session:
        named = await rows.questionnaire_named(session, questionnaire)
        if named is None:
            known = ", ".join(sorted({key for key, _, _ in await rows.questionnaires(session)})) or "none yet"
            raise Wrong(
                f"there is no questionnaire {questionnaire!r} (there are: {known}); see 'loa import questionnaire'"
            )
        form = await Catalogue().get(session, named[0])
        if design is not None:
            fits(design, form, design_file)
        survey_id = await fieldwork.open_survey(session, named[0], title, closing, now(), design)
    told = {"id": survey_id, "questionnaire": questionnaire, "version": named[1], "until": closing}
    out(
        told,
        as_json,
        [f"survey {survey_id} is open; links: loa survey link {survey_id} --unit CODE"],
    )


def read_design(path: Path) -> Design:
    """The design in a YAML file, or Wrong naming the file and the key."""
    try:
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
        if not isinstance(written, dict):
            raise BadDesign("must be a mapping such as 'recruiting: invited'")
        return from_dict(written)
    except (BadDesign, yaml.YAMLError, UnicodeDecodeError) as error:
        raise Wrong(f"{path.name}: {' '.join(str(error).split())}") from None


def fits(design: Design, form: Questionnaire, path: Path | None) -> None:
    """Quotas and targets must speak of questions, options and places that there are."""
    name = path.name if path else "design"
    for quota in design.quotas:
        if quota.unit and not province_of(quota.unit):
            raise Wrong(f"{name}: quota {quota.name!r}: there is no province or commune {quota.unit!r}")
        if quota.condition is None:
            continue
        for id in sorted(quota.condition.references):
            if id not in form.position:
                raise Wrong(f"{name}: quota {quota.name!r}: there is no question {id!r}")
        for id, code in sorted(quota.condition.waits_for):
            asked = form.question(id)
            if asked.options and not asked.option(code):
                raise Wrong(f"{name}: quota {quota.name!r}: question {id!r} has no option {code!r}")
    for ids, people in design.margins.items():
        for place, id in enumerate(parts_of(ids)):
            if id not in form.position or form.question(id).kind is not Kind.ONE:
                raise Wrong(f"{name}: margins: there is no question {id!r} of one option")
            for code in sorted({parts_of(codes)[place] for codes in people}):
                if not form.question(id).option(code):
                    raise Wrong(f"{name}: margins: question {id!r} has no option {code!r}")
    for key, units in (("targets", design.targets), ("populations", design.populations)):
        for unit in units:
            if not province_of(unit):
                raise Wrong(f"{name}: {key}: there is no province or commune {unit!r}")


@survey_group.command("list")
@json_option
@command
async def list_surveys(as_json: bool) -> None:
    """All surveys, the newest first."""
    async with database() as opened, opened.reading() as session:
        found = [(one, await rows.response_counts(session, one.id)) for one in await rows.surveys(session)]
    told = [{"id": s.id, "title": s.title, "status": s.status, "until": s.until,
             "responses": {str(k): n for k, n in counts.items()}} for s, counts in found]  # fmt: skip
    out(told, as_json, (
        f"{s.id}\t{s.status}\t{counts[ResponseStatus.COMPLETE]} complete\t{s.title}"
        for s, counts in found
    ))  # fmt: skip


@survey_group.command("link")
@click.argument("survey_id", metavar="SURVEY", type=ROW_ID)
@click.option("--unit", required=True, help="Code of the commune (5 digits) or province (2 digits).")
@click.option("--qr", type=NEW_FILE, help="Write the QR code to this .png or .svg.")
@click.option("--web", "on_web", is_flag=True, help="The link to the form on the web, for those without chat.")
@json_option
@command
async def link(survey_id: int, unit: str, qr: Path | None, on_web: bool, as_json: bool) -> None:
    """The deep link into a survey at a place, in chat or on the web, and its QR code."""
    if not province_of(unit):
        raise Wrong(f"--unit: there is no commune or province {unit!r}; write a 5- or 2-digit official code")
    if qr is not None and qr.suffix.lower() not in (".png", ".svg"):
        raise Wrong(f"--qr: {qr} must end in .png or .svg")
    async with database() as opened, opened.reading() as session:
        _, url_at = await linked(session, survey_id, on_web=on_web)
    url = url_at(unit)
    if qr is not None:
        with writing("--qr", qr):
            segno.make_qr(url, error="m").save(str(qr), scale=10, border=3)
    told = {"url": url, "unit": unit, "place": place_name(unit), "qr": str(qr) if qr else None}
    out(told, as_json, [place_name(unit), url, *([f"QR: {qr}"] if qr else [])])


@survey_group.command("close")
@click.argument("survey_id", metavar="SURVEY", type=ROW_ID)
@command
async def close(survey_id: int) -> None:
    """Close a survey, destroy its key, and send the report to editors and approvers."""
    async with database() as opened, opened.transaction() as session:
        await survey_called(session, survey_id)
        if not await fieldwork.close(session, Catalogue(), survey_id, now()):
            raise Wrong(f"survey {survey_id} is closed already")
        await tell(session, NoticeKind.SURVEY_CLOSED, survey_id, now(), roles=[Role.EDITOR, Role.APPROVER])
    click.echo(f"survey {survey_id} is closed; nobody who took part can be recognised any more")
