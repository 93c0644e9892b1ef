"""What comes back by e-mail: reports of what was not delivered, and wishes to hear no more.

The mail server passes on what is sent to ``bounce+…`` and ``stop+…`` of our domain. Only signed addresses count, so
nobody can stop the mail of others; what is not signed is taken and let be, as an answer would go to somebody who did
not write to us.
"""

import logging
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy.exc import DBAPIError

from bot.reports import report
from channels.email_tokens import About, Purpose, Subject, read_address
from storage import mail
from storage.database import Database, in_short

log = logging.getLogger(__name__)
LARGEST = 1 << 24
"""Bytes of a message that are taken; of a report only its beginning is read."""
MOST_RECIPIENTS = 10
PURPOSES = {"bounce": Purpose.BOUNCE, "stop": Purpose.STOP}
OK, LATER, NO_MORE = "250 2.0.0 OK", "451 4.3.0 Try again later", "452 4.5.3 Too many recipients"


class Bounces:
    """The handler of the listener. A message is acknowledged only when what it says is on the disk."""

    def __init__(
        self, database: Database, secret: bytes, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._database, self._secret, self._now = database, secret, now
        self.counts: Counter[str] = Counter()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return NO_MORE
        envelope.rcpt_tos.append(address)
        return OK

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        try:
            for address in envelope.rcpt_tos:
                await self.received(address, content)
        except (DBAPIError, OSError) as error:
            log.error("what came back could not be kept; the mail server will bring it again: %s", in_short(error))
            return LATER
        except Exception:  # one that we cannot read must not come again and again
            log.exception("what came back could not be read")
        return OK

    async def received(self, address: str, content: bytes) -> str:
        """Do what a message to this address says; what it was taken for."""
        what = await self._done(address, content)
        self.counts[what] += 1
        return what

    async def _done(self, address: str, content: bytes) -> str:
        name, _, token = address.partition("@")[0].partition("+")
        purpose = PURPOSES.get(name.lower())
        subject = read_address(self._secret, token, purpose) if purpose else None
        if purpose is None or subject is None:
            log.info("mail came to an address that is not ours; it is let be")
            return "not ours"
        if purpose is Purpose.STOP:
            return await self._stop(subject)
        found = report(content)
        if found is None:
            return "no report"
        now = self._now()
        async with self._database.transaction() as session:
            if subject.about is About.CASE:
                new = await mail.case_bounced(session, subject.id, report=found.key, status=found.status, now=now)
            else:
                new = await mail.bounced(
                    session, subject.id, report=found.key, status=found.status, final=found.final, now=now
                )
        if new:
            log.info("%s %d came back: %s", subject.about.name.lower(), subject.id, found.status)
        return "bounce" if new else "known"

    async def _stop(self, subject: Subject) -> str:
        async with self._database.transaction() as session:
            if subject.about is About.CASE:
                return "stop" if await mail.case_stops(session, subject.id) else "not ours"
            who = await mail.addressee(session, subject.id)
            if who is None:
                return "not ours"
            await mail.unsubscribe(session, who, self._now(), "e-mail")
        return "stop"


def listener(bounces: Bounces, hostname: str = "") -> Callable[[], SMTP]:
    """A factory of protocols for ``loop.create_server``."""

    def made() -> SMTP:
        return SMTP(bounces, data_size_limit=LARGEST, hostname=hostname or "loa", ident="Loa", timeout=60)

    return made
