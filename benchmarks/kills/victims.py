"""Workers that are born, killed and stopped from outside."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.worker import ENDED, Order

PATIENCE = 20.0
"""Seconds for a worker that was told to stop."""


@dataclass(slots=True)
class Worker:
    """One process that sends; ``place`` is the path under which the network knows it."""

    pid: int
    place: str
    leaving: bool = False
    """Whether it has been killed or told to stop."""

    def kill(self) -> None:
        self.leaving = True
        self.signal(signal.SIGKILL)

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    @property
    def alive(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    async def gone(self) -> None:
        until = time.monotonic() + PATIENCE
        while self.alive:
            if time.monotonic() > until:
                raise TimeoutError(f"worker {self.pid} does not end")
            await asyncio.sleep(0.002)

    async def stop(self) -> None:
        """Let it end in order."""
        self.leaving = True
        self.signal(signal.SIGTERM)
        await self.gone()


class Nursery:
    """Where workers come from; what they log is kept."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._process, self._log, self._turn = process, log, threading.Lock()
        self.born: list[Worker] = []

    async def bear(self, order: Order, place: str = "") -> Worker:
        pid = await asyncio.to_thread(self._ask, order.line())
        if not pid:
            raise RuntimeError(f"no worker was born\n{self.said()}")
        self.born.append(Worker(int(pid), place))
        return self.born[-1]

    def _ask(self, line: bytes) -> bytes:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._turn:
            self._process.stdin.write(line)
            self._process.stdin.flush()
            return self._process.stdout.readline()

    def check(self) -> None:
        """A worker may only be gone if it was killed or stopped."""
        if dead := [worker.pid for worker in self.born if not worker.leaving and not worker.alive]:
            raise RuntimeError(f"workers {dead} died by themselves\n{self.said()}")

    def ended(self, worker: Worker) -> bool:
        """Whether it came to the end of its work, with nothing wrong."""
        return f"{ENDED} {worker.pid}\n" in self._log.read_text()

    def said(self) -> str:
        return self._log.read_text()[-4000:]


@contextmanager
def nursery(folder: Path) -> Iterator[Nursery]:
    """Workers are born here; the ones that are left at the end are killed."""
    log = folder / "workers.log"
    with log.open("ab") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=errors, cwd=Path(__file__).parents[2],
        )  # fmt: skip
        made = Nursery(process, log)
        try:
            yield made
        finally:
            for worker in made.born:
                if not worker.leaving and worker.alive:
                    worker.kill()
            process.communicate()
