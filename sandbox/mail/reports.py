"""Reports of mail that was not delivered (RFC 3464), as mail servers write them."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime, make_msgid

MARK = "=_sandbox-report"


def report(*, to: str, recipient: str, status: str, said: str, original: bytes, host: str = "mx.sandbox") -> bytes:
    """A report to the envelope sender `to`; `status` such as 5.1.1, `said` the words of the refusing server."""
    action = "delayed" if status.startswith("4.") and said.startswith("delayed") else "failed"
    head = original.partition(b"\r\n\r\n")[0]
    lines = f"""From: MAILER-DAEMON@{host} (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Date: {format_datetime(datetime.now(UTC))}
Message-ID: {make_msgid(domain=host)}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="{MARK}"

This is a MIME-encapsulated message.

--{MARK}
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

Your message could not be delivered to <{recipient}>: {said}

--{MARK}
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; {host}

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822;{recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--{MARK}
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

"""
    return lines.replace("\n", "\r\n").encode() + head + f"\r\n\r\n--{MARK}--\r\n".encode()
