"""A survey's results in chat: pictures that take each other's place, and the same figures in words."""

from dataclasses import replace

from channels.blocks import Block, bold, heading, italic, item, line, paragraph
from channels.message import Choice, Message, say
from handlers import opinions
from handlers import staff_texts as texts
from handlers.cards import card, in_its_place
from handlers.choices import token
from handlers.on_the_web import button
from handlers.texts import decimal, number
from handlers.turn import Turn
from storage.enums import ResponseStatus, Role
from storage.geography import place_name
from storage.people import roles
from storage.results import want_results, wants_results
from storage.surveys import SurveyInfo, survey, surveys
from surveys import report_words
from surveys.circumstances import circumstances, national, period, shown
from surveys.report import Report, earlier, report

EXTREMES = 3
AT_ONCE = 13


async def menu(turn: Turn) -> list[Message]:
    """The surveys that there are, for staff."""
    if turn.person is None or not await roles(turn.session, turn.person.id) & set(Role):
        return [say(texts.NO_ROLE)]
    found = await surveys(turn.session)
    if not found:
        return [say(texts.NO_SURVEYS)]
    buttons = tuple((Choice(token("sv", one.id), one.title[:60]),) for one in found[:8])
    return [Message((paragraph(bold(texts.SURVEYS)),), buttons)]


async def help_of(turn: Turn) -> str:
    """What staff at a desk may say besides what everybody may; '' for anybody else."""
    held = await roles(turn.session, turn.person.id) if turn.person is not None else frozenset()
    return texts.STAFF_HELP if held - {Role.INTERVIEWER, Role.SUPERVISOR} else ""


async def newest(turn: Turn) -> list[Message]:
    """The results of the newest survey, for staff."""
    found = await surveys(turn.session)
    if not found or turn.person is None or not await roles(turn.session, turn.person.id):
        return await menu(turn)
    return await _shown(turn, found[0], "sv")


async def show(turn: Turn, survey_id: str) -> list[Message]:
    return await _tab(turn, survey_id, "sv")


async def factors(turn: Turn, survey_id: str, page: str = "0") -> list[Message]:
    """A factor with its criteria, and buttons that turn to the others."""
    return await _tab(turn, survey_id, "svf", page=int(page))


async def ranks(turn: Turn, survey_id: str) -> list[Message]:
    return await _tab(turn, survey_id, "svk")


async def country(turn: Turn, survey_id: str) -> list[Message]:
    return await _tab(turn, survey_id, "svm")


async def course(turn: Turn, survey_id: str) -> list[Message]:
    return await _tab(turn, survey_id, "svt")


async def before(turn: Turn, survey_id: str) -> list[Message]:
    return await _tab(turn, survey_id, "svb")


async def weekly(turn: Turn, survey_id: str) -> list[Message]:
    """Begin or end the weekly pictures, and show by the button which it is now."""
    found = await _allowed(turn, survey_id)
    if isinstance(found, Message):
        return [found]
    assert turn.person is not None
    wanted = not await wants_results(turn.session, turn.person.id)
    await want_results(turn.session, turn.person.id, turn.now, wanted=wanted)
    toast = texts.WEEKLY_BEGUN if wanted else texts.WEEKLY_ENDED
    return await _shown(turn, found, "sv", toast=toast)


async def words(turn: Turn, survey_id: str) -> list[Message]:
    """All figures in words, for where no picture is seen."""
    found = await _allowed(turn, survey_id)
    if isinstance(found, Message):
        return [found]
    made = await report(turn.session, turn.catalogue, found)
    return [_in_words(made, period(found, turn.zone), await earlier(turn.session, turn.catalogue, found))]


async def _allowed(turn: Turn, survey_id: str) -> SurveyInfo | Message:
    """The survey, if there is one and they may see it; else what to say."""
    if turn.person is None or not await roles(turn.session, turn.person.id):
        return Message(toast=texts.NO_ROLE)
    return await survey(turn.session, int(survey_id)) or say(texts.NO_SURVEYS)


async def _tab(turn: Turn, survey_id: str, kind: str, *, page: int = 0) -> list[Message]:
    found = await _allowed(turn, survey_id)
    return [found] if isinstance(found, Message) else await _shown(turn, found, kind, page=page)


async def _shown(turn: Turn, info: SurveyInfo, kind: str, *, page: int = 0, toast: str = "") -> list[Message]:
    """A picture in the place of the message whose button was tapped, or a new one."""
    assert turn.person is not None
    wanted = await wants_results(turn.session, turn.person.id)
    made = await card(turn.session, turn.catalogue, turn.zone, info, kind, page=page, weekly=wanted)
    *views, last = made.rows
    rows = (*views, *await opinions.button(turn, info.id), last, *await button(turn, info.id))
    made = replace(made, rows=rows)
    return [in_its_place(made, toast=toast) if turn.inbound.token else made]


def _in_words(made: Report, when: str, before: SurveyInfo | None) -> Message:
    questionnaire, found = made.questionnaire, made.index
    complete, unfinished = made.responses[ResponseStatus.COMPLETE], made.responses[ResponseStatus.OPEN]
    body: list[Block] = [heading(made.survey.title), line(when)]
    body.append(line(texts.COMPLETE_LINE.format(n=number(complete), open=number(unfinished))))
    body.append(paragraph(bold(report_words.OVERALL_LINE.format(value=shown(found.overall)))))
    for domain in questionnaire.domains:
        body.append(paragraph(bold(f"{domain.short or domain.label}: {shown(found.domains[domain.id])}")))
        body += [
            item(f"{factor.short or factor.label}: {shown(found.factors[factor.id])}")
            for factor in questionnaire.factors
            if factor.domain == domain.id
        ]
    known = [q for q in questionnaire.criteria if found.criteria[q.id].value is not None]
    ranked = sorted(known, key=lambda q: -(found.criteria[q.id].value or 0))
    if len(ranked) > 2 * EXTREMES:
        for title, chosen in ((texts.BEST, ranked[:EXTREMES]), (texts.WORST, ranked[-EXTREMES:])):
            body.append(paragraph(bold(title)))
            body += [item(f"{q.label}: {shown(found.criteria[q.id])}") for q in chosen]
    body += by_province(made)
    body += [paragraph(said)] if (said := national(made)) else []
    body.append(paragraph(italic(" ".join(circumstances(made)))))
    more = Choice(token("cr", made.survey.id, 0), texts.MORE_CRITERIA.format(n=len(questionnaire.criteria)))
    since = (
        [(Choice(token("svd", made.survey.id, before.id), texts.CHANGE_SINCE.format(title=before.title[:48])),)]
        if before is not None
        else []
    )
    files = Choice(token("svx", made.survey.id), texts.DOWNLOAD)
    return Message(tuple(body), ((more,), *since, (files,)))


def by_province(made: Report) -> list[Block]:
    """Overall figures by province, where responses come from more than one."""
    figures = made.by_place(communes=False)
    if len(figures) < 2:
        return []
    ordered = sorted(figures.items(), key=lambda pair: -(pair[1].value if pair[1].value is not None else -1))
    lines = [
        item(f"{place_name(code)}: {shown(figure)} (n = {figure.n})")
        for code, figure in ordered
        if figure.value is not None
    ]
    return [paragraph(bold(texts.BY_PROVINCE)), *lines[:34]] if lines else []


async def criteria(turn: Turn, survey_id: str, page: str = "0") -> list[Message]:
    """A page of criteria with share, interval, n and mean score."""
    info = await survey(turn.session, int(survey_id))
    if info is None or turn.person is None or not await roles(turn.session, turn.person.id):
        return [Message(toast=texts.NO_ROLE)]
    made = await report(turn.session, turn.catalogue, info)
    questionnaire, found = made.questionnaire, made.index
    first = int(page) * AT_ONCE
    chosen = questionnaire.criteria[first : first + AT_ONCE]
    total = len(questionnaire.criteria)
    title = texts.CRITERIA_TITLE.format(first=first + 1, last=first + len(chosen), total=total)
    body: list[Block] = [paragraph(bold(title))]
    for number_, question in enumerate(chosen, first + 1):
        figure = found.criteria[question.id]
        score = f" · {texts.SCORE.format(score=decimal(figure.score))}" if figure.score is not None else ""
        body.append(line(f"{number_}. {question.label}: {shown(figure)}{score} (n = {figure.n})"))
    body.append(paragraph(italic(report_words.RECRUITED[made.design.recruiting])))
    turning = []
    if first:
        turning.append(Choice(token("cr", survey_id, int(page) - 1), "◀"))
    if first + AT_ONCE < total:
        turning.append(Choice(token("cr", survey_id, int(page) + 1), "▶"))
    back = (Choice(token("sv", survey_id), texts.SURVEYS),)
    return [Message(tuple(body), (*((tuple(turning),) if turning else ()), back), replaces=True)]
