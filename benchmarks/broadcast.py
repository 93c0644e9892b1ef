"""How fast a broadcast goes out with full durability, beside clients that keep nothing, and what it costs.

Peers in the same run, against the same server: a plain aiogram ``gather`` loop, python-telegram-bot with its rate
limiter lifted, and raw aiohttp posts, which are the ceiling. Each sender runs in a process of its own.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import server
from benchmarks.setting import TOKEN
from broadcasts.approval import SYSTEM, pause
from storage.database import Database
from tests import postgres

LIFTED = 1e6
PEERS = ("aiohttp", "aiogram", "ptb")


def run(*arguments: object) -> str:
    """A module of the benchmarks in a process of its own; what it printed last."""
    command = [sys.executable, "-m", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=1200)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr[-2000:]}")
    return (done.stdout.splitlines() or [""])[-1]


def arm(name: str, url: str, count: int, *more: object) -> dict[str, float]:
    measured: dict[str, float] = json.loads(run("benchmarks.arms", name, url, count, *more))
    return measured


@contextmanager
def program(database_url: str, url: str, rate: float) -> Iterator[subprocess.Popen[bytes]]:
    """The whole program, as it is run."""
    environment = {
        **os.environ, "LOA_DATABASE_URL": database_url, "LOA_TELEGRAM_TOKEN": TOKEN, "LOA_TELEGRAM_API_URL": url,
        "LOA_WEB_PORT": "0", "LOA_TELEGRAM_RATE": str(rate), "LOA_LOG_LEVEL": "ERROR",
    }  # fmt: skip
    process = subprocess.Popen([sys.executable, "-m", "bot", "run"], env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def until_sent(url: str, process: subprocess.Popen[bytes]) -> float:
    """When the first message of this process arrived, on the steady clock."""
    while True:
        seen = server.stats(url)
        if seen.accepted:
            return seen.first
        assert process.poll() is None, "the program ended"
        time.sleep(0.02)


async def pause_now(database_url: str) -> float:
    """Pause the broadcast; when that was committed."""
    database = Database(database_url)
    async with database.transaction() as session:
        await pause(session, 1, SYSTEM, datetime.now(UTC))
    at = time.monotonic()
    await database.close()
    return at


def whole_program(database_url: str, url: str) -> dict[str, float]:
    """Seconds from a start in the middle of a broadcast to the first message, and from a pause to the last one."""
    server.stats(url)
    began = time.monotonic()
    with program(database_url, url, 200) as process:
        restart = until_sent(url, process) - began
        time.sleep(1)
        server.stats(url)
        paused = asyncio.run(pause_now(database_url))
        time.sleep(1.5)
        last = server.stats(url).last
    return {"restart_to_first_send_s": round(restart, 2), "pause_s": round(max(0.0, last - paused), 3)}


def of_database(name: str, url: str, make: Any, *, quick: bool) -> dict[str, Any]:
    """Everything about one kind of database. ``make(n)`` gives an empty one with room for ``n`` people."""
    count, many = (2000, 20_000) if quick else (20_000, 1_000_000)
    small = make(5000 if quick else 2 * count)
    told: dict[str, Any] = {"lifted": arm("loa", url, count, small, LIFTED)}
    if name == "sqlite" or not quick:
        told["at_1000"] = arm("loa", url, 600 if quick else 10_000, small, 1000)
        told["at_30"] = arm("loa", url, 30 if quick else 600, small, 30)
        told["of_many"] = {"people": many, **arm("loa", url, count, make(many), LIFTED)}
        told["cost_of_many_to_few"] = round(told["lifted"]["per_second"] / told["of_many"]["per_second"], 2)
        told |= whole_program(small, url)
    print(f"{name}: {told}")
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="end within 40 s")
    parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")
    options = parser.parse_args()
    count = 2000 if options.quick else 20_000
    with server.running() as url, tempfile.TemporaryDirectory() as folder, postgres.running(fsync=True) as pg:
        peers = {name: arm(name, url, count if name != "ptb" else count // 4) for name in PEERS}
        peers["server"] = arm("bare", url, count)
        for name, figures in peers.items():
            print(f"{name}: {figures}")
        made: list[str] = []

        def on_sqlite(people: int) -> str:
            made.append(f"sqlite+aiosqlite:///{Path(folder) / f'{len(made)}.db'}")
            run("benchmarks.setting", made[-1], people)
            return made[-1]

        def on_postgres(people: int) -> str:
            made.append(postgres.another(pg, f"loa{len(made)}"))
            run("benchmarks.setting", made[-1], people)
            return made[-1]

        told: dict[str, Any] = {"messages": count, "peers": peers}
        for name, make in (("sqlite", on_sqlite), ("postgres", on_postgres)):
            told[name] = of_database(name, url, make, quick=options.quick)
            per_second = told[name]["lifted"]["per_second"]
            told[name] |= {f"vs_{peer}": round(per_second / peers[peer]["per_second"], 3) for peer in PEERS}
            print(f"{name}: " + ", ".join(f"{told[name][f'vs_{peer}']} of {peer}" for peer in PEERS))
    if options.json:
        print(json.dumps(told))


if __name__ == "__main__":
    main()
