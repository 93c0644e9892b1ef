"""The survey form on the web, for those without chat: the same journey on plain pages under ``/s``.

Nothing is kept between two requests but what the database holds, and no page needs a script. Pages are found by a
link's payload before consent and by the respondent's token after it; both stand in the path, never in a query.
"""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from aiohttp import web

from pages.answering import earlier, now, take
from pages.ending import Ending, delete, delete_asked, ended, language, pause, picture, review, send
from pages.entrance import act, enter
from pages.paths import PREFIX
from pages.rendering import STYLE, STYLE_PATH
from pages.security import guarded
from pages.site import SITE, Site, right_now
from storage.database import Database
from surveys.catalogue import Catalogue

WAYS = "{way:q|change}/{number:[0-9]{1,6}}"
ENDS = "{end:" + "|".join(Ending) + "}"


def survey_form(
    database: Database, catalogue: Catalogue, zone: ZoneInfo, *, home: str = "",
    clock: Callable[[], datetime] = right_now,
) -> web.Application:  # fmt: skip
    """The pages, to be added under ``PREFIX``; ``home`` is their public address without a path, if it is known."""
    app = web.Application(middlewares=[guarded])
    app[SITE] = Site(database, catalogue, zone, home, clock)
    app.router.add_routes([
        web.get(STYLE_PATH.removeprefix(PREFIX), style),
        web.get("/r/{token}", now),
        web.post("/r/{token}", take),
        web.get("/r/{token}/" + WAYS, earlier),
        web.post("/r/{token}/" + WAYS, take),
        web.get("/r/{token}/review", review),
        web.get("/r/{token}/pause", pause),
        web.get("/r/{token}/delete", delete_asked),
        web.post("/r/{token}/delete", delete),
        web.post("/r/{token}/send", send),
        web.post("/r/{token}/language", language),
        web.get("/r/{token}/picture/{number}", picture),
        web.get("/r/{token}/" + ENDS, ended),
        web.get("/{payload}", enter),
        web.post("/{payload}", act),
        web.get("/{payload}/{language:[a-z]{2,3}}", enter),
        web.post("/{payload}/{language:[a-z]{2,3}}", act),
    ])  # fmt: skip
    return app


async def style(_: web.Request) -> web.Response:
    """The one style; its path changes with it, so it may be kept."""
    kept = {"Cache-Control": "public, max-age=31536000, immutable"}
    return web.Response(body=STYLE, content_type="text/css", charset="utf-8", headers=kept)
