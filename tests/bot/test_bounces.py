"""The listener for what comes back: who is let in, and what is brought again when the disk fails."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiosmtpd.smtp import Envelope
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.bounces import LATER, MOST_RECIPIENTS, NO_MORE, OK, Bounces
from channels.email_tokens import About, Purpose, Subject, address_token
from sandbox.mail.reports import report
from storage.database import Database
from tests.conftest import NOW

SECRET = b"key"
NOBODY: Any = None
"""Neither server nor session is looked at."""


class Failing(Database):
    """Nothing can be written while there is an ``error``."""

    error: Exception | None = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        if self.error is not None:
            raise self.error
        async with super().transaction() as session:
            yield session


@pytest.fixture
async def failing(sqlite_url: str) -> AsyncIterator[Failing]:
    made = Failing(sqlite_url)
    yield made
    await made.close()


def address(name: str, purpose: Purpose, about: About = About.DELIVERY, id: int = 7) -> str:
    return f"{name}+{address_token(SECRET, Subject(about, id), purpose)}@example.gov.vn"


def came(*to: str) -> Envelope:
    made = Envelope()
    made.rcpt_tos = list(to)
    made.content = report(
        to="bounce@x.vn", recipient="lan@xa.vn", status="5.1.1", said="550 unknown", original=b"Subject: a\r\n\r\nb"
    )
    return made


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (None, OK), (OperationalError("INSERT", {}, Exception("disk I/O error")), LATER),
        (OSError("no space left"), LATER), (ValueError("what is this"), OK),
    ],
    ids=["well", "database", "disk", "unreadable"],
)  # fmt: skip
async def test_only_what_could_not_be_kept_is_to_come_again(failing: Failing, error: Exception | None, answer: str):
    failing.error = error
    bounces = Bounces(failing, SECRET, lambda: NOW)
    assert await bounces.handle_DATA(NOBODY, NOBODY, came(address("bounce", Purpose.BOUNCE))) == answer


async def test_so_many_recipients_are_taken_and_no_more(failing: Failing):
    bounces, envelope = Bounces(failing, SECRET, lambda: NOW), Envelope()
    told = [await bounces.handle_RCPT(NOBODY, NOBODY, envelope, f"a{n}@x.vn", []) for n in range(MOST_RECIPIENTS + 1)]
    assert told == [OK] * 10 + [NO_MORE]
    assert envelope.rcpt_tos == [f"a{n}@x.vn" for n in range(10)]


@pytest.mark.parametrize(
    ("to", "taken_for"),
    [
        (address("bounce", Purpose.BOUNCE), "known"),
        (address("BOUNCE", Purpose.BOUNCE), "known"),
        (address("bounce", Purpose.STOP), "not ours"),
        (address("stop", Purpose.BOUNCE), "not ours"),
        (address("stop", Purpose.STOP), "not ours"),
        (address("stop", Purpose.STOP, About.CASE), "not ours"),
        (address("other", Purpose.BOUNCE), "not ours"),
        (address("bounce", Purpose.BOUNCE, About.CASE), "known"),
        (address("bounce", Purpose.BOUNCE, About.NOTICE), "not ours"),
        ("bounce@example.gov.vn", "not ours"),
        ("", "not ours"),
    ],
)
async def test_an_address_is_good_for_what_it_was_signed_for(failing: Failing, to: str, taken_for: str):
    """No delivery and no case has the number 7."""
    bounces = Bounces(failing, SECRET, lambda: NOW)
    content = came().content
    assert isinstance(content, bytes)
    assert await bounces.received(to, content) == taken_for
    assert bounces.counts == {taken_for: 1}
