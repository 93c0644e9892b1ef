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

import typst

FONTS = Path(__file__).parents[1] / "fonts"
PAGE = b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")'
POINTS = 96.0
"""Dots to an inch at which a unit of the SVG is a dot of the picture."""
log = logging.getLogger(__name__)


@cache
def own_fonts() -> typst.Fonts:
    """Be Vietnam Pro alone, read once, so that what is drawn looks the same on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def png(drawn: str, *, zoom: int = 1) -> bytes:
    """The picture as PNG, in some 80 ms of CPU; ``zoom`` for print. ValueError for what is no SVG."""
    try:
        return typst.compile(
            PAGE, format="png", ppi=POINTS * zoom, font_paths=own_fonts(), sys_inputs={"svg": drawn}
        )  # fmt: skip
    except typst.TypstError as error:
        raise ValueError(f"no picture: {error}") from None


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
