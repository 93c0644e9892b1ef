"""Kept pages: thousands of readers are one look into the database, and what changed is seen after some seconds."""

import asyncio
from collections.abc import Hashable
from typing import cast

import pytest

from pages.results.gathering import Gathered
from pages.results.keeping import FRESH, MOST, OLDEST, REST, Keeping, kept


class World:
    def __init__(self) -> None:
        self.now, self.state, self.asked, self.slow = 100.0, 0, 0, 0.0
        self.keeping = Keeping(lambda: self.now)
        self.figures: Gathered | None = None
        self.ready = asyncio.Event()
        self.ready.set()

    async def get(self) -> Gathered | None:
        async def state() -> Hashable:
            self.asked += 1
            return self.state

        async def read() -> Gathered | None:
            await self.ready.wait()
            self.now += self.slow
            return self.figures

        return await self.keeping.gathered(self.keeping.shelf("one"), state, read)

    @property
    def looks(self) -> tuple[int, int]:
        """How often the state was asked, and the figures worked out."""
        return self.asked, self.keeping.reads


async def test_many_readers_at_once_are_one_look():
    world = World()
    await asyncio.gather(*(world.get() for _ in range(2000)))
    assert world.looks == (1, 1)


@pytest.mark.parametrize(
    ("seconds", "changed", "slow", "looks"),
    [
        (FRESH - 1, True, 0.0, (1, 1)), (FRESH, False, 0.0, (2, 1)), (FRESH, True, 0.0, (2, 2)),
        (OLDEST, False, 0.0, (2, 2)), (FRESH, True, 3.0, (1, 1)), (3.0 * REST, True, 3.0, (2, 2)),
    ],
)  # fmt: skip
async def test_figures_are_worked_out_again_only_when_they_changed(
    seconds: float, changed: bool, slow: float, looks: tuple[int, int]
):
    world = World()
    world.slow = slow
    await world.get()
    world.now += seconds
    world.state += changed
    await world.get()
    assert world.looks == looks


async def test_nobody_waits_for_new_figures_but_who_asked_first():
    world = World()
    world.figures = older = cast(Gathered, object())
    assert await world.get() is older
    world.now, world.state, world.figures = world.now + FRESH, 1, cast(Gathered, object())
    world.ready.clear()
    first = asyncio.ensure_future(world.get())
    await asyncio.sleep(0)

    async with asyncio.timeout(1):
        assert await world.get() is older
    world.ready.set()
    assert await first is world.figures is await world.get()
    assert world.looks == (2, 2)


async def test_pages_and_shelves_are_bounded():
    keeping = Keeping()
    first = keeping.shelf(0)
    for n in range(MOST):
        keeping.shelf(n + 1)
    assert keeping.shelf(0) is not first
    made = [keeping.page(first, n, str(n).upper) for n in range(MOST + 5)]
    assert (len(first.pages), made[3]) == (MOST, kept("3"))
