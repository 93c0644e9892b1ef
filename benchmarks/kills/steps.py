"""The steps at which a worker is killed, each reached from outside: nothing in the product knows of them."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from enum import StrEnum

from benchmarks.kills.ledger import OFTEN, Watch
from benchmarks.kills.network import Moment, Network, Trap
from benchmarks.kills.victims import Worker

LATEST = 0.3
"""Seconds until a death at random, at most."""
RECORDING = 0.02
"""Seconds after a reply within which it is recorded."""


class Step(StrEnum):
    """Where in the life of a delivery its worker dies."""

    SLOT = "slot"
    """Rows are taken and wait for their slots; nothing is marked."""
    MARK = "mark"
    """A mark is on the disk, its request has not been seen."""
    SEND = "send"
    """The request has arrived; nothing comes of it."""
    ACCEPT = "accept"
    """The message is accepted; the reply never leaves."""
    REPLY = "reply"
    """The reply has just left; the record cannot be on the disk."""
    RECORD = "record"
    """Within 20 ms of the reply, while records and marks are being committed."""
    RANDOM = "random"
    """At any moment."""


TRAPS = {Step.SEND: Moment.ARRIVED, Step.ACCEPT: Moment.ACCEPTED, Step.REPLY: Moment.ANSWERED,
         Step.RECORD: Moment.ANSWERED}  # fmt: skip


async def strike(
    step: Step, place: str, begin: Callable[[], Awaitable[Worker]], network: Network, watch: Watch,
    draw: random.Random, before: int,
) -> Worker:  # fmt: skip
    """Begin a worker, if there is none at this place, and kill it when it reaches the step; returns the dead.

    It sends 1 to ``before`` messages first, except where it is to die before its first one.
    """
    known = await watch.tokens()
    victim = await begin()
    after = network.requests[place] + draw.randint(1, before)
    match step:
        case Step.RANDOM:
            while network.requests[place] < after:
                await asyncio.sleep(0.01)
            await asyncio.sleep(draw.uniform(0, LATEST))
            victim.kill()
        case Step.SLOT:
            while not await watch.tokens() - known:
                await asyncio.sleep(OFTEN)
            victim.kill()
        case Step.MARK:
            while network.requests[place] < after:
                await asyncio.sleep(0.01)
            while not await watch.sending() - network.arrived:
                await asyncio.sleep(OFTEN)
            victim.kill()
        case _:
            await _trapped(step, victim, after, network, draw)
    await victim.gone()
    return victim


async def _trapped(step: Step, victim: Worker, after: int, network: Network, draw: random.Random) -> None:
    done = asyncio.Event()

    def kill() -> None:
        victim.kill()
        done.set()

    def spring() -> None:
        if step is Step.RECORD:
            asyncio.get_running_loop().call_later(draw.uniform(0, RECORDING), kill)
        else:
            kill()

    network.trap = Trap(TRAPS[step], victim.place, after, spring)
    try:
        await done.wait()
    finally:
        network.trap = None
