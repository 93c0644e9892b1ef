"""A mail exchanger that takes mail for everybody, and refuses as real ones do.

An address tells what becomes of its mail: `nosuch…` is unknown (550 5.1.1), `full…` is over its quota (452 4.2.2),
`disabled…` is closed (550 5.2.1), `spam…` is refused after the content (554 5.7.1), `later…` bounces after it was
taken. Drops of connections are ordered by `faults`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from sandbox.mail.mailboxes import Mailboxes
from sandbox.mail.reports import report

LARGEST = 50 * 1024 * 1024
AT_RECIPIENT = {
    "nosuch": "550 5.1.1 <{to}>: Recipient address rejected: User unknown",
    "full": "452 4.2.2 <{to}>: Over quota",
    "disabled": "550 5.2.1 <{to}>: Mailbox disabled",
    "greylisted": "450 4.7.1 <{to}>: Greylisted, try again later",
}
AT_CONTENT = {"spam": "554 5.7.1 Message content rejected"}
AFTERWARDS = {
    "later": ("5.1.1", "550 5.1.1 User unknown"),
    "laterfull": ("5.2.2", "552 5.2.2 Over quota"),
}


@dataclass
class Faults:
    """What is to go wrong: so many times each. `drop_before` ends the connection when the recipient is named,
    `drop_after` when the content has arrived and lies in the mailbox, `refuse` answers 421."""

    drop_before: int = 0
    drop_after: int = 0
    refuse: int = 0
    slow: float = 0.0
    """Seconds that each content takes."""


@dataclass
class MailServer:
    """The exchanger; `reports_to` is host and port to which it sends reports of what bounces afterwards."""

    boxes: Mailboxes = field(default_factory=Mailboxes)
    faults: Faults = field(default_factory=Faults)
    host: str = "127.0.0.1"
    port: int = 0
    login: tuple[str, str] | None = None
    reports_to: tuple[str, int] | None = None
    observers: list[Callable[[str], None]] = field(default_factory=list)
    """Told the address of each mailbox into which something was put."""
    _server: asyncio.Server | None = None
    _reports: set[asyncio.Task[str]] = field(default_factory=set)

    async def start(self) -> None:
        """Opens the port; afterwards `port` is known."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._protocol, self.host, self.port)
        place: tuple[str, int] = self._server.sockets[0].getsockname()
        self.port = place[1]

    async def stop(self) -> None:
        """Closes the port, after the reports that are on their way."""
        if self._reports:
            await asyncio.wait(self._reports, timeout=5)
        if self._server:
            self._server.close()

    def _protocol(self) -> SMTP:
        return SMTP(
            self, data_size_limit=LARGEST, hostname="mx.sandbox", ident="sandbox", enable_SMTPUTF8=True,
            authenticator=self._known if self.login else None, auth_required=bool(self.login),
            auth_require_tls=False, timeout=120,
        )  # fmt: skip

    def _known(self, server: Any, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
        name, word = self.login or ("", "")
        right = isinstance(given, LoginPassword) and (given.login, given.password) == (name.encode(), word.encode())
        # with handled=True the library would wait for an answer that is never sent
        return AuthResult(success=right, handled=False)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """What is known of a recipient."""
        if self.faults.drop_before:
            self.faults.drop_before -= 1
            return self._drop(server)
        if self.faults.refuse:
            self.faults.refuse -= 1
            return "421 4.3.2 Service not available, closing transmission channel"
        for name, answer in AT_RECIPIENT.items():
            if address.lower().startswith(name):
                self.boxes.counts[name] += 1
                return answer.format(to=address)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """The content has arrived."""
        content = envelope.content
        assert isinstance(content, bytes)
        if self.faults.slow:
            await asyncio.sleep(self.faults.slow)
        for address in envelope.rcpt_tos:
            for name, answer in AT_CONTENT.items():
                if address.lower().startswith(name):
                    self.boxes.counts[name] += 1
                    return answer
        for address in envelope.rcpt_tos:
            name = address.partition("@")[0].rstrip("0123456789").lower()
            if name in AFTERWARDS:
                self._bounce(envelope.mail_from or "", address, content, *AFTERWARDS[name])
                continue
            letter = self.boxes.keep(envelope.mail_from or "", address, content)
            for observer in self.observers:
                observer(letter.to)
        if self.faults.drop_after:
            self.faults.drop_after -= 1
            return self._drop(server)
        return "250 2.0.0 OK: queued"

    def _drop(self, server: SMTP) -> str:
        if isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return "421 4.4.2 never seen"

    def _bounce(self, sender: str, address: str, content: bytes, status: str, said: str) -> None:
        self.boxes.counts["bounced"] += 1
        if self.reports_to is not None and sender:
            made = report(to=sender, recipient=address, status=status, said=said, original=content)
            task = asyncio.create_task(self.send_back(sender, made), name="report")
            self._reports.add(task)
            task.add_done_callback(self._reports.discard)

    async def send_back(self, to: str, content: bytes, sender: str = "") -> str:
        """Speaks SMTP to where reports go, with the null sender; the last answer."""
        assert self.reports_to is not None
        reader, writer = await asyncio.open_connection(*self.reports_to)
        answer = await reader.readline()
        quoted = b"\r\n".join(b"." + x if x.startswith(b".") else x for x in content.split(b"\r\n"))
        steps = (
            b"HELO mx.sandbox\r\n", b"MAIL FROM:<" + sender.encode() + b">\r\n",
            b"RCPT TO:<" + to.encode() + b">\r\n", b"DATA\r\n", quoted + b"\r\n.\r\n",
        )  # fmt: skip
        for step in steps:
            writer.write(step)
            await writer.drain()
            answer = await reader.readline()
        writer.write(b"QUIT\r\n")
        await writer.drain()
        writer.close()
        return answer.decode("ascii", "replace").strip()
