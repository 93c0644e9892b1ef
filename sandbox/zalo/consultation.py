"""Consultation messages of the imitated account: what they may hold, and to whom they may go when."""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit

from sandbox.zalo.refusals import Refused
from sandbox.zalo.uploads import Uploads
from sandbox.zalo.world import Json, Person, Sent, World

TEXT_LIMIT = 2000
MOST_BUTTONS = 5
TITLE_LIMIT = 100
PAYLOAD_LIMIT = 1000
BUTTONS = {"oa.query.show", "oa.query.hide", "oa.open.url", "oa.open.phone", "oa.open.sms"}
DAY = 86_400.0


def send(world: World, uploads: Uploads, body: Json) -> Json:
    """``POST v3.0/oa/message/cs``; the data of the answer, or Refused."""
    user_id = (body.get("recipient") or {}).get("user_id")
    message = body.get("message")
    if not isinstance(user_id, str) or not isinstance(message, dict):
        raise Refused(-201)
    kind, text, buttons, data = _content(world, uploads, message)
    sent = Sent("", world.clock.now(), kind, text, buttons, data=data)
    person = world.people.get(user_id)
    if person is None:
        raise Refused(-213)
    if person.refuses:
        raise Refused(person.refuses)
    sent.paid = _charge(world, person)
    sent.id = world.next_id()
    world.put(person, sent)
    return {"message_id": sent.id, "user_id": person.id}


def _charge(world: World, person: Person) -> bool:
    """Whether the message is paid for; Refused outside the window or without quota."""
    now, rules = world.clock.now(), world.rules
    if person.interacted is None or now - person.interacted > rules.window_days * DAY:
        raise Refused(-230)
    free = now - person.interacted <= rules.free_hours * 3600
    if free and (not rules.free_messages or person.free_used < rules.free_messages):
        person.free_used += 1
        return False
    if world.paid_used >= rules.paid_messages:
        raise Refused(-211)
    world.paid_used += 1
    return True


def _content(world: World, uploads: Uploads, message: Json) -> tuple[str, str, list[Json], Json]:
    text = message.get("text", "")
    if not isinstance(text, str):
        raise Refused(-201)
    if len(unicodedata.normalize("NFC", text)) > TEXT_LIMIT:
        raise Refused(-210)
    attachment = message.get("attachment")
    if attachment is None:
        if not text.strip():
            raise Refused(-201)
        return "text", text, [], {}
    payload = attachment.get("payload") or {}
    match attachment.get("type"):
        case "file":
            found = uploads.check(str(payload.get("token")), "file")
            return "file", text, [], {"token": payload["token"], "name": found.name, "size": len(found.data)}
        case "template":
            return _template(world, uploads, text, payload)
    raise Refused(-233)


def _template(world: World, uploads: Uploads, text: str, payload: Json) -> tuple[str, str, list[Json], Json]:
    buttons = payload.get("buttons") or []
    check_buttons(buttons)
    match payload.get("template_type"):
        case "media":
            [element] = payload.get("elements") or [{}]
            if "url" not in element:
                uploads.check(str(element.get("attachment_id")), "image")
            return "image", text, buttons, {"token": element.get("attachment_id", ""), "url": element.get("url", "")}
        case "request_user_info":
            return "text", text, buttons, {}
        case None | "button" if buttons and text.strip():
            if payload.get("template_type") is None and world.rules.buttons_need_type:
                raise Refused(-201, "template_type is missing")
            return "text", text, buttons, {}
    raise Refused(-201)


def check_buttons(buttons: list[Json]) -> None:
    """Refused for more than five buttons, or one that is not well formed."""
    if len(buttons) > MOST_BUTTONS:
        raise Refused(-210)
    for button in buttons:
        title, payload = button.get("title"), button.get("payload")
        if button.get("type") not in BUTTONS or not isinstance(title, str) or not title:
            raise Refused(-201)
        if len(title) > TITLE_LIMIT:
            raise Refused(-210)
        if button["type"] == "oa.open.url":
            url = payload.get("url") if isinstance(payload, dict) else None
            if not isinstance(url, str) or urlsplit(url).scheme not in ("http", "https"):
                raise Refused(-201)
        elif isinstance(payload, str) and not 0 < len(payload) <= PAYLOAD_LIMIT:
            raise Refused(-210)
        elif button["type"].startswith("oa.query") and not isinstance(payload, str):
            raise Refused(-201)


def quota(world: World, body: Json) -> Json | list[Json]:
    """``POST v3.0/oa/quota/message``: of one person, or of the account's package."""
    rules = world.rules
    if user_id := body.get("user_id"):
        person = world.people.get(str(user_id))
        if person is None:
            raise Refused(-213)
        if not rules.tells_cs_reply:
            return {"promotion": {"daily_total": 1, "daily_remain": 1}}
        total = rules.free_messages or 8
        inside = person.interacted is not None and world.clock.now() - person.interacted <= rules.free_hours * 3600
        left = max(0, total - (person.free_used if rules.free_messages else 0)) if inside else 0
        return {"cs_reply": {"total": total, "remain": left}}
    return [{
        "quota_owner": "OA", "product_type": "cs", "quota_type": "sub_quota", "valid_through": "31/12/2026",
        "total": rules.paid_messages, "remain": max(0, rules.paid_messages - world.paid_used),
    }]  # fmt: skip


def window(world: World, person: Person) -> Json:
    """Until when one person may be written to, and freely: seconds since 1970, None when they never came."""
    rules, came = world.rules, person.interacted
    return {
        "now": world.clock.now(), "free_until": came and came + rules.free_hours * 3600,
        "open_until": came and came + rules.window_days * DAY,
        "package_left": max(0, rules.paid_messages - world.paid_used),
    }  # fmt: skip
