"""The end of a response on the web and what leads there: looking through, a pause, deleting, sending."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from aiohttp import web

from pages.answering import around
from pages.rendering import notice, page
from pages.said import worded
from pages.security import sent
from pages.site import SITE
from pages.texts import texts
from pages.visiting import Visit, closed, nothing_open, question_at, to, visit
from storage import cases
from storage import responses as rows
from storage.contacts import speak
from storage.files import file_content
from storage.surveys import agreed_surveys
from surveys.dispositions import Disposition
from surveys.fieldwork import NotFinished, Standing, TookPart, complete, turn_away
from surveys.journey import journey
from surveys.questionnaire import Kind
from surveys.words import words

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")


class Ending(StrEnum):
    """How a response ended, as the path of the page says that tells of it."""

    SENT = "sent"
    GOODBYE = "goodbye"
    ENOUGH = "enough"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Line:
    """An answer in the list that is looked through."""

    number: int
    label: str
    answer: str
    position: int


async def review(request: web.Request) -> web.Response:
    """All answers so far, each with a link that asks its question again."""
    async with visit(request) as here:
        standing = here.standing
        if standing is None:
            return await nothing_open(here)
        if not standing.survey.takes_answers(here.now):
            return closed(here)
        at = journey(standing.questionnaire, standing.answers)
        parts = [(heading, list(lines)) for heading, lines in groupby(_lines(standing), key=lambda pair: pair[0])]
        return page(
            "review", standing.questionnaire.language, visit=here.home, finished=at.next is None,
            over=at.ended_by is not None, parts=[(heading, [line for _, line in lines]) for heading, lines in parts],
            **around(standing),
        )  # fmt: skip


def _lines(standing: Standing) -> list[tuple[str, Line]]:
    form = standing.questionnaire
    own = words(form.language)
    return [
        (q.heading, Line(n, q.text, worded(q, standing.answers[q.id], own, form.language), form.position[q.id]))
        for n, q in enumerate(journey(form, standing.answers).answered, 1)
        if q.kind is not Kind.NOTE
    ]


async def pause(request: web.Request) -> web.Response:
    """The link by which to come back; everything is saved already."""
    async with visit(request) as here:
        if here.standing is None:
            return await nothing_open(here)
        form = here.standing.questionnaire
        at = journey(form, here.standing.answers)
        address = request.app[SITE].address(request, here.home)
        return page(
            "pause", form.language, visit=here.home, address=address, answered=len(at.answered), total=at.steps,
            **around(here.standing),
        )  # fmt: skip


async def delete_asked(request: web.Request) -> web.Response:
    async with visit(request) as here:
        if here.standing is None:
            return await nothing_open(here)
        return page("delete", here.standing.questionnaire.language, visit=here.home, **around(here.standing))


async def delete(request: web.Request) -> web.Response:
    """Take everything back, as long as it is not sent; of somebody who was drawn, that is a refusal."""
    async with visit(request) as here:
        if here.standing is None:
            return to(f"{here.home}/{Ending.DELETED}")
        await rows.delete_response(here.session, here.standing.response_id)
        if here.standing.case_id is not None:
            await cases.become(here.session, here.standing.case_id, Disposition.REFUSED)
        return to(f"{here.home}/{Ending.DELETED}")


async def send(request: web.Request) -> web.Response:
    """The last button: the response is counted and cut loose from the person."""
    async with visit(request) as here:
        standing = here.standing
        if standing is None:
            return to(here.home)
        if not standing.survey.takes_answers(here.now):
            return closed(here)
        return to(here.home + await _ended(here, standing))


async def _ended(here: Visit, standing: Standing) -> str:
    today = here.now.astimezone(here.site.zone)
    try:
        if journey(standing.questionnaire, standing.answers).ended_by is not None:
            await turn_away(here.session, standing, here.sender, today)
            return f"/{Ending.GOODBYE}"
        await complete(here.session, standing, here.sender, today)
        return f"/{Ending.SENT}"
    except NotFinished:
        return ""
    except TookPart:
        await rows.delete_response(here.session, standing.response_id)
        return ""


async def ended(request: web.Request) -> web.Response:
    """What is said at the end; whoever still has something open is led back to it."""
    async with visit(request) as here:
        found = await agreed_surveys(here.session, here.contact.id)
        if here.standing is not None or not found:
            return to(here.home)
        form = (await here.site.catalogue.get(here.session, found[0].questionnaire_id)).spoken(here.contact.language)
        own, said = words(form.language), texts(form.language)
        title, sentence = {
            Ending.SENT: (said.sent_title, form.thanks),
            Ending.GOODBYE: ("", form.goodbye or own.not_for_you),
            Ending.ENOUGH: ("", own.enough),
            Ending.DELETED: (said.deleted_title, own.deleted),
        }[Ending(request.match_info["end"])]
        return notice(form.language, sentence, title=title, more=said.may_close)


async def language(request: web.Request) -> web.Response:
    """Another language, chosen while answering; the answers stay."""
    wanted = (await sent(request))[0].get("to", [""])[0]
    async with visit(request) as here:
        if here.standing is not None and wanted in here.standing.languages:
            await speak(here.session, here.contact.id, wanted)
        return to(here.home)


async def picture(request: web.Request) -> web.Response:
    """The picture of a question, for whoever answers it."""
    async with visit(request) as here:
        question = question_at(here.standing, request.match_info["number"]) if here.standing else None
        if question is None or question.image.count(" ") < 2:
            raise web.HTTPNotFound
        sha256, mime, _ = question.image.split(" ", 2)
        if mime not in PICTURES:
            raise web.HTTPNotFound
        return web.Response(body=await file_content(here.session, sha256), content_type=mime)
