"""The whole program with Zalo: a webhook in, a conversation out, a bulletin to both networks, the doctor's word."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from bot.app import Loa
from bot.cli.doctor import Trouble, _zalo
from bot.settings import Settings
from sandbox.zalo import people
from sandbox.zalo.app import ZaloSandbox, serve
from sandbox.zalo.settings import Rules
from sandbox.zalo.settings import Settings as ZaloSettings
from sandbox.zalo.world import Person
from tests.postgres import free_port
from tests.world import TOKEN, World


def configured(zalo: ZaloSandbox, database_url: str, telegram_url: str, port: int = 0, **more: Any) -> Settings:
    known = zalo.settings
    return Settings(
        _env_file=None,
        database_url=database_url,
        telegram_token=SecretStr(TOKEN),
        telegram_api_url=telegram_url,
        web_port=port,
        zalo_oa_app_id=known.app_id,
        zalo_oa_app_secret=SecretStr(known.app_secret),
        zalo_oa_id=known.oa_id,
        zalo_oa_refresh_token=SecretStr(known.refresh_token),
        zalo_oa_webhook_secret=SecretStr(known.oa_secret),
        zalo_oa_api_url=zalo.url,
        zalo_oa_oauth_url=zalo.url,
        zalo_bot_token=SecretStr(known.bot_token),
        zalo_bot_api_url=zalo.url,
        **more,
    )


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Loa]:
    loa = Loa(settings)
    task = asyncio.create_task(loa.run())
    try:
        yield loa
    finally:
        loa.stop()
        await task


@pytest.fixture
async def zalo() -> AsyncIterator[ZaloSandbox]:
    async with serve(ZaloSettings(rules=Rules())) as sandbox:
        yield sandbox


async def until(what, seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not what():
            await asyncio.sleep(0.02)


async def test_a_follower_is_welcomed_and_subscribes_under_their_name(loa: World, zalo: ZaloSandbox, sqlite_url: str):
    port = free_port()
    lan = zalo.world.add(Person("1", "Phạm Thị Lan"))
    async with running(configured(zalo, sqlite_url, loa.sandbox.url, port)):
        async with asyncio.timeout(20):
            while await zalo.webhook.register(f"http://127.0.0.1:{port}/zalo/oa") != 200:
                await asyncio.sleep(0.1)
        people.follow(zalo.world, lan)
        await until(lambda: len(lan.messages) == 1)
        people.tap(zalo.world, lan, lan.messages[0].id, "Đăng ký nhận bản tin")
        await until(lambda: len(lan.messages) == 2)
        people.say(zalo.world, lan, "/start")
        await until(lambda: len(lan.messages) == 3)
        zalo.bot.say("ab1", "chào")
        await until(lambda: bool(zalo.bot.people["ab1"].messages))
    assert lan.messages[0].text.startswith("Kính chào ông/bà!")
    assert lan.messages[1].text.startswith("Đã đăng ký.")
    assert "Phạm Thị Lan" in lan.messages[2].text
    assert lan.messages[1].buttons[0]["title"] == "Bản tin mới nhất"


async def test_the_doctor_says_what_is_configured_and_whether_it_answers(
    loa: World, zalo: ZaloSandbox, sqlite_url: str
):
    settings = configured(zalo, sqlite_url, loa.sandbox.url)
    assert await _zalo(settings) == (
        "OA Bản tin cải cách hành chính answers, 500 paid messages left, template none; bot bot.loa answers"
    )
    zalo.api.tokens.revoke()
    with pytest.raises(Trouble, match="does not answer"):
        await _zalo(settings)
    assert await _zalo(Settings(_env_file=None, database_url=sqlite_url)) == "not configured"


@pytest.mark.parametrize("missing", ["zalo_oa_app_secret", "zalo_oa_refresh_token", "zalo_oa_webhook_secret"])
async def test_an_account_without_its_secrets_is_refused(
    loa: World, zalo: ZaloSandbox, sqlite_url: str, missing: str
):
    settings = configured(zalo, sqlite_url, loa.sandbox.url).model_copy(update={missing: SecretStr("")})
    assert f"LOA_{missing.upper()}" in settings.zalo_trouble()


async def test_a_bots_webhook_needs_a_secret(loa: World, zalo: ZaloSandbox, sqlite_url: str):
    settings = configured(zalo, sqlite_url, loa.sandbox.url, zalo_bot_webhook_url="https://loa.vn/zalo/bot")
    assert "LOA_ZALO_BOT_WEBHOOK_SECRET" in settings.zalo_trouble()


def test_a_template_has_three_parameters():
    with pytest.raises(ValidationError, match="three names"):
        Settings(_env_file=None, zalo_oa_template_params="so,tieu_de")
