"""A worker that only sends on the imitated Zalo, in a process that may be killed.

``python -m benchmarks.zalo_worker URL DATABASE_URL RATE [--lease S]``; ends in order on SIGTERM.
"""

import argparse
import asyncio
import signal
from datetime import timedelta

from broadcasts.chats import Chats
from broadcasts.dispatch import Dispatcher
from broadcasts.pace import Pace
from channels.zalo_oa import ZaloOA
from channels.zalo_text import Hints
from channels.zalo_tokens import Account
from sandbox.zalo.settings import Settings
from storage.database import Database

HINTS = Hints("Nhắn số để chọn:", "Hoặc nhắn:")


def channel(url: str, database: Database, seconds: float) -> ZaloOA:
    """The real channel, with the imitated account's secrets."""
    known = Settings()
    account = Account(known.app_id, known.oa_id, known.app_secret, known.refresh_token, oauth_url=url)
    return ZaloOA(account, database, api_url=url, hints=HINTS, seconds=seconds)


async def work(url: str, database_url: str, rate: float, lease: float) -> None:
    database = Database(database_url)
    zalo = channel(url, database, lease / 3)
    dispatcher = Dispatcher(
        database, zalo, Pace(rate, rate), chats=Chats(private_gap=0.0), lease=timedelta(seconds=lease)
    )
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(dispatcher.run())
            await told.wait()
            await dispatcher.stop()
    finally:
        await zalo.close()
        await database.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("database_url")
    parser.add_argument("rate", type=float)
    parser.add_argument("--lease", type=float, default=3.0, help="seconds")
    asked = parser.parse_args()
    asyncio.run(work(asked.url, asked.database_url, asked.rate, asked.lease))


if __name__ == "__main__":
    main()
