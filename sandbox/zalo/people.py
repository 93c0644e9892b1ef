"""What people do on the imitated Zalo: follow, type, tap, send things, read; each becomes a webhook event."""

from __future__ import annotations

from typing import Any

from sandbox.zalo.world import Json, Person, Sent, SimError, World


def follow(world: World, person: Person) -> None:
    """They follow the account."""
    person.follows = True
    _interact(world, person)
    world.happened(_of_account(world, "follow", follower={"id": person.id}, source="oa_profile"))


def unfollow(world: World, person: Person) -> None:
    person.follows = False
    world.happened(_of_account(world, "unfollow", follower={"id": person.id}, source="zalo"))


def say(world: World, person: Person, text: str) -> str:
    """They type; the id of the message."""
    number = _sends(world, person, "user_send_text", {"text": text})
    person.said.append({"id": number, "at": world.clock.now(), "text": text})
    return number


def tap(world: World, person: Person, message_id: str, title: str) -> str:
    """They tap a button: a query comes back as a message whose text is the payload; another opens something."""
    sent = next((one for one in person.messages if one.id == message_id), None)
    button = next((one for one in sent.buttons if one["title"] == title), None) if sent else None
    if button is None:
        raise SimError(f"no button {title!r} under {message_id}")
    if not str(button["type"]).startswith("oa.query."):
        _interact(world, person)
        return ""
    if button["type"] == "oa.query.show":
        return say(world, person, str(button["payload"]))
    return _sends(world, person, "user_send_text", {"text": str(button["payload"])})


def send(world: World, person: Person, kind: str, payload: Json) -> str:
    """They send an image, a file, a sticker, a location…"""
    return _sends(world, person, f"user_send_{kind}", {"attachments": [{"type": kind, "payload": payload}]})


def receive(world: World, person: Person, sent: Sent) -> None:
    """Their telephone has got it."""
    world.happened(_to_them(world, person, "user_received_message", {"msg_id": sent.id}))


def see(world: World, person: Person) -> None:
    """They open the chat."""
    ids = [sent.id for sent in person.messages[-5:]]
    world.happened(_to_them(world, person, "user_seen_message", {"msg_ids": ids}))


def rate(world: World, message_id: str, stars: int, note: str) -> None:
    """They answer a template of service rating; the event does not say who."""
    message = {"msg_id": message_id, "rate": stars, "note": note, "feedbacks": [], "submit_time": world.stamp()}
    world.happened(_of_account(world, "user_feedback", message=message))


def _interact(world: World, person: Person) -> None:
    person.interacted, person.free_used = world.clock.now(), 0
    for told in world.spoken:
        told(person)


def _sends(world: World, person: Person, event: str, message: Json) -> str:
    _interact(world, person)
    number = world.next_id()
    world.happened({
        "app_id": world.settings.app_id, "user_id_by_app": f"9{person.id}", "event_name": event,
        "sender": {"id": person.id}, "recipient": {"id": world.settings.oa_id},
        "message": {"msg_id": number, **message}, "timestamp": world.stamp(),
    })  # fmt: skip
    return number


def _to_them(world: World, person: Person, event: str, message: Json) -> Json:
    return {
        "app_id": world.settings.app_id, "event_name": event, "sender": {"id": world.settings.oa_id},
        "recipient": {"id": person.id}, "message": message, "timestamp": world.stamp(),
    }  # fmt: skip


def _of_account(world: World, event: str, **more: Any) -> Json:
    return {
        "app_id": world.settings.app_id, "oa_id": world.settings.oa_id, "event_name": event, **more,
        "timestamp": world.stamp(),
    }  # fmt: skip
