"""Our channel on the imitated Bot Platform: numbers for buttons, refusals inside 200, a plan that is used up."""

from collections.abc import AsyncIterator

import pytest

from channels.blocks import heading, paragraph
from channels.message import Choice, Message, SendError, say
from channels.zalo_bot import ZaloBot
from handlers.zalo import HINTS, ZaloUnderstanding, event_id
from sandbox.zalo.app import ZaloSandbox, serve
from sandbox.zalo.settings import Rules, Settings
from storage.database import Database
from storage.enums import ChannelName, Reason


@pytest.fixture
async def zalo() -> AsyncIterator[ZaloSandbox]:
    async with serve(Settings(rules=Rules())) as sandbox:
        yield sandbox


@pytest.fixture
async def bot(zalo: ZaloSandbox, database: Database, now) -> AsyncIterator[ZaloBot]:
    made = ZaloBot(zalo.settings.bot_token, database, api_url=zalo.url, hints=HINTS, now=lambda: now)
    yield made
    await made.close()


async def refused(bot: ZaloBot, to: str = "ab1") -> Reason:
    with pytest.raises(SendError) as caught:
        await bot.show(to, say("x"))
    return caught.value.reason


async def test_choices_are_numbered_and_a_number_is_understood(zalo: ZaloSandbox, bot: ZaloBot, database, now):
    zalo.bot.say("ab1", "chào")
    asked = say("Mức nào?", (Choice("a:1", "Hài lòng"),), (Choice("a:2", "Không hài lòng"),))
    await bot.show("ab1", asked)
    assert zalo.bot.people["ab1"].messages[0].text == (f"Mức nào?\n\n{HINTS.numbers}\n1. Hài lòng\n2. Không hài lòng")
    await bot.updates(1)
    zalo.bot.say("ab1", "2")
    update = await bot.updates(1)
    assert update is not None
    heard = await ZaloUnderstanding(database, ChannelName.ZALO_BOT, lambda: now).of(update, event_id(update))
    assert heard is not None
    assert heard.token == "a:2"  # type: ignore[union-attr]


async def test_an_idle_poll_is_no_trouble(bot: ZaloBot):
    assert await bot.updates(1) is None


@pytest.mark.parametrize("with_200", [True, False])
async def test_a_refusal_is_never_taken_for_sent(zalo: ZaloSandbox, bot: ZaloBot, with_200: bool):
    zalo.world.rules.refused_with_200 = with_200
    assert await refused(bot, "nobody") is Reason.NOT_STARTED


async def test_a_plan_that_is_used_up_is_a_quota(zalo: ZaloSandbox, bot: ZaloBot):
    zalo.bot.say("ab1", "chào")
    zalo.world.rules.bot_messages = 0
    assert await refused(bot) is Reason.QUOTA


async def test_the_fifty_first_person_is_beyond_the_plan(zalo: ZaloSandbox, bot: ZaloBot):
    for n in range(51):
        zalo.bot.say(f"p{n}", "chào")
    assert await bot.show("p49", say("x"))
    assert await refused(bot, "p50") is Reason.QUOTA


async def test_a_wrong_token_is_said_without_the_token(zalo: ZaloSandbox, database: Database, caplog):
    wrong = ZaloBot("12345689:wrong-token", database, api_url=zalo.url, hints=HINTS)
    with pytest.raises(SendError) as caught:
        await wrong.call("getMe", {})
    await wrong.close()
    assert caught.value.reason is Reason.UNAUTHORISED
    assert "wrong-token" not in str(caught.value) + caplog.text


async def test_headings_are_styled_in_utf_16_units(bot: ZaloBot):
    [part] = bot.prepare(Message((paragraph("👍"), heading("Tiêu đề"), paragraph("thân")))).parts
    assert part.text == "👍\n\nTiêu đề\nthân"
    assert part.styles == ({"start": 4, "len": 7, "st": ["b", "f_18"]},)
