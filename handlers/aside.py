"""Work in a thread for which no stop waits: what only makes things ready is not worth a second at the end."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


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

    Thread(target=run, daemon=True).start()
    return await done
