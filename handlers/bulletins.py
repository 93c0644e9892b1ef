"""Bulletins as people read them: an overview, articles in its place, the archive, the search."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from broadcasts.areas import AREAS
from broadcasts.opening import opening
from channels.blocks import Block, Body, from_json, heading, italic, lead, line, paragraph, prose
from channels.blocks import bold as strong
from channels.message import Choice, Message, Style, in_place, kept, say
from channels.telegram_text import split
from handlers import texts
from handlers.choices import token
from handlers.turn import Turn
from storage import bulletins as rows
from storage.broadcasts import mark_read
from storage.people import roles

PAGE_UNITS = 3000
IN_A_ROW = 5
ON_A_PAGE = 6


def day(dated: date) -> str:
    return f"{texts.WEEKDAYS[dated.weekday()]}, {dated:%d/%m/%Y}"


def numbered(bulletin: rows.BulletinInfo) -> list[tuple[int, rows.ArticleInfo]]:
    """Articles in the order of their areas, numbered as they are shown."""
    order = [area.id for area in AREAS]
    by_area = sorted(bulletin.articles, key=lambda a: (order.index(a.area) if a.area in order else 99, a.position))
    return list(enumerate(by_area, 1))


def overview(bulletin: rows.BulletinInfo) -> Message:
    """The bulletin at a glance: number, date, headlines by area, a button for each article."""
    when = texts.BULLETIN_LINE.format(number=bulletin.number, year=bulletin.year, date=day(bulletin.dated))
    head: list[Block] = [heading(f"📢 {texts.BULLETIN_TITLE}"), line(when)]
    if bulletin.title and bulletin.title.casefold() != texts.BULLETIN_TITLE.casefold():
        head.append(line(italic(bulletin.title)))
    body = [*head, *_headlines(bulletin, brief=False), paragraph(italic(texts.BULLETIN_HINT))]
    brief = (*head, *_headlines(bulletin, brief=True))
    buttons = [Choice(token("art", article.id, 0), f"📄 {number}") for number, article in numbered(bulletin)]
    rows_ = [tuple(buttons[at : at + IN_A_ROW]) for at in range(0, len(buttons), IN_A_ROW)]
    read = (Choice(token("rd", bulletin.id), texts.READ, Style.SUCCESS),)
    return Message(tuple(body), (*rows_, read), brief=brief)


def _headlines(bulletin: rows.BulletinInfo, *, brief: bool) -> Iterator[Block]:
    """Numbered headlines under their areas; in brief, each with its first sentences."""
    names = {area.id: area.name for area in AREAS}
    area = None
    for number, article in numbered(bulletin):
        if article.area != area:
            area = article.area
            yield paragraph(strong(names.get(area, area)))
        yield line(f"{number}. {article.headline}")
        if brief and (said := opening(from_json(article.body))):
            yield lead(said)


def whole(bulletin: rows.BulletinInfo) -> Message:
    """The bulletin as it goes out: the overview with its picture and its document."""
    picture, document = (kept(*file) if file else None for file in (bulletin.picture, bulletin.document))
    return replace(overview(bulletin), picture=picture, document=document)


def article_pages(article: rows.ArticleInfo, body: Body) -> list[Body]:
    """An article set in pages that fit one message each."""
    about = " · ".join(
        part for part in (f"{article.dated:%d/%m/%Y}" if article.dated else "", article.source) if part
    )
    head: list[Block] = [heading(article.headline)]
    if about:
        head.append(line(italic(about)))
    return split((*head, *body), PAGE_UNITS)


def corrected(bulletin: rows.BulletinInfo, note: str) -> Message:
    """The bulletin as it stands now, with what was corrected above it."""
    now = whole(bulletin)
    said = paragraph(strong(texts.CORRECTED), ": ", note)
    return replace(now, body=(said, *now.body), brief=(said, *now.brief))


def withdrawn(title: str) -> Message:
    """What stands in the place of a bulletin that was taken back and cannot be deleted any more."""
    return say(texts.WITHDRAWN.format(title=title))


async def show_article(turn: Turn, article_id: str, page: str) -> list[Message]:
    article = await rows.article(turn.session, int(article_id))
    if article is None or not await _may_read(turn, article.bulletin_id):
        return [Message(toast=texts.OLD_BUTTON)]
    pages = article_pages(article, from_json(article.body))
    at = min(int(page), len(pages) - 1)
    turning = []
    if at > 0:
        turning.append(Choice(token("art", article.id, at - 1), texts.PAGE_BEFORE))
    if at < len(pages) - 1:
        turning.append(
            Choice(token("art", article.id, at + 1), texts.PAGE_AFTER.format(page=at + 2, pages=len(pages)))
        )
    back = Choice(token("bul", article.bulletin_id), texts.BACK_TO_BULLETIN)
    read = Choice(token("rd", article.bulletin_id), texts.READ, Style.SUCCESS)
    return [Message(pages[at], (*((tuple(turning),) if turning else ()), (back, read)), replaces=True)]


async def show_bulletin(turn: Turn, bulletin_id: str) -> list[Message]:
    bulletin = await rows.bulletin(turn.session, int(bulletin_id))
    if bulletin is None or not await _may_read(turn, bulletin.id):
        return [Message(toast=texts.OLD_BUTTON)]
    return [in_place(overview(bulletin))]


async def _may_read(turn: Turn, bulletin_id: int) -> bool:
    """Everybody what is published and stands, staff also what is not yet and what was withdrawn."""
    bulletin = await rows.bulletin(turn.session, bulletin_id)
    if bulletin is not None and bulletin.published_at is not None and bulletin.withdrawn_at is None:
        return True
    return turn.person is not None and bool(await roles(turn.session, turn.person.id))


async def latest(turn: Turn) -> list[Message]:
    newest = await rows.published(turn.session, 1, 0)
    return [whole(newest[0])] if newest else [say(texts.NO_BULLETIN)]


async def read(turn: Turn, bulletin_id: str) -> list[Message]:
    """The person says to have read it: their own word, the only sign of reading that is kept."""
    first = await mark_read(turn.session, int(bulletin_id), turn.contact.id, turn.now)
    return [Message(toast=texts.READ_THANKS if first else texts.READ_BEFORE)]


async def archive(turn: Turn, page: str = "0") -> list[Message]:
    at = int(page)
    found = await rows.published(turn.session, ON_A_PAGE + 1, at * ON_A_PAGE)
    if not found:
        return [say(texts.NO_BULLETIN)]
    buttons = tuple(
        (Choice(token("bul", b.id), f"Số {b.number}/{b.year} – {b.dated:%d/%m/%Y}"),) for b in found[:ON_A_PAGE]
    )
    turning = []
    if at > 0:
        turning.append(Choice(token("arc", at - 1), texts.NEWER))
    if len(found) > ON_A_PAGE:
        turning.append(Choice(token("arc", at + 1), texts.OLDER))
    return [Message(prose(texts.ARCHIVE_TITLE), (*buttons, *((tuple(turning),) if turning else ())), replaces=True)]


async def search(turn: Turn, words: str) -> list[Message]:
    if not words:
        return [say(texts.SEARCH_HOW)]
    found = await rows.search(turn.session, words, limit=8)
    if not found:
        return [say(texts.FOUND_NOTHING.format(words=words))]
    buttons = tuple((Choice(token("art", article.id, 0), article.headline[:60]),) for article in found)
    return [say(texts.FOUND.format(n=len(found), words=words), *buttons)]
