"""A survey's results in chat: a picture, and the same figures in words."""

from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from channels.blocks import Block, bold, heading, italic, item, line, paragraph
from channels.message import Choice, File, Message, say
from handlers import staff_texts as texts
from handlers.choices import token
from handlers.texts import decimal, number
from handlers.turn import Turn
from storage.enums import ResponseStatus, Role
from storage.geography import place_name, province_of
from storage.people import roles
from storage.surveys import SurveyInfo, response_counts, survey, surveys
from surveys.catalogue import Catalogue
from surveys.chart import Bar, Chart, png, svg
from surveys.counting import counters
from surveys.index import Counts, Figure, Index, breakdown, index
from surveys.questionnaire import Questionnaire

EXTREMES = 3
AT_ONCE = 13


def shown(figure: Figure) -> str:
    """A figure as it is written: '83,94% ±0,42'; or that there are too few."""
    if figure.value is None:
        return texts.TOO_FEW
    margin = f" ±{decimal(figure.margin)}" if figure.margin is not None else ""
    return f"{decimal(figure.value)}%{margin}"


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
    questionnaire = await catalogue.get(session, info.questionnaire_id)
    counts = await counters(session, info.id)
    found = index(questionnaire, counts)
    answered = await response_counts(session, info.id)
    drawn = png(svg(chart(info, period(info, zone), questionnaire, found)))
    caption = (paragraph(bold(info.title)), line(f"{texts.REPORT_TITLE}: {shown(found.overall)} (n = {found.n})"))
    picture = Message(caption, picture=File(f"ket-qua-{info.id}.png", drawn, "image/png"))
    return [picture, _in_words(info, period(info, zone), questionnaire, counts, found, answered)]


def period(info: SurveyInfo, zone: ZoneInfo) -> str:
    end = f"{info.closed_at.astimezone(zone):%d/%m/%Y}" if info.closed_at else texts.TODAY
    return texts.PERIOD_LINE.format(start=f"{info.opened_at.astimezone(zone):%d/%m/%Y}", end=end)


def chart(info: SurveyInfo, when: str, questionnaire: Questionnaire, found: Index) -> Chart:
    bars = []
    for domain in questionnaire.domains:
        figure = found.domains[domain.id]
        bars.append(Bar(domain.short or domain.label, figure.value, figure.margin, shown(figure), strong=True))
        for factor in questionnaire.factors:
            if factor.domain == domain.id:
                figure = found.factors[factor.id]
                bars.append(Bar(f"   {factor.short or factor.label}", figure.value, figure.margin, shown(figure)))
    note = texts.METHOD_NOTE.format(n=len(questionnaire.criteria))
    return Chart(
        title=texts.REPORT_TITLE,
        subtitle=info.title,
        headline=f"{decimal(found.overall.value)}%" if found.overall.value is not None else "–",
        beside=f"±{decimal(found.overall.margin)} · {number(found.n)} phiếu"
        if found.overall.margin is not None
        else f"{number(found.n)} phiếu",
        bars=tuple(bars),
        notes=tuple(_wrapped(f"{when}. {note}", 92)),
    )


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) + 1 > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _in_words(
    info: SurveyInfo,
    when: str,
    questionnaire: Questionnaire,
    counts: Counts,
    found: Index,
    answered: dict[ResponseStatus, int],
) -> Message:
    complete, unfinished = answered[ResponseStatus.COMPLETE], answered[ResponseStatus.OPEN]
    body: list[Block] = [heading(info.title), line(when)]
    body.append(line(texts.COMPLETE_LINE.format(n=number(complete), open=number(unfinished))))
    body.append(paragraph(bold(texts.OVERALL_LINE.format(value=shown(found.overall)))))
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
    body += by_province(questionnaire, counts)
    body.append(paragraph(italic(texts.METHOD_NOTE.format(n=len(questionnaire.criteria)))))
    more = Choice(token("cr", info.id, 0), texts.MORE_CRITERIA.format(n=len(questionnaire.criteria)))
    return Message(tuple(body), ((more,),))


def by_province(questionnaire: Questionnaire, counts: Counts) -> list[Block]:
    """Overall figures by province, where responses come from more than one."""
    units: dict[str, list[str]] = {}
    for unit in counts.sums:
        units.setdefault(province_of(unit), []).append(unit)
    if len(units) < 2:
        return []
    figures = breakdown(questionnaire, {code: counts.among(of) for code, of in units.items()})
    ordered = sorted(figures.items(), key=lambda pair: -(pair[1].value if pair[1].value is not None else -1))
    lines = [
        item(f"{place_name(code)}: {shown(figure)} (n = {figure.n})") for code, figure in ordered if figure.value
    ]
    return [paragraph(bold(texts.BY_PROVINCE)), *lines[:34]] if lines else []


async def criteria(turn: Turn, survey_id: str, page: str = "0") -> list[Message]:
    """A page of criteria with share, margin, n and mean score."""
    info = await survey(turn.session, int(survey_id))
    if info is None or turn.person is None or not await roles(turn.session, turn.person.id):
        return [Message(toast=texts.NO_ROLE)]
    questionnaire = await turn.catalogue.get(turn.session, info.questionnaire_id)
    found = index(questionnaire, await counters(turn.session, info.id))
    first = int(page) * AT_ONCE
    chosen = questionnaire.criteria[first : first + AT_ONCE]
    total = len(questionnaire.criteria)
    title = texts.CRITERIA_TITLE.format(first=first + 1, last=first + len(chosen), total=total)
    body: list[Block] = [paragraph(bold(title))]
    for number_, question in enumerate(chosen, first + 1):
        figure = found.criteria[question.id]
        score = f" · {texts.SCORE.format(score=decimal(figure.score))}" if figure.score is not None else ""
        body.append(line(f"{number_}. {question.label}: {shown(figure)}{score} (n = {figure.n})"))
    turning = []
    if first:
        turning.append(Choice(token("cr", survey_id, int(page) - 1), "◀"))
    if first + AT_ONCE < total:
        turning.append(Choice(token("cr", survey_id, int(page) + 1), "▶"))
    back = (Choice(token("sv", survey_id), texts.SURVEYS),)
    return [Message(tuple(body), (*((tuple(turning),) if turning else ()), back), replaces=True)]
