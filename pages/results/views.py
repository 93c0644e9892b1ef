"""The results pages under ``/k``: everybody's, once the staff published them, and the staff's."""

import asyncio
from collections.abc import Callable, Hashable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from aiohttp import web

from pages.results.composing import shown
from pages.results.entering import by_app, by_link, hand_over, may_see
from pages.results.gathering import Audience, Gathered, gathered, read
from pages.results.keeping import Keeping, Kept
from pages.results.rendering import PATHS, POLICY, STATIC, language_of, told
from pages.results.site import RESULTS_SITE, Results
from pages.security import guarded
from pages.site import SITE, Site, right_now
from pages.visiting import to
from storage.counters import counters_state
from storage.database import Database
from storage.surveys import survey
from surveys.catalogue import Catalogue
from surveys.passes import PREFIX

ONE = "/{survey:[0-9]{1,9}}"


def results_pages(
    database: Database, catalogue: Catalogue, zone: ZoneInfo, *, home: str = "", bot_token: str = "",
    clock: Callable[[], datetime] = right_now, keeping: Keeping | None = None,
) -> web.Application:  # fmt: skip
    """The pages, to be added under ``PREFIX``; ``home`` is their public address without a path, if it is known."""
    app = web.Application(middlewares=[guarded])
    app[SITE] = Site(database, catalogue, zone, home, clock)
    app[RESULTS_SITE] = Results(bot_token, keeping or Keeping())
    app.router.add_routes([
        *(web.get(path.removeprefix(PREFIX), _file(name)) for name, path in PATHS.items()),
        web.get(ONE, everybody),
        web.get(f"{ONE}/staff", staff),
        web.get(f"{ONE}/app", by_app),
        web.post(f"{ONE}/app", hand_over),
    ])  # fmt: skip
    return app


def _file(name: str) -> Callable[[web.Request], "asyncio.Future[web.Response]"]:
    kind, body = STATIC[name]

    async def given(_: web.Request) -> web.Response:
        """Its path changes with it, so it may be kept."""
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        answer = web.Response(body=body, content_type=kind, charset="utf-8", headers=headers)
        answer.enable_compression()
        return answer

    return given  # type: ignore[return-value]  # a handler is a coroutine function


async def everybody(request: web.Request) -> web.Response:
    """The results of a survey that were published; a signed link of before leads on to the staff's page."""
    survey_id = int(request.match_info["survey"])
    if "t" in request.query:
        return to(f"{PREFIX}/{survey_id}/staff?{request.query_string}")
    return await _page(request, survey_id, Audience.PUBLIC)


async def staff(request: web.Request) -> web.Response:
    """The staff's page, for who comes by a signed link, which is exchanged for a cookie, or has the cookie."""
    survey_id = int(request.match_info["survey"])
    token = request.query.get("t")
    cookie = await by_link(request, survey_id, token) if token is not None else None
    if cookie is None and (token is not None or not await may_see(request, survey_id)):
        return told(request, lambda said: (said.expired, said.expired_more), status=403)
    answer = await _page(request, survey_id, Audience.STAFF)
    if cookie is not None:
        answer.headers.add("Set-Cookie", cookie)
    return answer


async def _page(request: web.Request, survey_id: int, audience: Audience) -> web.Response:
    site, keeping = request.app[SITE], request.app[RESULTS_SITE].keeping
    shelf = keeping.shelf((survey_id, audience))
    found = await keeping.gathered(
        shelf, lambda: _state(site, survey_id), lambda: _read(site, survey_id, audience)
    )  # fmt: skip
    if found is None:
        return told(request, lambda said: (said.not_public, said.not_public_more), status=404)
    language, key = language_of(request), request.query.get("part", "")
    if key and found.chosen(key) is None:
        raise web.HTTPNotFound
    alone = request.headers.get("HX-Request") == "true"
    asked = request.query.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1
    number = number if audience is Audience.STAFF else 1
    made = keeping.page(
        shelf, (language, key, alone, number),
        lambda: shown(found, request, language, key=key, alone=alone, number=number),
    )  # fmt: skip
    return _sent(request, made, audience)


async def _state(site: Site, survey_id: int) -> Hashable:
    async with site.database.reading() as session:
        info = await survey(session, survey_id)
        return (info and replace(info, key=None), await counters_state(session, survey_id))


async def _read(site: Site, survey_id: int, audience: Audience) -> Gathered | None:
    """One short transaction that reads, then the work outside of it and of the event loop."""
    async with site.database.reading() as session:
        info = await survey(session, survey_id)
        if info is None or (audience is Audience.PUBLIC and info.results_public_at is None):
            return None
        found = await read(session, site.catalogue, info, audience)
    return await asyncio.to_thread(gathered, found, audience)


def _sent(request: web.Request, made: Kept, audience: Audience) -> web.Response:
    headers = {
        "ETag": made.etag, "Content-Security-Policy": POLICY, "Vary": "Accept-Encoding, Cookie, HX-Request",
        "Cache-Control": "no-cache" if audience is Audience.PUBLIC else "private, no-cache",
    }  # fmt: skip
    if made.etag in [mark.strip().removeprefix("W/") for mark in request.headers.get("If-None-Match", "").split(",")]:
        return web.Response(status=304, headers=headers)
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    headers |= {"Content-Encoding": "gzip"} if packed else {}
    body = made.packed if packed else made.body
    return web.Response(body=body, content_type="text/html", charset="utf-8", headers=headers)
