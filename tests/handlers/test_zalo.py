"""What Zalo's events mean: taps, typed numbers, follows, places; both shapes of the Bot Platform."""

import json
from typing import Any

import pytest

from channels.message import Inbound
from handlers.understanding import Membership
from handlers.zalo import ZaloUnderstanding, event_id, sender
from storage import zalo
from storage.database import Database
from storage.enums import ChannelName

OA, BOT = ChannelName.ZALO_OA, ChannelName.ZALO_BOT


def said(text: str) -> dict[str, Any]:
    return {"event_name": "user_send_text", "app_id": "1", "sender": {"id": "77"}, "recipient": {"id": "8"},
            "message": {"msg_id": "m1", "text": text}, "timestamp": "1"}  # fmt: skip


async def meant(database: Database, now, raw: dict[str, Any], channel: ChannelName = OA):
    return await ZaloUnderstanding(database, channel, lambda: now).of(raw, event_id(raw))


async def test_a_tap_comes_back_as_its_token(database: Database, now):
    assert await meant(database, now, said("loa:a:7:3:5")) == Inbound(OA, "77", "user_send_text:m1", token="a:7:3:5")


@pytest.mark.parametrize("text", ["a:7:3:5", "sub", "stop", "xin chào", "loại: 5"])
async def test_what_is_typed_is_no_token(database: Database, now, text: str):
    assert await meant(database, now, said(text)) == Inbound(OA, "77", "user_send_text:m1", text=text)


async def test_a_number_means_what_was_shown_last(database: Database, now):
    async with database.transaction() as session:
        await zalo.keep_typed(session, OA, "77", [("1", "ar:0"), ("2", "ar:1"), ("Quay lại", "b:7")], now)
    for typed, token in (("2", "ar:1"), (" 2. ", "ar:1"), ("quay lai", "b:7"), ("QUAY LẠI", "b:7")):
        assert (await meant(database, now, said(typed))).token == token
    for typed in ("3", "12", "1 2", "hai"):
        assert (await meant(database, now, said(typed))).token is None


async def test_speaking_opens_the_window(database: Database, now):
    await meant(database, now, said("chào"))
    async with database.reading() as session:
        assert await zalo.last_interaction(session, OA, "77") == now


async def test_a_follow_is_welcomed_and_an_unfollow_stops(database: Database, now):
    raw = {"event_name": "follow", "oa_id": "8", "follower": {"id": "77"}, "app_id": "1", "timestamp": "5"}
    assert await meant(database, now, raw) == Inbound(OA, "77", "follow:77@5", text="/start")
    assert await meant(database, now, raw | {"event_name": "unfollow"}) == Membership("77", blocked=True)


async def test_a_survey_is_opened_by_its_code(database: Database, now):
    assert (await meant(database, now, said("KS k123abc-_"))).text == "/start k123abc-_"
    assert (await meant(database, now, said("ks"))).text == "ks"


@pytest.mark.parametrize("name", ["user_received_message", "user_seen_message", "user_feedback", "oa_send_text"])
async def test_what_was_seen_or_sent_by_us_is_nothing(database: Database, now, name: str):
    raw = {"event_name": name, "sender": {"id": "8"}, "recipient": {"id": "77"}, "message": {"msg_ids": ["a", "b"]}}
    assert await meant(database, now, raw) is None


async def test_places_and_pictures(database: Database, now):
    place = {"type": "location", "payload": {"coordinates": {"latitude": "21.03", "longitude": "105.85"}}}
    image = {"type": "image", "payload": {"url": "https://zalo.example/a.jpg"}}
    raw = said("")
    for attachment, place_said, file in (
        (place, (21.03, 105.85), ""),
        (image, None, "image https://zalo.example/a.jpg"),
    ):
        raw["message"] = {"msg_id": "m2", "attachments": [attachment]}
        heard = await meant(database, now, raw)
        assert (heard.place, heard.file) == (place_said, file)


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("key", ["photo", "photo_url"])
async def test_both_shapes_of_the_bot_platform(database: Database, now, nested: bool, key: str):
    message = {"from": {"id": "ab1", "display_name": "Lan"}, "chat": {"id": "ab1", "chat_type": "PRIVATE"},
               "message_id": "m9", "text": "chào"}  # fmt: skip
    flat = {"event_name": "message.text.received", "message": message}
    raw = {"ok": True, "result": flat} if nested else flat
    assert (sender(raw), event_id(raw)) == ("ab1", "message.text.received:m9")
    assert await meant(database, now, raw, BOT) == Inbound(BOT, "ab1", event_id(raw), text="chào", name="Lan")
    shown = {**message, key: "https://zalo.example/a.jpg"}
    del shown["text"]
    raw = {"event_name": "message.image.received", "message": shown}
    assert (await meant(database, now, raw, BOT)).file == "image https://zalo.example/a.jpg"


@pytest.mark.parametrize(
    "raw",
    [{}, {"event_name": 7}, {"event_name": "user_send_text", "sender": {"id": 5}}, {"sender": "x", "message": []},
     {"event_name": "follow", "follower": {"id": "a\u0000b"}}],
)  # fmt: skip
def test_what_is_nobodys_has_no_address_and_an_id_that_can_be_kept(raw: dict[str, Any]):
    assert sender(raw) == ""
    assert event_id(json.loads(json.dumps(raw))).isascii()


async def test_an_event_without_its_message_cannot_be_read(database: Database, now):
    with pytest.raises(ValueError):
        await meant(database, now, said("x") | {"message": "x"})
