"""What a mail reader does with a letter: shows its HTML where nothing can run, opens its files, unsubscribes."""

from __future__ import annotations

import base64
import re
from email.message import EmailMessage

import aiohttp
from aiohttp import web

from sandbox.control import answer
from sandbox.mail.mailboxes import Letter
from sandbox.mail.server import MailServer
from sandbox.telegram.world import SimError

ALONE = "allow-popups allow-popups-to-escape-sandbox"
POLICY = f"sandbox {ALONE}; default-src 'none'; img-src data:; style-src 'unsafe-inline'"
ONE_CLICK = "List-Unsubscribe=One-Click"
PATIENCE = 10.0
ADDRESS = re.compile(r"<(https?://[^>]+)>")


class MailReader:
    """The routes by which the page reads mail."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Registers the routes."""
        router.add_get("/sim/mail/{address}/{number}/html", self._html)
        router.add_get("/sim/mail/{address}/{number}/files/{place}", self._file)
        router.add_post("/sim/mail/{address}/{number}/unsubscribe", self._unsubscribe)

    def _letter(self, request: web.Request) -> Letter:
        address, number = request.match_info["address"], request.match_info["number"]
        for one in self._server.boxes.of(address):
            if str(one.number) == number:
                return one
        raise SimError("there is no such letter")

    async def _html(self, request: web.Request) -> web.Response:
        html = shown(self._letter(request).parsed)
        return web.Response(text=html, content_type="text/html", headers={"Content-Security-Policy": POLICY})

    async def _file(self, request: web.Request) -> web.Response:
        files = [part for part in self._letter(request).parsed.walk() if part.get_filename()]
        place = int(request.match_info["place"])
        if not 0 <= place < len(files):
            raise SimError("there is no such file")
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
        return web.Response(
            body=_content(files[place]), content_type=files[place].get_content_type(), headers=headers
        )

    async def _unsubscribe(self, request: web.Request) -> web.Response:
        """As a provider does after one click (RFC 8058): a POST of its own, without cookies, after no look at it."""
        message = self._letter(request).parsed
        found = ADDRESS.search(str(message.get("List-Unsubscribe", "")))
        if found is None or str(message.get("List-Unsubscribe-Post", "")) != ONE_CLICK:
            raise SimError("this letter cannot be unsubscribed from by one click")
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        patience = aiohttp.ClientTimeout(total=PATIENCE)
        try:
            async with (
                aiohttp.ClientSession(timeout=patience, cookie_jar=aiohttp.DummyCookieJar()) as http,
                http.post(found[1], data=ONE_CLICK, headers=form, allow_redirects=False) as told,
            ):
                return answer({"status": told.status, "address": found[1]})
        except (aiohttp.ClientError, TimeoutError) as error:
            raise SimError(f"nobody answers at {found[1]}") from error


def shown(message: EmailMessage) -> str:
    """The letter's HTML with its inline pictures inside it, its links opening elsewhere."""
    part = message.get_body(("html",))
    html = str(part.get_content()) if part else ""
    for one in message.walk():
        if cid := str(one.get("Content-ID", "")).strip("<> "):
            data = base64.b64encode(_content(one)).decode("ascii")
            html = html.replace(f"cid:{cid}", f"data:{one.get_content_type()};base64,{data}")
    return html.replace("<head>", "<head><base target='_blank'>", 1)


def _content(part: EmailMessage) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""
