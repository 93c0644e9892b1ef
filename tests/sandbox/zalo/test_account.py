"""The imitated Official Account keeps to the published rules."""

import json
import unicodedata
from datetime import UTC, datetime

import pytest

from sandbox.zalo.app import ZaloSandbox
from sandbox.zalo.templates import Template
from sandbox.zalo.world import Person
from tests.sandbox.zalo.conftest import Caller

HOUR, DAY = 3600.0, 86_400.0


def buttons(count: int, payload: str = "p") -> list[dict[str, str]]:
    return [{"title": f"Nút {n}", "type": "oa.query.hide", "payload": payload} for n in range(count)]


async def test_a_refresh_token_works_once(caller: Caller):
    first = await caller.refresh("refresh-0001")
    again = await caller.refresh("refresh-0001")

    assert (first["expires_in"], again["error"]) == ("90000", -14014)
    assert await caller.cs("chào") == -216
    caller.token = first["access_token"]
    assert await caller.cs("chào") == 0
    caller.zalo.clock.offset += 25.1 * HOUR
    assert await caller.cs("chào") == -216


async def test_a_wrong_secret_gets_no_token(caller: Caller):
    assert (await caller.refresh("refresh-0001", secret="wrong"))["error"] == -14004
    assert (await caller.refresh("refresh-0001"))["expires_in"] == "90000"


async def test_the_window_closes_after_seven_days(caller: Caller):
    caller.zalo.clock.offset += 20 * HOUR
    caller.zalo.world.people["1"].interacted = caller.zalo.clock.now() - 7 * DAY - 1
    assert await caller.cs("chào") == -230
    caller.zalo.world.people["1"].interacted = caller.zalo.clock.now() - 7 * DAY + 60
    assert await caller.cs("chào") == 0


async def test_after_two_days_messages_are_paid_from_the_package(caller: Caller):
    caller.zalo.world.rules.paid_messages = 1
    caller.zalo.world.people["1"].interacted = caller.zalo.clock.now() - 3 * DAY
    assert [await caller.cs("một"), await caller.cs("hai")] == [0, -211]
    told = await caller.post("/v3.0/oa/quota/message", {"quota_owner": "OA", "product_type": "cs"})
    assert [(one["total"], one["remain"]) for one in told["data"]] == [(1, 0)]


@pytest.mark.parametrize(("text", "code"), [("a" * 2000, 0), ("a" * 2001, -210), (" ", -201)])
async def test_a_text_has_at_most_2000_characters(caller: Caller, text: str, code: int):
    assert await caller.cs(text) == code


async def test_characters_are_counted_composed(caller: Caller):
    assert await caller.cs(unicodedata.normalize("NFD", "ế" * 2000)) == 0


@pytest.mark.parametrize(
    ("count", "payload", "code"), [(5, "p", 0), (6, "p", -210), (1, "p" * 1000, 0), (1, "p" * 1001, -210)]
)
async def test_there_are_at_most_five_buttons(caller: Caller, count: int, payload: str, code: int):
    assert await caller.cs("Câu 1", type="template", payload={"buttons": buttons(count, payload)}) == code


async def test_whether_buttons_need_a_type_is_a_switch(caller: Caller):
    caller.zalo.world.rules.buttons_need_type = True
    assert await caller.cs("Câu 1", type="template", payload={"buttons": buttons(1)}) == -201
    typed = {"template_type": "button", "buttons": buttons(1)}
    assert await caller.cs("Câu 1", type="template", payload=typed) == 0


@pytest.mark.parametrize("path", ["/v3.0/oa/message/transaction", "/v3.0/oa/message/promotion", "/v2.0/oa/message"])
async def test_what_was_shut_down_stays_shut(caller: Caller, path: str):
    assert (await caller.post(path, {"recipient": {"user_id": "1"}, "message": {"text": "x"}}))["error"] == -240


async def test_a_template_is_approved_complete_and_counted(caller: Caller):
    known = caller.zalo.api.templates.known
    known["1"] = Template("1", "Bản tin CCHC", {"so": 10, "tieu_de": 20}, daily=1)
    known["2"] = Template("2", "Chưa duyệt", {}, status="REJECT")

    async def send(id: str, **data: str) -> int:
        body = {"user_id": "1", "template_id": id, "template_data": data}
        return int((await caller.post("/v3.0/oa/message/template", body))["error"])

    assert [
        await send("2"), await send("3"), await send("1", so="47"), await send("1", so="47", tieu_de="x" * 21),
        await send("1", so="47", tieu_de="Một cửa"), await send("1", so="47", tieu_de="Một cửa"),
    ] == [-131, -109, -1122, -1121, 0, -147]  # fmt: skip
    assert caller.zalo.api.templates.spent == 560


async def test_a_template_goes_to_a_telephone(caller: Caller):
    caller.zalo.api.templates.known["1"] = Template("1", "Bản tin CCHC", {"so": 10})
    body = {"phone": "84912345678", "template_id": "1", "template_data": {"so": "47"}, "tracking_id": "d-1"}
    assert (await caller.post("/message/template", body))["error"] == 0
    assert (await caller.post("/message/template", body | {"phone": "84000000000"}))["error"] == -118
    assert (await caller.post("/message/template", body | {"phone": "0912345678"}))["error"] == -108
    assert (await caller.post("/message/template", body | {"tracking_id": "x" * 49}))["error"] == -1122


async def test_uploads_are_forgotten_after_a_week(caller: Caller):
    kept = (await caller.upload("image", "a.png", b"\x89PNG\r\n\x1a\n"))["data"]["attachment_id"]
    element = {"media_type": "image", "attachment_id": kept}
    shown = {"template_type": "media", "elements": [element]}
    assert await caller.cs("Ảnh", type="template", payload=shown) == 0
    caller.zalo.api.tokens._access_until += 9 * DAY
    caller.zalo.clock.offset += 7.1 * DAY
    caller.zalo.world.people["1"].interacted = caller.zalo.clock.now()
    assert await caller.cs("Ảnh", type="template", payload=shown) == -100
    assert (await caller.upload("image", "a.png", b"GIF89a"))["error"] == -201
    assert (await caller.upload("file", "a.exe", b"MZ"))["error"] == -201


async def test_an_article_is_shown_before_it_is_broadcast(caller: Caller):
    here = datetime.fromtimestamp(caller.zalo.clock.now(), UTC)
    caller.zalo.clock.offset += (26 - here.hour) % 24 * HOUR  # 09:00 in Hà Nội
    caller.zalo.api.tokens._access_until += 2 * DAY
    written = {"title": "Số 47", "body": [{"type": "text", "content": "…"}]}

    async def made(**more: str) -> str:
        token = (await caller.post("/v2.0/article/create", written | more))["data"]["token"]
        return str((await caller.post("/v2.0/article/verify", {"token": token}))["data"]["id"])

    def body(id: str) -> dict[str, object]:
        payload = {"elements": [{"media_type": "article", "attachment_id": id}]}
        return {"recipient": {"target": {}}, "message": {"attachment": {"type": "template", "payload": payload}}}

    assert (await caller.post("/v2.0/oa/message", body(await made())))["error"] == -201
    assert (await caller.post("/v2.0/oa/message", body(await made(status="show"))))["error"] == 0
    assert [sent.text for sent in caller.zalo.world.people["1"].messages] == ["Số 47"]
    caller.zalo.clock.offset += 14 * HOUR
    assert (await caller.post("/v2.0/oa/message", body(await made(status="show"))))["error"] == -234


async def test_answers_say_how_many_calls_are_left(caller: Caller):
    caller.zalo.world.rules.per_minute = 2
    codes = [await caller.cs("x") for _ in range(3)]
    assert codes in ([0, 0, -32], [0, 0, 0])  # the minute may have turned
    assert caller.headers["X-RateLimit-Limit"] == "2"


async def test_people_are_listed_fifty_at_a_time(caller: Caller):
    for n in range(60):
        caller.zalo.world.add(Person(str(100 + n), f"Người {n}"))
    page = await caller.get("/v3.0/oa/user/getlist", json.dumps({"offset": 50, "count": 50}))
    assert (page["data"]["total"], len(page["data"]["users"])) == (61, 11)
    assert (await caller.get("/v3.0/oa/user/getlist", json.dumps({"count": 51})))["error"] == -201
    assert (await caller.get("/v3.0/oa/user/detail", '{"user_id": "1"}'))["data"]["display_name"] == "Phạm Thị Lan"


async def test_what_is_disputed_is_a_switch_of_the_control(zalo: ZaloSandbox, caller: Caller):
    told = await caller.post("/sim/zalo/rules", {"signed_with": "app", "free_messages": 8})
    assert (told["signed_with"], told["free_messages"]) == ("app", 8)
