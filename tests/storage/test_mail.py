"""What comes back by e-mail: what a report changes, what it leaves, and when an address is not written to any more."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from storage.cases import NewCase, add_cases
from storage.database import Database
from storage.enums import BroadcastStatus, CaseStatus, ChannelName, DeliveryStatus, Reason
from storage.mail import SOFT_LIMIT, addressee, bounced, case_bounced, case_stops, unsubscribe
from storage.tables import AuditEntry, Broadcast, Case, Contact, Delivery, Person
from tests.conftest import NOW
from tests.world import World

DAY = timedelta(days=1)
MAIL = ChannelName.EMAIL


async def sent(database: Database, count: int = 1, **more: Any) -> list[int]:
    """So many deliveries to one address, each of a broadcast of its own; their ids."""
    values = {"channel": MAIL, "address": "lan@xa.vn", "status": DeliveryStatus.SENT, "sent_at": NOW, **more}
    async with database.transaction() as session:
        person = await session.scalar(select(Person))
        contact = await session.scalar(select(Contact))
        if person is None or contact is None:
            person = Person(name="Lan", created_at=NOW)
            session.add(person)
            await session.flush()
            contact = Contact(person_id=person.id, channel=MAIL, address="lan@xa.vn", created_at=NOW)
            session.add(contact)
            await session.flush()
        made = []
        for _ in range(count):
            of = Broadcast(
                title="Số 47", audience="all", content={}, status=BroadcastStatus.SENT, author_id=person.id,
                created_at=NOW,
            )  # fmt: skip
            session.add(of)
            await session.flush()
            made.append(Delivery(broadcast_id=of.id, person_id=person.id, contact_id=contact.id, **values))
        session.add_all(made)
        await session.flush()
        return [one.id for one in made]


async def came_back(database: Database, delivery_id: int, *, after: timedelta = timedelta(), **more: Any) -> bool:
    values = {"report": f"{delivery_id}", "status": "4.2.2", "final": False, "now": NOW + after, **more}
    async with database.transaction() as session:
        return await bounced(session, delivery_id, **values)


async def stopped(database: Database) -> Any:
    async with database.reading() as session:
        return (await session.scalars(select(Contact))).one().stopped_at


async def row(database: Database, id: int) -> tuple[Any, ...]:
    async with database.reading() as session:
        one = await session.get_one(Delivery, id)
        return one.status, one.reason, one.detail, one.due_at


@pytest.mark.parametrize("status", DeliveryStatus)
async def test_what_comes_back_has_failed_unless_it_had_already(database: Database, status: DeliveryStatus):
    [id] = await sent(database, status=status, due_at=NOW)
    assert await came_back(database, id, status="5.2.2")
    over = status in (DeliveryStatus.FAILED, DeliveryStatus.SKIPPED)
    assert await row(database, id) == (
        (status, None, None, NOW) if over else (DeliveryStatus.FAILED, Reason.BOUNCED, "5.2.2", None)
    )


async def test_only_that_very_delivery_has_failed(database: Database):
    one, other = await sent(database, 2)
    await came_back(database, one)
    assert [(await row(database, id))[0] for id in (one, other)] == [DeliveryStatus.FAILED, DeliveryStatus.SENT]


async def test_a_report_counts_once_and_one_of_nothing_not_at_all(database: Database):
    [id] = await sent(database)
    [chat] = await sent(database, channel=ChannelName.TELEGRAM)
    assert [await came_back(database, one, report=r) for one, r in ((id, "r"), (id, "r"), (chat, "s"), (99, "t"))] == [
        True, False, False, False,
    ]  # fmt: skip
    assert (await row(database, chat))[0] == DeliveryStatus.SENT


async def test_a_dead_address_is_stopped_at_once_and_keeps_when_it_was(database: Database):
    first, second = await sent(database, 2)
    await came_back(database, first, final=True)
    await came_back(database, second, final=True, after=DAY)
    assert await stopped(database) == NOW
    async with database.reading() as session:
        assert (await session.scalars(select(Contact))).one().stopped_reason == Reason.BOUNCED


async def test_an_address_that_fails_again_and_again_is_stopped(database: Database):
    ids = await sent(database, SOFT_LIMIT)
    seen = []
    for id in ids:
        await came_back(database, id)
        seen.append(await stopped(database) is not None)
    assert seen == [False, False, False, True]


async def test_several_reports_about_one_letter_count_once(database: Database):
    [id] = await sent(database)
    for n in range(SOFT_LIMIT + 1):
        await came_back(database, id, report=f"r{n}")
    assert await stopped(database) is None


async def test_failures_of_long_ago_do_not_count(database: Database):
    *before, last = await sent(database, SOFT_LIMIT)
    for id in before:
        await came_back(database, id)
    await came_back(database, last, after=60 * DAY)
    assert await stopped(database) is None


@pytest.mark.parametrize(("arrived", "stops"), [(1, False), (5, True)], ids=["long ago", "may still come back"])
async def test_a_letter_that_did_not_come_back_says_that_the_address_is_good(
    database: Database, arrived: int, stops: bool
):
    """What was sent a moment ago may still come back, so it says nothing."""
    *before, last = await sent(database, SOFT_LIMIT)
    await sent(database, sent_at=NOW + arrived * DAY)
    for id in before:
        await came_back(database, id)
    await came_back(database, last, after=8 * DAY)
    assert (await stopped(database) is not None) is stops


async def test_what_failed_is_no_sign_that_an_address_is_good(database: Database):
    *before, last = await sent(database, SOFT_LIMIT)
    await sent(database, sent_at=NOW + DAY, status=DeliveryStatus.FAILED)
    for id in before:
        await came_back(database, id)
    await came_back(database, last, after=8 * DAY)
    assert await stopped(database) is not None


async def test_whose_letter_it_was_is_known_for_letters_alone(database: Database):
    [letter] = await sent(database)
    [chat] = await sent(database, channel=ChannelName.TELEGRAM)
    async with database.reading() as session:
        found = [await addressee(session, id) for id in (letter, chat, 99)]
    assert [one and one.delivery_id for one in found] == [letter, None, None]
    assert found[0] is not None
    assert (found[0].stopped, found[0].read, found[0].subscribed) == (False, False, True)


async def test_to_unsubscribe_twice_is_noted_once(database: Database):
    [letter] = await sent(database)
    async with database.transaction() as session:
        who = await addressee(session, letter)
        assert who is not None
        for _ in range(2):
            await unsubscribe(session, who, NOW, "e-mail")
    async with database.reading() as session:
        assert list(await session.scalars(select(AuditEntry.action))) == ["unsubscribe"]
        assert (await session.scalars(select(Person))).one().subscription_changed_at == NOW


async def drawn(loa: World, status: CaseStatus, disposition: str) -> list[int]:
    """Two cases of a survey that stand like this."""
    survey_id, _ = await loa.survey()
    new = [NewCase(f"c0de{n}" * 4, "00004", loa.now, email=f"a{n}@xa.vn") for n in range(2)]
    async with loa.database.transaction() as session:
        await add_cases(session, survey_id, new, loa.now)
        rows = list(await session.scalars(select(Case).order_by(Case.id)))
        for one in rows:
            one.status, one.disposition = status, disposition
        return [one.id for one in rows]


async def stand(loa: World) -> list[tuple[str, str]]:
    async with loa.database.reading() as session:
        rows = await session.execute(select(Case.status, Case.disposition).order_by(Case.id))
        return [(status, disposition) for status, disposition in rows]


@pytest.mark.parametrize(
    ("status", "disposition", "after"),
    [
        (CaseStatus.SENT, "invited", (CaseStatus.FAILED, "unreachable")),
        (CaseStatus.UNKNOWN, "invited", (CaseStatus.FAILED, "unreachable")),
        (CaseStatus.SENDING, "pending", (CaseStatus.FAILED, "unreachable")),
        (CaseStatus.SENT, "completed", (CaseStatus.FAILED, "completed")),
        (CaseStatus.SENT, "refused", (CaseStatus.FAILED, "refused")),
        (CaseStatus.CANCELLED, "refused", (CaseStatus.CANCELLED, "refused")),
    ],
)
async def test_an_invitation_that_comes_back_changes_what_it_may(
    loa: World, status: CaseStatus, disposition: str, after: tuple[str, str]
):
    one, _ = await drawn(loa, status, disposition)
    async with loa.database.transaction() as session:
        told = [
            await case_bounced(session, id, report=r, status="5.1.1", now=loa.now)
            for id, r in ((one, "r"), (one, "r"), (99, "s"))
        ]
    assert (told, await stand(loa)) == ([True, False, False], [after, (status, disposition)])


@pytest.mark.parametrize(
    ("status", "disposition", "after"),
    [
        (CaseStatus.PENDING, "pending", (CaseStatus.CANCELLED, "refused")),
        (CaseStatus.SENT, "invited", (CaseStatus.SENT, "refused")),
        (CaseStatus.SENT, "opened", (CaseStatus.SENT, "refused")),
        (CaseStatus.SENT, "completed", (CaseStatus.SENT, "completed")),
    ],
)
async def test_whoever_wants_no_more_invitations_gets_none(
    loa: World, status: CaseStatus, disposition: str, after: tuple[str, str]
):
    one, _ = await drawn(loa, status, disposition)
    async with loa.database.transaction() as session:
        assert [await case_stops(session, id) for id in (one, 99)] == [True, False]
    assert await stand(loa) == [after, (status, disposition)]
