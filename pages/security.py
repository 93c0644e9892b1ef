"""What protects the pages: headers on every answer, posts from our own pages only, bounded forms, quiet failures.

The secret of a page is the token in its path. Browsers leave our address out of ``Origin`` because we ask them to
send no referrer ("null" is all they say), so it is ``Sec-Fetch-Site`` that tells our own forms from others; an old
browser without it is asked for an ``Origin`` that is not somebody else's.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import NoReturn
from urllib.parse import parse_qs, urlsplit

from aiohttp import web

from pages.forms import Form
from pages.rendering import notice
from pages.site import SITE
from pages.texts import texts
from pages.uploads import Uploads, parts

log = logging.getLogger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
LARGEST_FORM = 1 << 18
MOST_FIELDS = 1000
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@web.middleware
async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Whatever happens inside, what comes out is one of our pages, with our headers."""
    try:
        if request.method == "POST" and not _from_us(request):
            raise web.HTTPForbidden
        answer = await handler(request)
    except web.HTTPException as error:
        answer = _failed(error)
    except Exception:
        log.exception("a page failed")
        answer = _failed(web.HTTPInternalServerError())
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    return answer


def _failed(error: web.HTTPException) -> web.Response:
    said = texts("")
    sentence = {403: said.refused, 413: said.too_large}.get(error.status, said.no_page)
    answer = notice("", sentence if error.status < 500 else said.trouble, status=error.status)
    if isinstance(error, web.HTTPMethodNotAllowed):
        answer.headers["Allow"] = error.headers["Allow"]
    return answer


def _from_us(request: web.Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin", "null")
    ours = {request.host, urlsplit(request.app[SITE].home).netloc}
    return origin == "null" or urlsplit(origin).netloc in ours


async def sent(request: web.Request) -> tuple[Form, Uploads]:
    """The fields of a form and the files with it; 400 or 413 if it is none of ours."""
    if request.content_type == "multipart/form-data":
        return await parts(request, most=LARGEST_FORM)
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPBadRequest
    if (request.content_length or 0) > LARGEST_FORM:
        _too_large(request)
    body = await request.read()
    if len(body) > LARGEST_FORM:
        _too_large(request)
    try:
        return parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS), {}
    except ValueError:
        raise web.HTTPBadRequest from None


def _too_large(request: web.Request) -> NoReturn:
    raise web.HTTPRequestEntityTooLarge(LARGEST_FORM, request.content_length or LARGEST_FORM)
