"""`python -m sandbox.zalo`: the imitated Zalo on a port of this machine."""

from __future__ import annotations

import argparse
import asyncio

from sandbox.zalo.app import serve
from sandbox.zalo.settings import Settings


async def _run(port: int) -> None:
    async with serve(Settings(port=port)) as sandbox:
        print(f"Zalo sandbox on {sandbox.url}; control under {sandbox.url}/sim/zalo", flush=True)
        await asyncio.Event().wait()


def main() -> None:
    """Serves until interrupted."""
    parser = argparse.ArgumentParser(description="An imitated Zalo, never compared with the live one")
    parser.add_argument("--port", type=int, default=8083)
    try:
        asyncio.run(_run(parser.parse_args().port))
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
