"""What the end of one attempt means for its delivery (kết quả gửi): a table, and nothing else. Pure."""

from dataclasses import dataclass
from enum import Enum

from channels.message import SendError
from storage.enums import DeliveryStatus, Reason

MOST_ATTEMPTS = 5
FIRST_WAIT = 5.0
"""Seconds before the second attempt; each further wait is three times as long."""


class Then(Enum):
    """What else follows from a failure."""

    NOTHING = "nothing"
    STOP_CONTACT = "stop contact"
    SLOW_DOWN = "slow down"
    MOVE = "move"
    OUR_FAULT = "our fault"
    STOP_CHANNEL = "stop channel"
    WAIT_FOR_NETWORK = "wait for network"
    WAIT_FOR_SERVER = "wait for server"


@dataclass(frozen=True, slots=True)
class Rule:
    """How one reason is treated: tried again or not, in doubt or not, and what follows."""

    again: bool
    then: Then = Then.NOTHING
    counts: bool = True
    """Whether the failure uses up an attempt."""
    in_doubt: bool = False
    """Whether the person may have received it although we have no answer."""


RULES: dict[Reason, Rule] = {
    Reason.BLOCKED: Rule(again=False, then=Then.STOP_CONTACT),
    Reason.DEACTIVATED: Rule(again=False, then=Then.STOP_CONTACT),
    Reason.NOT_FOUND: Rule(again=False, then=Then.STOP_CONTACT),
    Reason.NOT_STARTED: Rule(again=False),
    Reason.MIGRATED: Rule(again=True, then=Then.MOVE),
    Reason.REFUSED: Rule(again=False, then=Then.OUR_FAULT),
    Reason.TOO_LONG: Rule(again=False, then=Then.OUR_FAULT),
    Reason.GONE: Rule(again=False),
    Reason.TOO_OLD: Rule(again=False),
    Reason.BOUNCED: Rule(again=False),
    Reason.DEFERRED: Rule(again=True),
    Reason.THROTTLED: Rule(again=True, then=Then.SLOW_DOWN, counts=False),
    Reason.NETWORK: Rule(again=True, then=Then.WAIT_FOR_NETWORK, counts=False),
    Reason.SERVER: Rule(again=True, then=Then.WAIT_FOR_SERVER, in_doubt=True),
    Reason.IN_DOUBT: Rule(again=True, in_doubt=True),
    Reason.WINDOW_CLOSED: Rule(again=False),
    Reason.QUOTA: Rule(again=False),
    Reason.NIGHT: Rule(again=True, counts=False),
    Reason.TRY_LATER: Rule(again=True),
    Reason.CANNOT_RECEIVE: Rule(again=False),
    Reason.UNAUTHORISED: Rule(again=True, then=Then.STOP_CHANNEL, counts=False),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a delivery: its status, why, and when to try again (seconds from now)."""

    status: DeliveryStatus
    reason: Reason | None = None
    detail: str = ""
    retry_in: float = 0.0
    counts: bool = True
    then: Then = Then.NOTHING


def outcome(error: SendError, attempts: int, *, resend: bool = True) -> Outcome:
    """What a failed attempt means; ``attempts`` counts this one.

    In doubt is never taken for failed or for sent: the delivery becomes unknown, or, where ``resend`` says so, is
    tried again and marked as possibly received twice.
    """
    rule = RULES.get(error.reason, Rule(again=False, then=Then.OUR_FAULT))
    if rule.in_doubt and not resend:
        return Outcome(DeliveryStatus.UNKNOWN, Reason.IN_DOUBT, error.detail)
    if rule.again and (not rule.counts or attempts < MOST_ATTEMPTS):
        wait = error.retry_after if error.retry_after is not None else FIRST_WAIT * 3 ** (attempts - 1)
        if rule.then is Then.MOVE:
            wait = 0.0
        return Outcome(DeliveryStatus.PENDING, error.reason, error.detail, wait, rule.counts, rule.then)
    last = DeliveryStatus.UNKNOWN if rule.in_doubt else DeliveryStatus.FAILED
    return Outcome(last, error.reason, error.detail, then=rule.then)
