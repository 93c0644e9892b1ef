"""How fast a broadcast goes out with full durability, beside clients that keep nothing.

Peers in the same run, against the same server: a plain aiogram ``gather`` loop, python-telegram-bot with its rate
limiter lifted, and raw aiohttp posts, which are the ceiling. Each arm runs in a process of its own.
"""

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import server

TOKEN = "42:BENCHMARK"
AT_ONCE = 100
TEXT = (
    "📢 BẢN TIN CẢI CÁCH HÀNH CHÍNH\nSố 47/2026 · Thứ Hai, 23/11/2026\n\n" + "1. Một tiêu đề bài viết vừa phải\n" * 12
)


async def aiohttp_arm(url: str, count: int) -> float:
    """Raw posts: nothing can be faster with this client."""
    import aiohttp

    gate = asyncio.Semaphore(AT_ONCE)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as http:

        async def send(chat: int) -> None:
            body = json.dumps({"chat_id": chat, "text": TEXT, "parse_mode": "HTML"}).encode()
            async with gate, http.post(f"{url}/bot{TOKEN}/sendMessage", data=body,
                                       headers={"Content-Type": "application/json"}) as answer:  # fmt: skip
                json.loads(await answer.read())

        return await _timed(send, count)


async def aiogram_arm(url: str, count: int) -> float:
    """What most bots do: gather, and keep nothing."""
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer

    gate = asyncio.Semaphore(AT_ONCE)
    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url), limit=AT_ONCE))

    async def send(chat: int) -> None:
        async with gate:
            await bot.send_message(chat, TEXT, parse_mode="HTML")

    took = await _timed(send, count)
    await bot.session.close()
    return took


async def ptb_arm(url: str, count: int) -> float:
    """python-telegram-bot with its AIORateLimiter, whose own limit is lifted."""
    from telegram.ext import AIORateLimiter, ApplicationBuilder

    limiter: Any = AIORateLimiter(overall_max_rate=0, group_max_rate=0)
    builder = ApplicationBuilder().token(TOKEN).base_url(f"{url}/bot").rate_limiter(limiter)
    application = builder.connection_pool_size(AT_ONCE).pool_timeout(60).build()
    gate = asyncio.Semaphore(AT_ONCE)

    async def send(chat: int) -> None:
        async with gate:
            await application.bot.send_message(chat, TEXT, parse_mode="HTML")

    await application.initialize()
    took = await _timed(send, count)
    await application.shutdown()
    return took


async def _timed(send: Any, count: int) -> float:
    await send(0)
    began = time.perf_counter()
    await asyncio.gather(*(send(chat) for chat in range(1, count + 1)))
    return time.perf_counter() - began


async def loa_arm(url: str, count: int, database_url: str) -> float:
    """The real dispatcher: claim, mark, send, record, every commit on the disk; until the broadcast is finished."""
    from broadcasts.dispatch import Dispatcher
    from broadcasts.pace import Pace
    from channels.message import content_json, say
    from channels.telegram import Telegram
    from storage import migrate
    from storage.broadcasts import add_broadcast, broadcast, tally
    from storage.conditions import Everyone
    from storage.database import Database
    from storage.deliveries import fan_out
    from storage.enums import BroadcastStatus, ChannelName
    from storage.officials import Official, put_officials
    from storage.people import add_person
    from storage.tables import Broadcast

    await migrate.upgrade(database_url)
    database = Database(database_url)
    now = datetime.now(UTC)
    async with database.transaction() as session:
        people = [
            Official(f"Cán bộ {n}", "", f"Đơn vị {n}", "", "", "", None, ((ChannelName.TELEGRAM, str(n)),))
            for n in range(1, count + 1)
        ]
        await put_officials(session, people, now)
        author = await add_person(session, "Biên tập", now)
        id = await add_broadcast(session, bulletin_id=None, title="x", audience="all", areas=0,
                                 content=content_json(say(TEXT)), author_id=author, now=now)  # fmt: skip
        row = await session.get_one(Broadcast, id)
        row.status, row.started_at = BroadcastStatus.SENDING, now
        await fan_out(session, id, Everyone(), [ChannelName.TELEGRAM], now)
    telegram = Telegram(TOKEN, api_url=url, connections=AT_ONCE)
    await telegram.call("getMe", {})
    dispatcher = Dispatcher(database, telegram, Pace(1e6, 1e6, depth=1_000_000))  # the limit is lifted, as the peers'
    began = time.perf_counter()
    running = asyncio.create_task(dispatcher.run())
    while True:
        await asyncio.sleep(0.02)
        async with database.reading() as session:
            found = await broadcast(session, id)
        if found is not None and found.status is BroadcastStatus.SENT:
            break
    took = time.perf_counter() - began
    async with database.reading() as session:
        counted = await tally(session, id)
    assert counted.sent == count, counted
    await dispatcher.stop()
    await running
    await telegram.close()
    await database.close()
    return took


def arm(name: str, url: str, count: int, database_url: str) -> dict[str, float]:
    """One arm, in this process: messages a second, CPU seconds per 1,000, peak memory in MB."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    arms = {"aiohttp": aiohttp_arm, "aiogram": aiogram_arm, "ptb": ptb_arm}
    took = asyncio.run(loa_arm(url, count, database_url) if name == "loa" else arms[name](url, count))
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "per_second": round(count / took, 1),
        "cpu_per_1000": round(1000 * cpu / count, 3),
        "memory_mb": round(after.ru_maxrss / 1024, 1),
    }


def measured(name: str, url: str, count: int, database_url: str = "") -> dict[str, float]:
    """The same in a process of its own."""
    arguments = [sys.executable, "-m", "benchmarks.broadcast", "--arm", name, "--url", url, "--count", str(count)]
    done = subprocess.run(
        [*arguments, "--database", database_url], capture_output=True, text=True, check=False, timeout=600
    )
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr[-2000:]}")
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="end within 40 s")
    parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")
    parser.add_argument("--arm")
    parser.add_argument("--url")
    parser.add_argument("--count", type=int, default=0)
    parser.add_argument("--database", default="")
    options = parser.parse_args()
    if options.arm:
        print(json.dumps(arm(options.arm, options.url, options.count, options.database)))
        return
    from tests import postgres

    count = 3000 if options.quick else 20_000
    told: dict[str, Any] = {"messages": count}
    with server.running() as url, tempfile.TemporaryDirectory() as folder, postgres.running(fsync=True) as pg:
        arms = {
            "aiohttp": measured("aiohttp", url, count),
            "aiogram": measured("aiogram", url, count),
            "ptb": measured("ptb", url, count // 3),
            "sqlite": measured("loa", url, count, f"sqlite+aiosqlite:///{Path(folder) / 'loa.db'}"),
            "postgres": measured("loa", url, count, pg),
        }
    for name, figures in arms.items():
        print(f"{name:10} {figures}")
    told["arms"] = arms
    for mine in ("sqlite", "postgres"):
        told[mine] = {
            f"vs_{peer}": round(arms[mine]["per_second"] / arms[peer]["per_second"], 3)
            for peer in ("aiogram", "ptb", "aiohttp")
        }
        print(f"Loa on {mine}: {told[mine]}")
    if options.json:
        print(json.dumps(told))


if __name__ == "__main__":
    main()
