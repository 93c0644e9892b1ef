"""Deep links into a survey at a place: short, signed, worth nothing to guess. Pure."""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

PREFIX = "k"
CASE = "c"
"""What a single-use link's payload begins with; a random code follows."""
CODE_BYTES = 15
MARK = 12
"""Bytes of the signature: 96 bits."""
SHAPE = re.compile(r"k([0-9]{1,9})_([A-Za-z0-9-]+)_([A-Za-z0-9_-]+)")


@dataclass(frozen=True, slots=True)
class SurveyLink:
    """What a link says: which survey, at which unit. Its signature is checked with the survey's key."""

    survey_id: int
    unit: str
    signature: str


def _sign(key: bytes, survey_id: int, unit: str) -> str:
    mark = hmac.digest(key, f"link:{survey_id}:{unit}".encode(), hashlib.sha256)[:MARK]
    return base64.urlsafe_b64encode(mark).decode()


def payload(key: bytes, survey_id: int, unit: str) -> str:
    """The start parameter: at most 64 of ``A-Za-z0-9_-``."""
    return f"{PREFIX}{survey_id}_{unit}_{_sign(key, survey_id, unit)}"


def read(payload: str) -> SurveyLink | None:
    """What a start parameter says, None if it is of another kind or broken."""
    found = SHAPE.fullmatch(payload)
    return SurveyLink(int(found[1]), found[2], found[3]) if found else None


def new_code() -> str:
    """A single-use link's code: 120 random bits, 20 of ``A-Za-z0-9_-``."""
    return secrets.token_urlsafe(CODE_BYTES)


def genuine(link: SurveyLink, key: bytes) -> bool:
    return hmac.compare_digest(link.signature, _sign(key, link.survey_id, link.unit))


def pseudonym(key: bytes, channel: str, address: str) -> bytes:
    """Who took part, unreadable without the survey's key; 128 bits."""
    return hmac.digest(key, f"person:{channel}:{address}".encode(), hashlib.sha256)[:16]
