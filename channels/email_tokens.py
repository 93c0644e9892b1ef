"""Tokens in e-mails: short, signed, in two spellings, worth nothing to guess. Pure.

A token says which delivery or which case its e-mail was, and is good for one purpose only, so that whoever sees a
return path cannot unsubscribe anybody. In addresses it is spelled without regard to case, as mail servers do.
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum

ID_BYTES = 6
MARK = 9
"""Bytes of the signature: 72 bits."""
URL_LENGTH = 22
STANDS_FOR = "0LOA-token-goes-here-0"
"""What stands for the token in a body that is rendered once; no shorter and no longer than a token."""


class About(StrEnum):
    """What kind of row a token names."""

    DELIVERY = "d"
    CASE = "c"
    NOTICE = "n"
    """Something that staff are told; no page and no report belongs to it."""


class Purpose(StrEnum):
    """What a token is good for."""

    PAGE = "page"
    BOUNCE = "bounce"
    STOP = "stop"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Subject:
    """The row that an e-mail belongs to."""

    about: About
    id: int


def _raw(secret: bytes, purpose: Purpose, subject: Subject) -> bytes:
    said = subject.about.encode() + subject.id.to_bytes(ID_BYTES, "big")
    return said + hmac.digest(secret, f"{purpose}:".encode() + said, hashlib.sha256)[:MARK]


def url_token(secret: bytes, subject: Subject, purpose: Purpose = Purpose.PAGE) -> str:
    """22 of ``A-Za-z0-9_-``."""
    return base64.urlsafe_b64encode(_raw(secret, purpose, subject)).decode().rstrip("=")


def address_token(secret: bytes, subject: Subject, purpose: Purpose) -> str:
    """26 of ``a-z2-7``."""
    return base64.b32encode(_raw(secret, purpose, subject)).decode().rstrip("=").lower()


def read_url(secret: bytes, token: str, purpose: Purpose = Purpose.PAGE) -> Subject | None:
    """The subject of a token in a path; None if it is not ours."""
    try:
        raw = base64.b64decode(token + "==", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return _checked(secret, purpose, raw)


def read_address(secret: bytes, token: str, purpose: Purpose) -> Subject | None:
    """The subject of a token in an address, however its letters are cased; None if it is not ours."""
    try:
        raw = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except (binascii.Error, ValueError):
        return None
    return _checked(secret, purpose, raw)


def _checked(secret: bytes, purpose: Purpose, raw: bytes) -> Subject | None:
    if raw[:1] not in (About.DELIVERY.encode(), About.CASE.encode()):
        return None
    subject = Subject(About(raw[:1].decode()), int.from_bytes(raw[1 : 1 + ID_BYTES], "big"))
    return subject if hmac.compare_digest(raw, _raw(secret, purpose, subject)) else None
