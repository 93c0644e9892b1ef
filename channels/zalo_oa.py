"""Zalo's Official Account: our messages as consultation messages, and as a template where the window is closed.

A thin client of the OpenAPI v3.0 as it is since March 2026. Tried against the sandbox, never against live Zalo.
"""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp

from channels.message import File, Link, Message, Prepared, SendError, no_link
from channels.zalo_client import ZaloCodeError, ZaloHttp
from channels.zalo_errors import EXPIRED_FILE, STALE
from channels.zalo_files import ZaloFiles
from channels.zalo_parts import Part, parts_of
from channels.zalo_template import Template
from channels.zalo_text import Hints
from channels.zalo_tokens import Account, Tokens
from storage import zalo
from storage.broadcasts import TEMPLATE_MARK
from storage.database import Database
from storage.enums import ChannelName, Reason

log = logging.getLogger(__name__)
WINDOW = timedelta(days=7)
"""After the last interaction, answers are taken for so long."""
FREE = timedelta(hours=48)
"""And are free of charge for so long."""
QUOTA_AGAIN = timedelta(seconds=60)
MORNING = 6
REMEMBERED = 20_000
"""So many people who were told of a withdrawal are known."""
LEFT_OUT = "-"
"""The id of a part that is not sent: the template said it all, or Zalo does not take such a file."""
NO_ANSWERS = (Reason.WINDOW_CLOSED, Reason.QUOTA)
"""Why a consultation message may not go, where a template may."""
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


class ZaloOA:
    """The channel; safe to use from many tasks."""

    name = ChannelName.ZALO_OA
    highest_id = 0
    edits = False

    def __init__(
        self, account: Account, database: Database, *, api_url: str, hints: Hints, template: Template | None = None,
        link: Link = no_link, proxy: str | None = None, connections: int = 100, seconds: float = 20.0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        self._database, self._api_url, self._hints, self._now = database, api_url.rstrip("/"), hints, now
        self._http = ZaloHttp(connections=connections, seconds=seconds, proxy=proxy)
        self.tokens = Tokens(database, self._http, account, now)
        self._template, self._link = template, link
        self._files = ZaloFiles(f"zalo {account.oa_id}", database, self._uploaded, now)
        self._told: set[tuple[str, str]] = set()
        self._paid_left: int | None = None
        self._paid_read: datetime | None = None

    async def close(self) -> None:
        await self.tokens.settled()
        await self._http.close()

    async def call(self, method: str, path: str, **what: Any) -> Any:
        """The data of a call, with a token that is renewed once if it is refused. Raises SendError."""
        token = await self.tokens.access()
        try:
            return await self._called(method, path, token, **what)
        except ZaloCodeError as error:
            if error.code not in STALE:
                raise
        return await self._called(method, path, await self.tokens.renew(token), **what)

    async def _called(self, method: str, path: str, token: str, **what: Any) -> Any:
        data = what.pop("form", None)
        if data is not None:
            what["data"] = data()
        headers = {"access_token": token}
        url = path if path.startswith("http") else f"{self._api_url}/{path}"
        return await self._http.data(method, url, headers=headers, until_morning=self._until_morning(), **what)

    async def account(self) -> dict[str, Any]:
        """Who we are there: name, package, followers. Raises SendError."""
        return dict(await self.call("GET", "v2.0/oa/getoa"))

    async def called(self, address: str) -> str:
        """The name that a person shows there; '' where Zalo does not say it."""
        try:
            told = await self.call("GET", "v3.0/oa/user/detail", params={"data": json.dumps({"user_id": address})})
        except SendError:
            return ""
        return str(told.get("display_name") or "") if isinstance(told, dict) else ""

    async def paid_left(self) -> int | None:
        """How many consultation messages of the package are left; None where Zalo does not say. Raises SendError."""
        asked = {"quota_owner": "OA", "product_type": "cs", "quota_type": "sub_quota"}
        told = await self.call("POST", "v3.0/oa/quota/message", json=asked)
        rows = told if isinstance(told, list) else [told] if isinstance(told, dict) else []
        left = [
            int(row["remain"]) for row in rows if isinstance(row, dict) and str(row.get("remain", "")).isdecimal()
        ]
        return sum(left) if left else None

    def prepare(self, message: Message) -> Prepared:
        return Prepared(parts_of(message, self._hints, self._link))

    async def deliver(self, address: str, part: Part) -> str:
        try:
            return await self.consult(address, part)
        except SendError as error:
            if error.reason not in NO_ANSWERS or self._template is None:
                raise
        return await self._by_template(address, part, self._template)

    async def consult(self, address: str, part: Part) -> str:
        """A consultation message and never a template; raises SendError, WINDOW_CLOSED or QUOTA without trying."""
        if closed := await self._closed(address):
            raise closed
        return await self._consult(address, part)

    async def _closed(self, address: str) -> SendError | None:
        """Why a consultation message would be refused, known without asking; None if it may go."""
        async with self._database.reading() as session:
            last = await zalo.last_interaction(session, self.name, address)
        since = self._now() - last if last else None
        if since is None or since > WINDOW:
            return SendError(Reason.WINDOW_CLOSED, "no interaction in the last 7 days; not tried")
        if since > FREE and await self._used_up():
            return SendError(Reason.QUOTA, "the package's consultation messages are used up; not tried")
        return None

    async def _used_up(self) -> bool:
        """Whether no paid message is left, as Zalo said within the last minute; what it cannot say is tried."""
        now = self._now()
        if self._paid_read is None or now - self._paid_read > QUOTA_AGAIN:
            self._paid_read = now
            try:
                self._paid_left = await self.paid_left()
            except SendError as error:
                log.warning("Zalo did not say its quota: %s", error)
                self._paid_left = None
        if not self._paid_left:
            return self._paid_left == 0
        self._paid_left -= 1
        return False

    async def _consult(self, address: str, part: Part) -> str:
        if part.file is None:
            return await self._sent(address, part.message)
        token = await self._files.token(part.file, part.kind)
        if not token:
            return LEFT_OUT
        try:
            return await self._sent(address, _with_file(part, token))
        except ZaloCodeError as error:
            if error.code != EXPIRED_FILE:
                raise
        token = await self._files.token(part.file, part.kind, stale=token)
        return await self._sent(address, _with_file(part, token))

    async def _sent(self, address: str, message: dict[str, Any]) -> str:
        body = {"recipient": {"user_id": address}, "message": message}
        return _message_id(await self.call("POST", "v3.0/oa/message/cs", json=body))

    async def _by_template(self, address: str, part: Part, template: Template) -> str:
        """The bulletin's number, title and link by the approved template, once for all its parts."""
        if part.number:
            return LEFT_OUT
        return await self.template(address, template, template.bulletin(part.about))

    async def template(self, address: str, template: Template, values: tuple[str, str, str]) -> str:
        """An approved template with these values, whenever the person last spoke; its id says that it was one."""
        body = {"user_id": address, "template_id": template.id, "template_data": template.data(values)}
        return TEMPLATE_MARK + _message_id(await self.call("POST", "v3.0/oa/message/template", json=body))

    async def _uploaded(self, file: File, kind: str) -> str:
        def form() -> aiohttp.FormData:
            made = aiohttp.FormData()
            made.add_field("file", file.content, filename=file.name, content_type=file.mime)
            return made

        told = await self.call("POST", f"v2.0/oa/upload/{kind}", form=form)
        return str(told["attachment_id" if kind == "image" else "token"])

    async def edit(self, address: str, message_id: str, part: Part) -> None:
        """Zalo changes nothing that was sent: the new text follows as a message of its own, never as a template."""
        await self.consult(address, part)

    async def remove(self, address: str, message_id: str, instead: Part) -> None:
        """Nor does it take anything back: what stands instead follows, once for all messages to a person."""
        told = (address, str(instead.message.get("text", "")))
        if message_id == LEFT_OUT or told in self._told:
            return
        await self.edit(address, message_id, instead)
        self._told.add(told)
        if len(self._told) > REMEMBERED:
            self._told.clear()

    async def show(self, address: str, message: Message, *, over: str = "") -> str:
        """Say something now, as new messages and never as a template; what may be typed under it is remembered.

        The last text's id.
        """
        sent = [(await self.consult(address, part), part) for part in parts_of(message, self._hints, self._link)]
        typed = next((part.typed for _, part in reversed(sent) if part.typed), ())
        async with self._database.transaction() as session:
            await zalo.keep_typed(session, self.name, address, typed, self._now())
        texts = [id for id, part in sent if part.file is None]
        return (texts or [id for id, _ in sent])[-1]

    async def toast(self, tap: str, text: str = "", *, alert: bool = False) -> None:
        """There are no passing words on Zalo; what is all that is said comes as a message."""

    async def retire(self, address: str, message_id: str) -> None:
        """Buttons stay on old messages; tapped, they are as harmless as everywhere."""

    def _until_morning(self) -> float:
        """Seconds until six o'clock in Hà Nội."""
        here = self._now().astimezone(HANOI)
        morning = here.replace(hour=MORNING, minute=0, second=30, microsecond=0)
        return ((morning if morning > here else morning + timedelta(days=1)) - here).total_seconds()


def _with_file(part: Part, token: str) -> dict[str, Any]:
    if part.kind == "file":
        return {**part.message, "attachment": {"type": "file", "payload": {"token": token}}}
    elements = [{"media_type": "image", "attachment_id": token}]
    payload = {"template_type": "media", "elements": elements}
    return {**part.message, "attachment": {"type": "template", "payload": payload}}


def _message_id(told: Any) -> str:
    if not isinstance(told, dict) or not told.get("message_id"):
        raise SendError(Reason.IN_DOUBT, "an answer without a message")
    return str(told["message_id"])
