"""Read plainly or by aiogram, an update means the same; what is not of the usual shape is left to aiogram."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.message import Inbound
from handlers.plain_updates import inbound_of
from handlers.telegram import Parser
from sandbox.telegram.people import say, set_blocked, tap
from storage.enums import ChannelName
from tests.world import World

PARSER = Parser("42:SANDBOX")

NAMES = st.text(max_size=5)
IDS = st.integers(1, 2**52)
ODD: list[Any] = [None, True, 0, 1, -1, 2**33, 2**80, "", "x", "\ud800", 1.5, [], {}, {"id": 5}]
"""What may stand where something else is expected."""
PEOPLE = st.fixed_dictionaries(
    {"id": IDS, "is_bot": st.booleans(), "first_name": NAMES},
    optional={"last_name": NAMES, "username": NAMES, "language_code": st.just("vi"), "is_premium": st.just(True)},
)
CHATS = st.fixed_dictionaries(
    {"id": IDS, "type": st.sampled_from(["private", "private", "private", "group", "channel"])},
    optional={"first_name": NAMES, "title": NAMES},
)
MESSAGES = st.fixed_dictionaries(
    {"message_id": IDS, "date": st.integers(0, 2**33), "chat": CHATS},
    optional={
        "from": PEOPLE, "text": st.text(max_size=9), "caption": st.text(max_size=9), "edit_date": st.just(3),
        "entities": st.just([{"type": "bold", "offset": 0, "length": 1}]),
        "location": st.just({"latitude": 21.03, "longitude": 105.84}),
        "photo": st.just([{"file_id": "p", "file_unique_id": "u", "width": 9, "height": 9}]),
        "voice": st.just({"file_id": "v", "file_unique_id": "u", "duration": 3}),
        "document": st.just({"file_id": "d", "file_unique_id": "u"}),
        "reply_markup": st.just({"inline_keyboard": [[{"text": "Có", "callback_data": "a:1:0:1"}]]}),
    },
)  # fmt: skip
TAPS = st.fixed_dictionaries(
    {"id": NAMES, "from": PEOPLE, "chat_instance": NAMES},
    optional={"message": MESSAGES, "data": st.text(max_size=9), "inline_message_id": NAMES, "game_short_name": NAMES},
)
UPDATES = st.one_of(
    st.builds(lambda id, message: {"update_id": id, "message": message}, IDS, MESSAGES),
    st.builds(lambda id, tap: {"update_id": id, "callback_query": tap}, IDS, TAPS),
)


async def meant(update: dict[str, Any]) -> object:
    try:
        return await PARSER.of(update, "7")
    except ValueError:
        return "cannot be read"


@given(UPDATES)
async def test_a_plain_reading_is_aiograms(update: dict[str, Any]):
    plain = inbound_of(update, "7")

    assert plain is None or plain == await meant(update)


PERSON = [("from",), ("from", "id"), ("from", "is_bot"), ("from", "first_name"), ("from", "last_name")]
STANDING = [("message_id",), ("date",), ("chat",), ("chat", "id"), ("chat", "type")]
LOOKED_AT: list[tuple[str, ...]] = [
    ("update_id",),
    *(("message", *path) for path in [(), *PERSON, *STANDING, ("text",), ("caption",)]),
    *(("callback_query", *path) for path in [(), *PERSON, ("id",), ("chat_instance",), ("data",)]),
    *(("callback_query", "message", *path) for path in [(), *STANDING]),
]


PERSON_5 = {"id": 5, "is_bot": False, "first_name": "Lan", "last_name": "Phạm"}
MESSAGE_9: dict[str, Any] = {"message_id": 9, "date": 1, "chat": {"id": 5, "type": "private"}, "text": "x"}
WHOLE: dict[str, dict[str, Any]] = {
    "message": {**MESSAGE_9, "from": PERSON_5, "caption": "y"},
    "callback_query": {"id": "1", "from": PERSON_5, "chat_instance": "1", "message": MESSAGE_9, "data": "a:1:0:1"},
}


@pytest.mark.parametrize("path", LOOKED_AT, ids=".".join)
@pytest.mark.parametrize("odd", [*ODD, "left out"], ids=repr)
async def test_with_something_odd_in_it_a_plain_reading_is_still_aiograms(path: tuple[str, ...], odd: Any):
    kind = "message" if path[0] == "message" else "callback_query"
    update: dict[str, Any] = deepcopy({"update_id": 1, kind: WHOLE[kind]})
    at = update
    for key in path[:-1]:
        at = at[key]
    if odd == "left out":
        del at[path[-1]]
    else:
        at[path[-1]] = odd

    plain = inbound_of(update, "7")

    assert plain is None or plain == await meant(update)


async def test_what_people_do_in_the_sandbox_is_read_plainly(loa: World):
    person, world = loa.person(2001), loa.sandbox.net.world
    await loa.says(2001, "/start")
    message, data = loa.button(2001, loa.buttons(loa.messages(2001)[0])[0][0])
    say(world, person, "xin chào")
    tap(world, person, message, data)
    set_blocked(world, person, blocked=True)
    updates = await loa.telegram.call("getUpdates", {"timeout": 0})

    plain = [inbound_of(update, "7") for update in updates]

    assert plain == [
        Inbound(ChannelName.TELEGRAM, "2001", "7", "xin chào", name="Phạm Thị Lan"),
        Inbound(ChannelName.TELEGRAM, "2001", "7", token=data, tapped_message=str(message), name="Phạm Thị Lan"),
        None,
    ]
    assert plain[:2] == [await meant(update) for update in updates[:2]]


@pytest.mark.parametrize(
    "raw", [{}, {"update_id": 1}, {"update_id": 1, "message": None}, {"update_id": 1, "poll": {}}]
)
def test_anything_else_is_left_to_aiogram(raw: dict[str, Any]):
    assert inbound_of(raw, "7") is None
