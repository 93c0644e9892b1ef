"""The headers of one e-mail, as bytes, written by us.

Python's own writer encodes a long ``List-Unsubscribe`` as if it were prose, and mail readers no longer find the
address in it. So each header is written in the one form that it needs: prose as encoded words (RFC 2047), addresses
and identifiers as they are, folded only where there is a space.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime

CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
LONGEST_LINE = 998
"""RFC 5322, 2.1.1, in bytes without the line's end."""
MOST_IN_SUBJECT = 150


@dataclass(frozen=True, slots=True)
class Sender:
    """Who an e-mail is from: ``address`` stands in From, ``list_id`` names the mailing (RFC 2919)."""

    name: str
    address: str
    list_name: str = "bantin"
    reply_to: str = ""

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Letter:
    """What differs from one recipient to the next. ``one_click`` is an https address, '' where there are no pages."""

    to: str
    subject: str
    message_id: str
    at: datetime
    one_click: str = ""
    mailto: str = ""
    in_reply_to: str = ""
    mailing: str = ""


def _prose(text: str) -> str:
    """Text as encoded words where it needs them, folded at 76."""
    said = CONTROL.sub(" ", text).strip()
    if said.isascii():
        return said
    return Header(said, "utf-8", maxlinelen=76, header_name="Subject").encode(linesep="\r\n")


def _named(name: str, address: str) -> str:
    said = CONTROL.sub(" ", name).strip()
    if not said:
        return f"<{address}>"
    if said.isascii():
        said = '"' + re.sub(r'(["\\])', r"\\\1", said) + '"'
        return f"{said} <{address}>"
    return f"{_prose(said)}\r\n <{address}>"


def _whole(value: str) -> str:
    """A value that must not be folded; ValueError if it cannot stand in a header so. Not ASCII fails later."""
    if CONTROL.search(value) or len(value) > LONGEST_LINE - 40:
        raise ValueError(f"cannot stand in a header: {value[:60]!r}")
    return value


def headers(sender: Sender, letter: Letter) -> bytes:
    """The headers that are the recipient's own, each line ended; those of the body follow them."""
    fields = [
        ("From", _named(sender.name, _whole(sender.address))),
        ("To", f"<{_whole(letter.to)}>"),
        ("Subject", _prose(letter.subject[:MOST_IN_SUBJECT])),
        ("Date", format_datetime(letter.at)),
        ("Message-ID", f"<{_whole(letter.message_id)}>"),
        ("List-Id", f"<{sender.list_name}.{_whole(sender.domain)}>"),
    ]
    if sender.reply_to:
        fields.append(("Reply-To", f"<{_whole(sender.reply_to)}>"))
    if letter.in_reply_to:
        fields += [(name, f"<{_whole(letter.in_reply_to)}>") for name in ("In-Reply-To", "References")]
    ways = [f"<{_whole(letter.one_click)}>"] if letter.one_click else []
    ways += [f"<mailto:{_whole(letter.mailto)}>"] if letter.mailto else []
    if ways:
        fields.append(("List-Unsubscribe", ",\r\n ".join(ways)))
    if letter.one_click:
        fields.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    fields.append(("Auto-Submitted", "auto-generated"))
    if letter.mailing:
        fields.append(("Feedback-ID", _whole(f"{letter.mailing}:{sender.list_name}:loa:{sender.domain}")))
    return "".join(f"{name}: {value}\r\n" for name, value in fields).encode("ascii")
