"""Work aside gives and raises what it would here, and nobody waits for it at the end."""

import asyncio
import subprocess
import sys
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


@pytest.mark.parametrize(("code", "left"), [(None, 0), (0, 0), (2, 2), ("chữ", 1)])
def test_a_program_ends_with_its_code_while_it_is_under_way(code: int | str | None, left: int):
    told = f"""
import asyncio, time
from handlers.aside import aside, leave
async def asked():
    waiting = asyncio.ensure_future(aside(lambda: time.sleep(60)))
    await asyncio.sleep(0.05)
    waiting.cancel()
asyncio.run(asked())
print("đã nói")
leave({code!r})
print("và không nói nữa")
"""
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (left, "đã nói\n")
