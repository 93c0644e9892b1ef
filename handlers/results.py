"""A survey's results in chat: a picture, and the same figures in words."""

from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from channels.blocks import Block, bold, heading, italic, item, line, paragraph
from channels.message import Choice, File, Message, say
from handlers import staff_texts as texts
from handlers.choices import token
from handlers.picture import chart
from handlers.texts import decimal, number
from handlers.turn import Turn
from storage.enums import ResponseStatus, Role
from storage.geography import place_name
from storage.people import roles
from storage.surveys import SurveyInfo, survey, surveys
from surveys import report_words as words
from surveys.catalogue import Catalogue
from surveys.chart import png, svg
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


async def show(turn: Turn, survey_id: str) -> list[Message]:
    if turn.person is None or not await roles(turn.session, turn.person.id):
        return [Message(toast=texts.NO_ROLE)]
    info = await survey(turn.session, int(survey_id))
    if info is None:
        return [say(texts.NO_SURVEYS)]
    return await results(turn.session, turn.catalogue, turn.zone, info)


async def results(session: AsyncSession, catalogue: Catalogue, zone: ZoneInfo, info: SurveyInfo) -> list[Message]:
    """The picture with a caption, then the figures in words."""
    found = await report(session, catalogue, info)
    before = await earlier(session, catalogue, info)
    drawn = png(svg(chart(found, period(info, zone))))
    overall = f"{words.REPORT_TITLE}: {shown(found.index.overall)} (n = {found.index.n})"
    caption = (paragraph(bold(info.title)), line(overall), line(words.RECRUITED[found.design.recruiting]))
    picture = Message(caption, picture=File(f"ket-qua-{info.id}.png", drawn, "image/png"))
    return [picture, _in_words(found, period(info, zone), before)]


def _in_words(made: Report, when: str, before: SurveyInfo | None) -> Message:
    questionnaire, found = made.questionnaire, made.index
    complete, unfinished = made.responses[ResponseStatus.COMPLETE], made.responses[ResponseStatus.OPEN]
    body: list[Block] = [heading(made.survey.title), line(when)]
    body.append(line(texts.COMPLETE_LINE.format(n=number(complete), open=number(unfinished))))
    body.append(paragraph(bold(words.OVERALL_LINE.format(value=shown(found.overall)))))
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
    files = Choice(token("svf", made.survey.id), texts.DOWNLOAD)
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
    body.append(paragraph(italic(words.RECRUITED[made.design.recruiting])))
    turning = []
    if first:
        turning.append(Choice(token("cr", survey_id, int(page) - 1), "◀"))
    if first + AT_ONCE < total:
        turning.append(Choice(token("cr", survey_id, int(page) + 1), "▶"))
    back = (Choice(token("sv", survey_id), texts.SURVEYS),)
    return [Message(tuple(body), (*((tuple(turning),) if turning else ()), back), replaces=True)]
