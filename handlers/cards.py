"""The pictures of a survey's results in chat, one in the place of the other, with a button for each."""

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from channels.blocks import Block, bold, item, line, paragraph
from channels.message import Choice, File, Message
from channels.telegram_text import CAPTION_LIMIT, html, units
from handlers import picture
from handlers import staff_texts as texts
from handlers.choices import token
from storage.surveys import SurveyInfo
from surveys import report_words as words
from surveys.catalogue import Catalogue
from surveys.charts.palette import BANDS
from surveys.charts.places import Place, ranked
from surveys.charts.raster import png_beside
from surveys.circumstances import briefly, changed, period, shown
from surveys.report import Report, compared, earlier, report

TABS = {
    "sv": texts.OVERVIEW_TAB, "svf": texts.FACTORS_TAB, "svk": texts.RANKING_TAB, "svm": texts.MAP_TAB,
    "svt": texts.TREND_TAB, "svb": texts.BEFORE_TAB, "svw": texts.WORDS_TAB,
}  # fmt: skip
"""A button for each way to look at results: its kind of token, and what it says."""
WAVES = 6
"""So many surveys at most are drawn one after the other."""


async def card(
    session: AsyncSession, catalogue: Catalogue, zone: ZoneInfo, info: SurveyInfo, kind: str = "sv", *,
    page: int = 0, weekly: bool | None = None,
) -> Message:  # fmt: skip
    """One picture of a survey, by the kind of its button; ``weekly`` is whether the reader has it sent, if known.

    The caption tells in words what the picture shows, as far as a caption goes.
    """
    made, when = await report(session, catalogue, info), period(info, zone)
    before = await earlier(session, catalogue, info)
    rows = _tabs(info, kind, before=before is not None, weekly=weekly)
    match kind:
        case "svf":
            page = min(page, len(made.questionnaire.factors) - 1)
            drawn, said = picture.factor(made, when, page), _of_factor(made, page)
            rows = (_turning(info, page, len(made.questionnaire.factors)), *rows)
        case "svk":
            found = picture.places(made)
            drawn, said = picture.ranks(made, when, found), _of_ranks(found)
        case "svm":
            found = picture.places(made)
            drawn, said = picture.chart_of_the_country(made, when, found), _of_the_country(found)
        case "svt":
            waves = await _waves(session, catalogue, made)
            drawn, said = picture.course(waves, when), _of_waves(waves)
        case "svb" if before is not None:
            old = await report(session, catalogue, before)
            drawn, said = picture.before(made, old, when), _of_changes(made, old)
        case _:
            drawn, said = picture.overview(made, when), _of_all(made)
    file = File(f"ket-qua-{info.id}.png", await png_beside(drawn), "image/png")
    notes = [line(note) for note in briefly(made, when)]
    return Message(_fitting(paragraph(bold(info.title)), said, notes), rows, picture=file)


def _fitting(title: Block, said: Sequence[Block], notes: Sequence[Block]) -> tuple[Block, ...]:
    """Title, what is said, notes; of what is said the last is left out as long as it is too long for a caption."""
    said = list(said)
    while said and units(html([title, *said, *notes])) > CAPTION_LIMIT:
        said.pop()
    whole = (title, *said, *notes)
    return whole if units(html(whole)) <= CAPTION_LIMIT else (title,)


def _tabs(info: SurveyInfo, here: str, *, before: bool, weekly: bool | None) -> tuple[tuple[Choice, ...], ...]:
    kinds = [kind for kind in TABS if kind != here and (before or kind != "svb")]
    choices = [Choice(token(kind, info.id), TABS[kind]) for kind in kinds]
    rows = [tuple(choices[at : at + 2]) for at in range(0, len(choices), 2)]
    last = [Choice(token("svs"), texts.SURVEYS)]
    if weekly is not None:
        last.insert(0, Choice(token("svy", info.id), texts.WEEKLY_OFF if weekly else texts.WEEKLY_ON))
    return (*rows, tuple(last))


def _turning(info: SurveyInfo, page: int, pages: int) -> tuple[Choice, ...]:
    return tuple(
        Choice(token("svf", info.id, to), f"{mark} {to + 1}/{pages}")
        for to, mark in ((page - 1, "◀"), (page + 1, "▶"))
        if 0 <= to < pages
    )


async def _waves(session: AsyncSession, catalogue: Catalogue, made: Report) -> list[Report]:
    """The survey and those before it with the same questionnaire, the oldest first."""
    waves = [made]
    while len(waves) < WAVES and (info := await earlier(session, catalogue, waves[0].survey)):
        waves.insert(0, await report(session, catalogue, info))
    return waves


def _of_all(made: Report) -> list[Block]:
    overall = f"{words.REPORT_TITLE}: {shown(made.index.overall)}"
    return [paragraph(bold(overall))] + [
        item(f"{domain.short or domain.label}: {shown(made.index.domains[domain.id])}")
        for domain in made.questionnaire.domains
    ]


def _of_factor(made: Report, number: int) -> list[Block]:
    chosen = made.questionnaire.factors[number]
    title = paragraph(bold(f"{chosen.short or chosen.label}: {shown(made.index.factors[chosen.id])}"))
    return [title] + [
        item(f"{question.label}: {shown(made.index.criteria[question.id])}")
        for question in made.questionnaire.criteria
        if question.factor == chosen.id
    ]


def _of_ranks(found: tuple[Place, ...]) -> list[Block]:
    lines: list[Block] = [paragraph(bold(texts.RANKING_TITLE))]
    for place, rank in ranked(found):
        low, high = rank or (0, 0)
        written = "" if rank is None else f"{low}" if low == high else f"{low}–{high}"
        lines.append(item(texts.RANK_LINE.format(rank=written, name=place.name, value=place.shown).strip()))
    return lines if len(lines) > 1 else [*lines, line(texts.NO_PLACES)]


def _of_the_country(found: tuple[Place, ...]) -> list[Block]:
    names: dict[int, list[str]] = {}
    hidden = []
    for place in found:
        if place.figure is None:
            continue
        value = place.figure.value
        if value is None:
            hidden.append(place.name)
            continue
        names.setdefault(next(n for n, least in enumerate(BANDS) if value >= least), []).append(place.name)
    told = [(texts.MAP_BANDS[band], names[band]) for band in sorted(names)]
    told += [(texts.MAP_HIDDEN, hidden)] if hidden else []
    lines = [item(texts.MAP_LINE.format(band=band, names=", ".join(places))) for band, places in told]
    return [paragraph(bold(texts.MAP_TITLE)), *(lines or [line(texts.NO_PLACES)])]


def _of_waves(waves: Sequence[Report]) -> list[Block]:
    lines = [
        line(texts.TREND_LINE.format(number=n, title=one.survey.title, value=shown(one.index.overall)))
        for n, one in enumerate(waves, 1)
    ]
    return [paragraph(bold(texts.TREND_TITLE)), *lines]


def _of_changes(made: Report, old: Report) -> list[Block]:
    title = texts.CHANGE_TITLE.format(later=made.survey.title, earlier=old.survey.title)
    found = compared(made, old)
    return [paragraph(bold(title)), *(line(changed(made, name, one)) for name, one in found.items())]


def in_its_place(made: Message, *, toast: str = "") -> Message:
    return replace(made, replaces=True, toast=toast)
