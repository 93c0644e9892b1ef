"""Flood limits: what passes, what waits, and what a stubborn sender pays."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from sandbox.telegram.chats import Chat, Kind
from sandbox.telegram.errors import ApiError
from sandbox.telegram.limits import Limits, Rules
from tests.sandbox.conftest import Caller


def _refused(limits: Limits, chat: Chat) -> int:
    with pytest.raises(ApiError) as refusal:
        limits.spend(chat)
    assert refusal.value.code == 429
    return int(refusal.value.parameters["retry_after"])


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    return now


def test_the_bots_bucket_refills_at_its_rate(clock: list[float]) -> None:
    limits = Limits(Rules(rate=10, burst=5))
    for number in range(5):
        limits.spend(Chat(number, "x"))
    assert _refused(limits, Chat(9, "x")) == 1
    clock[0] += 0.1
    limits.spend(Chat(10, "x"))
    assert _refused(limits, Chat(11, "x")) == 1


def test_one_person_gets_a_short_burst_then_one_a_second(clock: list[float]) -> None:
    limits, chat = Limits(Rules(rate=1000, burst=1000)), Chat(1, "x")
    for _ in range(3):
        limits.spend(chat)
    assert _refused(limits, chat) == 1
    limits.spend(Chat(2, "x"))
    clock[0] += 1
    limits.spend(chat)
    assert _refused(limits, chat) == 1
    clock[0] += 10
    for _ in range(3):
        limits.spend(chat)


def test_a_group_gets_twenty_a_minute(clock: list[float]) -> None:
    limits, group = Limits(Rules(rate=1000, burst=1000)), Chat(-1, "x", kind=Kind.GROUP)
    for _ in range(20):
        limits.spend(group)
    clock[0] += 30
    assert _refused(limits, group) == 30
    clock[0] += 30
    limits.spend(group)


def test_penalties_double_while_violations_go_on(clock: list[float]) -> None:
    limits = Limits(Rules(rate=1, burst=1, penalty=5, chat_interval=0))
    paid = []
    for _ in range(6):
        limits.spend(Chat(1, "x"))
        paid.append(_refused(limits, Chat(2, "x")))
        clock[0] += 0.25
        assert _refused(limits, Chat(2, "x")) == paid[-1], "waiting out is not made longer by asking"
        clock[0] += paid[-1]
    assert paid == [5, 10, 20, 40, 80, 120]
    clock[0] += 61
    limits.spend(Chat(1, "x"))
    assert _refused(limits, Chat(2, "x")) == 5


@pytest.mark.parametrize("values", [{"speed": 1}, {"rate": 0}, {"chat_interval": -1}, {"burst": "x"}])
async def test_limits_refuse_nonsense(caller: Caller, values: dict[str, Any]) -> None:
    async with caller.session.post(f"{caller.url}/sim/limits", json=values) as answer:
        assert answer.status == 400
        assert (await answer.json())["error"]


async def test_limits_over_the_wire(caller: Caller) -> None:
    await caller.sim("crowd", first_id=1, count=30, blocked=0.1)
    await caller.sim("limits", rate=1, burst=10)
    answers = await asyncio.gather(*(caller.raw("sendMessage", chat_id=n, text="x") for n in range(1, 31)))
    statuses = [status for status, _ in answers]
    assert statuses.count(429) == 20
    late = next(body for status, body in answers if status == 429)
    assert late == {
        "ok": False,
        "error_code": 429,
        "description": f"Too Many Requests: retry after {late['parameters']['retry_after']}",
        "parameters": {"retry_after": 1},
    }
    stats = await caller.look("stats")
    assert stats["calls"]["sendMessage"] == 30
    assert stats["accepted"] == statuses.count(200)
    assert stats["too_many_requests"] == 20
    assert stats["forbidden"] == statuses.count(403)


async def test_edits_and_answers_are_not_in_the_bucket(caller: Caller) -> None:
    await caller.person(5)
    sent = await caller.ok("sendMessage", chat_id=5, text="x")
    await caller.sim("limits", rate=0.001, burst=0.001)
    assert (await caller.refused("sendMessage", chat_id=5, text="y")).startswith("Too Many Requests")
    for number in range(5):
        await caller.ok("editMessageText", chat_id=5, message_id=sent["message_id"], text=str(number))
    assert await caller.ok("sendChatAction", chat_id=5, action="typing")
