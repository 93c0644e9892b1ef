"""A dedicated account: one article for all who follow it, one copy for everybody, and nothing claimed that is not known."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.articles import Articles
from broadcasts.finish import finish_done, start_due
from handlers.progress import report
from handlers.ways import planned_ways
from sandbox.zalo import people as on_zalo
from storage import articles
from storage.broadcasts import broadcast
from storage.conditions import Both, Everyone, Interested
from storage.contacts import CHANNELS_FACT, DEDICATED_FACT, learn
from storage.enums import BroadcastStatus, ChannelName, DeliveryStatus, Reason
from storage.tables import Broadcast, Contact, Delivery, Person, ZaloArticle
from tests.broadcasts.conftest import approved, dispatching, until_still
from tests.on_zalo import ZaloWorld
from tests.world import ZONE

CHANNELS = [ChannelName.TELEGRAM, ChannelName.ZALO_OA]
FIRST = 100_000


@dataclass
class Issue:
    """Six officials on the account: four follow it, of one nobody knows whether she does, one only wrote to it."""

    loa: ZaloWorld
    id: int = 0

    async def start(self, audience: str = "all") -> None:
        loa = self.loa
        self.id = await approved(loa, 6, audience)
        for n in range(4):
            on_zalo.follow(loa.zalo.world, loa.someone(FIRST + n))
        await loa.heard()
        loa.someone(FIRST + 4).follows = True  # before we listened
        for n in range(6):
            loa.someone(FIRST + n).messages.clear()
        async with loa.database.transaction() as session:
            await learn(session, DEDICATED_FACT, "yes")
            await learn(session, CHANNELS_FACT, "telegram zalo_oa")
            owner = select(Contact.person_id).where(Contact.address == str(FIRST)).scalar_subquery()
            person = await session.scalar(select(Person.id).where(Person.id == owner))
            session.add(Contact(person_id=person, channel="telegram", address="77", created_at=loa.now))
        await start_due(loa.database, CHANNELS, loa.now, latest=timedelta(hours=12))

    async def tick(self, times: int = 5) -> None:
        for _ in range(times):
            await Articles(self.loa.database, self.loa.oa, "Bản tin CCHC", lambda: self.loa.now).go_on()

    async def rows(self) -> dict[str, int]:
        async with self.loa.database.reading() as session:
            rows = await session.execute(select(Delivery.channel, Delivery.status))
            found: dict[str, int] = {}
            for channel, status in rows:
                found[f"{channel} {status}"] = found.get(f"{channel} {status}", 0) + 1
            return found

    def got(self) -> list[list[str]]:
        return [[sent.kind for sent in self.loa.someone(FIRST + n).messages] for n in range(6)]


@pytest.fixture
def issue(zalo_loa: ZaloWorld) -> Issue:
    return Issue(zalo_loa)


async def test_followers_get_the_article_and_nobody_a_second_copy(issue: Issue):
    await issue.start()
    async with issue.loa.database.reading() as session:
        plan = await planned_ways(session, Both(Everyone(), Interested(1)), issue.loa.now)
    assert plan.endswith(" · trong đó 6 người nhận bài viết Zalo phát chung, không gửi riêng")
    assert await issue.rows() == {"zalo_article pending": 6}
    await issue.tick()
    assert await issue.rows() == {"zalo_article sent": 5, "zalo_oa pending": 1}
    async with dispatching(issue.loa):
        found, tally = await until_still(issue.loa, issue.id)
    await issue.tick()

    assert (found.status, tally.ways) == (BroadcastStatus.SENT, {ChannelName.ZALO_ARTICLE: 5, ChannelName.ZALO_OA: 1})
    assert issue.got() == [["article"]] * 5 + [["text"]]
    assert issue.loa.someone(FIRST).messages[0].text == "Bản tin cải cách hành chính số 47/2026"
    assert issue.loa.messages(77) == []
    async with issue.loa.database.reading() as session:
        said = (await report(session, (await broadcast(session, issue.id)) or found, ZONE))[0]
    assert "Bài viết Zalo phát chung: Zalo không cho biết ai đã nhận; 5 người theo dõi được tính là đã phát" in [
        block.text for block in said.body
    ]


async def test_an_article_in_doubt_is_not_broadcast_again_by_itself_but_a_person_may(issue: Issue):
    await issue.start()
    issue.loa.zalo.api.faults.order({"kind": "lost_reply", "count": 1, "methods": ["message"]})
    await issue.tick()
    assert await issue.rows() == {"zalo_article unknown": 5, "zalo_oa pending": 1}
    async with dispatching(issue.loa):
        found, _ = await until_still(issue.loa, issue.id)
    assert found.status is BroadcastStatus.SENT_WITH_UNKNOWN
    assert issue.got()[:5] == [["article"]] * 5

    async with issue.loa.database.transaction() as session:
        await session.execute(
            update(Delivery).where(Delivery.status == DeliveryStatus.UNKNOWN).values(status="pending", doubtful=True)
        )
        await session.execute(update(Broadcast).values(status=BroadcastStatus.SENDING))
    await issue.tick()
    assert (await issue.rows())["zalo_article sent"] == 5


async def test_whoever_died_while_broadcasting_leaves_it_in_doubt(issue: Issue):
    await issue.start()
    await issue.tick(times=2)
    async with issue.loa.database.transaction() as session:
        [one] = await articles.due_articles(session, issue.loa.now)
        assert await articles.begin(session, one, issue.loa.now)
    await issue.tick()
    assert (await issue.rows())["zalo_article sending"] == 5
    issue.loa.later(minutes=6)
    await issue.tick()
    assert (await issue.rows())["zalo_article unknown"] == 5
    assert issue.got()[:5] == [[]] * 5


async def test_where_the_months_articles_are_used_up_everybody_is_written_to_on_their_own_way(issue: Issue):
    issue.loa.zalo.api.articles._months[f"{issue.loa.now:%Y-%m}"] = 99
    await issue.start()
    await issue.tick()
    assert await issue.rows() == {"zalo_oa pending": 5, "telegram pending": 1}
    async with issue.loa.database.reading() as session:
        tried = set(await session.scalars(select(Delivery.tried)))
    assert tried == {"", f"zalo_article:{Reason.QUOTA}"}


async def test_at_night_it_waits_for_the_morning_and_a_cancelled_one_is_not_sent(issue: Issue):
    issue.loa.later(hours=14.5)  # 22:30
    await issue.start()
    await issue.tick()
    assert await issue.rows() == {"zalo_article pending": 5, "zalo_oa pending": 1}
    async with issue.loa.database.transaction() as session:
        await session.execute(update(Broadcast).values(status=BroadcastStatus.CANCELLED))
    issue.loa.later(hours=8)
    await issue.tick()
    assert issue.got()[:5] == [[]] * 5
    await finish_done(issue.loa.database, issue.loa.now)


async def test_a_part_of_the_officials_is_written_to_one_by_one(issue: Issue):
    await issue.start("not level=central")
    assert await issue.rows() == {"zalo_oa pending": 5, "telegram pending": 1}
    async with issue.loa.database.reading() as session:
        assert list(await session.scalars(select(ZaloArticle))) == []
