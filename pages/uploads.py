"""Files sent with a form: read within limits, and looked at, as what they call themselves proves nothing."""

import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import BodyPartReader, web

from pages.forms import NOTHING, Form, first
from storage.uploads import MARK
from surveys.answers import Answer, Rejected
from surveys.questionnaire import Question

LARGEST_FILE = 10 << 20
"""Bytes of a file; a telephone's photograph has three to eight million."""
LONGEST_NAME = 80
PICTURES = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n|GIF8[79]a|RIFF....WEBP|....ftyp(heic|heix|heif|mif1|avif)", re.DOTALL
)
SOUNDS = re.compile(
    rb"ID3|\xff[\xe0-\xff]|OggS|fLaC|RIFF....WAVE|....ftyp|\x1aE\xdf\xa3|#!AMR|\x30\x26\xb2\x75", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file as it arrived."""

    name: str
    content: bytes


Uploads = Mapping[str, Uploaded]


async def parts(request: web.Request, *, most: int) -> tuple[Form, Uploads]:
    """The fields of a multipart form and its files by field; 400 or 413 if it is none of ours.

    The fields together have at most ``most`` bytes, each file LARGEST_FILE.
    """
    form: dict[str, list[str]] = {}
    files: dict[str, Uploaded] = {}
    left = most
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or not part.name:
                raise web.HTTPBadRequest
            content = await _content(part, left if part.filename is None else LARGEST_FILE)
            if part.filename is None:
                left -= len(content) + len(part.name)
                form.setdefault(part.name, []).append(content.decode())
            elif content:
                files[part.name] = Uploaded(_named(part.filename), content)
    except (ValueError, AssertionError):
        raise web.HTTPBadRequest from None
    return form, files


async def _content(part: BodyPartReader, most: int) -> bytes:
    held = bytearray()
    while chunk := await part.read_chunk(1 << 16):
        held += chunk
        if len(held) > most:
            raise web.HTTPRequestEntityTooLarge(most, len(held))
    return bytes(held)


def _named(name: str) -> str:
    """The last part of a name, without what is no text."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip()
    return kept[-LONGEST_NAME:] or "tep"


def with_upload(question: Question, field: str, form: Form, uploads: Uploads, before: Answer | None) -> Form:
    """The form with the answer to a question that asks for a file: the one that was sent now, or the one of before.

    Whatever else the field says is not believed. Raises Rejected if the file is not what is asked for.
    """
    said = ""
    if (sent := uploads.get(field)) is not None:
        looked_for = {"image": PICTURES, "audio": SOUNDS}.get(question.accepts)
        if looked_for is not None and not looked_for.match(sent.content):
            raise Rejected(f"not_a_{'picture' if question.accepts == 'image' else 'sound'}")
        said = f"{MARK}{secrets.token_hex(8)} {sent.name}"
    elif isinstance(before, str) and first(form, f"{field}-n") not in NOTHING:
        said = before
    return {**form, field: [said]}


def name_of(answer: Answer | None) -> str:
    """The name of the file that is the answer; '' if none is."""
    return answer.split(" ", 2)[2] if isinstance(answer, str) and answer.startswith(MARK) else ""
