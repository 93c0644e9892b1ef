"""Zalo's webhooks: signed, on the disk before they are acknowledged, heard once; the imitated Zalo posts to them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import select

from bot.intake import Intake
from bot.zalo_web import BOT_PATH, OA_PATH, BotWebhook, OaWebhook
from channels.zalo_signature import Signing, Whose
from sandbox.zalo import people
from sandbox.zalo.app import ZaloSandbox, serve
from sandbox.zalo.settings import Rules, Settings
from sandbox.zalo.world import Person
from storage.database import Database
from storage.tables import Inbox

SECRET = "s" * 40


@dataclass
class Hook:
    """A running server with both webhooks, and what it has seen."""

    url: str
    oa: OaWebhook
    zalo: ZaloSandbox
    down: bool = False


@asynccontextmanager
async def hooked(database: Database, **rules: str) -> AsyncIterator[Hook]:
    settings = Settings(rules=Rules(**rules))  # type: ignore[arg-type]  # two of its fields are words
    async with serve(settings) as zalo:
        signing = Signing(
            {Whose.APP: settings.app_id, Whose.OA: settings.oa_id},
            {Whose.APP: settings.app_secret, Whose.OA: settings.oa_secret},
        )
        intake = Intake(database, lambda: None)
        writing = asyncio.create_task(intake.run())
        oa, app = OaWebhook(intake, signing), web.Application()
        made = Hook("", oa, zalo)

        async def take(request: web.Request) -> web.Response:
            return web.Response(status=503) if made.down else await oa.take(request)

        app.router.add_post(OA_PATH, take)
        app.router.add_post(BOT_PATH, BotWebhook(intake, SECRET).take)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        zalo.world.add(Person("1", "Lan"))
        try:
            yield made
        finally:
            await runner.cleanup()
            writing.cancel()


async def kept(database: Database) -> list[str]:
    async with database.reading() as session:
        return list(await session.scalars(select(Inbox.external_id).order_by(Inbox.id)))


async def until(what, seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not what():
            await asyncio.sleep(0.01)


async def test_the_probe_of_the_console_is_answered(database: Database):
    async with hooked(database) as hook:
        assert await hook.zalo.webhook.register(hook.url + OA_PATH) == 200
        assert await kept(database) == []


async def test_events_are_kept_in_order_and_what_was_seen_is_not(database: Database):
    async with hooked(database) as hook:
        await hook.zalo.webhook.register(hook.url + OA_PATH)
        person = hook.zalo.world.people["1"]
        people.follow(hook.zalo.world, person)
        number = people.say(hook.zalo.world, person, "xin chào")
        people.see(hook.zalo.world, person)
        people.rate(hook.zalo.world, "m", 5, "tốt")
        await until(lambda: len(hook.zalo.webhook.answers) == 5)
        assert hook.zalo.webhook.answers == [200] * 5
        assert [id.partition(":")[0] for id in await kept(database)] == ["follow", "user_send_text"]
        assert (await kept(database))[1] == f"user_send_text:{number}"


async def test_what_was_not_acknowledged_comes_again_and_is_kept_once(database: Database):
    async with hooked(database) as hook:
        await hook.zalo.webhook.register(hook.url + OA_PATH)
        hook.down = True
        people.say(hook.zalo.world, hook.zalo.world.people["1"], "xin chào")
        await until(lambda: len(hook.zalo.webhook.answers) == 2)
        hook.down = False
        hook.zalo.clock.offset += 31
        hook.zalo.webhook.time_moved()
        await until(lambda: len(hook.zalo.webhook.answers) == 3)
        assert (hook.zalo.webhook.answers, len(await kept(database))) == ([200, 503, 200], 1)


async def test_after_the_last_try_zalo_gives_up(database: Database):
    async with hooked(database) as hook:
        await hook.zalo.webhook.register(hook.url + OA_PATH)
        hook.down = True
        people.say(hook.zalo.world, hook.zalo.world.people["1"], "xin chào")
        for tries in range(2, 8):
            await until(lambda tries=tries: len(hook.zalo.webhook.answers) == tries)
            await asyncio.sleep(0.02)
            hook.zalo.clock.offset += 3601
            hook.zalo.webhook.time_moved()
        await until(lambda: hook.zalo.webhook.disabled)
        assert hook.zalo.webhook.answers == [200] + [503] * 6


@pytest.mark.parametrize("rules", [{"signed_with": "app"}, {"signed_id": "oa"}], ids=str)
async def test_another_variant_of_the_signature_is_refused_and_named(database: Database, rules, caplog):
    async with hooked(database, **rules) as hook:
        await hook.zalo.webhook.register(hook.url + OA_PATH)
        people.say(hook.zalo.world, hook.zalo.world.people["1"], "xin chào")
        await until(lambda: len(hook.zalo.webhook.answers) == 2)
        assert (hook.zalo.webhook.answers[1], await kept(database)) == (401, [])
        id, secret = rules.get("signed_id", "app"), rules.get("signed_with", "oa")
        assert f"LOA_ZALO_OA_SIGNED_ID={id} and LOA_ZALO_OA_SIGNED_WITH={secret}" in caplog.text
        assert hook.oa.seen == {"probe": 1, f"id {id}, secret {secret}": 1}


@pytest.mark.parametrize("signature", ["", "mac=", "mac=" + "0" * 64])
async def test_a_stranger_is_refused(database: Database, signature: str):
    async with hooked(database) as hook, aiohttp.ClientSession() as http:
        headers = {"X-ZEvent-Signature": signature}
        for body in (b'{"event_name":"user_send_text","sender":{"id":"1"},"timestamp":"1"}', b"{", b"\xff", b"[1]"):
            async with http.post(hook.url + OA_PATH, data=body, headers=headers) as answer:
                assert answer.status == 401
    assert await kept(database) == []


async def test_the_bots_webhook_needs_its_secret(database: Database):
    async with hooked(database) as hook, aiohttp.ClientSession() as http:
        for secret, status in (("", 401), ("wrong", 401), (SECRET, 200)):
            headers = {"X-Bot-Api-Secret-Token": secret}
            body = (
                b'{"event_name":"message.text.received","message":{"chat":{"id":"ab1"},"message_id":"m","text":"x"}}'
            )
            async with http.post(hook.url + BOT_PATH, data=body, headers=headers) as answer:
                assert answer.status == status
        async with http.post(hook.url + BOT_PATH, headers={"X-Bot-Api-Secret-Token": SECRET}) as answer:
            assert answer.status == 200
    assert await kept(database) == ["message.text.received:m"]


async def test_who_is_slow_says_so_before_zalo_gives_up_waiting(database: Database):
    """Nobody writes: nothing is acknowledged that is not on the disk."""
    async with hooked(database) as hook:
        hook.oa._intake = Intake(database, lambda: None)
        await hook.zalo.webhook.register(hook.url + OA_PATH)
        people.say(hook.zalo.world, hook.zalo.world.people["1"], "xin chào")
        await until(lambda: len(hook.zalo.webhook.answers) == 2)
        assert hook.zalo.webhook.answers[1] == 503
