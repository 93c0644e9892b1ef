"""The archive page of a bulletin under ``/b``: public once it is published, with everything that it was sent with."""

from dataclasses import dataclass

from aiohttp import web

from broadcasts.areas import AREAS
from channels.blocks import Block, cells, from_json
from channels.message import Choice, Link
from pages import mail_texts as texts
from pages.rendering import notice, page
from pages.security import guarded
from pages.site import SITE, Site
from storage import bulletins
from storage.bulletins import ArticleInfo, BulletinInfo
from storage.files import file_content

ARCHIVE = "/b"
IDS = "{id:[0-9]{1,15}}"


def archived(home: str) -> Link:
    """Where the buttons of a bulletin lead on these pages; those of a conversation lead nowhere."""

    def link(choice: Choice) -> str:
        kind, _, rest = choice.token.partition(":")
        match kind:
            case "art" if home:
                return f"{home}{ARCHIVE}/a/{rest.partition(':')[0]}"
            case "bul" | "rd" if home:
                return f"{home}{ARCHIVE}/{rest}"
        return ""

    return link


@dataclass(frozen=True, slots=True)
class Shown:
    """An article as it stands on the page; ``blocks`` are grouped so that items of a list come together."""

    id: int
    headline: str
    about: str
    area: str
    blocks: list[tuple[str, list[Block]]]


def archive(site: Site) -> web.Application:
    """The pages, to be added under ``ARCHIVE``."""
    app = web.Application(middlewares=[guarded])
    app[SITE] = site
    app.router.add_routes([
        web.get("/" + IDS, show),
        web.get("/a/" + IDS, article),
        web.get("/" + IDS + "/{kind:picture|document}", attached),
    ])  # fmt: skip
    return app


def grouped(body: tuple[Block, ...]) -> list[tuple[str, list[Block]]]:
    """Blocks by how they are set: items together as a list, rows as a table, lines with the paragraph before them."""
    groups: list[tuple[str, list[Block]]] = []
    for block in body:
        kind = str(block.kind)
        joins = kind == "line" and groups and groups[-1][0] in ("paragraph", "line")
        if joins or (groups and kind == groups[-1][0] and kind in ("item", "row")):
            groups[-1][1].append(block)
        else:
            groups.append((kind, [block]))
    return groups


async def _stands(site: Site, bulletin_id: int) -> BulletinInfo:
    """The bulletin, if everybody may see it; 404 if it is not published."""
    async with site.database.reading() as session:
        found = await bulletins.bulletin(session, bulletin_id)
    if found is None or found.published_at is None:
        raise web.HTTPNotFound
    return found


def title_of(found: BulletinInfo) -> str:
    return f"{texts.BULLETIN} – {texts.NUMBER.format(number=found.number, year=found.year)}"


async def show(request: web.Request) -> web.Response:
    """A bulletin with its articles whole; in the place of one that was withdrawn, a word about it."""
    site = request.app[SITE]
    found = await _stands(site, int(request.match_info["id"]))
    title = title_of(found)
    if found.withdrawn_at is not None:
        said = texts.WITHDRAWN.format(title=title)
        return notice("vi", said, title=texts.WITHDRAWN_TITLE, status=410)
    articles = [_shown(one) for one in _in_order(found)]
    return page(
        "bulletin", "vi", title=title, bulletin=found, articles=articles, here=f"{ARCHIVE}/{found.id}", t=texts,
        cells=cells,
    )  # fmt: skip


def _in_order(found: BulletinInfo) -> list[ArticleInfo]:
    order = [area.id for area in AREAS]
    return sorted(found.articles, key=lambda a: (order.index(a.area) if a.area in order else 99, a.position))


def _shown(one: ArticleInfo) -> Shown:
    names = {area.id: area.name for area in AREAS}
    dated = f"{one.dated:%d/%m/%Y}" if one.dated else ""
    source = texts.SOURCE.format(source=one.source) if one.source else ""
    about = " · ".join(part for part in (dated, source) if part)
    return Shown(one.id, one.headline, about, names.get(one.area, one.area), grouped(from_json(one.body)))


async def article(request: web.Request) -> web.Response:
    """On to an article in its bulletin: what links in e-mails lead to."""
    site = request.app[SITE]
    async with site.database.reading() as session:
        found = await bulletins.article(session, int(request.match_info["id"]))
    if found is None:
        raise web.HTTPNotFound
    await _stands(site, found.bulletin_id)
    return web.Response(status=303, headers={"Location": f"{ARCHIVE}/{found.bulletin_id}#bai-{found.id}"})


async def attached(request: web.Request) -> web.Response:
    """The picture or the document of a bulletin that stands."""
    site, kind = request.app[SITE], request.match_info["kind"]
    found = await _stands(site, int(request.match_info["id"]))
    file = found.picture if kind == "picture" else found.document
    if file is None or found.withdrawn_at is not None:
        raise web.HTTPNotFound
    async with site.database.reading() as session:
        content = await file_content(session, file[2])
    answer = web.Response(body=content, content_type=file[1])
    if kind == "document":
        answer.headers["Content-Disposition"] = "attachment"
    return answer
