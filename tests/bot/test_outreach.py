"""Invitations and reminders against a network that fails: nobody is invited twice, what is in doubt is listed."""

import pytest

from bot.outreach import LEASE, Outreach
from storage import cases
from storage.cases import NewCase
from storage.enums import CaseStatus
from surveys.catalogue import Catalogue
from surveys.dispositions import Disposition
from tests.world import ZONE, World

INVITED = {"recruiting": "invited", "reminder_hours": [48]}


def outreach(loa: World) -> Outreach:
    return Outreach(loa.database, Catalogue(), loa.inviting(), loa.pace, ZONE, lambda: loa.now)


async def drawn(loa: World, people: int, **design: object) -> int:
    """A survey with people who have opened the bot before; due now."""
    survey_id, _ = await loa.survey(design={**INVITED, **design})
    await loa.subscribers(people)
    new = [NewCase(f"code{n}", "00004", loa.now, telegram=str(100_000 + n)) for n in range(people)]
    async with loa.database.transaction() as session:
        await cases.add_cases(session, survey_id, new, loa.now)
    return survey_id


async def stand(loa: World, survey_id: int) -> tuple[dict[CaseStatus, int], dict[str, int]]:
    async with loa.database.reading() as session:
        return await cases.invitation_counts(session, survey_id), await cases.dispositions(session, survey_id)


def got(loa: World, n: int) -> int:
    return sum("Mời ông/bà" in message.text for message in loa.messages(100_000 + n))


async def test_everybody_is_invited_once_however_often_the_clock_ticks(loa: World):
    survey_id = await drawn(loa, 30)
    for _ in range(4):
        await outreach(loa).reach_out()
    assert await stand(loa, survey_id) == ({CaseStatus.SENT: 30}, {Disposition.INVITED: 30})
    assert [got(loa, n) for n in range(30)] == [1] * 30


async def test_nobody_is_invited_before_they_are_due_or_outside_the_hours(loa: World):
    survey_id = await drawn(loa, 2, hours="08:00-20:00 T2-T6")
    loa.later(hours=13)  # 21:00
    await outreach(loa).reach_out()
    assert await stand(loa, survey_id) == ({CaseStatus.PENDING: 2}, {Disposition.PENDING: 2})
    loa.later(hours=11)  # 8:00 on 24 November, which is a holiday (Ngày Văn hóa Việt Nam)
    await outreach(loa).reach_out()
    assert (await stand(loa, survey_id))[0] == {CaseStatus.PENDING: 2}
    loa.later(days=1)
    await outreach(loa).reach_out()
    assert (await stand(loa, survey_id))[0] == {CaseStatus.SENT: 2}


async def test_whoever_blocked_the_bot_is_unreachable(loa: World):
    survey_id = await drawn(loa, 2)
    loa.blocks(100_000)
    await outreach(loa).reach_out()
    await outreach(loa).reach_out()
    assert await stand(loa, survey_id) == (
        {CaseStatus.SENT: 1, CaseStatus.FAILED: 1}, {Disposition.INVITED: 1, Disposition.UNREACHABLE: 1},
    )  # fmt: skip


async def test_a_lost_answer_is_in_doubt_and_never_sent_again(loa: World):
    survey_id = await drawn(loa, 1)
    loa.sandbox.net.faults.order({"kind": "lost_reply", "count": 1, "methods": ["sendMessage"]})
    await outreach(loa).reach_out()
    loa.later(days=1)
    await outreach(loa).reach_out()
    assert await stand(loa, survey_id) == ({CaseStatus.UNKNOWN: 1}, {Disposition.INVITED: 1})


async def test_a_process_that_died_leaves_its_invitations_in_doubt(loa: World):
    survey_id = await drawn(loa, 3)
    async with loa.database.transaction() as session:
        taken = await cases.take_due(session, survey_id, 2, loa.now + LEASE, loa.now)
    await outreach(loa).reach_out()
    assert (await stand(loa, survey_id))[0] == {CaseStatus.SENT: 1, CaseStatus.SENDING: 2}
    loa.later(seconds=LEASE.total_seconds() + 1)
    await outreach(loa).reach_out()
    assert (await stand(loa, survey_id))[0] == {CaseStatus.SENT: 1, CaseStatus.UNKNOWN: 2}
    assert sorted(got(loa, n) for n in range(3)) == [0, 0, 1]

    async with loa.database.transaction() as session:  # the zombie wakes: too late to change anything
        await cases.outcome(session, taken[0], CaseStatus.PENDING, loa.now, again_at=loa.now)
    assert (await stand(loa, survey_id))[0] == {CaseStatus.SENT: 1, CaseStatus.UNKNOWN: 2}


async def test_a_throttled_invitation_is_tried_again_later(loa: World):
    survey_id = await drawn(loa, 1)
    loa.sandbox.net.faults.order({"kind": "429", "count": 1, "methods": ["sendMessage"]})
    await outreach(loa).reach_out()
    assert (await stand(loa, survey_id))[0] == {CaseStatus.PENDING: 1}
    loa.later(minutes=5)
    loa.pace.frozen_until = 0.0
    await outreach(loa).reach_out()
    assert (await stand(loa, survey_id))[0] == {CaseStatus.SENT: 1}
    assert got(loa, 0) == 1


@pytest.mark.parametrize(("days", "times"), [(1, 1), (3, 2), (30, 2)])
async def test_whoever_does_nothing_is_reminded_as_the_design_says(loa: World, days: int, times: int):
    await drawn(loa, 1)
    await outreach(loa).reach_out()
    loa.later(days=days)
    for _ in range(3):
        await outreach(loa).reach_out()
    assert got(loa, 0) == times


async def test_whoever_declined_is_not_reminded(loa: World):
    survey_id = await drawn(loa, 1)
    await outreach(loa).reach_out()
    await loa.taps(100_000, "Không tham gia")
    loa.later(days=9)
    await outreach(loa).reach_out()
    assert [message.text.partition(".")[0] for message in loa.messages(100_000)] == [
        "Đã ghi nhận ông/bà không tham gia"
    ]
    assert (await stand(loa, survey_id))[1] == {Disposition.REFUSED: 1}
