"""A dedicated account: one article for all who follow it, one copy for everybody, and nothing claimed that is not known."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from bot import articles as job
from bot.articles import Articles
from broadcasts.finish import finish_done, start_due
from handlers.progress import report
from handlers.ways import planned_ways
from sandbox.zalo import people as on_zalo
from storage import articles
from storage.broadcasts import broadcast
from storage.conditions import Both, Everyone, Interested
from storage.contacts import CHANNELS_FACT, DEDICATED_FACT, learn
from storage.deliveries import expire, fan_out_change
from storage.enums import BroadcastKind, BroadcastStatus, ChannelName, DeliveryStatus, Reason
from storage.tables import Broadcast, Contact, Delivery, Person, ZaloArticle, ZaloChat
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

    async def start(
        self, audience: str = "all", *, gone: int = 0, left: int = 0, bulletin: bool = True, channels=CHANNELS
    ) -> None:
        """``gone`` has stopped the account, ``left`` follows it no more; or it says something that is no bulletin."""
        loa = self.loa
        self.id = await approved(loa, 6, audience)
        if not bulletin:
            async with loa.database.transaction() as session:
                await session.execute(update(Broadcast).values(bulletin_id=None))
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
            if left:
                await articles.follows(session, str(left), yes=False)
            stopped = update(Contact).where(Contact.channel == ChannelName.ZALO_OA, Contact.address == str(gone))
            await session.execute(stopped.values(stopped_at=loa.now, stopped_reason=Reason.BLOCKED))
        await start_due(loa.database, channels, loa.now, latest=timedelta(hours=12))

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
        state = await session.scalar(select(ZaloArticle.state))
    assert tried == {"", f"zalo_article:{Reason.QUOTA}"}
    assert state == articles.ArticleState.REFUSED


async def test_at_night_it_waits_for_the_morning_and_a_cancelled_one_is_not_sent(issue: Issue):
    issue.loa.later(hours=14.5)  # 22:30
    await issue.start()
    await issue.tick()
    async with issue.loa.database.reading() as session:
        due = await session.scalar(select(ZaloArticle.due_at))
    assert f"{due:%H:%M:%S}" == "23:00:30"  # six o'clock in Hà Nội
    assert await issue.rows() == {"zalo_article pending": 5, "zalo_oa pending": 1}
    async with issue.loa.database.transaction() as session:
        await session.execute(update(Broadcast).values(status=BroadcastStatus.CANCELLED))
    issue.loa.later(hours=8)
    await issue.tick()
    assert issue.got()[:5] == [[]] * 5
    await finish_done(issue.loa.database, issue.loa.now)


@pytest.mark.parametrize(("audience", "bulletin"), [("not level=central", True), ("all", False)])
async def test_a_part_of_the_officials_and_what_is_no_bulletin_is_written_to_one_by_one(
    issue: Issue, audience: str, bulletin: bool
):
    await issue.start(audience, bulletin=bulletin)
    assert await issue.rows() == {"zalo_oa pending": 5, "telegram pending": 1}
    async with issue.loa.database.reading() as session:
        assert list(await session.scalars(select(ZaloArticle))) == []


async def test_there_is_no_article_where_nothing_goes_out_on_zalo(issue: Issue):
    await issue.start(channels=[ChannelName.TELEGRAM])
    assert await issue.rows() == {"telegram pending": 1, " skipped": 5}


async def test_who_follows_is_asked_in_turns_before_the_article_is_made(issue: Issue, monkeypatch):
    monkeypatch.setattr(job, "ASKED_AT_ONCE", 1)
    await issue.start()
    await issue.tick(times=7)
    assert await issue.rows() == {"zalo_article sent": 5, "zalo_oa pending": 1}


async def test_while_zalo_does_not_say_who_follows_nobody_is_taken_for_gone(issue: Issue):
    await issue.start()
    issue.loa.zalo.api.faults.order({"kind": "500", "count": 1, "methods": ["detail"]})
    await issue.tick()
    assert await issue.rows() == {"zalo_article pending": 6}
    issue.loa.later(minutes=1)
    await issue.tick()
    assert await issue.rows() == {"zalo_article sent": 5, "zalo_oa pending": 1}


async def test_who_is_not_there_any_more_does_not_keep_the_others_from_the_article(issue: Issue):
    await issue.start()
    del issue.loa.zalo.world.people[str(FIRST + 5)]
    await issue.tick()
    assert await issue.rows() == {"zalo_article sent": 5, "zalo_oa pending": 1}


async def test_two_processes_broadcast_an_article_once(issue: Issue):
    await issue.start()
    await issue.tick(times=2)
    await asyncio.gather(issue.tick(times=1), issue.tick(times=1))
    assert issue.got()[:5] == [["article"]] * 5


async def test_who_saw_an_article_before_it_was_begun_may_not_begin_it(issue: Issue):
    await issue.start()
    await issue.tick(times=2)
    loa = issue.loa
    async with loa.database.transaction() as session:
        [one] = await articles.due_articles(session, loa.now)
        assert await articles.begin(session, one, loa.now)
        assert not await articles.begin(session, one, loa.now)


async def test_an_article_of_a_broadcast_that_was_paused_meanwhile_is_not_begun(issue: Issue):
    await issue.start()
    await issue.tick(times=2)
    loa = issue.loa
    async with loa.database.transaction() as session:
        [one] = await articles.due_articles(session, loa.now)
        await session.execute(update(Broadcast).values(status=BroadcastStatus.PAUSED))
        assert not await articles.begin(session, one, loa.now)
        assert await articles.due_articles(session, loa.now) == []


async def test_an_article_that_was_surely_refused_for_now_goes_out_later(issue: Issue):
    await issue.start()
    issue.loa.zalo.api.faults.order({"kind": "429", "count": 1, "methods": ["message"]})
    await issue.tick()
    assert await issue.rows() == {"zalo_article pending": 5, "zalo_oa pending": 1}
    assert issue.got()[:5] == [[]] * 5
    issue.loa.later(minutes=6)
    await issue.tick()
    assert issue.got()[:5] == [["article"]] * 5


async def test_an_article_that_could_not_be_made_is_made_later(issue: Issue):
    """Nobody sees one before it is broadcast: a second one does no harm."""
    await issue.start()
    issue.loa.zalo.api.faults.order({"kind": "lost_reply", "count": 1, "methods": ["create"]})
    await issue.tick()
    assert await issue.rows() == {"zalo_article pending": 5, "zalo_oa pending": 1}
    issue.loa.later(minutes=1)
    await issue.tick()
    assert issue.got()[:5] == [["article"]] * 5


async def test_who_is_known_not_to_follow_keeps_their_own_way(issue: Issue):
    await issue.start(gone=FIRST, left=FIRST + 5)
    async with issue.loa.database.reading() as session:
        assert await articles.followers(session, Everyone()) == 4
    assert await issue.rows() == {"zalo_article pending": 4, "zalo_oa pending": 1, "telegram pending": 1}


async def test_who_got_an_article_is_told_of_a_change_in_a_message(issue: Issue):
    await issue.start()
    await issue.tick()
    loa = issue.loa
    async with loa.database.transaction() as session:
        change = Broadcast(
            kind=BroadcastKind.CORRECT, of_id=issue.id, title="", audience="all", content={}, status="approved",
            author_id=1, created_at=loa.now,
        )  # fmt: skip
        session.add(change)
        await session.flush()
        assert await fan_out_change(session, change.id, issue.id, loa.now) == 5
    assert await issue.rows() == {"zalo_article sent": 5, "zalo_oa pending": 6}


async def test_where_nobody_follows_there_is_no_article(issue: Issue):
    await issue.start()
    async with issue.loa.database.transaction() as session:
        await session.execute(delete(ZaloArticle))
        await session.execute(update(ZaloChat).values(follows=False))
        for n in range(6):
            await articles.follows(session, str(FIRST + n), yes=False)
        assert await articles.dedicate(session, issue.id, issue.loa.now) == 0
        assert list(await session.scalars(select(ZaloArticle))) == []


async def test_an_article_that_went_out_is_over(issue: Issue):
    await issue.start()
    await issue.tick()
    issue.loa.later(hours=1)
    async with issue.loa.database.reading() as session:
        assert await articles.due_articles(session, issue.loa.now) == []


async def test_an_article_in_doubt_of_a_broadcast_that_was_cancelled_is_listed_as_unknown(issue: Issue):
    await issue.start()
    await issue.tick(times=2)
    loa = issue.loa
    async with loa.database.transaction() as session:
        [one] = await articles.due_articles(session, loa.now)
        assert await articles.begin(session, one, loa.now)
        await session.execute(update(Broadcast).values(status=BroadcastStatus.CANCELLED))
        assert await expire(session, loa.now + timedelta(minutes=9)) == 0  # its own job knows better
    loa.later(minutes=6)
    await issue.tick()
    assert (await issue.rows())["zalo_article unknown"] == 5
