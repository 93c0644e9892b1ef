"""The story under your hands: the page shows the phones, you tap, and its buttons bring the crowd."""

import asyncio
import signal

import click

from bot.demo.story import ACTION_CITIZENS, ACTION_CLOSE, Story

REFRESH = 0.5


async def under_your_hands(story: Story, running: asyncio.Task[None]) -> None:
    """Serve the page until Ctrl-C."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stop.set)
    await story.control.post("board", **await story.board())
    click.echo(f"\nLoa demo: {story.stage.network.url}\nMở địa chỉ trên trong trình duyệt. Ctrl-C để dừng.")
    watching = [asyncio.create_task(_boards(story)), asyncio.create_task(_actions(story))]
    await stop.wait()
    for task in watching:
        task.cancel()
    story.loa.stop()
    await running


async def _boards(story: Story) -> None:
    shown = None
    while True:
        board = await story.board()
        if board != shown:
            await story.control.post("board", **board)
            shown = board
        await asyncio.sleep(REFRESH)


async def _actions(story: Story) -> None:
    last = 0
    while True:
        for action in (await story.control.get("actions", after=last, timeout=20))["actions"]:
            last = action["n"]
            if action["id"] == ACTION_CITIZENS and story.act < 3:
                story.act = 2
                await story.start_citizens()
                await story.until_answered()
                story.act = 3
            elif action["id"] == ACTION_CLOSE and story.act == 3:
                await story.close_survey()
                await story.until_reported()
                story.act = 4
