"""A worker that only sends: the real dispatcher on the real channel and database, in a process that may be killed.

``python -m benchmarks.worker URL TOKEN DATABASE_URL RATE`` is one worker. Without arguments it is a nursery: for each
line of JSON on its input it forks a worker and prints the process id, so that a worker costs no second import.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
import traceback
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

from broadcasts.dispatch import Dispatcher
from broadcasts.pace import Pace
from broadcasts.shared import SharedPace
from channels.telegram import Telegram
from storage.database import Database

FIRST_LEASE = 1.5
ENDED = "ended in order:"
"""What a worker of the nursery says last, with its process id."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a worker is to do; ``rate`` in messages a second, ``lease`` in seconds.

    ``clock`` is a file that holds by how many seconds the worker's wall clock is wrong.
    """

    url: str
    token: str
    database_url: str
    rate: float
    lease: float = FIRST_LEASE
    clock: str = ""
    budget: str = ""
    """The account whose budget all workers share at this rate; without one each has its own."""
    connections: int = 0
    """How many requests at a time the network takes of this worker; 0 is any number."""

    def line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"


def now(clock: str) -> datetime:
    wrong = float(Path(clock).read_text() or 0) if clock else 0.0
    return datetime.now(UTC) + timedelta(seconds=wrong)


async def work(order: Order) -> None:
    """Send until told to stop by SIGTERM."""
    database = Database(order.database_url)
    telegram = Telegram(order.token, api_url=order.url, seconds=order.lease / 3, connections=order.connections or 500)
    pace, lease = Pace(order.rate, order.rate), timedelta(seconds=order.lease)
    if order.budget:
        pace = SharedPace(database, order.budget, order.rate, order.rate)
        await pace.open()
    dispatcher = Dispatcher(database, telegram, pace, lease=lease, now=lambda: now(order.clock))
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    try:
        async with asyncio.TaskGroup() as tasks:
            reserving = tasks.create_task(pace.run()) if isinstance(pace, SharedPace) else None
            running = tasks.create_task(dispatcher.run())
            stopping = tasks.create_task(told.wait())
            await asyncio.wait([running, stopping], return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            await dispatcher.stop()
            await asyncio.wait([running])
            if reserving is not None:
                reserving.cancel()
    finally:
        await telegram.close()
        await database.close()


def nursery() -> None:
    """Fork a worker for each order. The dead are not waited for, so that their ids vanish at once."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while line := sys.stdin.readline():
        order = Order(**json.loads(line))
        child = os.fork()
        if not child:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _live(order)
        print(child, flush=True)


def _live(order: Order) -> NoReturn:
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    try:
        asyncio.run(work(order))
        os.write(2, f"{ENDED} {os.getpid()}\n".encode())
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


def main() -> None:
    if len(sys.argv) == 1:
        nursery()
        return
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("url", "token", "database_url"):
        parser.add_argument(name)
    parser.add_argument("rate", type=float)
    parser.add_argument("--lease", type=float, default=FIRST_LEASE, help="seconds")
    parser.add_argument("--clock", default="", help="a file with the seconds by which the clock is wrong")
    asyncio.run(work(Order(**vars(parser.parse_args()))))


if __name__ == "__main__":
    main()
