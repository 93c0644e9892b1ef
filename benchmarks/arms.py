"""One sender each, in a process of its own: ``python -m benchmarks.arms NAME URL COUNT [DATABASE] [RATE]``.

Prints one JSON object: messages a second, CPU seconds per 1,000 messages, memory in MB beyond what imports take.
"""

import asyncio
import json
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

from benchmarks.setting import TEXT, TOKEN

AT_ONCE = 100
Send = Callable[[int], Awaitable[Any]]


def memory() -> float:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def gathered(send: Send, count: int) -> dict[str, float]:
    """What most bots do: gather, and keep nothing."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(chat: int) -> None:
        async with gate:
            await send(chat)

    await one(0)
    began, before, used = time.perf_counter(), memory(), cpu()
    await asyncio.gather(*(one(chat) for chat in range(1, count + 1)))
    return told(count, time.perf_counter() - began, cpu() - used, memory() - before)


def told(count: int, took: float, used: float, grown: float) -> dict[str, float]:
    return {
        "per_second": round(count / took, 1),
        "cpu_per_1000": round(1000 * used / count, 3),
        "memory_mb": round(grown, 1),
    }


async def raw_aiohttp(url: str, count: int) -> dict[str, float]:
    """Raw posts with the usual client: the ceiling."""
    import aiohttp

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as http:

        async def send(chat: int) -> None:
            body = json.dumps({"chat_id": chat, "text": TEXT, "parse_mode": "HTML"}).encode()
            async with http.post(f"{url}/bot{TOKEN}/sendMessage", data=body,
                                 headers={"Content-Type": "application/json"}) as answer:  # fmt: skip
                json.loads(await answer.read())

        return await gathered(send, count)


async def plain_aiogram(url: str, count: int) -> dict[str, float]:
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer

    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url), limit=AT_ONCE))
    try:
        return await gathered(lambda chat: bot.send_message(chat, TEXT, parse_mode="HTML"), count)
    finally:
        await bot.session.close()


async def python_telegram_bot(url: str, count: int) -> dict[str, float]:
    """With its AIORateLimiter, whose own limit is lifted."""
    from telegram.ext import AIORateLimiter, ApplicationBuilder

    limiter: Any = AIORateLimiter(overall_max_rate=0, group_max_rate=0)
    builder = ApplicationBuilder().token(TOKEN).base_url(f"{url}/bot").rate_limiter(limiter)
    application = builder.connection_pool_size(AT_ONCE).pool_timeout(60).build()
    await application.initialize()
    try:
        return await gathered(lambda chat: application.bot.send_message(chat, TEXT, parse_mode="HTML"), count)
    finally:
        await application.shutdown()


async def bare(url: str, count: int) -> dict[str, float]:
    """The same bytes written ahead on a few connections: what the server itself can take."""
    host, _, port = url.removeprefix("http://").partition(":")
    body = json.dumps({"chat_id": 1, "text": TEXT, "parse_mode": "HTML"}).encode()
    head = f"POST /bot{TOKEN}/sendMessage HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    began, before, used = time.perf_counter(), memory(), cpu()

    async def on_one(requests: int) -> None:
        reader, writer = await asyncio.open_connection(host, int(port))
        for _ in range(requests // 10):
            writer.write((head + body) * 10)
            for _ in range(10):
                answer = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(int(answer.rpartition(b": ")[2]))
        writer.close()

    await asyncio.gather(*(on_one(count // 8) for _ in range(8)))
    return told(count, time.perf_counter() - began, cpu() - used, memory() - before)


async def loa(url: str, count: int, database_url: str, rate: float) -> dict[str, float]:
    """The real dispatcher: claim, mark, send, record, every commit on the disk; until ``count`` are recorded."""
    from broadcasts.dispatch import Dispatcher
    from broadcasts.pace import Pace
    from channels.telegram import Telegram
    from storage.broadcasts import tally
    from storage.database import Database

    before = memory()
    database = Database(database_url)
    async with database.reading() as session:
        done = (await tally(session, 1)).sent
    telegram = Telegram(TOKEN, api_url=url, connections=AT_ONCE)
    await telegram.call("getMe", {})
    pace = Pace(rate, rate)
    if rate >= 1e6:
        pace.depth = 1_000_000  # the limit is lifted, as the peers'
    dispatcher = Dispatcher(database, telegram, pace)
    began, used = time.perf_counter(), cpu()
    running = asyncio.create_task(dispatcher.run())
    most = await _recorded(dispatcher, count)
    took, used = time.perf_counter() - began, cpu() - used
    await dispatcher.stop()
    await running
    async with database.reading() as session:
        recorded = (await tally(session, 1)).sent - done
    assert recorded >= count, recorded
    await telegram.close()
    await database.close()
    return told(count, took, used, most - before)


async def _recorded(dispatcher: Any, count: int) -> float:
    """Wait until so many outcomes are on the disk; the most memory until then."""
    ledger = dispatcher._ledger
    while ledger.written < count:
        await asyncio.sleep(0.005)
    return memory()


ARMS: dict[str, Callable[[str, int], Awaitable[dict[str, float]]]] = {
    "aiohttp": raw_aiohttp, "aiogram": plain_aiogram, "ptb": python_telegram_bot, "bare": bare,
}  # fmt: skip


def main() -> None:
    name, url, count, *more = sys.argv[1:]
    done = loa(url, int(count), more[0], float(more[1])) if name == "loa" else ARMS[name](url, int(count))
    print(json.dumps(asyncio.run(done)))  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
