"""The pages around an e-mail: the archive, a recipient's own page, and the one click of RFC 8058."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import select

from bot.mailing import add_pages
from broadcasts.areas import ALL
from channels.email_tokens import About, Purpose, Subject, url_token
from pages.site import Site
from storage import bulletins, cases
from storage.contacts import belongs_to, met
from storage.enums import BroadcastStatus, CaseStatus, ChannelName, DeliveryStatus, Reason
from storage.mail import secret
from storage.people import add_person
from storage.tables import Article, AuditEntry, Broadcast, Case, Contact, Delivery, Person
from surveys.catalogue import Catalogue
from tests.world import ZONE, World

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@dataclass
class Pages:
    loa: World
    url: str
    secret: bytes
    client: aiohttp.ClientSession
    bulletin: int = 0
    delivery: int = 0

    def own(self, way: str = "", *, delivery: int | None = None) -> str:
        token = url_token(self.secret, Subject(About.DELIVERY, delivery or self.delivery))
        return f"{self.url}/m/{token}{way}"

    async def person(self) -> Person:
        async with self.loa.database.reading() as session:
            found = await session.scalar(select(Person).where(Person.name == "Lan"))
        assert found is not None
        return found

    async def read(self, url: str) -> tuple[int, str]:
        async with self.client.get(url) as answer:
            return answer.status, await answer.text()

    async def post(self, url: str, **form: str | list[str]) -> tuple[int, str]:
        async with self.client.post(url, data=form) as answer:
            return answer.status, await answer.text()


@asynccontextmanager
async def serving(loa: World) -> AsyncIterator[Pages]:
    async with loa.database.transaction() as session:
        key = await secret(session)
    app = web.Application()
    add_pages(app, Site(loa.database, Catalogue(), ZONE, clock=lambda: loa.now), key)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession() as client:
        yield Pages(loa, f"http://127.0.0.1:{runner.addresses[0][1]}", key, client)
    await runner.cleanup()


@pytest.fixture
async def pages(loa: World) -> AsyncIterator[Pages]:
    """Lan received bulletin 47 by e-mail."""
    async with serving(loa) as made:
        made.bulletin = await loa.bulletin()
        async with loa.database.transaction() as session:
            contact = (await met(session, ChannelName.EMAIL, ["lan@xa.vn"], loa.now))["lan@xa.vn"]
            lan = await add_person(session, "Lan", loa.now)
            await belongs_to(session, contact.id, lan)
            sent = Broadcast(
                bulletin_id=made.bulletin, title="x", audience="all", content={}, status=BroadcastStatus.SENT,
                author_id=lan, created_at=loa.now,
            )  # fmt: skip
            session.add(sent)
            await session.flush()
            row = Delivery(
                broadcast_id=sent.id, person_id=lan, contact_id=contact.id, channel=ChannelName.EMAIL,
                address="lan@xa.vn", status=DeliveryStatus.SENT,
            )  # fmt: skip
            session.add(row)
            await session.flush()
            made.delivery = row.id
        yield made


async def test_the_archive_shows_a_bulletin_whole(pages):
    status, html = await pages.read(f"{pages.url}/b/{pages.bulletin}")

    async with pages.loa.database.reading() as session:
        found = await bulletins.bulletin(session, pages.bulletin)
        assert found is not None
        written = await session.scalars(select(Article.body).where(Article.bulletin_id == pages.bulletin))
        words = [span[0] for body in written for block in body for span in block["spans"]]
    shown = (
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))
        .replace("&#39;", "'")
        .replace("&#34;", '"')
        .replace("&amp;", "&")
    )
    assert status == 200
    assert [w for w in words if re.sub(r"\s+", " ", w).strip() not in shown] == []
    assert [one.headline for one in found.articles if one.headline not in shown] == []


async def test_an_article_is_found_in_its_bulletin(pages):
    async with pages.client.get(f"{pages.url}/b/a/1", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, f"/b/{pages.bulletin}#bai-1")


async def test_what_is_not_published_is_not_there_and_what_was_withdrawn_says_so(pages):
    loa = pages.loa
    async with loa.database.transaction() as session:
        await bulletins.mark_withdrawn(session, pages.bulletin, loa.now)
        hidden = await bulletins.put_bulletin(session, 2026, 48, "x", loa.now.date(), [], loa.now)

    assert (await pages.read(f"{pages.url}/b/{hidden}"))[0] == 404
    status, html = await pages.read(f"{pages.url}/b/{pages.bulletin}")
    assert status == 410
    assert "Bản tin đã được thu hồi" in html


async def test_one_click_unsubscribes_as_rfc_8058_wants_it(pages):
    with aiohttp.MultipartWriter("form-data") as form:
        form.append("One-Click").set_content_disposition("form-data", name="List-Unsubscribe")
    headers = {"Origin": "https://mail.example.com", "Sec-Fetch-Site": "cross-site"}
    async with pages.client.post(pages.own("/stop"), data=form, headers=headers) as answer:
        assert (answer.status, answer.cookies) == (200, {})
    assert not (await pages.person()).subscribed
    assert (await pages.post(pages.own("/stop"), **ONE_CLICK))[0] == 200
    async with pages.loa.database.reading() as session:
        assert list(await session.scalars(select(AuditEntry.action))) == ["unsubscribe"]


async def test_following_links_changes_nothing(pages):
    for way in ("", "/stop", "/read"):
        status, html = await pages.read(pages.own(way))
        assert status == 200
        assert "<form" in html
    assert (await pages.person()).subscribed
    async with pages.loa.database.reading() as session:
        assert await session.scalar(select(Delivery.read_at)) is None


async def test_who_stopped_may_come_back(pages):
    await pages.post(pages.own("/stop"))
    async with pages.loa.database.transaction() as session:
        row = await session.scalar(select(Contact).where(Contact.address == "lan@xa.vn"))
        row.stopped_at, row.stopped_reason = pages.loa.now, Reason.BOUNCED

    status, html = await pages.post(pages.own(), step="resume")
    assert status == 200
    assert "lại nhận bản tin" in html
    assert (await pages.person()).subscribed
    async with pages.loa.database.reading() as session:
        assert await session.scalar(select(Contact.stopped_at)) is None


@pytest.mark.parametrize(
    ("chosen", "kept"),
    [(["0", "2"], 0b101), (["0", "0", "99", "x"], 1), ([str(n) for n in range(ALL.bit_length())], 0)],
)
async def test_areas_are_kept(pages, chosen, kept):
    data = [("step", "areas"), *(("area", one) for one in chosen)]
    async with pages.client.post(pages.own(), data=data) as answer:
        assert answer.status == 200
    assert (await pages.person()).areas == kept


async def test_no_area_is_no_choice(pages):
    _, html = await pages.post(pages.own(), step="areas")
    assert "chưa chọn lĩnh vực nào" in html
    assert (await pages.person()).areas == 0


async def test_a_form_of_another_site_is_refused(pages):
    headers = {"Sec-Fetch-Site": "cross-site"}
    async with pages.client.post(pages.own(), data={"step": "resume"}, headers=headers) as answer:
        assert answer.status == 403


async def test_who_says_to_have_read_it_is_noted(pages):
    _, html = await pages.post(pages.own("/read"))
    assert "Cảm ơn ông/bà" in html
    async with pages.loa.database.reading() as session:
        assert await session.scalar(select(Delivery.read_at)) == pages.loa.now


@pytest.mark.parametrize("way", ["", "/stop", "/read"])
async def test_a_token_that_is_not_ours_finds_nothing(pages, way):
    wrong = [
        f"{pages.url}/m/{'A' * 22}{way}", pages.own(way, delivery=4711),
        f"{pages.url}/m/{url_token(pages.secret, Subject(About.DELIVERY, pages.delivery), Purpose.MESSAGE)}{way}",
    ]  # fmt: skip
    for url in wrong:
        assert (await pages.read(url))[0] == 404
        assert (await pages.post(url))[0] == 404
    assert (await pages.person()).subscribed


async def test_who_was_drawn_for_a_survey_may_refuse_further_mail(pages):
    loa = pages.loa
    survey_id, _ = await loa.survey()
    async with loa.database.transaction() as session:
        await cases.add_cases(session, survey_id, [cases.NewCase("c0de", "00004", loa.now, email="an@x.vn")], loa.now)
        case_id = await session.scalar(select(Case.id))
    url = f"{pages.url}/m/{url_token(pages.secret, Subject(About.CASE, case_id))}/stop"

    assert "không muốn nhận thư mời" in (await pages.read(url))[1]
    assert (await pages.post(url, **ONE_CLICK))[0] == 200
    async with loa.database.reading() as session:
        row = (await session.execute(select(Case.status, Case.disposition))).one()
    assert tuple(row) == (CaseStatus.CANCELLED, "refused")


async def test_many_clicks_at_once_are_one(pages):
    answers = await asyncio.gather(*(pages.post(pages.own("/stop"), **ONE_CLICK) for _ in range(8)))
    assert {status for status, _ in answers} == {200}
    async with pages.loa.database.reading() as session:
        assert len(list(await session.scalars(select(AuditEntry.id)))) == 1
