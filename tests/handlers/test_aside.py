"""Work aside gives and raises what it would here, and nobody waits for it at the end."""

import asyncio
import threading
import time

import pytest

from handlers.aside import aside


async def test_it_gives_and_raises_what_the_work_does():
    assert await aside(lambda: threading.current_thread() is threading.main_thread()) is False
    with pytest.raises(ZeroDivisionError):
        await aside(lambda: 1 // 0)


def test_the_end_does_not_wait_for_it():
    let_go = threading.Event()

    async def asked() -> None:
        waiting = asyncio.ensure_future(aside(lambda: let_go.wait(20)))
        await asyncio.sleep(0.05)
        waiting.cancel()

    began = time.monotonic()
    asyncio.run(asked())
    took = time.monotonic() - began
    let_go.set()

    assert took < 10
