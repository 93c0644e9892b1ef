"""The body of an e-mail with its MIME headers, made once for all recipients, parted where each one's token goes."""

import hashlib
import re
from base64 import encodebytes
from email.quoprimime import body_encode
from urllib.parse import quote

from channels.email_text import PICTURE_ID
from channels.email_tokens import STANDS_FOR
from channels.message import File

LINE = 75
"""Characters of an encoded line, so that a soft break still fits into 76."""
SAFE = re.compile(r"[^A-Za-z0-9._ -]")


def body(text: str, html: str, picture: File | None, document: File | None) -> tuple[bytes, ...]:
    """``chunks`` that make the body when joined by a token of 22 characters."""
    whole = _alternatives(text, html)
    if picture is not None:
        whole = _many("related", [whole, _file(picture, f"Content-ID: <{PICTURE_ID}>\r\n", "inline")])
    if document is not None:
        whole = _many("mixed", [whole, _file(document, "", "attachment")])
    return tuple((b"MIME-Version: 1.0\r\n" + whole).split(STANDS_FOR.encode()))


def _alternatives(text: str, html: str) -> bytes:
    return _many("alternative", [_words("plain", text), _words("html", html)])


def _words(kind: str, text: str) -> bytes:
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    return head.encode() + quoted(text)


def quoted(text: str) -> bytes:
    """Quoted-printable in which the token's place stands unbroken on a line of its own."""
    pieces = text.replace("\r\n", "\n").split(STANDS_FOR)
    encoded = [_encoded(piece) for piece in pieces]
    return f"=\r\n{STANDS_FOR}=\r\n".join(encoded).encode("ascii") + b"\r\n"


def _encoded(text: str) -> str:
    said = text.encode("utf-8").decode("latin-1")
    # A space at the very end would stand before a soft break and is kept as it is by nobody.
    return body_encode(said, maxlinelen=LINE, eol="\r\n") if said else ""


def _many(kind: str, parts: list[bytes]) -> bytes:
    mark = "loa-" + hashlib.sha256(b"".join(parts)).hexdigest()[:24]
    head = f'Content-Type: multipart/{kind}; boundary="{mark}"\r\n\r\n'.encode()
    between = b"--" + mark.encode() + b"\r\n"
    return head + b"".join(between + part + b"\r\n" for part in parts) + b"--" + mark.encode() + b"--\r\n"


def _file(file: File, more: str, disposition: str) -> bytes:
    plain = SAFE.sub("_", file.name)
    named = f'filename="{plain}"' if plain == file.name else f"filename*=utf-8''{quote(file.name, safe='')}"
    head = (
        f"Content-Type: {file.mime}\r\n{more}Content-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: {disposition};\r\n {named}\r\n\r\n"
    )
    return head.encode() + encodebytes(file.content).replace(b"\n", b"\r\n")
