"""SVG as PNG, with our own letters only, so that it looks the same everywhere."""

import asyncio
import logging
import os
import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread

import resvg_py

FONTS = Path(__file__).parents[1] / "fonts"
log = logging.getLogger(__name__)


def png(drawn: str, *, zoom: int = 1) -> bytes:
    """The picture as PNG, in some 200 ms; ``zoom`` for print. ValueError for what is no SVG."""
    made = resvg_py.svg_to_bytes(
        svg_string=drawn,
        font_files=[str(path) for path in sorted(FONTS.glob("*.ttf"))],
        skip_system_fonts=True,
        sans_serif_family="Be Vietnam Pro",
        zoom=zoom,
    )
    return bytes(made)


@cache
def _painter() -> ProcessPoolExecutor:
    """A process that only draws; it is there from the first picture on, and ends with this one."""
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_attend)


def _attend() -> None:
    """Leave interruptions to the parent, and end when it is gone, however it went."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    if (parent := parent_process()) is not None:
        parent.join()
    os._exit(0)


async def png_beside(drawn: str) -> bytes:
    """As ``png``, while everything else goes on: the library lets nothing run in its own process while it draws."""
    try:
        return await asyncio.get_running_loop().run_in_executor(_painter(), png, drawn)
    except BrokenProcessPool:
        log.warning("the process that draws is gone: drawing here, and with a new one from now on")
        _painter.cache_clear()
        return png(drawn)
