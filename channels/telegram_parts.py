"""A message as calls of the Bot API: rendered once, addressed a thousand times. Pure."""

import json
import secrets
from dataclasses import dataclass
from typing import Any

from channels.message import Choice, File, Message, Style
from channels.telegram_rich import rich
from channels.telegram_text import CAPTION_LIMIT, html, split, units

NOT_IN_A_HEADER = {ord(mark): "_" for mark in '"\r\n\\'}


@dataclass(frozen=True, slots=True)
class Part:
    """One call: its method, its fields as JSON without the opening brace, and the file that it shows."""

    method: str
    rest: bytes
    file: File | None = None
    kind: str = ""
    """The field of the file: photo or document."""

    def fields(self) -> dict[str, Any]:
        """The fields again, for the rare calls that need them one by one."""
        decoded: dict[str, Any] = json.loads(b"{" + self.rest)
        return decoded


def keyboard(rows: tuple[tuple[Choice, ...], ...]) -> dict[str, Any]:
    return {"inline_keyboard": [[_button(choice) for choice in row] for row in rows]}


def _button(choice: Choice) -> dict[str, Any]:
    button: dict[str, Any] = {"text": choice.label}
    button |= {"web_app": {"url": choice.app}} if choice.app else {"callback_data": choice.token}
    return button | ({"style": str(choice.style)} if choice.style is not Style.PLAIN else {})


def parts_of(message: Message, *, as_rich: bool = False) -> tuple[Part, ...]:
    """Picture, text, document; a text that fits becomes the caption of the one file there is.

    Only the last part of the text carries the buttons. With ``as_rich`` a text with headings, lists, quotes or tables
    is one rich message.
    """
    files = [(kind, file) for kind, file in (("photo", message.picture), ("document", message.document)) if file]
    if as_rich and (shown := rich(message.body)):
        return _around(files, "sendRichMessage", [{"rich_message": shown}], message)
    caption = html(message.body)
    if files and units(caption) <= CAPTION_LIMIT:
        text, (kind, file) = {"caption": caption, "parse_mode": "HTML"} if caption else {}, files[0]
        buttons = {"reply_markup": keyboard(message.rows)} if message.rows else {}
        return (_shown(kind, file, text | buttons), *(_shown(kind, file, {}) for kind, file in files[1:]))
    texts = [html(part) for part in split(message.body)] or [""]
    said: list[dict[str, Any]] = [
        {"text": text, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}} for text in texts
    ]
    return _around(files, "sendMessage", said, message)


def _around(
    files: list[tuple[str, File]], method: str, said: list[dict[str, Any]], message: Message
) -> tuple[Part, ...]:
    """The texts, the last one with the buttons, between the picture and the document."""
    if message.rows:
        said[-1]["reply_markup"] = keyboard(message.rows)
    before = [_shown(kind, file, {}) for kind, file in files if kind == "photo"]
    after = [_shown(kind, file, {}) for kind, file in files if kind == "document"]
    return (*before, *(Part(method, rest(fields)) for fields in said), *after)


def _shown(kind: str, file: File, fields: dict[str, Any]) -> Part:
    return Part(f"send{kind.capitalize()}", rest(fields), file, kind)


def rest(fields: dict[str, Any]) -> bytes:
    """Fields as JSON without its opening brace: what is common to all comes after what is each chat's own."""
    return json.dumps(fields, ensure_ascii=False).encode()[1:]


def joined(own: dict[str, Any], common: bytes) -> bytes:
    """The JSON of both."""
    head = json.dumps(own, ensure_ascii=False).encode()
    return head if common == b"}" else head[:-1] + b"," + common


def form(fields: dict[str, Any], files: dict[str, File]) -> tuple[bytes, bytes]:
    """Fields and files as multipart/form-data: the body and its content type."""
    border = secrets.token_hex(16)
    parts: list[bytes] = []
    for name, value in fields.items():
        written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        parts.append(f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{written}\r\n'.encode())
    for name, file in files.items():
        called = file.name.translate(NOT_IN_A_HEADER)
        head = f'Content-Disposition: form-data; name="{name}"; filename="{called}"\r\nContent-Type: {file.mime}'
        parts.append(f"--{border}\r\n{head}\r\n\r\n".encode() + file.content + b"\r\n")
    return b"".join(parts) + f"--{border}--\r\n".encode(), f"multipart/form-data; boundary={border}".encode()
