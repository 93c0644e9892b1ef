"""An event loop whose clock jumps to the next timer whenever nothing real is under way.

What threads do (the database) takes no time on this clock: it stands still until they have answered. What would be
handed to an executor runs in the loop's own thread.
"""

import asyncio
import queue
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar
from unittest.mock import patch

T = TypeVar("T")
TICK = 1e-9
"""Seconds that a turn of the loop takes: a clock that stands still is waited for without end."""


class _Jumping(selectors.DefaultSelector):
    """Instead of waiting for a timer, moves the loop's clock to it."""

    loop: "VirtualLoop"

    def select(self, timeout: float | None = None) -> Any:
        self.loop.now += TICK
        if timeout is not None and timeout <= 0:
            return super().select(0)
        if self.loop.under_way:
            return super().select(None)
        if timeout is None:
            raise RuntimeError("nothing is under way, and nothing ever will be")
        self.loop.now += timeout
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """Counts what was handed to the database's threads; jumps while that is nothing."""

    def __init__(self) -> None:
        self.now, self.under_way = 0.0, 0
        selector = _Jumping()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        return self.now

    def count(self, future: "asyncio.Future[Any]") -> None:
        """A thread is at work until this is done."""
        self.under_way += 1
        future.add_done_callback(self._came_back)

    def _came_back(self, _: "asyncio.Future[Any]") -> None:
        self.under_way -= 1

    def run_in_executor(self, executor: Any, func: Callable[..., T], *args: Any) -> "asyncio.Future[T]":  # type: ignore[override]  # with a star of a TypeVarTuple
        """Run it here: the clock stands still meanwhile, and a thread would cost more than most of what it does."""
        future: asyncio.Future[T] = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future


class _Counted(queue.SimpleQueue[Any]):
    """What aiosqlite hands to its threads."""

    def put_nowait(self, item: Any) -> None:
        loop = asyncio.get_event_loop()
        if isinstance(loop, VirtualLoop) and item[0] is not None:
            loop.count(item[0])
        super().put_nowait(item)


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run to the end in virtual time."""
    with patch("aiosqlite.core.SimpleQueue", _Counted), asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)
