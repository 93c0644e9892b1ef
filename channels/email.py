"""E-mail: our messages through a mail server.

The body is rendered once for a broadcast; each recipient gets headers of their own and their token in its place. What
was sent cannot be changed in anybody's mailbox, so a correction or a withdrawal is a new e-mail that says so and
refers to the old one.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from channels import email_words as words
from channels.email_body import body
from channels.email_headers import Letter, Sender, headers
from channels.email_text import Foot, html_of, page_of, subject_of, text_of
from channels.email_tokens import STANDS_FOR, About, Purpose, Subject, address_token, url_token
from channels.message import File, Link, Message, Prepared, SendError, no_link
from channels.smtp import Pool
from storage import files
from storage.database import Database
from storage.enums import ChannelName, Reason


@dataclass(frozen=True, slots=True)
class Mail:
    """A message rendered once; with ``of`` it is one person's."""

    subject: str
    text: str
    html: str
    picture: File | None = None
    document: File | None = None
    of: Subject | None = None
    in_reply_to: str = ""
    nth: str = ""
    """Which of several e-mails about one subject it is; '' for the first."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a recipient's links lead: ``home`` is the public address of the pages, ``domain`` takes reports."""

    home: str = ""
    domain: str = ""

    @property
    def own(self) -> str:
        """The page of one recipient, with the token's place in it; '' without pages."""
        return f"{self.home}/m/{STANDS_FOR}" if self.home else ""


class Email:
    """The channel; safe to use from many tasks."""

    name = ChannelName.EMAIL
    highest_id = 0

    def __init__(
        self, pool: Pool, sender: Sender, secret: bytes, *, addresses: Addresses = Addresses(),
        link: Link = no_link, database: Database | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        self._pool, self._sender, self._secret, self._addresses = pool, sender, secret, addresses
        self._link, self._database, self._now = link, database, now
        self._bodies: dict[Mail, tuple[bytes, ...]] = {}
        self._lock = asyncio.Lock()

    async def close(self) -> None:
        await self._pool.close()

    def prepare(self, message: Message) -> Prepared:
        return Prepared((self.rendered(message),))

    def rendered(self, message: Message, *, about: About = About.DELIVERY, link: Link | None = None) -> Mail:
        """One e-mail, the same for all who get it; ``link`` if its buttons lead elsewhere than a bulletin's."""
        subject = subject_of(message.written)
        page = page_of(message, link or self._link, self._foot(about))
        if page.picture:
            page = replace(page, picture=subject)
        return Mail(subject, text_of(page), html_of(page, subject), message.picture, message.document)

    def _foot(self, about: About) -> Foot:
        if about is About.NOTICE:
            return Foot(words.WHY_NOTICE, ())
        own, case = self._addresses.own, about is About.CASE
        stop = words.STOP_SURVEY if case else words.STOP
        links = [(stop, f"{own}/stop")] if own else []
        if own and not case:
            links.append((words.PREFERENCES, own))
        return Foot(words.WHY_SURVEY if case else words.WHY_BULLETIN, tuple(links))

    def own(self, part: Mail, delivery_id: int) -> Mail:
        """The part as it goes out for one delivery."""
        return replace(part, of=Subject(About.DELIVERY, delivery_id))

    async def deliver(self, address: str, part: Mail) -> str:
        """Hand it to the mail server; the id of the e-mail, the same if it has to be sent again."""
        assert part.of is not None, "an e-mail belongs to a delivery, a case or a notice"
        message_id = self._message_id(part)
        token = url_token(self._secret, part.of)
        notice = part.of.about is About.NOTICE
        own = "" if notice else self._addresses.own.replace(STANDS_FOR, token)
        letter = Letter(
            address, part.subject, message_id, self._now(), one_click=f"{own}/stop" if own else "",
            mailto="" if notice else self._back("stop", part.of, Purpose.STOP), in_reply_to=part.in_reply_to,
            mailing=str(part.of.about),
        )  # fmt: skip
        try:
            head = headers(self._sender, letter)
        except ValueError:
            raise SendError(Reason.NOT_FOUND, "the address cannot be written to") from None
        chunks = await self._body(part)
        sender = self._back("bounce", part.of, Purpose.BOUNCE) or self._sender.address
        await self._pool.send(sender, address, head + token.encode().join(chunks))
        return message_id

    async def deliver_to(self, address: str, part: Mail, of: Subject, *, again: bool = False) -> str:
        """Send what is no delivery of a broadcast; ``again`` is a second e-mail about the same subject."""
        return await self.deliver(address, replace(part, of=of, nth="again" if again else ""))

    async def edit(self, address: str, message_id: str, part: Mail) -> None:
        """A new e-mail that says it takes the place of the old one."""
        note = f"{words.CORRECTED_NOTE}\n\n{part.text}"
        said = replace(
            part, subject=words.CORRECTION.format(subject=part.subject), text=note,
            html=part.html.replace("</h1>", f"</h1><p><strong>{words.CORRECTED_NOTE}</strong></p>", 1),
            in_reply_to=message_id,
        )  # fmt: skip
        await self.deliver(address, said)

    async def remove(self, address: str, message_id: str, instead: Mail) -> None:
        """A new e-mail that says the old one no longer holds."""
        await self.deliver(address, replace(instead, in_reply_to=message_id))

    def _message_id(self, part: Mail) -> str:
        """Made of the delivery, so that what is sent twice in doubt is one e-mail to many mail readers."""
        assert part.of is not None
        token = address_token(self._secret, part.of, Purpose.MESSAGE)
        return f"{token}{'.' if part.nth else ''}{part.nth}@{self._sender.domain}"

    def _back(self, name: str, subject: Subject, purpose: Purpose) -> str:
        """An address of ours for what comes back; '' where nothing is received."""
        domain = self._addresses.domain
        return f"{name}+{address_token(self._secret, subject, purpose)}@{domain}" if domain else ""

    async def _body(self, part: Mail) -> tuple[bytes, ...]:
        key = replace(part, of=None, in_reply_to="", nth="")
        if key not in self._bodies:
            async with self._lock:
                if key not in self._bodies:
                    made = body(
                        part.text, part.html, await self._whole(part.picture), await self._whole(part.document)
                    )
                    while len(self._bodies) > 8:
                        self._bodies.pop(next(iter(self._bodies)))
                    self._bodies[key] = made
        return self._bodies[key]

    async def _whole(self, file: File | None) -> File | None:
        if file is None or file.content or self._database is None:
            return file
        async with self._database.reading() as session:
            return replace(file, content=await files.file_content(session, file.sha256))
