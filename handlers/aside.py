"""Work in a thread for which no stop waits: what only makes things ready is not worth a second at the end."""

import asyncio
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import TypeVar

T = TypeVar("T")
_begun: list[Thread] = []


async def aside(work: Callable[[], T]) -> T:
    """What ``work`` gives or raises; unlike in ``asyncio.to_thread``, the process may end while it is under way."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def tell(say: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(lambda: None if done.done() else say())

    def run() -> None:
        try:
            found = work()
        except BaseException as error:
            refused = error
            tell(lambda: done.set_exception(refused))
        else:
            tell(lambda: done.set_result(found))

    thread = Thread(target=run, daemon=True)
    _begun.append(thread)
    thread.start()
    return await done


def leave(code: int | str | None) -> None:
    """End the process at once where such work is under way; an interpreter that ends around an import may abort."""
    if any(thread.is_alive() for thread in _begun):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else int(code is not None))
