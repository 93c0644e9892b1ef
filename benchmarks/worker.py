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
from urllib.parse import urlsplit

from broadcasts.dispatch import Dispatcher
from broadcasts.pace import Pace
from broadcasts.shared import SharedPace
from channels.email import Email
from channels.email_headers import Sender
from channels.smtp import Pool, Server
from channels.telegram import Telegram
from channels.zalo_oa import ZaloOA
from channels.zalo_text import Hints
from channels.zalo_tokens import Account
from storage.database import Database
from storage.enums import ChannelName
from storage.mail import secret

FIRST_LEASE = 1.5
REFRESH = "first"
"""The refresh token of the grant that stands in the database."""
CONNECTIONS = 12
"""To the mail server, so that a letter waits for none."""
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
    channel: ChannelName = ChannelName.TELEGRAM

    def line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"


def now(clock: str) -> datetime:
    wrong = float(Path(clock).read_text() or 0) if clock else 0.0
    return datetime.now(UTC) + timedelta(seconds=wrong)


async def _secret(database: Database) -> bytes:
    async with database.transaction() as session:
        return await secret(session)


async def channel_of(order: Order, database: Database) -> Telegram | ZaloOA | Email:
    """The real channel; of Zalo with the grant that stands in the database."""
    match order.channel:
        case ChannelName.ZALO_OA:
            account = Account("app", "oa", "secret", REFRESH)
            hints = Hints("Nhắn số để chọn:", "Hoặc nhắn:")
            return ZaloOA(account, database, api_url=order.url, hints=hints, seconds=order.lease / 3)
        case ChannelName.EMAIL:
            at = urlsplit(order.url)
            server = Server(at.hostname or "", at.port or 25, helo="loa.test", seconds=order.lease / 3)
            sender = Sender("Bản tin CCHC", "bantin@loa.test")
            return Email(Pool(server, CONNECTIONS), sender, await _secret(database), database=database)
    return Telegram(order.token, api_url=order.url, seconds=order.lease / 3, connections=order.connections or 500)


async def work(order: Order) -> None:
    """Send until told to stop by SIGTERM."""
    database = Database(order.database_url)
    channel = await channel_of(order, database)
    pace, lease = Pace(order.rate, order.rate), timedelta(seconds=order.lease)
    if order.budget:
        pace = SharedPace(database, order.budget, order.rate, order.rate)
        await pace.open()
    dispatcher = Dispatcher(database, channel, pace, lease=lease, now=lambda: now(order.clock))
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
        await channel.close()
        await database.close()


def nursery() -> None:
    """Fork a worker for each order. The dead are not waited for, so that their ids vanish at once."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while line := sys.stdin.readline():
        said = json.loads(line)
        order = Order(**said | {"channel": ChannelName(said["channel"])})
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
