"""Questions to the database about bulletins and their articles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.enums import BroadcastStatus
from storage.geography import plain
from storage.tables import Article, Broadcast, Bulletin


@dataclass(frozen=True, slots=True)
class ArticleInfo:
    """An article; its body is blocks as JSON."""

    id: int
    bulletin_id: int
    position: int
    area: str
    headline: str
    dated: date | None
    source: str
    body: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class BulletinInfo:
    """A bulletin with what stands in it."""

    id: int
    year: int
    number: int
    title: str
    dated: date
    published_at: datetime | None
    withdrawn_at: datetime | None
    picture: tuple[str, str, str] | None
    """Name, type and SHA-256 of what is kept in ``files``."""
    document: tuple[str, str, str] | None
    articles: tuple[ArticleInfo, ...]


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An article to be stored; ``body`` is blocks as JSON."""

    area: str
    headline: str
    dated: date | None
    source: str
    body: list[dict[str, object]]
    text: str


def _article(row: Article) -> ArticleInfo:
    return ArticleInfo(row.id, row.bulletin_id, row.position, row.area, row.headline, row.dated, row.source, row.body)


async def bulletin(session: AsyncSession, bulletin_id: int) -> BulletinInfo | None:
    row = await session.get(Bulletin, bulletin_id)
    return await _with_articles(session, row) if row else None


async def bulletin_numbered(session: AsyncSession, number: int, year: int) -> BulletinInfo | None:
    row = await session.scalar(select(Bulletin).where(Bulletin.number == number, Bulletin.year == year))
    return await _with_articles(session, row) if row else None


async def _with_articles(session: AsyncSession, row: Bulletin) -> BulletinInfo:
    articles = await session.scalars(select(Article).where(Article.bulletin_id == row.id).order_by(Article.position))
    return BulletinInfo(
        row.id,
        row.year,
        row.number,
        row.title,
        row.dated,
        row.published_at,
        row.withdrawn_at,
        tuple(row.picture) if row.picture else None,
        tuple(row.document) if row.document else None,
        tuple(_article(a) for a in articles),
    )


async def article(session: AsyncSession, article_id: int) -> ArticleInfo | None:
    row = await session.get(Article, article_id)
    return _article(row) if row else None


async def next_number(session: AsyncSession, year: int) -> int:
    return ((await session.scalar(select(func.max(Bulletin.number)).where(Bulletin.year == year))) or 0) + 1


async def latest_year_of(session: AsyncSession, number: int) -> int | None:
    """The newest year that has a bulletin of this number."""
    return await session.scalar(select(func.max(Bulletin.year)).where(Bulletin.number == number))


STANDS = Bulletin.published_at.is_not(None) & Bulletin.withdrawn_at.is_(None)
"""It has gone out, and has not been taken back."""


async def published(session: AsyncSession, limit: int, offset: int) -> list[BulletinInfo]:
    """Bulletins that have gone out and stand, the newest first."""
    query = select(Bulletin).where(STANDS)
    rows = await session.scalars(
        query.order_by(Bulletin.dated.desc(), Bulletin.id.desc()).limit(limit).offset(offset)
    )
    return [await _with_articles(session, row) for row in list(rows)]


async def unsent(session: AsyncSession) -> list[BulletinInfo]:
    """Bulletins for which there is no broadcast yet, the newest first."""
    used = select(Broadcast.id).where(
        Broadcast.bulletin_id == Bulletin.id, Broadcast.status != BroadcastStatus.CANCELLED
    )
    query = select(Bulletin).where(~used.exists())
    rows = await session.scalars(query.order_by(Bulletin.year.desc(), Bulletin.number.desc()))
    return [await _with_articles(session, row) for row in list(rows)]


async def search(session: AsyncSession, words: str, limit: int) -> list[ArticleInfo]:
    """Articles of published bulletins with these words, however they are typed, the newest first."""
    query = select(Article).join(Bulletin, Bulletin.id == Article.bulletin_id)
    query = query.where(STANDS, Article.plain.contains(plain(words), autoescape=True))
    rows = await session.scalars(query.order_by(Bulletin.dated.desc(), Article.position).limit(limit))
    return [_article(row) for row in rows]


async def put_bulletin(
    session: AsyncSession, year: int, number: int, title: str, dated: date, articles: Sequence[NewArticle],
    now: datetime, picture: tuple[str, str, str] | None = None, document: tuple[str, str, str] | None = None,
) -> int:  # fmt: skip
    """Store a bulletin, or put it in the place of the one with this number, whose buttons go on working."""
    row = await session.scalar(select(Bulletin).where(Bulletin.year == year, Bulletin.number == number))
    if row is None:
        row = Bulletin(year=year, number=number, title=title, dated=dated, created_at=now)
        session.add(row)
        await session.flush()
    else:
        row.title, row.dated = title, dated
    row.picture, row.document = picture, document
    known = {a.position: a for a in await session.scalars(select(Article).where(Article.bulletin_id == row.id))}
    for position, a in enumerate(articles, 1):
        one = known.pop(position, None) or Article(bulletin_id=row.id, position=position)
        one.area, one.headline, one.dated, one.source, one.body = a.area, a.headline, a.dated, a.source, a.body
        one.plain = plain(f"{a.headline} {a.text}")
        session.add(one)
    await session.execute(delete(Article).where(Article.id.in_([one.id for one in known.values()])))
    await session.flush()
    return row.id


async def mark_published(session: AsyncSession, bulletin_id: int, now: datetime) -> None:
    await session.execute(
        update(Bulletin).where(Bulletin.id == bulletin_id, Bulletin.published_at.is_(None)).values(published_at=now)
    )


async def mark_withdrawn(session: AsyncSession, bulletin_id: int, now: datetime) -> None:
    await session.execute(update(Bulletin).where(Bulletin.id == bulletin_id).values(withdrawn_at=now))
