"""A real Postfix between us and a refusing exchanger: its own reports are read, and its signature covers the headers.

Runs where Postfix and opendkim are installed and root starts it (see ``benchmarks/postfix``); takes seconds.
"""

import asyncio

import dkim
import pytest

from benchmarks.postfix.setup import DOMAIN, REMOTE, missing, postfix
from bot.reports import report
from channels.email import Addresses, Email
from channels.email_headers import Sender
from channels.message import say
from channels.smtp import Pool, Server
from sandbox.mail.app import serve_mail
from sandbox.mail.server import MailServer

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"needs {', '.join(missing())}")
HOME = "https://bantin.cai-cach-hanh-chinh.so-noi-vu.example.gov.vn"
BACK = {
    "nosuch1": ("5.1.1", True),
    "disabled1": ("5.2.1", True),
    "full1": ("4.2.2", False),
    "spam1": ("5.7.1", False),
}


async def _came(server: MailServer, number: int) -> None:
    for _ in range(300):
        if len(server.boxes.all) >= number:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"{len(server.boxes.all)} of {number} came")


async def test_what_postfix_reports_and_signs_is_understood():
    exchanger, receiver = MailServer(), MailServer()
    async with serve_mail(exchanger), serve_mail(receiver):
        with postfix(exchanger=exchanger.port, receiver=receiver.port, lifetime="0") as real:
            email = Email(
                Pool(Server("127.0.0.1", real.port, security="starttls", verify=False), 2),
                Sender("Bản tin CCHC", f"bantin@{DOMAIN}"), b"k" * 32, addresses=Addresses(HOME, DOMAIN),
            )  # fmt: skip
            part = email.prepare(say("Kính chào ông/bà.\n\nSố 47.")).parts[0]
            for number, name in enumerate(["lan", *BACK], 1):
                await email.deliver(f"{name}@{REMOTE}", email.own(part, number))
            await _came(exchanger, 1)
            await _came(receiver, len(BACK))
            await email.close()

    (letter,) = exchanger.boxes.of(f"lan@{REMOTE}")
    way = f"List-Unsubscribe: <{HOME}/m/".encode()
    assert dkim.verify(letter.raw, dnsfunc=lambda name, timeout=5: real.dkim_record)
    for header in (way, b"List-Unsubscribe-Post: List-"):
        changed = letter.raw.replace(header, header[:-1] + b"X")
        assert changed != letter.raw
        assert not dkim.verify(changed, dnsfunc=lambda name, timeout=5: real.dkim_record)
    found = [report(one.raw) for one in receiver.boxes.all]
    assert sorted((one.status, one.final) for one in found if one) == sorted(BACK.values())
    assert all(one.to.startswith("bounce+") and one.sender in ("", "<>") for one in receiver.boxes.all)
