"""Ordered faults: what the bot sees and whether the call took effect."""

from __future__ import annotations

import asyncio
import time

import aiohttp
import pytest

from sandbox.telegram.faults import Faults
from tests.sandbox.conftest import Caller


async def _texts(caller: Caller) -> list[str]:
    return [m["text"] for m in (await caller.look("chats/5/messages"))["messages"] if not m["mine"]]


@pytest.mark.parametrize(("kind", "arrived"), [("lost_reply", ["x"]), ("cut", [])])
async def test_cut_connections(caller: Caller, kind: str, arrived: list[str]) -> None:
    await caller.person(5)
    await caller.sim("faults", kind=kind, count=1)
    with pytest.raises((aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)):
        await caller.raw("sendMessage", chat_id=5, text="x")
    assert await _texts(caller) == arrived
    assert (await caller.look("stats"))["lost_replies"] == len(arrived)
    await caller.ok("sendMessage", chat_id=5, text="y")


@pytest.mark.parametrize(
    ("kind", "description"), [("429", "Too Many Requests: retry after 9"), ("500", "Internal Server Error")]
)
async def test_refusals(caller: Caller, kind: str, description: str) -> None:
    await caller.person(5)
    await caller.sim("faults", kind=kind, count=2, retry_after=9)
    for _ in range(2):
        assert await caller.refused("sendMessage", chat_id=5, text="x") == description
    await caller.ok("sendMessage", chat_id=5, text="x")
    assert await _texts(caller) == ["x"]


async def test_a_bad_gateway_does_not_speak_json(caller: Caller) -> None:
    await caller.sim("faults", kind="502", count=1)
    async with caller.session.get(f"{caller.base}/getMe") as answer:
        assert (answer.status, answer.content_type) == (502, "text/html")


async def test_a_delayed_call_takes_effect_first(caller: Caller) -> None:
    await caller.person(5)
    await caller.sim("faults", kind="delay", count=1, seconds=0.3)
    begun = time.monotonic()
    call = asyncio.create_task(caller.ok("sendMessage", chat_id=5, text="x"))
    await asyncio.sleep(0.1)
    assert await _texts(caller) == ["x"]
    await call
    assert time.monotonic() - begun >= 0.3


async def test_a_refused_connection_comes_back(caller: Caller) -> None:
    await caller.sim("faults", kind="refuse", count=1, seconds=0.3)
    with pytest.raises((aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)):
        await caller.raw("getMe")
    async with aiohttp.ClientSession() as stranger:
        with pytest.raises(aiohttp.ClientConnectorError):
            await stranger.get(f"{caller.base}/getMe")
        await asyncio.sleep(0.4)
        async with stranger.get(f"{caller.base}/getMe") as answer:
            assert answer.status == 200


async def test_faults_can_be_narrowed_and_cleared(caller: Caller) -> None:
    await caller.person(5)
    await caller.person(6)
    await caller.sim("faults", kind="500", share=1, methods=["sendMessage"], chats=[6])
    await caller.ok("sendMessage", chat_id=5, text="x")
    await caller.ok("getChat", chat_id=6)
    assert await caller.refused("sendMessage", chat_id=6, text="x") == "Internal Server Error"
    async with caller.session.delete(f"{caller.url}/sim/faults") as answer:
        assert answer.status == 200
    await caller.ok("sendMessage", chat_id=6, text="x")


def test_shares_follow_the_seed() -> None:
    def struck(seed: int) -> list[bool]:
        faults = Faults(seed)
        faults.order({"kind": "cut", "share": 0.3})
        return [faults.strike("sendmessage", 1) is not None for _ in range(1000)]

    assert struck(1) == struck(1) != struck(2)
    assert 250 < sum(struck(1)) < 350


@pytest.mark.parametrize("order", [{"kind": "cut"}, {"kind": "x", "count": 1}, {"kind": "cut", "share": 2}])
async def test_nonsense_is_refused(caller: Caller, order: dict[str, object]) -> None:
    async with caller.session.post(f"{caller.url}/sim/faults", json=order) as answer:
        assert answer.status == 400
