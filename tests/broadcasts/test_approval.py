"""Who may do what to a broadcast, and when."""

from datetime import timedelta

import pytest

from broadcasts.approval import Actor, approve, cancel, draft, give_back, pause, resume, retarget, submit
from broadcasts.lifecycle import NotAllowed
from channels.message import say
from storage.audit import deeds
from storage.enums import BroadcastStatus, Role
from storage.notices import unsaid
from tests.broadcasts.conftest import seen
from tests.world import World


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
            cancel(session, id, stranger, loa.now),
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


async def test_an_unreadable_audience_leaves_no_draft(loa: World):
    editor, _, _ = await staff(loa)
    with pytest.raises(ValueError, match="no province"):
        async with loa.database.transaction() as session:
            await draft(session, bulletin_id=None, title="x", audience="tỉnh=Sao Hoả", areas=0, message=say("x"),
                        author=editor, now=loa.now)  # fmt: skip
    with pytest.raises(AssertionError):
        await seen(loa, 1)


async def test_pause_and_resume_need_a_running_broadcast(loa: World):
    editor, _, _ = await staff(loa)
    id = await loa.draft(editor.id or 0)
    async with loa.database.transaction() as session:
        for act in (pause(session, id, editor, loa.now), resume(session, id, editor, loa.now)):
            with pytest.raises(NotAllowed) as caught:
                await act
            assert caught.value.reason == "wrong_status"
