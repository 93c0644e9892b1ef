"""Bots in processes of their own: Loa as it is run, and the bare echo; forked, so that imports take their time once.

``python -m benchmarks.bots`` is the nursery: for each line of JSON on its input, a name and what the bot is started
with, it forks a bot and prints the process id.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO, NoReturn

from benchmarks.phones import SECRET, Phones
from tests import postgres

ECHO, HOOK = "echo", "/hook"
STARTED_SECONDS = 30.0
FASTEST = 1000
"""Messages a second that Loa may send: the most that Telegram sells."""


@dataclass(slots=True)
class Running:
    """A bot that listens, and its telephones."""

    phones: Phones
    pid: int

    @property
    def rss_mb(self) -> float:
        """Resident memory, pages that it shares with the nursery included."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, 1)


class Nursery:
    """Where bots are born."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._orders: IO[str] = process.stdin
        self._born: IO[str] = process.stdout
        self.pids: list[int] = []

    async def start(self, name: str, api_url: str, phones: Phones, database_url: str = "") -> Running:
        """A bot with its webhook; raises TimeoutError or ProcessLookupError if it does not come to listen."""
        port, pid = await self._bear(name, api_url, database_url)
        await _answers(port, pid, phones)
        return Running(phones, pid)

    async def start_together(self, number: int, api_url: str, phones: Phones, database_url: str) -> list[str]:
        """So many of Loa's at once, since each takes a while to begin: the host and port of each."""
        born = [await self._bear("loa", api_url, database_url) for _ in range(number)]
        for port, pid in born:
            await _answers(port, pid, phones)
        return [f"127.0.0.1:{port}" for port, _ in born]

    async def _bear(self, name: str, api_url: str, database_url: str) -> tuple[int, int]:
        """A bot that begins: its port and its process."""
        port = postgres.free_port()
        print(json.dumps([name, api_url, port, database_url]), file=self._orders, flush=True)
        self.pids.append(pid := int(await asyncio.to_thread(self._born.readline)))
        return port, pid


async def _answers(port: int, pid: int, phones: Phones) -> None:
    async with asyncio.timeout(STARTED_SECONDS):
        while True:
            os.kill(pid, 0)
            try:
                return await phones.connect(f"http://127.0.0.1:{port}{HOOK}")
            except ConnectionError:
                await asyncio.sleep(0.05)


@contextmanager
def nursery() -> Iterator[Nursery]:
    """A nursery that takes its children with it."""
    command = [sys.executable, "-m", "benchmarks.bots"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    made = Nursery(process)
    try:
        yield made
    finally:
        for pid in made.pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.terminate()
        process.wait()


async def live(name: str, api_url: str, port: int, database_url: str) -> None:
    """Be this bot until told to stop."""
    if name == ECHO:
        from benchmarks import echo

        await echo.serve(api_url, port, HOOK, SECRET)
        return
    from benchmarks.setting import TOKEN
    from bot.app import serve
    from bot.logs import log_to_stderr
    from bot.settings import Settings

    values = {
        "DATABASE_URL": database_url, "TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": api_url,
        "TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{port}{HOOK}", "TELEGRAM_WEBHOOK_SECRET": SECRET,
        "WEB_PORT": port, "TELEGRAM_RATE": FASTEST, "LOG_LEVEL": "WARNING",
    }  # fmt: skip
    os.environ.update({f"LOA_{key}": str(value) for key, value in values.items()})
    settings = Settings()
    log_to_stderr(settings.log_level)
    await serve(settings)


def _live(order: list[str]) -> NoReturn:
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        name, api_url, port, database_url = order
        asyncio.run(live(name, api_url, int(port), database_url))
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


def main() -> None:
    for module in ("benchmarks.echo", "bot.app", "handlers.telegram"):
        import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while line := sys.stdin.readline():
        child = os.fork()
        if not child:
            _live(json.loads(line))
        print(child, flush=True)


if __name__ == "__main__":
    main()
