"""A few kept connections to one mail server, used in turn, each replaced after so many messages.

What matters to a ledger is told apart: until the content was handed over nothing has been sent; after that, no answer
means in doubt.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPStatus,
    SMTPTimeoutError,
)

from channels.email_errors import Step, send_error
from channels.message import SendError
from storage.enums import Reason

ROTATE = 100
"""Messages over one connection; servers close what stays for too long, and none should end in the middle."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed over. ``security`` is 'none', 'starttls' or 'tls'; ``helo`` is how we name ourselves."""

    host: str
    port: int = 25
    security: str = "none"
    username: str = ""
    password: str = ""
    helo: str = ""
    seconds: float = 20.0
    """For one letter, however many answers it takes; and for a connection to become free before."""
    verify: bool = True

    def client(self) -> SMTP:
        context = ssl.create_default_context()
        if not self.verify:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return SMTP(
            hostname=self.host, port=self.port, timeout=self.seconds, use_tls=self.security == "tls",
            start_tls=self.security == "starttls", tls_context=context,
            username=self.username or None, password=self.password, local_hostname=self.helo or None,
        )  # fmt: skip


class Kept:
    """One connection, opened when it is needed."""

    def __init__(self, server: Server) -> None:
        self._server, self._client, self._used = server, None, 0

    _client: SMTP | None

    async def send(self, sender: str, to: str, content: bytes) -> None:
        """Hand one message over, or raise SendError."""
        until = asyncio.get_running_loop().time() + self._server.seconds
        client, step = await self._ready(until), Step.SENDER
        try:
            async with asyncio.timeout_at(until):
                await client.mail(sender)
                step = Step.RECIPIENT
                await client.rcpt(to)
                step = Step.CONTENT
                await client.data(content)
        except SMTPResponseException as error:
            if error.code == SMTPStatus.invalid_response:
                raise self._unanswered(error, step) from None
            await self._end(client.rset, until)
            raise send_error(error.code, error.message, step, to) from None
        except (SMTPServerDisconnected, SMTPTimeoutError, OSError) as error:
            raise self._unanswered(error, step) from None
        except BaseException:
            self.drop()
            raise
        self._used += 1
        if self._used >= ROTATE:
            await self.close(until)

    def _unanswered(self, error: Exception, step: Step) -> SendError:
        """Nothing that can be understood came; what was handed over may have been taken."""
        self.drop()
        gone = Reason.IN_DOUBT if step is Step.CONTENT else Reason.NETWORK
        return SendError(gone, f"{type(error).__name__} at the {step}")

    async def _ready(self, until: float) -> SMTP:
        if self._client is not None and self._client.is_connected:
            return self._client
        client = self._server.client()
        try:
            async with asyncio.timeout_at(until):
                await client.connect()
        except SMTPAuthenticationError as error:
            raise send_error(error.code, error.message, Step.LOGIN) from None
        except (SMTPException, OSError) as error:
            raise SendError(Reason.NETWORK, f"{type(error).__name__} at {self._server.host}") from None
        self._client, self._used = client, 0
        return client

    async def _end(self, saying: Callable[[], Awaitable[object]], until: float) -> None:
        """Say that a letter or all is over. The outcome stands whatever comes of it; without an answer we hang up."""
        try:
            async with asyncio.timeout_at(until):
                await saying()
        except (SMTPException, OSError):
            self.drop()
        except BaseException:
            self.drop()
            raise

    def drop(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = None

    async def close(self, until: float | None = None) -> None:
        """Say goodbye; ``until`` is on the loop's clock."""
        if self._client is not None and self._client.is_connected:
            await self._end(self._client.quit, until or asyncio.get_running_loop().time() + self._server.seconds)
        self.drop()


class Pool:
    """At most ``connections`` at a time; who waits too long for one has surely not been sent."""

    def __init__(self, server: Server, connections: int) -> None:
        self.server = server
        self._all = [Kept(server) for _ in range(connections)]
        self._free: asyncio.LifoQueue[Kept] = asyncio.LifoQueue()
        for one in self._all:
            self._free.put_nowait(one)

    async def send(self, sender: str, to: str, content: bytes) -> None:
        try:
            async with asyncio.timeout(self.server.seconds):
                one = await self._free.get()
        except TimeoutError:
            raise SendError(Reason.NETWORK, "waited for a connection to the mail server") from None
        try:
            await one.send(sender, to, content)
        finally:
            self._free.put_nowait(one)

    async def close(self) -> None:
        for one in self._all:
            await one.close()
