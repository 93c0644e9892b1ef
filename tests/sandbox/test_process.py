"""The sandbox as a process: first line, service, clean end."""

from __future__ import annotations

import asyncio
import json
import signal
import sys

import aiohttp


async def test_the_command_serves_until_it_is_told_to_stop() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox", "--token", "7:PROCESS", "--username", "thu_bot", "--log-requests"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    url = json.loads(await asyncio.wait_for(process.stdout.readline(), 20))["url"]
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{url}/bot7:PROCESS/getMe") as answer:
            me = (await answer.json())["result"]
        assert (me["id"], me["username"]) == (7, "thu_bot")
        poll = asyncio.create_task(session.get(f"{url}/bot7:PROCESS/getUpdates?timeout=50"))
        events = await session.get(f"{url}/sim/events?chats=1")
        await asyncio.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        _, errors = await asyncio.wait_for(process.communicate(), 10)
        await asyncio.gather(poll, return_exceptions=True)
        events.close()
    assert process.returncode == 0
    assert errors.decode().splitlines()[0].split() == ["getMe", "200"]
    assert "PROCESS" not in errors.decode()
    assert "Traceback" not in errors.decode()
