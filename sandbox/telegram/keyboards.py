"""Keyboards under messages: checked as Telegram checks them, kept as the JSON that it gives back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from sandbox.telegram.errors import ApiError, bad_request
from sandbox.telegram.params import Params

DATA_LIMIT = 64
BUTTON_LIMIT = 100
_EXTRAS = ("style", "icon_custom_emoji_id", "disabled")
_ACTIONS = (
    "callback_data",
    "url",
    "web_app",
    "copy_text",
    "login_url",
    "pay",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "callback_game",
)


@dataclass(frozen=True, slots=True)
class Keyboard:
    """`inline` is what stands under the message; `reply` are the rows offered instead of letters."""

    inline: dict[str, Any] | None = None
    reply: tuple[tuple[str, ...], ...] | None = None

    def data(self) -> set[str]:
        """Every callback_data that can be tapped."""
        rows = (self.inline or {}).get("inline_keyboard", [])
        return {b["callback_data"] for row in rows for b in row if "callback_data" in b and not b.get("disabled")}


NO_KEYBOARD = Keyboard()


def _unusable(text: str) -> ApiError:
    return bad_request(f"can't parse inline keyboard button: {text}")


def _check_url(url: Any) -> None:
    parts = urlsplit(str(url))
    host = parts.hostname or ""
    web = parts.scheme in ("http", "https") and ("." in host or ":" in host)
    bare = not parts.scheme and "." in str(url) and " " not in str(url)
    if not (web or bare or (parts.scheme in ("tg", "ton") and url != f"{parts.scheme}://")):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def _button(raw: Any) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise _unusable("expected an Object")
    text = raw.get("text")
    if not isinstance(text, str) or not text.strip():
        raise _unusable('Field "text" must be a non-empty String')
    action = next((name for name in _ACTIONS if raw.get(name) is not None), None)
    if action is None:
        raise _unusable("Text buttons are unallowed in the inline keyboard")
    value = raw[action]
    match action:
        case "callback_data":
            if not isinstance(value, str) or not 1 <= len(value.encode()) <= DATA_LIMIT:
                raise bad_request("BUTTON_DATA_INVALID")
        case "url":
            _check_url(value)
        case "web_app" if not (isinstance(value, dict) and str(value.get("url", "")).startswith("https://")):
            raise bad_request("inline keyboard button Web App URL is invalid: Only HTTPS links are allowed")
    if raw.get("style") not in (None, "primary", "success", "danger"):
        raise _unusable("Unsupported button style specified")
    extras = {name: raw[name] for name in _EXTRAS if raw.get(name) is not None}
    return {"text": text, action: value, **extras}


def _inline(rows: Any) -> Keyboard:
    if not isinstance(rows, list) or any(not isinstance(row, list) for row in rows):
        raise bad_request("can't parse inline keyboard: expected an Array of Arrays")
    kept = [[_button(raw) for raw in row] for row in rows]
    kept = [row for row in kept if row]
    if sum(len(row) for row in kept) > BUTTON_LIMIT:
        raise bad_request("reply markup is too long")
    return Keyboard(inline={"inline_keyboard": kept}) if kept else NO_KEYBOARD


def _reply(rows: Any) -> Keyboard:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("can't parse keyboard: expected an Array of Arrays")
    labels = tuple(tuple(str(b.get("text", "")) if isinstance(b, dict) else str(b) for b in row) for row in rows)
    if any(not label for row in labels for label in row):
        raise bad_request("can't parse keyboard button: keyboard button text must be non-empty")
    return Keyboard(reply=labels)


@lru_cache(maxsize=1024)
def _parsed(source: str) -> Keyboard:
    try:
        raw = json.loads(source)
    except ValueError:
        raise bad_request("can't parse reply keyboard markup JSON object") from None
    match raw:
        case None:
            return NO_KEYBOARD
        case {"inline_keyboard": rows}:
            return _inline(rows)
        case {"keyboard": rows}:
            return _reply(rows)
        case {"remove_keyboard": True}:
            return Keyboard(reply=())
        case {"force_reply": True}:
            return NO_KEYBOARD
        case {}:
            return NO_KEYBOARD
        case _:
            raise bad_request("object expected as reply markup")


def keyboard(params: Params) -> Keyboard:
    """The call's reply_markup; equal sources give the same object, which keeps crowds cheap."""
    value = params.values.get("reply_markup")
    if value in (None, ""):
        return NO_KEYBOARD
    return _parsed(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
