"""Reports of mail that could not be delivered (RFC 3464), read with the standard library. Pure.

A report carries the whole message that came back, so only its beginning is read, and nothing of that message.
"""

import hashlib
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message

STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
LARGEST = 1 << 18
"""Bytes that are read of a report."""
FINAL = re.compile(r"5\.1\.\d+$|5\.2\.1$|5\.4\.4$")
"""The address is wrong, its mailbox is disabled, or its domain takes no mail."""


@dataclass(frozen=True, slots=True)
class Report:
    """What came back. ``status`` is the code of RFC 3463, ``final`` whether the address will never work, ``key`` what
    makes two copies of a report one."""

    status: str
    final: bool
    key: str


def report(raw: bytes) -> Report | None:
    """The report in a message; None if it is none, or only says that delivery takes longer."""
    found = message_from_bytes(raw[:LARGEST], policy=policy.compat32)
    if found.get_content_type() != "multipart/report" or not found.is_multipart():
        return None
    if str(found.get_param("report-type", "")).lower() != "delivery-status":
        return None
    statuses = [s for part in found.get_payload() if isinstance(part, Message) for s in _failed(part)]
    if not statuses:
        return None
    status = max(statuses, key=lambda s: (FINAL.match(s) is not None, s))
    said = f"{found.get('Message-ID', '')}|{found.get('Date', '')}|{'|'.join(statuses)}"
    return Report(
        status, FINAL.match(status) is not None, hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()
    )


def _failed(part: Message) -> list[str]:
    """The statuses of the recipients whom it did not reach."""
    if part.get_content_type() != "message/delivery-status" or not part.is_multipart():
        return []
    found = []
    for one in part.get_payload():
        if isinstance(one, Message) and str(one.get("Action", "")).strip().lower() == "failed":
            code = STATUS.search(str(one.get("Status", "")))
            found.append(_told(code[0] if code else "5.0.0", str(one.get("Diagnostic-Code", ""))))
    return found


def _told(status: str, diagnostic: str) -> str:
    """Where the code only says 'other' (x.0.0), the server's own words may say more."""
    if not status.endswith(".0.0"):
        return status
    more = STATUS.search(diagnostic)
    return more[0] if more and more[1] == status[0] else status
