"""`python -m sandbox`: serves the imitated network until it is told to stop."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
from collections.abc import Sequence

from sandbox.app import serve
from sandbox.settings import Settings


def read_arguments(arguments: Sequence[str] | None = None) -> Settings:
    """The command line as settings."""
    default = Settings()
    parser = argparse.ArgumentParser(prog="sandbox", description=__doc__)
    parser.add_argument("--host", default=default.host)
    parser.add_argument("--port", type=int, default=default.port, help="0 takes a free one")
    parser.add_argument("--token", default=default.token)
    parser.add_argument("--username", default=default.username)
    parser.add_argument("--rate", type=float, default=default.rate, help="sends a second over all chats")
    parser.add_argument("--burst", type=int, default=default.burst)
    parser.add_argument("--seed", type=int, default=default.seed)
    parser.add_argument("--neighbours", action="store_true", help="Zalo and a mail server on the same page")
    parser.add_argument("--reports-to", type=int, default=default.reports_to, help="SMTP port for reports of bounces")
    parser.add_argument("--log-requests", action="store_true", help="one line per call on stderr")
    return Settings(**vars(parser.parse_args(arguments)))


async def run(settings: Settings) -> None:
    """Serves; the first line on stdout is the address as JSON."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, stopped.set)
        except NotImplementedError:
            # Windows has no signal handlers on the loop; Ctrl+C ends asyncio.run there
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stopped.set))
    async with serve(settings) as sandbox:
        print(json.dumps({"url": sandbox.url, **sandbox.doors}), flush=True)
        await stopped.wait()


if __name__ == "__main__":
    asyncio.run(run(read_arguments()))
