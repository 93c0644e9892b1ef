"""What the refusals of Zalo's OpenAPI mean, in one table. Pure.

The codes are those of the documents as public projects quote them; they were tried against the sandbox, never against
live Zalo. Errors come inside HTTP 200.
"""

from collections.abc import Mapping
from enum import StrEnum

from channels.message import SendError
from storage.enums import Reason

STALE = frozenset({-216, -220, -124})
"""The access token is no longer good: refresh it, and try once more."""
EXPIRED_FILE = -100
"""An attachment was kept for a week and is forgotten: upload it again."""
THROTTLED_SECONDS = 5.0


class Kind(StrEnum):
    """Who has to do something about a refusal."""

    HUMAN = "human"
    AGAIN = "backoff"
    LATER = "next day or window"
    PERSON = "recipient"
    OURS = "payload"


TABLE: Mapping[Kind, Mapping[int, Reason]] = {
    Kind.HUMAN: dict.fromkeys(
        (-14002, -14003, -209, -212, -219, -221, -223, -224, -320, -321, -135, -1351, -136, -137, -117),
        Reason.UNAUTHORISED,
    ),
    Kind.AGAIN: {-32: Reason.THROTTLED, -200: Reason.TRY_LATER, EXPIRED_FILE: Reason.TRY_LATER},
    Kind.LATER: {
        -211: Reason.QUOTA, -144: Reason.QUOTA, -147: Reason.QUOTA, -1441: Reason.QUOTA,
        -133: Reason.NIGHT, -234: Reason.NIGHT,
    },
    Kind.PERSON: {
        -213: Reason.NOT_STARTED, -217: Reason.BLOCKED, -218: Reason.QUOTA, -227: Reason.DEACTIVATED,
        -230: Reason.WINDOW_CLOSED, -232: Reason.WINDOW_CLOSED, -244: Reason.BLOCKED, -108: Reason.NOT_FOUND,
        -114: Reason.CANNOT_RECEIVE, -118: Reason.DEACTIVATED, -119: Reason.CANNOT_RECEIVE, -139: Reason.BLOCKED,
        -140: Reason.CANNOT_RECEIVE, -141: Reason.BLOCKED, -1471: Reason.QUOTA, -1472: Reason.QUOTA,
    },
    Kind.OURS: dict.fromkeys(
        (-201, -233, -240, -248, -249, -109, -1121, -1122, -131, -146), Reason.REFUSED
    ) | {-210: Reason.TOO_LONG},
}  # fmt: skip
REASONS: Mapping[int, Reason] = {code: reason for codes in TABLE.values() for code, reason in codes.items()}


def send_error(code: int, said: str, *, until_morning: float = 0.0) -> SendError:
    """The error behind a code of the envelope; a code that is not in the table is taken for our fault.

    ``until_morning``: seconds until messages are taken again that are refused at night.
    """
    reason = Reason.UNAUTHORISED if code in STALE else REASONS.get(code, Reason.REFUSED)
    wait = {Reason.THROTTLED: THROTTLED_SECONDS, Reason.NIGHT: until_morning}.get(reason)
    return SendError(reason, f"{said} ({code})", retry_after=wait)


def http_error(status: int) -> SendError:
    """An answer that is no envelope: of Zalo's servers, or of something that stands before them."""
    if status == 429:
        return SendError(Reason.THROTTLED, "HTTP 429", retry_after=THROTTLED_SECONDS)
    if 400 <= status < 500:
        return SendError(Reason.NETWORK, f"HTTP {status} from something before Zalo")
    return SendError(Reason.SERVER, f"HTTP {status}")
