"""The mailboxes of a small mail world: what arrived for whom, and how a mail reader shows it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any


@dataclass(frozen=True, slots=True)
class Letter:
    """One e-mail in a mailbox; `sender` is that of the envelope."""

    number: int
    sender: str
    to: str
    raw: bytes

    @property
    def parsed(self) -> EmailMessage:
        """The message as Python's reader understands it."""
        return message_from_bytes(self.raw, policy=policy.default)

    def view(self) -> dict[str, Any]:
        """What a mail reader shows."""
        message = self.parsed
        text, html = message.get_body(("plain",)), message.get_body(("html",))
        files = [
            {
                "name": part.get_filename(), "type": part.get_content_type(), "cid": part.get("Content-ID"),
                "disposition": part.get_content_disposition(), "size": len(part.get_payload(decode=True) or b""),
            }
            for part in message.walk() if part.get_filename()
        ]  # fmt: skip
        return {
            "number": self.number, "envelope_from": self.sender, "to": self.to,
            "headers": [[name, str(value)] for name, value in message.items()],
            "subject": str(message["Subject"]),
            "text": text.get_content() if text else "", "html": html.get_content() if html else "", "files": files,
        }  # fmt: skip


@dataclass
class Mailboxes:
    """All mail that was taken, by address, and a count of what was done."""

    letters: dict[str, list[Letter]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    _next: int = 1

    def keep(self, sender: str, to: str, raw: bytes) -> Letter:
        """Puts an e-mail into a mailbox."""
        letter = Letter(self._next, sender, to.lower(), raw)
        self._next += 1
        self.letters.setdefault(letter.to, []).append(letter)
        self.counts["taken"] += 1
        return letter

    def of(self, address: str) -> list[Letter]:
        """What lies in one mailbox."""
        return self.letters.get(address.lower(), [])

    @property
    def all(self) -> list[Letter]:
        """Everything, in the order in which it came."""
        return sorted((one for box in self.letters.values() for one in box), key=lambda one: one.number)

    def empty(self) -> None:
        """Throws everything away."""
        self.letters.clear()
        self.counts.clear()
