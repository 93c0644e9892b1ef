"""The story played: by itself, with what came out as data, or with the page until somebody ends it."""

import asyncio
import time
from typing import Any

import aiohttp

from bot.app import Loa
from bot.demo.network import Control
from bot.demo.page import under_your_hands
from bot.demo.setting import Stage
from bot.demo.story import Story
from bot.settings import Settings
from storage.enums import DeliveryStatus
from surveys.index import Index


async def played(
    stage: Stage, *, citizens: int, seed: int, rate: float, headless: bool, began: float
) -> dict[str, Any]:
    """Play the story: by itself, or with the page until the process is asked to end. What came out."""
    loa = Loa(Settings())
    async with aiohttp.ClientSession() as http, asyncio.TaskGroup() as tasks:
        story = Story(stage, loa, Control(http, stage.network.url), citizens, seed, rate)
        running = tasks.create_task(loa.run())
        await story.prepare()
        await story.submit()
        if headless:
            told = await _by_itself(story, began)
            loa.stop()
            await running
            return told
        await under_your_hands(story, running)
        return {}


async def _by_itself(story: Story, began: float) -> dict[str, Any]:
    async def timed(name: str, *steps: Any) -> None:
        start = time.monotonic()
        for step in steps:
            await step
        story.seconds[name] = round(time.monotonic() - start, 2)

    story.seconds["set_up"] = round(time.monotonic() - began, 2)
    await timed("broadcast", story.approve(), story.until_sent())
    await timed("survey", story.start_citizens(), story.until_answered())
    await timed("report", story.close_survey(), story.until_reported())
    _, found = await story.tally()
    told = await story.control.get("citizens")
    stats = await story.control.get("stats")
    return {
        "officials": found.total,
        "deliveries": {str(s): n for s, n in found.by_status.items() if s not in (DeliveryStatus.PENDING,
                                                                                   DeliveryStatus.SENDING)},
        "by_channel": {str(channel): n for channel, n in found.ways.items()},
        "too_many_requests": stats["too_many_requests"],
        "seconds": story.seconds,
        "citizens": {"started": told["started"], "completed": told["completed"]},
        "index": figures(await story.index()),
        "expected": told["expected"],
    }  # fmt: skip


def figures(found: Index) -> dict[str, Any]:
    """The index in percent, with the margin of the whole."""
    return {
        "overall": found.overall.value,
        "margin": found.overall.margin,
        "n": found.n,
        "domains": {id: figure.value for id, figure in found.domains.items()},
        "factors": {id: figure.value for id, figure in found.factors.items()},
        "criteria": {id: figure.value for id, figure in found.criteria.items()},
    }
