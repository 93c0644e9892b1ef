"""Methods about the bot itself: who it is, its updates, its commands, its answers to taps, its files."""

from __future__ import annotations

import json
import re
from typing import Any

from sandbox.telegram.errors import bad_request
from sandbox.telegram.files import DOWNLOAD_LIMIT
from sandbox.telegram.html import utf16_length
from sandbox.telegram.network import Network
from sandbox.telegram.params import Params
from sandbox.telegram.updates import allowed_types, checked_limit
from sandbox.telegram.views import Json, full_chat_json
from sandbox.telegram.world import Happening

TOAST_LIMIT = 200
LOG_OUT_SECONDS = 600
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)


async def get_me(net: Network, params: Params) -> Json:
    """getMe."""
    return {
        **net.world.bot_json(),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def get_updates(net: Network, params: Params) -> list[Json]:
    """getUpdates, a true long poll; allowed_updates lasts until it is given again."""
    wanted = params.array("allowed_updates")
    limit = checked_limit(params.integer("limit", 100))
    if wanted is not None and not net.updates.webhook_url:
        net.updates.allowed = allowed_types(wanted)
    return await net.updates.poll(offset=params.integer("offset"), limit=limit, seconds=params.integer("timeout"))


async def set_webhook(net: Network, params: Params) -> bool:
    """setWebhook."""
    wanted = params.array("allowed_updates")
    await net.webhook.set(
        params.text("url"),
        secret=params.text("secret_token"),
        connections=params.integer("max_connections", 40),
    )
    if wanted is not None:
        net.updates.allowed = allowed_types(wanted)
    if params.boolean("drop_pending_updates"):
        net.updates.clear()
    return True


async def delete_webhook(net: Network, params: Params) -> bool:
    """deleteWebhook."""
    await net.webhook.stop()
    if params.boolean("drop_pending_updates"):
        net.updates.clear()
    return True


async def get_webhook_info(net: Network, params: Params) -> Json:
    """getWebhookInfo."""
    return net.webhook.info()


async def get_file(net: Network, params: Params) -> Json:
    """getFile: the path to download, up to 20 MB."""
    file_id = params.text("file_id")
    file = net.world.files.find(file_id)
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.data) > DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    mark = file_id.removeprefix(file.file_id)
    return {
        "file_id": file_id,
        "file_unique_id": file.unique_id + mark,
        "file_size": len(file.data),
        "file_path": file.path,
    }


async def get_chat(net: Network, params: Params) -> Json:
    """getChat."""
    return full_chat_json(net.world.chat(params.chat_id()))


async def send_chat_action(net: Network, params: Params) -> bool:
    """sendChatAction: it costs nothing of the bucket for messages."""
    if params.text("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    net.world.check_may_send(net.world.chat(params.chat_id()))
    return True


async def answer_callback_query(net: Network, params: Params) -> bool:
    """answerCallbackQuery: a short note on the person's screen, while the tap is fresh."""
    text = params.text("text")
    if utf16_length(text) > TOAST_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    chat = net.world.callback_chat(params.text("callback_query_id"))
    if text:
        net.world.tell(Happening("toast", chat, text=text, alert=params.boolean("show_alert")))
    return True


def _place(params: Params) -> tuple[str, str]:
    scope = params.parsed("scope") or {"type": "default"}
    if not isinstance(scope, dict) or "type" not in scope:
        raise bad_request("can't parse BotCommandScope")
    return json.dumps(scope, sort_keys=True), params.text("language_code")


def _command(raw: Any) -> Json:
    if not isinstance(raw, dict) or not isinstance(raw.get("command"), str):
        raise bad_request("can't parse BotCommand: expected an Object")
    command, description = raw["command"].removeprefix("/"), str(raw.get("description", ""))
    if not _COMMAND.fullmatch(command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command, "description": description}


async def set_my_commands(net: Network, params: Params) -> bool:
    """setMyCommands, per scope and language."""
    commands = params.array("commands")
    if commands is None:
        raise bad_request('can\'t find field "commands"')
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    net.commands[_place(params)] = [_command(raw) for raw in commands]
    return True


async def get_my_commands(net: Network, params: Params) -> list[Json]:
    """getMyCommands."""
    return net.commands.get(_place(params), [])


async def delete_my_commands(net: Network, params: Params) -> bool:
    """deleteMyCommands."""
    net.commands.pop(_place(params), None)
    return True


async def set_my_description(net: Network, params: Params) -> bool:
    """setMyDescription, up to 512 characters."""
    return _describe(net, params, "description", 512)


async def set_my_short_description(net: Network, params: Params) -> bool:
    """setMyShortDescription, up to 120 characters."""
    return _describe(net, params, "short_description", 120)


def _describe(net: Network, params: Params, field: str, limit: int) -> bool:
    text = params.text(field)
    if utf16_length(text) > limit:
        raise bad_request(f"{field.replace('_', ' ')} is too long")
    net.descriptions[field, params.text("language_code")] = text
    return True


async def log_out(net: Network, params: Params) -> bool:
    """logOut: for ten minutes the bot cannot come back."""
    net.updates.clear()
    net.logged_out_until = net.clock.now() + LOG_OUT_SECONDS
    return True


async def close(net: Network, params: Params) -> bool:
    """close."""
    return True


METHODS = {
    "getMe": get_me,
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "getFile": get_file,
    "getChat": get_chat,
    "sendChatAction": send_chat_action,
    "answerCallbackQuery": answer_callback_query,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyDescription": set_my_description,
    "setMyShortDescription": set_my_short_description,
    "logOut": log_out,
    "close": close,
}
