"""The loop that everybody writes first: an ``EmailMessage`` for each recipient, given to ``send_message``."""

import time
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

import aiosmtplib

from benchmarks.mail.setting import HOME, bulletin
from benchmarks.postfix.setup import DOMAIN, REMOTE
from bot.mailing import links
from channels.email_text import Foot, html_of, page_of, subject_of, text_of


async def naive(port: int, count: int) -> float:
    """So many e-mails over one connection; messages a second."""
    message = bulletin()
    subject = subject_of(message.body)
    page = page_of(message, links(HOME), Foot())
    text, html = text_of(page), html_of(page, subject)
    began = time.monotonic()
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
        for n in range(count):
            made = EmailMessage()
            made["From"], made["To"] = f"Bản tin CCHC <bantin@{DOMAIN}>", f"naive{n}@{REMOTE}"
            made["Subject"], made["Date"], made["Message-ID"] = subject, formatdate(), make_msgid(domain=DOMAIN)
            made["List-Unsubscribe"] = f"<{HOME}/m/{'A' * 22}/stop>"
            made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
            made.set_content(text)
            made.add_alternative(html, subtype="html")
            await client.send_message(made)
    return count / (time.monotonic() - began)
