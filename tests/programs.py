"""The real program in processes of its own, forked from one that has imported the libraries, which takes seconds.

All that is Loa's begins anew in each: its modules, command line, settings and connections.
"""

import multiprocessing
import os
import random
import signal
import sys
from collections.abc import Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path

ROOT = Path(__file__).parents[1]
LIBRARIES = [
    "aiogram", "aiohttp.web", "aiosmtpd.controller", "aiosmtplib", "aiosqlite", "alembic.command", "apscheduler.schedulers.asyncio",
    "asyncpg", "click", "httptools", "jinja2", "numpy", "openpyxl", "prometheus_client", "pydantic_settings",
    "python_socks", "sqlalchemy.ext.asyncio", "yaml",
]  # fmt: skip


class NotEnded(Exception):
    """It did not end within the time that it had."""


class Program:
    """One process of Loa, to be watched, killed and stopped from outside as a supervisor does it."""

    def __init__(self, *words: str, environment: Mapping[str, str]) -> None:
        born = multiprocessing.get_context("forkserver")
        born.set_forkserver_preload(LIBRARIES)
        self._process: ForkServerProcess = born.Process(target=_loa, args=(words, dict(environment)))
        self._process.start()

    def poll(self) -> int | None:
        """Its exit code, negative for the signal that killed it; None while it runs."""
        return self._process.exitcode

    def wait(self, seconds: float | None = None) -> int:
        self._process.join(seconds)
        if (code := self.poll()) is None:
            raise NotEnded(f"after {seconds} s")
        return code

    def send_signal(self, number: signal.Signals) -> None:
        assert self._process.pid is not None
        os.kill(self._process.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _loa(words: tuple[str, ...], environment: dict[str, str]) -> None:
    """`loa` as a new process would be: here, with these settings, and with chance of its own."""
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    random.seed()
    sys.argv = ["loa", *words]
    from bot.cli.main import main

    main(list(words), prog_name="loa")
