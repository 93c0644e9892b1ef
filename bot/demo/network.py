"""The sandbox as a process of its own, and its controls: persons who speak and tap, faults, figures."""

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import aiohttp

TOKEN = "42:SANDBOX"
USERNAME = "loa_demo_bot"


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port


class Network:
    """A running sandbox: Telegram, and beside it a Zalo Official Account and a mail server."""

    def __init__(self, *, port: int, rate: float, burst: int, seed: int) -> None:
        arguments = ["--host", "127.0.0.1", "--port", str(port), "--token", TOKEN, "--username", USERNAME]
        limits = ["--rate", str(rate), "--burst", str(burst), "--seed", str(seed)]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "sandbox", *arguments, *limits, "--neighbours"], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise OSError(f"the sandbox did not start on port {port}; is the port taken?")
        told = json.loads(line)
        self.url: str = told["url"]
        self.smtp_port: int = told["smtp_port"]
        self.zalo: dict[str, str] = told["zalo"]

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)


class Control:
    """The sandbox's controls."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http, self._url = http, url

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        async with self._http.post(f"{self._url}/sim/{path}", json=body) as answer:
            told = dict(await answer.json())
            if answer.status != 200:
                raise RuntimeError(f"sandbox: {path}: {told}")
            return told

    async def get(self, path: str, **query: Any) -> dict[str, Any]:
        async with self._http.get(f"{self._url}/sim/{path}", params=query) as answer:
            return dict(await answer.json())

    async def say(self, chat: int, text: str) -> None:
        await self.post("say", chat=chat, text=text)

    async def messages(self, chat: int) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = (await self.get(f"chats/{chat}/messages"))["messages"]
        return messages

    async def seen(self, chat: int, wanted: Callable[[dict[str, Any]], bool], seconds: float = 30) -> dict[str, Any]:
        """Wait until the newest fitting message of the bot stands in a chat."""
        for _ in range(int(seconds / 0.1)):
            found = (m for m in reversed(await self.messages(chat)) if not m["mine"] and wanted(m))
            for newest in found:
                return dict(newest)
            await asyncio.sleep(0.1)
        raise TimeoutError(f"nothing of the kind came into chat {chat} within {seconds:.0f} s")

    async def tap(self, chat: int, label: str, seconds: float = 30) -> None:
        """Tap the newest button whose label contains ``label``."""
        message = await self.seen(chat, lambda m: _button(m, label) is not None, seconds)
        await self.post("tap", chat=chat, message_id=message["id"], data=_button(message, label))


def _button(message: dict[str, Any], label: str) -> str | None:
    for row in message.get("keyboard") or []:
        for button in row:
            if label in button["text"] and "data" in button:
                return str(button["data"])
    return None
