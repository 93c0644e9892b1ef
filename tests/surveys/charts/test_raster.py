"""PNG: made beside the work, and made even when the process that makes it dies."""

import asyncio
import os
import signal
import time

import pytest

from surveys.charts.country import country
from surveys.charts.raster import _painter, png, png_beside
from tests.surveys.charts.test_country import LEGEND, SAID


async def test_the_same_picture_is_drawn_beside_the_work_while_it_goes_on():
    drawn = country(SAID, (), LEGEND)
    here = png(drawn)
    await png_beside(drawn)
    turns = 0
    drawing = asyncio.create_task(png_beside(drawn))
    began = time.monotonic()
    while not drawing.done():
        turns += 1
        await asyncio.sleep(0.002)
    assert await drawing == here
    assert turns > (time.monotonic() - began) / 0.1


async def test_a_painter_that_dies_is_replaced():
    drawn = country(SAID, (), LEGEND)
    made = await png_beside(drawn)
    (pid,) = _painter()._processes
    os.kill(pid, signal.SIGKILL)
    assert [await png_beside(drawn), await png_beside(drawn)] == [made, made]
    assert pid not in _painter()._processes


async def test_what_is_no_picture_is_refused():
    with pytest.raises(ValueError):
        await png_beside("<p>")
