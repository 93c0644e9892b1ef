"""What a mail server's replies mean, in one table: by their enhanced status codes (RFC 3463), else by words. Pure.

The reply comes from the server that we hand mail to; what happens behind it comes later, as a report. A code of class
4 is temporary, one of class 5 final. ``5.7.x`` speaks of who sends and what is sent, hardly ever of the recipient.
"""

import re
from enum import StrEnum

from channels.message import SendError
from storage.enums import Reason


class Step(StrEnum):
    """What was answered."""

    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"


STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
BY_STATUS: tuple[tuple[str, Reason], ...] = (
    (r"5\.1\.[1236]$|5\.1\.10$", Reason.NOT_FOUND),
    (r"5\.4\.4$", Reason.NOT_FOUND),
    (r"5\.2\.1$", Reason.DEACTIVATED),
    (r"5\.2\.2$", Reason.BOUNCED),
    (r"5\.2\.3$|5\.3\.4$", Reason.TOO_LONG),
    (r"5\.1\.[78]$|5\.[67]\.\d+$|5\.5\.\d+$", Reason.REFUSED),
    (r"4\.7\.\d+$|4\.4\.5$|4\.5\.3$", Reason.THROTTLED),
    (r"4\.3\.\d+$", Reason.NETWORK),
    (r"4\.\d+\.\d+$", Reason.DEFERRED),
)
NOBODY = re.compile(
    r"user|mailbox (not|unavail|does)|no such|unknown|does ?n[o']t exist|not found|invalid (recip|addr)", re.I
)
RELAYING = re.compile(r"relay", re.I)
WAIT_SECONDS = 60.0
"""How long we are silent when told that we are too fast; mail servers do not say how long."""


def send_error(code: int, said: str, step: Step, address: str = "") -> SendError:
    """The error behind a reply; the recipient's address does not stand in its detail."""
    detail = f"{code} {' '.join(said.split())}"
    if address:
        detail = re.sub(re.escape(address), "…", detail, flags=re.I)
    reason = _reason(code, said, step)
    return SendError(reason, detail, retry_after=WAIT_SECONDS if reason is Reason.THROTTLED else None)


def _reason(code: int, said: str, step: Step) -> Reason:
    if step is Step.LOGIN or code in (530, 534, 535):
        return Reason.UNAUTHORISED if code >= 500 else Reason.NETWORK
    if code == 421:
        return Reason.NETWORK
    if step is Step.RECIPIENT and code >= 500 and RELAYING.search(said):
        return Reason.UNAUTHORISED
    if step is Step.SENDER and code >= 500:
        return Reason.REFUSED
    found = STATUS.search(said)
    if found and int(found[1]) == code // 100:
        for pattern, reason in BY_STATUS:
            if re.match(pattern, found[0]):
                return _of_step(reason, step)
    if 400 <= code < 500:
        return Reason.NETWORK if code == 452 and step is Step.SENDER else Reason.DEFERRED
    if code == 552:
        return Reason.TOO_LONG if step is not Step.RECIPIENT else Reason.BOUNCED
    if step is Step.RECIPIENT and code in (550, 551, 553) and NOBODY.search(said):
        return Reason.NOT_FOUND
    return Reason.REFUSED


def _of_step(reason: Reason, step: Step) -> Reason:
    """After the content, a server that knows the recipient speaks of the content."""
    return Reason.REFUSED if step is Step.CONTENT and reason is Reason.NOT_FOUND else reason
