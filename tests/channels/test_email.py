"""E-mail over a real mail server: what a letter carries with and without pages, and how often its body is made."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from channels import email_words as words
from channels.blocks import heading, line, paragraph
from channels.email import Addresses, Email
from channels.email_headers import Sender
from channels.email_tokens import About, Purpose, Subject, read_address, read_url
from channels.message import Choice, File, Message, SendError
from channels.smtp import Pool, Server
from sandbox.mail.mailboxes import Letter
from sandbox.mail.server import MailServer
from storage.database import Database
from storage.enums import Reason
from storage.files import keep_file

HOME, DOMAIN, SECRET, LAN = "https://bantin.example.gov.vn", "example.gov.vn", b"key", "lan@xa.vn"
BOTH = Addresses(HOME, DOMAIN)
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
BULLETIN = Message((heading("Bản tin"), paragraph("Số 47/2026")), ((Choice("rd:1", "Đã đọc"),),))


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    made = MailServer()
    await made.start()
    yield made
    await made.stop()


@asynccontextmanager
async def channel(
    server: MailServer, addresses: Addresses = BOTH, database: Database | None = None
) -> AsyncIterator[Email]:
    made = Email(
        Pool(Server("127.0.0.1", server.port, seconds=5), 3), Sender("Loa", f"bantin@{DOMAIN}"), SECRET,
        addresses=addresses, link=lambda choice: f"{HOME}/{choice.token}", database=database, now=lambda: NOW,
    )  # fmt: skip
    try:
        async with asyncio.timeout(20):
            yield made
    finally:
        await made.close()


async def to_lan(server: MailServer, email: Email, message: Message, about: About, **more: Any) -> Letter:
    """The letter that arrives, about row 7."""
    await email.deliver_to(LAN, email.rendered(message, about=about), Subject(about, 7), **more)
    return server.boxes.of(LAN)[-1]


def words_of(letter: Letter) -> str:
    """Its plain text."""
    return str(letter.view()["text"]).replace("\r\n", "\n").rstrip("\n") + "\n"


async def test_a_bulletin_leads_to_pages_of_its_own(server: MailServer):
    async with channel(server) as email:
        found = await to_lan(server, email, BULLETIN, About.DELIVERY)
    ways = str(found.parsed["List-Unsubscribe"])
    token = ways.split("/m/")[1].split("/")[0]
    assert read_url(SECRET, token) == Subject(About.DELIVERY, 7)
    assert read_address(SECRET, ways.split("stop+")[1].split("@")[0], Purpose.STOP) == Subject(About.DELIVERY, 7)
    assert read_address(SECRET, found.sender.split("+")[1].split("@")[0], Purpose.BOUNCE) == Subject(
        About.DELIVERY, 7
    )
    text, own = words_of(found), f"{HOME}/m/{token}"
    assert text.endswith(
        f"\n\nĐã đọc:\n{HOME}/rd:1\n\n-- \n{words.WHY_BULLETIN}\n{words.STOP}: {own}/stop\n{words.PREFERENCES}: {own}\n"
    )


async def test_an_invitation_has_a_way_to_refuse_and_no_preferences(server: MailServer):
    async with channel(server) as email:
        found = await to_lan(server, email, BULLETIN, About.CASE)
    token = str(found.parsed["List-Unsubscribe"]).split("/m/")[1].split("/")[0]
    assert words_of(found).endswith(f"-- \n{words.WHY_SURVEY}\n{words.STOP_SURVEY}: {HOME}/m/{token}/stop\n")
    assert found.parsed["Feedback-ID"] == f"c:bantin:loa:{DOMAIN}"


async def test_a_notice_to_staff_has_no_links_and_nothing_to_unsubscribe_from(server: MailServer):
    async with channel(server) as email:
        found = await to_lan(server, email, Message(BULLETIN.body), About.NOTICE)
    assert found.parsed["List-Unsubscribe"] is None
    assert words_of(found).endswith(f"-- \n{words.WHY_NOTICE}\n")
    assert "href" not in found.view()["html"]


async def test_without_pages_there_are_no_links_to_them(server: MailServer):
    async with channel(server, Addresses(domain=DOMAIN)) as email:
        found = await to_lan(server, email, BULLETIN, About.DELIVERY)
    assert str(found.parsed["List-Unsubscribe"]).startswith("<mailto:stop+")
    assert found.parsed["List-Unsubscribe-Post"] is None
    assert words_of(found).endswith(f"-- \n{words.WHY_BULLETIN}\n")
    assert "/m/" not in found.view()["html"]


async def test_without_a_domain_nothing_is_asked_to_come_back(server: MailServer):
    async with channel(server, Addresses(HOME)) as email:
        found = await to_lan(server, email, BULLETIN, About.DELIVERY)
    assert found.sender == f"bantin@{DOMAIN}"
    assert "mailto" not in str(found.parsed["List-Unsubscribe"])
    assert str(found.parsed["List-Unsubscribe"]).startswith(f"<{HOME}/m/")


@pytest.mark.parametrize("address", ["lân@xa.vn", "lan@xa.vn\r\nBcc: all@xa.vn", "a" * 960 + "@xa.vn"])
async def test_an_address_that_cannot_be_written_to_is_nobodys(server: MailServer, address: str):
    async with channel(server) as email:
        with pytest.raises(SendError) as caught:
            await email.deliver(address, email.own(email.rendered(BULLETIN), 7))
    assert caught.value.reason is Reason.NOT_FOUND
    assert server.boxes.all == []


async def test_a_second_letter_about_the_same_is_another_and_one_sent_twice_the_same(server: MailServer):
    async with channel(server) as email:
        ids = [
            (await to_lan(server, email, BULLETIN, About.CASE, again=again)).parsed["Message-ID"]
            for again in (False, False, True, True)
        ]
    token = str(ids[0]).strip("<>").split("@")[0]
    assert ids == [f"<{token}@{DOMAIN}>"] * 2 + [f"<{token}.again@{DOMAIN}>"] * 2
    assert read_address(SECRET, token, Purpose.MESSAGE) == Subject(About.CASE, 7)


async def test_a_correction_says_so_once_and_refers_to_the_old_letter(server: MailServer):
    twice = Message((heading("Bản tin"), paragraph("Một"), heading("Số 2"), paragraph("Hai")))
    async with channel(server) as email:
        await email.edit(LAN, "old@example.gov.vn", email.own(email.rendered(twice), 7))
    [found] = server.boxes.of(LAN)
    assert (found.parsed["Subject"], found.parsed["In-Reply-To"]) == ("Đính chính: Bản tin", "<old@example.gov.vn>")
    assert words_of(found).startswith(f"{words.CORRECTED_NOTE}\n\nBản tin\n")
    assert found.view()["html"].count(words.CORRECTED_NOTE) == 1


async def test_buttons_lead_elsewhere_where_that_is_said(server: MailServer):
    async with channel(server) as email:
        part = email.rendered(BULLETIN, about=About.CASE, link=lambda _: "https://elsewhere.vn/s")
        await email.deliver_to(LAN, part, Subject(About.CASE, 7))
    text = words_of(server.boxes.of(LAN)[0])
    assert "\n\nĐã đọc:\nhttps://elsewhere.vn/s\n" in text
    assert f"{HOME}/rd:1" not in text


async def test_a_picture_is_shown_under_the_subject_and_a_letter_without_shows_none(server: MailServer):
    shown = Message((heading("Bản tin"), line("Số 47")), picture=File("tệp 1.png", PNG, "image/png"))
    async with channel(server) as email:
        await to_lan(server, email, shown, About.DELIVERY)
        await to_lan(server, email, Message(shown.body), About.DELIVERY)
    pictured, bare = (one.view() for one in server.boxes.of(LAN))
    assert 'alt="Bản tin – Số 47"' in pictured["html"]
    assert [one["name"] for one in pictured["files"]] == ["tệp 1.png"]
    assert ("<img" in bare["html"], bare["files"]) == (False, [])


class Counted(Database):
    """How often it was read, each time a little late."""

    reads = 0

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        self.reads += 1
        await asyncio.sleep(0.01)
        async with super().reading() as session:
            yield session


@pytest.fixture
async def counted(sqlite_url: str) -> AsyncIterator[Counted]:
    made = Counted(sqlite_url)
    yield made
    await made.close()


async def pictured(database: Database, text: str) -> Message:
    """A message whose picture is kept in the database alone."""
    async with database.transaction() as session:
        sha256 = await keep_file(session, PNG, NOW)
    return Message((heading(text),), picture=File("a.png", b"", "image/png", sha256))


async def test_a_body_is_made_once_for_all_who_get_it(server: MailServer, counted: Counted):
    message = await pictured(counted, "Bản tin")
    async with channel(server, database=counted) as email:
        part = email.rendered(message)
        await asyncio.gather(*(email.deliver(f"a{n}@xa.vn", email.own(part, n)) for n in range(10)))
        await email.remove(LAN, "old@example.gov.vn", email.own(part, 11))
        await email.deliver_to(LAN, part, Subject(About.DELIVERY, 12), again=True)
    assert counted.reads == 1
    assert len(server.boxes.all) == 12
    assert all(one.view()["files"][0]["size"] == len(PNG) for one in server.boxes.all)


async def test_a_file_that_is_carried_along_is_not_read(server: MailServer, counted: Counted):
    carried = Message((heading("Bản tin"),), picture=File("a.png", PNG, "image/png", "00" * 32))
    async with channel(server, database=counted) as email:
        found = await to_lan(server, email, carried, About.DELIVERY)
    assert (counted.reads, found.view()["files"][0]["size"]) == (0, len(PNG))


async def test_bodies_are_forgotten_when_there_are_many(server: MailServer, counted: Counted):
    many = [await pictured(counted, f"Bản tin {n}") for n in range(10)]
    async with channel(server, database=counted) as email:
        for message in many:
            await to_lan(server, email, message, About.DELIVERY)
        assert counted.reads == 10
        for message in many[-9:]:
            await to_lan(server, email, message, About.DELIVERY)
        assert counted.reads == 10
        await to_lan(server, email, many[0], About.DELIVERY)
        assert counted.reads == 11
