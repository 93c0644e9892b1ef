"""A broadcast to any number of people, made in the database and ready to go out."""

import asyncio
import sys
from datetime import UTC, datetime

from sqlalchemy import text

from channels.message import content_json, say
from storage import migrate
from storage.broadcasts import add_broadcast
from storage.conditions import Everyone
from storage.database import Database
from storage.deliveries import fan_out
from storage.enums import BroadcastStatus, ChannelName
from storage.people import add_person, set_subscribed
from storage.tables import Broadcast

TOKEN = "42:BENCHMARK"
TEXT = (
    "📢 BẢN TIN CẢI CÁCH HÀNH CHÍNH\nSố 47/2026 · Thứ Hai, 23/11/2026\n\n" + "1. Một tiêu đề bài viết vừa phải\n" * 12
)
COUNT = "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i <= :count)"
PERSONS = f"""INSERT INTO persons (id, name, title, unit, level, province, commune, areas, subscribed, created_at)
              {COUNT} SELECT i, 'Cán bộ ' || i, '', 'Đơn vị', 'commune', '', '', 0, true, :now FROM n"""
CONTACTS = f"""INSERT INTO contacts (id, person_id, channel, address, asked, created_at)
               {COUNT} SELECT i, i, 'telegram', CAST(i AS text), '', :now FROM n"""


async def prepare(url: str, count: int) -> None:
    """Broadcast 1 is being sent to ``count`` people, who begin with person 2."""
    await migrate.upgrade(url)
    database = Database(url)
    now = datetime.now(UTC)
    async with database.transaction() as session:
        author = await add_person(session, "Biên tập", now)
        await set_subscribed(session, author, False, now)
        values = {"count": count, "now": f"{now:%Y-%m-%d %H:%M:%S.%f}" if database.is_sqlite else now}
        await session.execute(text(PERSONS), values)
        await session.execute(text(CONTACTS), values)
        id = await add_broadcast(session, bulletin_id=None, title="x", audience="all", areas=0,
                                 content=content_json(say(TEXT)), author_id=author, now=now)  # fmt: skip
        row = await session.get_one(Broadcast, id)
        row.status, row.started_at = BroadcastStatus.SENDING, now
        assert await fan_out(session, id, Everyone(), [ChannelName.TELEGRAM], now) == count
    if not database.is_sqlite:
        async with database.transaction() as session:
            await session.execute(text("ANALYZE"))
            await session.execute(text("CHECKPOINT"))
    await database.close()


if __name__ == "__main__":
    asyncio.run(prepare(sys.argv[1], int(sys.argv[2])))
