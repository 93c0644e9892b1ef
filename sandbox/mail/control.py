"""The control routes about mail: mailboxes and their letters, faults, reports that are sent on request."""

from __future__ import annotations

from aiohttp import web

from sandbox.control import answer, body
from sandbox.mail.mailboxes import Letter
from sandbox.mail.reports import report
from sandbox.mail.server import MailServer
from sandbox.telegram.world import SimError


class MailControl:
    """What the page and the tests see and order."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Registers the routes."""
        router.add_get("/sim/mail", self._boxes)
        router.add_delete("/sim/mail", self._empty)
        router.add_get("/sim/mail/{address}", self._box)
        router.add_get("/sim/mail/{address}/{number}", self._letter)
        router.add_get("/sim/mail/{address}/{number}/raw", self._raw)
        router.add_post("/sim/mail/faults", self._faults)
        router.add_post("/sim/mail/{address}/{number}/bounce", self._bounce)

    async def _boxes(self, request: web.Request) -> web.Response:
        boxes = self._server.boxes
        return answer({
            "mailboxes": {address: len(letters) for address, letters in boxes.letters.items()},
            "counts": boxes.counts,
        })  # fmt: skip

    async def _empty(self, request: web.Request) -> web.Response:
        self._server.boxes.empty()
        return answer({})

    async def _box(self, request: web.Request) -> web.Response:
        letters = self._server.boxes.of(request.match_info["address"])
        return answer([one.view() for one in letters])

    async def _letter(self, request: web.Request) -> web.Response:
        return answer(self._found(request).view())

    async def _raw(self, request: web.Request) -> web.Response:
        return web.Response(body=self._found(request).raw, content_type="message/rfc822")

    def _found(self, request: web.Request) -> Letter:
        for one in self._server.boxes.of(request.match_info["address"]):
            if str(one.number) == request.match_info["number"]:
                return one
        raise SimError("there is no such letter")

    async def _faults(self, request: web.Request) -> web.Response:
        faults = self._server.faults
        values = await body(request)
        for name, value in values.items():
            if name not in ("drop_before", "drop_after", "refuse", "slow"):
                raise SimError(f"there is no fault {name!r}")
            setattr(faults, name, float(value) if name == "slow" else int(value))
        return answer({"drop_before": faults.drop_before, "drop_after": faults.drop_after, "refuse": faults.refuse,
                       "slow": faults.slow})  # fmt: skip

    async def _bounce(self, request: web.Request) -> web.Response:
        """A report about a letter that was taken, to its envelope sender."""
        letter, values = self._found(request), await body(request)
        if self._server.reports_to is None:
            raise SimError("nobody is named to whom reports go")
        status, said = str(values.get("status", "5.1.1")), str(values.get("said", "550 5.1.1 User unknown"))
        made = report(to=letter.sender, recipient=letter.to, status=status, said=said, original=letter.raw)
        return answer({"answer": await self._server.send_back(letter.sender, made)})
