"""Questions and answers on the web: the page to fill in now, an earlier one, and what was filled in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from pages.fields import Field, field
from pages.forms import Form, answer
from pages.paging import Sheet, path, sheet_with
from pages.rendering import page
from pages.security import sent
from pages.site import SITE
from pages.texts import texts
from pages.uploads import Uploads, name_of, with_upload
from pages.visiting import Visit, closed, nothing_open, question_at, to, visit
from storage import responses as rows
from storage.uploads import keep_upload
from surveys.answers import Answer, Rejected
from surveys.fieldwork import Standing, TookPart, filled, save, turn_away
from surveys.journey import Journey, journey, record
from surveys.questionnaire import Kind, Question
from surveys.words import words


@dataclass(frozen=True, slots=True)
class Mistaken(Exception):
    """Something on the page cannot be taken; the sentence for each question."""

    sentences: Mapping[str, str]


async def now(request: web.Request) -> web.Response:
    """The page to fill in now; when nothing is left, the way to send it all."""
    async with visit(request) as here:
        if here.standing is None:
            return await nothing_open(here)
        return current(request, here, here.standing)


def current(request: web.Request, here: Visit, standing: Standing, *, told: str = "") -> web.Response:
    if not standing.survey.takes_answers(here.now):
        return closed(here)
    at = journey(standing.questionnaire, standing.answers)
    pages = path(standing.questionnaire, at)
    if at.next is None:
        return _ready(here, standing, at, pages, told)
    sheet = pages[sheet_with(pages, at.next)]
    fresh = request.app[SITE].address(request, here.home) if not at.answered else ""
    return shown(here, standing, sheet, told=told, fresh=fresh)


def _ready(here: Visit, standing: Standing, at: Journey, pages: list[Sheet], told: str) -> web.Response:
    form = standing.questionnaire
    return page(
        "ready", form.language, visit=here.home, total=len(at.answered), over=at.ended_by is not None,
        goodbye=form.goodbye, before=_link(here, standing, pages[-1]) if pages else "", told=told,
        **around(standing),
    )  # fmt: skip


def around(standing: Standing) -> dict[str, Any]:
    """What stands at the top of every page of a response."""
    form = standing.questionnaire
    title = standing.survey.title if form.language == "vi" else form.title
    return {"title": title, "languages": standing.languages, "spoken": form.language}


def _link(here: Visit, standing: Standing, sheet: Sheet, way: str = "q") -> str:
    return f"{here.home}/{way}/{standing.questionnaire.position[sheet[0].id]}"


def shown(
    here: Visit, standing: Standing, sheet: Sheet, *, way: str = "", told: str = "", fresh: str = "",
    typed: Form | None = None, wrong: Mapping[str, str] | None = None,
) -> web.Response:  # fmt: skip
    """A page of questions; ``way`` is '' for the one to fill in now, 'q' for an earlier one, 'change' for one answer
    that is changed. ``typed`` and ``wrong`` are what was filled in and what is wrong with it."""
    form = standing.questionnaire
    own, said = words(form.language), texts(form.language)
    at = journey(form, standing.answers)
    fields = [
        field(standing, q, own, said, typed=typed, error=(wrong or {}).get(q.id, "")) for q in sheet
    ]  # fmt: skip
    reached = [q.id for q in at.answered]
    first = (reached.index(sheet[0].id) if sheet[0].id in reached else len(reached)) + 1
    last = first + len(sheet) - 1
    pages = path(form, at)
    place = sheet_with(pages, sheet[0]) if way != "change" else 0
    before = f"{here.home}/review" if way == "change" else _link(here, standing, pages[place - 1]) if place else ""
    gap = own.progress if first == last else said.questions
    progress = gap.format(number=first, first=first, last=last, total=at.steps)
    explained = {q.explain for q in sheet}
    return page(
        "questions", form.language, visit=here.home, action=_link(here, standing, sheet, way) if way else here.home,
        fields=fields, errors=[f for f in fields if f.error], progress=progress,
        done=first - 1, steps=at.steps, before=before, changing=way == "change", told=told, fresh=fresh,
        explain=explained.pop() if len(explained) == 1 and len(sheet) > 1 else "", labels=_scale(fields),
        **around(standing),
    )  # fmt: skip


def _scale(fields: list[Field]) -> bool:
    """Whether the page is a matrix whose options stand side by side."""
    return len(fields) > 1 and all(one.abreast for one in fields)


async def earlier(request: web.Request) -> web.Response:
    """A page that is filled in already, as it was filled in; nothing is lost by looking at it."""
    async with visit(request) as here:
        if here.standing is None:
            return await nothing_open(here)
        standing, way = here.standing, request.match_info["way"]
        sheet = _reached(standing, request.match_info["number"], way)
        if sheet is None or not standing.survey.takes_answers(here.now):
            return current(request, here, standing, told=_not_asked(standing) if sheet is None else "")
        return shown(here, standing, sheet, way=way)


def _not_asked(standing: Standing) -> str:
    return words(standing.questionnaire.language).rejected["not_asked"]


def _reached(standing: Standing, number: str, way: str) -> Sheet | None:
    """The page that a path names, if the person has come so far; a single question where it is to be changed."""
    question = question_at(standing, number)
    at = journey(standing.questionnaire, standing.answers)
    if question is None or question not in at.reachable:
        return None
    if way == "change":
        return (question,)
    pages = path(standing.questionnaire, at)
    return pages[sheet_with(pages, question)]


async def take(request: web.Request) -> web.Response:
    """Take a page of answers: all of them, or none. The form names its questions, so an old tab changes its own."""
    form, uploads = await sent(request)
    async with visit(request) as here:
        standing = here.standing
        if standing is None:
            return to(here.home)
        if not standing.survey.takes_answers(here.now):
            return closed(here)
        way = request.match_info.get("way", "")
        asked = [question_at(standing, number) for number in form.get("asked", ())]
        sheet = tuple(question for question in asked if question is not None)
        if not sheet or len(sheet) < len(asked):
            return current(request, here, standing, told=_not_asked(standing))
        try:
            answers = _recorded(here, standing, sheet, form, uploads)
        except Mistaken as mistaken:
            return shown(here, standing, sheet, way=way, typed=form, wrong=mistaken.sentences)
        if answers is None:
            return current(request, here, standing, told=_not_asked(standing))
        saved = await save(here.session, standing, answers, here.now)
        for question in sheet:
            await _keep(here, saved, question, uploads)
        if await filled(here.session, saved):
            return await _turned_away(here, saved)
        return to(_onward(here, saved, sheet, way))


async def _keep(here: Visit, standing: Standing, question: Question, uploads: Uploads) -> None:
    """Keep the file that answers a question."""
    uploaded = uploads.get(f"q{standing.questionnaire.position[question.id]}")
    if uploaded is not None and name_of(standing.answers.get(question.id)):
        await keep_upload(
            here.session, standing.response_id, question.id, name=uploaded.name, content=uploaded.content
        )


def _recorded(
    here: Visit, standing: Standing, sheet: Sheet, form: Form, uploads: Uploads
) -> dict[str, Answer] | None:
    """The answers with those of the page; None if one of its questions is not asked any more."""
    at = journey(standing.questionnaire, standing.answers)
    there = {q.id for row in path(standing.questionnaire, at) for q in row}
    if any(question.id not in there for question in sheet):
        return None
    wrong: dict[str, str] = {}
    given: dict[str, Answer] = {}
    answers = dict(standing.answers)
    for question in sheet:
        name, before = f"q{standing.questionnaire.position[question.id]}", standing.answers.get(question.id)
        try:
            said = with_upload(question, name, form, uploads, before) if question.kind is Kind.FILE else form
            given[question.id] = answer(question, name, said, standing.questionnaire.language)
        except Rejected as rejected:
            wrong[question.id] = _sentence(standing, rejected)
    today = here.now.astimezone(here.site.zone).date()
    for id, taken in given.items() if not wrong else ():
        try:
            answers = record(standing.questionnaire, answers, id, taken, today=today)
        except Rejected as rejected:
            if rejected.reason == "not_asked":
                return None
            raise Mistaken({id: _sentence(standing, rejected)}) from None
    if wrong:
        raise Mistaken(wrong)
    return answers


def _sentence(standing: Standing, rejected: Rejected) -> str:
    language = standing.questionnaire.language
    ours = texts(language).rejected.get(rejected.reason)
    return rejected.said or ours or words(language).rejected[rejected.reason]


async def _turned_away(here: Visit, standing: Standing) -> web.Response:
    try:
        await turn_away(here.session, standing, here.sender, here.now.astimezone(here.site.zone))
    except TookPart:
        await rows.delete_response(here.session, standing.response_id)
        return to(here.home)
    return to(f"{here.home}/enough")


def _onward(here: Visit, standing: Standing, sheet: Sheet, way: str) -> str:
    """Where to go after a page: the next one, under a path of its own, so that the browser's way back leads back."""
    at = journey(standing.questionnaire, standing.answers)
    if way == "change":
        return here.home if at.next else f"{here.home}/review"
    pages = path(standing.questionnaire, at)
    after = pages[sheet_with(pages, sheet[0]) + 1 :]
    return _link(here, standing, after[0]) if after else here.home
