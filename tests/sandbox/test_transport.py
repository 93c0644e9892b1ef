"""Ways to send a call, the envelope, tokens, files."""

from __future__ import annotations

import json

import aiohttp
import pytest

from tests.sandbox.conftest import PNG, TOKEN, Caller


async def test_the_same_call_as_query_form_multipart_and_json(caller: Caller) -> None:
    await caller.person(5)
    values = {"chat_id": "5", "text": "Xin chào & <b>tạm biệt</b>", "parse_mode": "HTML"}
    values["reply_markup"] = json.dumps({"inline_keyboard": [[{"text": "a", "callback_data": "1"}]]})
    url = f"{caller.base}/sendMessage"
    parts = aiohttp.FormData(default_to_multipart=True)
    for name, value in values.items():
        parts.add_field(name, value)
    seen = []
    for sending in (
        caller.session.get(url, params=values),
        caller.session.post(url, data=values),
        caller.session.post(url, data=parts),
        caller.session.post(url, json={**values, "reply_markup": json.loads(values["reply_markup"])}),
        caller.session.post(f"{caller.base}/SENDMESSAGE", params=values),
    ):
        async with sending as answer:
            body = await answer.json()
            assert (answer.status, body["ok"]) == (200, True)
            seen.append({k: v for k, v in body["result"].items() if k not in ("message_id", "date")})
    assert seen[0]["text"] == "Xin chào & tạm biệt"
    assert seen == [seen[0]] * 5


@pytest.mark.parametrize(
    ("path", "status", "description"),
    [
        (f"/bot{TOKEN}/getNothing", 404, "Not Found"),
        ("/bot42:OTHER/getMe", 401, "Unauthorized"),
        ("/botgarbage/getMe", 404, "Not Found"),
        ("/file/bot42:OTHER/documents/file_0.pdf", 401, "Unauthorized"),
    ],
)
async def test_wrong_addresses(caller: Caller, path: str, status: int, description: str) -> None:
    async with caller.session.get(caller.url + path) as answer:
        expected = {"ok": False, "error_code": status, "description": description}
        assert (answer.status, await answer.json()) == (status, expected)


@pytest.mark.parametrize(
    ("data", "kind", "description"),
    [
        (b"{", "application/json", "can't parse request JSON object"),
        (b"[]", "application/json", "can't parse request: expected an Object"),
        (b"x", "multipart/form-data; boundary=y", "can't parse the multipart request"),
        (b"chat_id=5&text=%ff", "application/x-www-form-urlencoded", "strings must be encoded in UTF-8"),
    ],
)
async def test_unreadable_bodies(caller: Caller, data: bytes, kind: str, description: str) -> None:
    sending = caller.session.post(f"{caller.base}/sendMessage", data=data, headers={"Content-Type": kind})
    async with sending as answer:
        assert (answer.status, (await answer.json())["description"]) == (400, f"Bad Request: {description}")


async def test_files_as_field_and_as_attachment(caller: Caller) -> None:
    await caller.person(5)
    direct = aiohttp.FormData({"chat_id": "5", "caption": "Tệp"}, quote_fields=False)
    direct.add_field("document", b"abc", filename="bản tin.txt", content_type="text/plain")
    attached = aiohttp.FormData({"chat_id": "5", "document": "attach://here"}, quote_fields=False)
    attached.add_field("here", b"abc", filename="khác.txt", content_type="text/plain")
    found = []
    for form in (direct, attached):
        async with caller.session.post(f"{caller.base}/sendDocument", data=form) as answer:
            found.append((await answer.json())["result"]["document"])
    assert [f["file_name"] for f in found] == ["bản tin.txt", "khác.txt"]
    assert found[0]["file_unique_id"] == found[1]["file_unique_id"]
    assert found[0]["file_id"] != found[1]["file_id"]
    path = (await caller.ok("getFile", file_id=found[1]["file_id"]))["file_path"]
    async with caller.session.get(f"{caller.url}/file/bot{TOKEN}/{path}") as answer:
        assert (await answer.read(), answer.content_type) == (b"abc", "text/plain")
    refusal = await caller.refused("sendPhoto", chat_id=5, photo=found[0]["file_id"])
    assert refusal == "Bad Request: can't use file of type Document as Photo"


async def test_pictures_are_really_read(caller: Caller) -> None:
    await caller.person(5)
    form = aiohttp.FormData({"chat_id": "5"})
    form.add_field("photo", b"not a picture", filename="a.png")
    async with caller.session.post(f"{caller.base}/sendPhoto", data=form) as answer:
        assert (await answer.json())["description"] == "Bad Request: IMAGE_PROCESS_FAILED"
    form = aiohttp.FormData({"chat_id": "5", "caption": "<b>Ảnh</b>", "parse_mode": "HTML"})
    form.add_field("photo", PNG, filename="a.png")
    async with caller.session.post(f"{caller.base}/sendPhoto", data=form) as answer:
        sent = (await answer.json())["result"]
    assert (sent["caption"], sent["caption_entities"]) == ("Ảnh", [{"type": "bold", "offset": 0, "length": 3}])
    again = await caller.ok("sendPhoto", chat_id=5, photo=sent["photo"][0]["file_id"])
    assert again["photo"][-1]["width"] == 640
    view = (await caller.look("chats/5/messages"))["messages"][-1]
    async with caller.session.get(caller.url + view["photo"]) as answer:
        assert await answer.read() == PNG
