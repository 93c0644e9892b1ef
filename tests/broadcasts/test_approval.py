"""Who may do what to a broadcast, and when."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from broadcasts.approval import (
    SYSTEM,
    Actor,
    approve,
    approved_as_is,
    cancel,
    digest_of,
    draft,
    give_back,
    meant,
    pause,
    resume,
    retarget,
    submit,
)
from broadcasts.lifecycle import NotAllowed
from channels.message import say
from storage.audit import deeds
from storage.conditions import Both, Everyone, Interested
from storage.database import Database
from storage.enums import BroadcastKind, BroadcastStatus, DeliveryStatus, Reason, Role
from storage.notices import unsaid
from storage.tables import Delivery
from tests.broadcasts.conftest import seen, started
from tests.world import World, world


async def staff(loa: World) -> tuple[Actor, Actor, Actor]:
    """An editor, an approver, and somebody who is both."""
    made = []
    for id, name, roles in ((3001, "Hoa", [Role.EDITOR]), (3002, "Nam", [Role.APPROVER]),
                            (3003, "Bảo", [Role.EDITOR, Role.APPROVER])):  # fmt: skip
        made.append(Actor(await loa.staff(id, name, *roles), name))
    return made[0], made[1], made[2]


async def test_the_author_may_never_approve_even_with_both_roles(loa: World):
    _, _, both = await staff(loa)
    id = await loa.draft(both.id or 0)
    async with loa.database.transaction() as session:
        await submit(session, id, both, loa.now)
        with pytest.raises(NotAllowed) as caught:
            await approve(session, id, both, loa.now, loa.now)
    assert caught.value.reason == "own_broadcast"


async def test_roles_are_needed(loa: World):
    editor, approver, _ = await staff(loa)
    stranger = Actor(999_999, "Ai đó")
    id = await loa.draft(editor.id or 0)
    async with loa.database.transaction() as session:
        for act in (
            submit(session, id, approver, loa.now), submit(session, id, stranger, loa.now),
            approve(session, id, editor, loa.now, loa.now), give_back(session, id, editor, "x", loa.now),
            retarget(session, id, "all", approver, loa.now), pause(session, id, stranger, loa.now),
            cancel(session, id, stranger, loa.now), resume(session, id, stranger, loa.now),
        ):  # fmt: skip
            with pytest.raises(NotAllowed) as caught:
                await act
            assert caught.value.reason == "no_role"


async def test_nothing_is_approved_for_the_past(loa: World):
    editor, approver, _ = await staff(loa)
    id = await loa.draft(editor.id or 0)
    async with loa.database.transaction() as session:
        await submit(session, id, editor, loa.now)
        with pytest.raises(NotAllowed) as caught:
            await approve(session, id, approver, loa.now - timedelta(hours=1), loa.now)
    assert caught.value.reason == "past_time"


async def test_a_returned_broadcast_has_no_approver_and_its_author_is_told_why(loa: World):
    editor, approver, _ = await staff(loa)
    id = await loa.draft(editor.id or 0)
    async with loa.database.transaction() as session:
        await submit(session, id, editor, loa.now)
        await approve(session, id, approver, loa.now + timedelta(hours=1), loa.now)
        await give_back(session, id, approver, "Sửa bài 2", loa.now)

    found, _ = await seen(loa, id)
    assert (found.status, found.note, found.approver_id, found.send_at) == (
        BroadcastStatus.DRAFT, "Sửa bài 2", None, None,
    )  # fmt: skip
    async with loa.database.reading() as session:
        assert [str(n.kind) for n in await unsaid(session)] == ["submitted", "submitted", "approved", "returned"]
        done = await deeds(session, f"broadcast {id}")
    assert [(d.actor, d.action) for d in done] == [
        ("Trần Thị Hoa", "draft"), ("Hoa", "submit"), ("Nam", "approve"), ("Nam", "return"),
    ]  # fmt: skip


async def test_an_unreadable_audience_leaves_no_draft_and_no_other_audience(loa: World):
    editor, _, _ = await staff(loa)
    with pytest.raises(ValueError, match="no province"):
        async with loa.database.transaction() as session:
            await draft(session, bulletin_id=None, title="x", audience="tỉnh=Sao Hoả", areas=0, message=say("x"),
                        author=editor, now=loa.now)  # fmt: skip
    with pytest.raises(AssertionError):
        await seen(loa, 1)
    id = await loa.draft(editor.id or 0)
    with pytest.raises(ValueError, match="no province"):
        async with loa.database.transaction() as session:
            await retarget(session, id, "tỉnh=Sao Hoả", editor, loa.now)
    assert (await seen(loa, id))[0].audience == "all"


async def test_who_drafts_is_an_editor_and_says_what_becomes_of_what_is_in_doubt(loa: World):
    editor, approver, _ = await staff(loa)
    async with loa.database.transaction() as session:
        made = partial(draft, session, bulletin_id=None, title="x", audience="all", areas=0, message=say("x"),
                       now=loa.now, in_doubt="hold")  # fmt: skip
        with pytest.raises(NotAllowed) as caught:
            await made(author=approver)
        id = await made(author=editor)
    assert (caught.value.reason, (await seen(loa, id))[0].in_doubt) == ("no_role", "hold")


def test_who_wants_to_hear_of_its_areas_is_meant():
    assert (meant("all", 0), meant("all", 5)) == (Everyone(), Both(Everyone(), Interested(5)))


async def test_an_approved_message_is_not_taken_for_an_approved_change(loa: World):
    """What is approved is the kind as well: to take a message back is not to send it."""
    found, _ = await seen(loa, await started(loa, 1))
    assert approved_as_is(found)
    assert len({digest_of(found), digest_of(replace(found, of_id=7)),
                digest_of(replace(found, of_id=7, kind=BroadcastKind.WITHDRAW))}) == 3  # fmt: skip


async def test_pause_and_resume_need_a_running_broadcast(loa: World):
    editor, _, _ = await staff(loa)
    id = await loa.draft(editor.id or 0)
    async with loa.database.transaction() as session:
        for act in (pause(session, id, editor, loa.now), resume(session, id, editor, loa.now)):
            with pytest.raises(NotAllowed) as caught:
                await act
            assert caught.value.reason == "wrong_status"


async def test_what_was_not_sent_when_it_is_cancelled_is_skipped(loa: World):
    id = await started(loa, 3)
    async with loa.database.transaction() as session:
        first = await session.scalar(select(Delivery.id).order_by(Delivery.id))
        await session.execute(update(Delivery).where(Delivery.id == first).values(status=DeliveryStatus.SENDING))
        await cancel(session, id, SYSTEM, loa.now)
    async with loa.database.reading() as session:
        found = await session.execute(select(Delivery.status, Delivery.reason).order_by(Delivery.id))
        skipped = (DeliveryStatus.SKIPPED, Reason.CANCELLED)
        assert [tuple(one) for one in found] == [(DeliveryStatus.SENDING, None), skipped, skipped]


async def test_what_has_been_handed_in_is_not_given_another_audience(loa: World):
    editor, _, _ = await staff(loa)
    id = await loa.draft(editor.id or 0)
    async with loa.database.transaction() as session:
        await submit(session, id, editor, loa.now)
        with pytest.raises(NotAllowed) as caught:
            await retarget(session, id, "level=commune", editor, loa.now)
    assert caught.value.reason == "wrong_status"


@pytest.mark.parametrize("why", ["", " \n"])
async def test_nothing_is_returned_without_a_word(loa: World, why: str):
    editor, approver, _ = await staff(loa)
    id = await loa.draft(editor.id or 0)
    async with loa.database.transaction() as session:
        await submit(session, id, editor, loa.now)
        with pytest.raises(NotAllowed) as caught:
            await give_back(session, id, approver, why, loa.now)
    assert caught.value.reason == "note_needed"


async def test_now_may_be_a_minute_ago(loa: World):
    """Who reads the clock and taps takes some seconds."""
    editor, approver, _ = await staff(loa)
    id = await loa.draft(editor.id or 0)
    async with loa.database.transaction() as session:
        await submit(session, id, editor, loa.now)
        await approve(session, id, approver, loa.now - timedelta(seconds=60), loa.now)


async def test_what_does_not_exist_cannot_be_approved(loa: World):
    _, approver, _ = await staff(loa)
    async with loa.database.transaction() as session:
        with pytest.raises(NotAllowed) as caught:
            await approve(session, 77, approver, loa.now, loa.now)
    assert caught.value.reason == "no_such_broadcast"


async def test_of_two_who_approve_at_once_the_second_is_told_so(postgres_url: str, now: datetime):
    database = Database(postgres_url)
    async with world(database, now) as loa:
        editor, approver, both = await staff(loa)
        id = await loa.draft(editor.id or 0)
        async with database.transaction() as session:
            await submit(session, id, editor, now)

        async def second() -> None:
            async with database.transaction() as session:
                await approve(session, id, both, now, now)

        async with database.transaction() as session:
            await approve(session, id, approver, now, now)
            later = asyncio.create_task(second())
            await asyncio.sleep(0.3)
        with pytest.raises(NotAllowed) as caught:
            await later
        assert (caught.value.reason, str(caught.value)) == (
            "wrong_status", f"broadcast {id} was changed by somebody else just now",
        )  # fmt: skip
        assert (await seen(loa, id))[0].approver_id == approver.id
    await database.close()
