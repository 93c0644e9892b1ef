"""How an Official Account's webhook is signed: plain SHA-256 of id, body, time and secret, one after the other. Pure.

Which secret and which id is disputed between those who say that they have seen it, so both are settings. Tried
against the sandbox, never against live Zalo.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from enum import StrEnum

HEADER = "X-ZEvent-Signature"


class Whose(StrEnum):
    """Of the application, or of the Official Account."""

    APP = "app"
    OA = "oa"


@dataclass(frozen=True, slots=True)
class Signing:
    """The ids and secrets of both, and which of them are believed to sign."""

    ids: dict[Whose, str]
    secrets: dict[Whose, str] = field(repr=False)
    id: Whose = Whose.APP
    secret: Whose = Whose.OA

    def fits(self, given: str, raw: bytes, timestamp: str, id: Whose, secret: Whose) -> bool:
        """Whether a signature is that of a variant; compared in constant time."""
        if not self.secrets.get(secret):
            return False
        written = self.ids[id].encode() + raw + timestamp.encode() + self.secrets[secret].encode()
        return hmac.compare_digest(given.encode(), f"mac={hashlib.sha256(written).hexdigest()}".encode())

    def right(self, given: str, raw: bytes, timestamp: str) -> bool:
        """Whether a signature is the one that is believed in."""
        return self.fits(given, raw, timestamp, self.id, self.secret)

    def other(self, given: str, raw: bytes, timestamp: str) -> tuple[Whose, Whose] | None:
        """The variant that would fit, id and secret: what should be set; None if none does."""
        for id in Whose:
            for secret in Whose:
                if self.fits(given, raw, timestamp, id, secret):
                    return id, secret
        return None
