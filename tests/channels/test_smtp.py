"""Kept connections to a real mail server: what was surely not sent, what is in doubt, and what goes on afterwards."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from channels import smtp
from channels.message import SendError
from channels.smtp import ROTATE, Pool, Server
from sandbox.mail.server import MailServer
from storage.enums import Reason
from tests.postgres import free_port

FROM, LAN, NAM = "bantin@example.gov.vn", "lan@xa.vn", "nam@xa.vn"
HOST = "127.0.0.2"
"""Not what one would get without asking for it."""
CONTENT = b"Subject: So 47\r\n\r\nchao\r\n"


@dataclass
class Watched(MailServer):
    """What it saw of us, beside the mail; who is called silent… gets no answer, who is called odd… one that is none."""

    opened: list[SMTP] = field(default_factory=list)
    named: list[tuple[str, bool]] = field(default_factory=list)
    """How we named ourselves with each letter, and whether nobody could read it on the way."""
    goodbyes: int = 0
    tarpit: float = 0.0
    """Seconds for which each answer on the way to the content is kept back."""
    ending: float = 0.0
    """Seconds for which what ends a letter, or all, is not answered."""
    tls: ssl.SSLContext | None = None

    def _protocol(self) -> SMTP:
        made = super()._protocol()
        made.tls_context = self.tls
        self.opened.append(made)
        return made

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("silent"):
            await asyncio.sleep(30)
        if self.tarpit:
            await asyncio.sleep(self.tarpit)
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, name: str, answers: list[str]
    ) -> list[str]:
        session.host_name = name
        await asyncio.sleep(self.tarpit)
        return answers

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        hidden = server.transport is not None and server.transport.get_extra_info("sslcontext") is not None
        self.named.append((str(session.host_name), hidden))
        answer = await super().handle_DATA(server, session, envelope)
        return "what is this" if envelope.rcpt_tos[0].startswith("odd") else answer

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.goodbyes += 1
        await asyncio.sleep(self.ending)
        return "221 Bye"

    async def handle_RSET(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.ending)
        return "250 OK"

    def hang_up(self) -> None:
        for one in self.opened:
            if isinstance(one.transport, asyncio.Transport):
                one.transport.abort()


@pytest.fixture
async def server() -> AsyncIterator[Watched]:
    made = Watched(host=HOST)
    await made.start()
    yield made
    made.hang_up()
    await made.stop()


def at(server: Watched, **more: Any) -> Server:
    return replace(Server(HOST, server.port, seconds=5), **more)


async def sent(pool: Pool, *to: str) -> list[Reason | None]:
    """What became of one letter to each, in turn."""
    found: list[Reason | None] = []
    async with asyncio.timeout(20):
        for one in to:
            try:
                await pool.send(FROM, one, CONTENT)
            except SendError as error:
                found.append(error.reason)
            else:
                found.append(None)
    return found


async def test_a_connection_is_kept_and_replaced_after_so_many_letters(server: Watched):
    pool = Pool(at(server), 1)
    assert await sent(pool, *[LAN] * (2 * ROTATE + 1)) == [None] * 201
    assert (len(server.opened), server.goodbyes, len(server.boxes.of(LAN))) == (3, 2, 201)
    await pool.close()
    assert server.goodbyes == 3


async def test_after_a_refusal_the_same_connection_goes_on(server: Watched):
    pool = Pool(at(server), 1)
    assert await sent(pool, "nosuch@xa.vn", "spam@xa.vn", LAN) == [Reason.NOT_FOUND, Reason.REFUSED, None]
    assert (len(server.opened), len(server.boxes.of(LAN))) == (1, 1)
    await pool.close()


async def test_what_was_lost_before_the_content_is_not_sent_and_after_it_in_doubt(server: Watched):
    pool = Pool(at(server, seconds=1), 1)
    server.faults.drop_before = 1
    assert await sent(pool, NAM) == [Reason.NETWORK]
    server.faults.drop_after = 1
    assert await sent(pool, NAM) == [Reason.IN_DOUBT]
    assert await sent(pool, "silent@xa.vn") == [Reason.NETWORK]
    server.faults.slow = 2
    assert await sent(pool, NAM) == [Reason.IN_DOUBT]
    server.faults.slow = 0
    assert await sent(pool, LAN) == [None]
    assert (len(server.opened), len(server.boxes.of(LAN))) == (5, 1)
    await pool.close()


@pytest.mark.parametrize(("tarpit", "slow", "found"), [(0.6, 0.0, Reason.NETWORK), (0.15, 0.8, Reason.IN_DOUBT)])
async def test_a_letter_ends_in_time_however_often_the_server_takes_nearly_as_long(
    server: Watched, tarpit: float, slow: float, found: Reason
):
    """No answer comes too late, but all together would: before the content it was not sent, after it is in doubt."""
    pool = Pool(at(server, seconds=1), 1)
    server.tarpit, server.faults.slow = tarpit, slow
    began = asyncio.get_running_loop().time()
    assert await sent(pool, NAM) == [found]
    assert asyncio.get_running_loop().time() - began < 3
    server.tarpit = server.faults.slow = 0
    assert await sent(pool, LAN) == [None]
    await pool.close()


async def test_a_connection_that_is_not_ready_in_time_is_hung_up(server: Watched):
    pool = Pool(at(server, seconds=0.4), 1)
    server.tarpit = 30
    assert await sent(pool, LAN) == [Reason.NETWORK]
    async with asyncio.timeout(5):
        while server.opened[0].transport is not None and not server.opened[0].transport.is_closing():
            await asyncio.sleep(0.02)
    await pool.close()


async def test_what_is_known_of_a_letter_stands_though_its_end_is_never_answered(
    server: Watched, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(smtp, "ROTATE", 1)
    pool = Pool(at(server, seconds=0.8), 1)
    server.ending = 30
    assert await sent(pool, "nosuch@xa.vn", LAN, NAM) == [Reason.NOT_FOUND, None, None]
    assert [len(server.boxes.of(name)) for name in (LAN, NAM)] == [1, 1]
    await pool.close()


@pytest.mark.parametrize("to", ["nosuch@xa.vn", NAM])
async def test_the_end_of_a_letter_has_no_time_of_its_own(server: Watched, monkeypatch: pytest.MonkeyPatch, to: str):
    """The claim of a letter that goes on counts from its beginning."""
    monkeypatch.setattr(smtp, "ROTATE", 1)
    pool = Pool(at(server, seconds=3), 1)
    server.tarpit, server.ending = 1.1, 30
    began = asyncio.get_running_loop().time()
    await sent(pool, to)
    assert asyncio.get_running_loop().time() - began < 4.5
    await pool.close()


@pytest.mark.parametrize(("to", "rotate"), [("nosuch@xa.vn", 100), (NAM, 1)])
async def test_a_letter_that_was_given_up_at_its_end_does_not_mix_with_the_next(
    server: Watched, monkeypatch: pytest.MonkeyPatch, to: str, rotate: int
):
    monkeypatch.setattr(smtp, "ROTATE", rotate)
    pool = Pool(at(server), 1)
    server.ending = 1
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(pool.send(FROM, to, CONTENT), 0.5)
    server.ending = 0
    assert await sent(pool, LAN) == [None]
    await pool.close()


async def test_an_answer_that_is_none_leaves_the_content_in_doubt(server: Watched):
    pool = Pool(at(server), 1)
    assert await sent(pool, "odd@xa.vn", LAN) == [Reason.IN_DOUBT, None]
    assert (len(server.boxes.of("odd@xa.vn")), len(server.boxes.of(LAN)), len(server.opened)) == (1, 1, 2)
    await pool.close()


async def test_a_server_that_hung_up_meanwhile_is_called_again(server: Watched):
    pool = Pool(at(server), 1)
    await sent(pool, LAN)
    server.hang_up()
    await asyncio.sleep(0.1)
    assert await sent(pool, LAN) == [None]
    assert len(server.opened) == 2
    server.hang_up()
    await asyncio.sleep(0.1)
    await pool.close()


async def test_a_letter_that_was_given_up_does_not_mix_with_the_next(server: Watched):
    pool = Pool(at(server), 1)
    server.faults.slow = 0.5
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(pool.send(FROM, NAM, CONTENT), 0.2)
    server.faults.slow = 0
    assert await sent(pool, "nosuch@xa.vn", LAN) == [Reason.NOT_FOUND, None]
    assert len(server.opened) == 2
    await pool.close()


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"username": "loa", "password": "word"}, None),
        ({"username": "loa", "password": "other"}, Reason.UNAUTHORISED),
        ({}, Reason.UNAUTHORISED),
    ],
    ids=["right", "wrong", "none"],
)
async def test_who_has_to_log_in_does(server: Watched, given: dict[str, str], found: Reason | None):
    server.login = ("loa", "word")
    pool = Pool(at(server, **given), 1)
    assert await sent(pool, LAN) == [found]
    await pool.close()


async def test_we_name_ourselves_as_set(server: Watched):
    pool = Pool(at(server, helo="bantin.example.gov.vn"), 1)
    await sent(pool, LAN)
    assert server.named == [("bantin.example.gov.vn", False)]
    await pool.close()


async def test_a_server_that_is_not_there_was_surely_not_reached():
    pool = Pool(Server(HOST, free_port(), seconds=5), 1)
    assert await sent(pool, LAN, LAN) == [Reason.NETWORK, Reason.NETWORK]
    await pool.close()


async def test_who_waits_too_long_for_a_connection_was_not_sent(server: Watched):
    pool = Pool(at(server, seconds=1), 1)
    server.faults.slow = 0.6
    found = await asyncio.gather(*(sent(pool, LAN) for _ in range(3)))
    assert sorted(map(str, found)) == sorted(map(str, [[None], [None], [Reason.NETWORK]]))
    assert len(server.boxes.of(LAN)) == 2
    await pool.close()


async def test_letters_go_out_over_several_connections_at_once(server: Watched):
    pool = Pool(at(server), 3)
    server.faults.slow = 0.2
    assert await asyncio.gather(*(sent(pool, LAN) for _ in range(6))) == [[None]] * 6
    assert len(server.opened) == 3
    await pool.close()
    assert server.goodbyes == 3


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_server_that_nobody_vouches_for_is_believed_only_where_that_is_set(
    server: Watched, context: ssl.SSLContext, security: str
):
    if security == "tls":
        outside = await asyncio.get_running_loop().create_server(server._protocol, HOST, 0, ssl=context)
        server.port = outside.sockets[0].getsockname()[1]
    else:
        server.tls = context
    careful = Pool(at(server, security=security), 1)
    careless = Pool(at(server, security=security, verify=False), 1)
    assert (await sent(careful, NAM), await sent(careless, LAN)) == ([Reason.NETWORK], [None])
    assert [hidden for _, hidden in server.named] == [True]
    assert server.boxes.of(NAM) == []
    await careful.close()
    await careless.close()


async def test_encryption_that_is_offered_is_not_taken_unasked(server: Watched, context: ssl.SSLContext):
    """A relay on the same machine may offer a certificate of its own, which nobody vouches for."""
    server.tls = context
    pool = Pool(at(server), 1)
    assert await sent(pool, LAN) == [None]
    assert [hidden for _, hidden in server.named] == [False]
    await pool.close()
