"""`python -m benchmarks.mail.worker URL PORT RATE`: a dispatcher on e-mail until it is killed or done."""

import asyncio
import sys
from datetime import timedelta

from benchmarks.mail.setting import email_to
from broadcasts.dispatch import Dispatcher
from broadcasts.pace import Pace
from storage.broadcasts import broadcast
from storage.database import Database
from storage.enums import BroadcastStatus

LEASE = timedelta(seconds=3)


async def work(url: str, port: int, rate: float) -> None:
    database = Database(url)
    email = await email_to(port, database)
    dispatcher = Dispatcher(database, email, Pace(rate, rate), lease=LEASE)
    running = asyncio.create_task(dispatcher.run())
    while True:
        async with database.reading() as session:
            found = await broadcast(session, 1)
        assert found is not None
        if found.status is not BroadcastStatus.SENDING:
            break
        await asyncio.sleep(0.2)
    await dispatcher.stop()
    await running
    await email.close()
    await database.close()


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
