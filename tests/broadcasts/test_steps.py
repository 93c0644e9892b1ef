"""What each step in the life of a broadcast leaves behind, and who is told of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from broadcasts.approval import (
    SYSTEM,
    Actor,
    approve,
    approved_as_is,
    cancel,
    give_back,
    pause,
    resume,
    retarget,
    submit,
)
from storage.audit import deeds
from storage.enums import BroadcastStatus
from storage.notices import unsaid
from storage.tables import Broadcast
from tests.broadcasts.conftest import seen
from tests.broadcasts.test_approval import staff
from tests.world import World

EVERYBODY, APPROVERS, AUTHOR = ["3001", "3002", "3003"], ["3002", "3003"], ["3001"]


Doing = Callable[[AsyncSession, int, "Staff", datetime], Awaitable[None]]


@dataclass(frozen=True)
class Staff:
    editor: Actor
    approver: Actor


@dataclass(frozen=True)
class Step:
    """What is done to a broadcast in a status, what it is after that, who is told, and what the audit says."""

    status: BroadcastStatus
    do: Doing
    after: dict[str, Any]
    told: list[str] = field(default_factory=list)
    says: tuple[str, str, str] = ("", "", "")


SAID = {
    "note": "Lời cũ",
    "approved_at": datetime(2026, 11, 1, tzinfo=UTC),
    "send_at": None,
    "finished_at": None,
    "digest": "cũ",
}


STEPS = {
    "retarget": Step(
        BroadcastStatus.DRAFT, lambda s, id, who, now: retarget(s, id, "level=commune", who.editor, now),
        {"audience": "level=commune"}, says=("Hoa", "retarget", "level=commune"),
    ),
    "submit": Step(
        BroadcastStatus.DRAFT, lambda s, id, who, now: submit(s, id, who.editor, now),
        {"status": BroadcastStatus.SUBMITTED, "note": "", "submitted_at": 0}, APPROVERS, ("Hoa", "submit", ""),
    ),
    "approve": Step(
        BroadcastStatus.SUBMITTED, lambda s, id, who, now: approve(s, id, who.approver, now, now),
        {"status": BroadcastStatus.APPROVED, "approver_id": 2, "approved_at": 0, "send_at": 0, "digest": "new"}, AUTHOR,
        ("Nam", "approve", "2026-11-23T01:00:00+00:00"),
    ),
    "approve what was held": Step(
        BroadcastStatus.HELD, lambda s, id, who, now: approve(s, id, who.approver, now, now),
        {"status": BroadcastStatus.APPROVED, "approver_id": 2, "approved_at": 0, "send_at": 0, "digest": "new"}, AUTHOR,
        ("Nam", "approve", "2026-11-23T01:00:00+00:00"),
    ),
    "return": Step(
        BroadcastStatus.SUBMITTED, lambda s, id, who, now: give_back(s, id, who.approver, "Sửa bài 2", now),
        {"status": BroadcastStatus.DRAFT, "note": "Sửa bài 2", "digest": None, "approver_id": None, "approved_at": None}, AUTHOR,
        ("Nam", "return", "Sửa bài 2"),
    ),
    "pause": Step(
        BroadcastStatus.SENDING, lambda s, id, who, now: pause(s, id, who.editor, now),
        {"status": BroadcastStatus.PAUSED, "note": ""}, says=("Hoa", "pause", ""),
    ),
    "pause by itself": Step(
        BroadcastStatus.SENDING, lambda s, id, _, now: pause(s, id, SYSTEM, now, "chat not found"),
        {"status": BroadcastStatus.PAUSED, "note": "chat not found"}, EVERYBODY, ("loa", "pause", "chat not found"),
    ),
    "resume": Step(
        BroadcastStatus.PAUSED, lambda s, id, who, now: resume(s, id, who.approver, now),
        {"status": BroadcastStatus.SENDING, "note": ""}, says=("Nam", "resume", ""),
    ),
    "cancel": Step(
        BroadcastStatus.PAUSED, lambda s, id, who, now: cancel(s, id, who.approver, now),
        {"status": BroadcastStatus.CANCELLED, "finished_at": 0}, says=("Nam", "cancel", ""),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", STEPS)
async def test_what_each_step_leaves_behind(loa: World, name: str):
    """``0`` stands for now, ``2`` for the approver, 'new' for the digest of what was approved."""
    step, (editor, approver, _) = STEPS[name], await staff(loa)
    id = await loa.draft(editor.id or 0)
    async with loa.database.transaction() as session:
        await session.execute(update(Broadcast).values(status=step.status, approver_id=editor.id, **SAID))
    async with loa.database.transaction() as session:
        await step.do(session, id, Staff(editor, approver), loa.now)

    found, _ = await seen(loa, id)
    async with loa.database.reading() as session:
        row = await session.get_one(Broadcast, id)
        left = {key: getattr(row, key) for key in step.after}
    real = {0: loa.now, 2: approver.id, "new": found.digest if approved_as_is(found) else "another"}
    assert left == {key: real.get(value, value) for key, value in step.after.items()}
    async with loa.database.reading() as session:
        assert [notice.address for notice in await unsaid(session)] == step.told
        done = (await deeds(session, f"broadcast {id}"))[-1]
    assert (done.actor, done.action, done.detail) == step.says
