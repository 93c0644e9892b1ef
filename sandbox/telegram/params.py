"""The parameters of one call, whichever way they were sent: query, form, multipart or JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from sandbox.telegram.errors import bad_request

MISSING_CHAT = "chat_id is empty"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with the call."""

    name: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Params:
    """Values as received (strings from forms, typed from JSON) and the uploaded files by field name."""

    values: dict[str, Any]
    files: dict[str, Upload] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether the parameter was given with a value."""
        return self.values.get(name) not in (None, "")

    def text(self, name: str, default: str = "") -> str:
        """A string; numbers sent as JSON are written out, as Telegram does."""
        value = self.values.get(name)
        if value is None:
            return default
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number; anything that is not one counts as not given."""
        try:
            return int(self.values.get(name, default))
        except (TypeError, ValueError):
            return default

    def boolean(self, name: str) -> bool:
        """Truth in the spellings Telegram accepts."""
        return str(self.values.get(name, "")).lower() in ("true", "yes", "1")

    def parsed(self, name: str) -> Any:
        """A JSON value, given as a string (forms) or already as an object; None when absent."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def array(self, name: str) -> list[Any] | None:
        """A JSON array or None when absent."""
        value = self.parsed(name)
        if value is not None and not isinstance(value, list):
            raise bad_request(f"can't parse {name}: expected an Array")
        return value

    def chat_id(self, name: str = "chat_id") -> int | str:
        """A chat's number, or an @username."""
        value = self.values.get(name)
        if value in (None, ""):
            raise bad_request(MISSING_CHAT if name == "chat_id" else f"{name} is empty")
        try:
            return int(str(value))
        except ValueError:
            return str(value)


def _decoded(raw: bytes) -> dict[str, Any]:
    try:
        return dict(parse_qsl(raw.decode("utf-8"), keep_blank_values=True, errors="strict"))
    except UnicodeDecodeError:
        raise bad_request("strings must be encoded in UTF-8") from None


async def _multipart(request: web.Request) -> Params:
    values: dict[str, Any] = {}
    files: dict[str, Upload] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = Upload(value.filename or name, value.content_type, value.file.read())
        else:
            values[name] = value.decode() if isinstance(value, bytes | bytearray) else value
    return Params(values, files)


async def read_params(request: web.Request) -> Params:
    """Everything the caller sent; the body wins over the query."""
    query: dict[str, Any] = dict(request.query)
    if request.method == "GET" or not request.can_read_body:
        return Params(query)
    if request.content_type == "multipart/form-data":
        try:
            body = await _multipart(request)
        except (ValueError, AssertionError):
            raise bad_request("can't parse the multipart request") from None
        return Params({**query, **body.values}, body.files)
    raw = await request.read()
    if request.content_type == "application/json":
        try:
            values = json.loads(raw or b"{}")
        except ValueError:
            raise bad_request("can't parse request JSON object") from None
        if not isinstance(values, dict):
            raise bad_request("can't parse request: expected an Object")
        return Params({**query, **values})
    return Params({**query, **_decoded(raw)})
