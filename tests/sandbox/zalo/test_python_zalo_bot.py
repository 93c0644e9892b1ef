"""python-zalo-bot, a client by other people, drives the imitated Bot Platform; it posts forms where we post JSON."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from zalo_bot import Bot

from sandbox.zalo.app import ZaloSandbox


@pytest.fixture
async def bot(zalo: ZaloSandbox) -> AsyncIterator[Bot]:
    async with Bot(zalo.settings.bot_token, base_url=zalo.url) as made:
        yield made


async def test_it_knows_who_it_is(bot: Bot):
    me = await bot.get_me()
    assert me.account_name == "bot.loa"


async def test_it_hears_and_answers(zalo: ZaloSandbox, bot: Bot):
    zalo.bot.say("ab1", "Xin chào Loa")
    update = await bot.get_update(timeout=5)
    assert update is not None
    assert update.message is not None
    assert (update.message.text, update.message.chat.id) == ("Xin chào Loa", "ab1")
    sent = await bot.send_message("ab1", "Kính chào ông/bà")
    assert sent.message_id == zalo.bot.people["ab1"].messages[0].id
    assert zalo.bot.people["ab1"].messages[0].text == "Kính chào ông/bà"


async def test_it_loses_refusals_that_come_with_200(zalo: ZaloSandbox, bot: Bot):
    """Why we do not send with it."""
    assert await bot.send_message("nobody", "x") is None


async def test_its_webhook_is_probed(zalo: ZaloSandbox, bot: Bot):
    heard: list[str] = []

    async def hook(request: web.Request) -> web.Response:
        heard.append(request.headers.get("X-Bot-Api-Secret-Token", ""))
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", hook)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await bot._set_webhook_async(f"http://127.0.0.1:{runner.addresses[0][1]}/hook", "s" * 20)
    zalo.bot.say("ab1", "Xin chào")
    async with asyncio.timeout(5):
        while len(heard) < 2:
            await asyncio.sleep(0.01)
    await runner.cleanup()
    assert heard == ["s" * 20, "s" * 20]
