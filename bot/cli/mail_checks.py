"""What `loa doctor` tries with the mail server: connect, EHLO, encryption, login, and whether it takes our sender."""

import asyncio
import socket

from aiosmtplib import SMTPAuthenticationError, SMTPException, SMTPResponseException

from bot.mailing import server_of
from bot.settings import EmailSecurity, Settings

SECONDS = 10.0


class MailTrouble(Exception):
    """What is wrong, and what to do about it."""


async def greeted(config: Settings) -> str:
    """How the mail server took us, with what is still to be set; MailTrouble if it does not."""
    at = f"{config.email_host}:{config.email_port}"
    client = server_of(config).client()
    client.timeout = SECONDS
    try:
        await client.connect()
        offered = sorted(client.esmtp_extensions)
        await client.mail(f"bounce+doctor@{config.email_domain}")
        await client.rset()
    except SMTPAuthenticationError as error:
        raise MailTrouble(
            f"{at} refuses the login ({error.code}); check LOA_EMAIL_USERNAME and LOA_EMAIL_PASSWORD"
        ) from None
    except SMTPResponseException as error:
        raise MailTrouble(
            f"{at} does not take mail from {config.email_domain} ({error.code} {error.message}); check "
            "LOA_EMAIL_SENDER and what the server allows"
        ) from None
    except (SMTPException, OSError) as error:
        raise MailTrouble(
            f"{at} cannot be used ({type(error).__name__}); check LOA_EMAIL_HOST, LOA_EMAIL_PORT and "
            "LOA_EMAIL_SECURITY (none, starttls, tls), or LOA_EMAIL_VERIFY for a certificate of your own"
        ) from None
    finally:
        client.close()
    said = [f"{at} takes us" + ("" if config.email_security is EmailSecurity.NONE else ", encrypted")]
    if config.email_security is EmailSecurity.NONE and "starttls" in offered:
        said.append("it offers STARTTLS, which LOA_EMAIL_SECURITY does not ask for")
    if not config.web_url.startswith("https://"):
        said.append("LOA_WEB_URL is no https address, so there is no one-click unsubscribing")
    if not config.email_bounce_port:
        said.append("LOA_EMAIL_BOUNCE_PORT is 0, so dead addresses are not noticed")
    if not await _resolves(config.email_domain):
        said.append(f"the name {config.email_domain} does not resolve here; see docs/email.md on SPF, DKIM and DMARC")
    return "; ".join(said)


async def _resolves(domain: str) -> bool:
    """Whether the domain has an address; a domain may well have only an MX, so it is only said, never refused."""
    try:
        await asyncio.get_running_loop().getaddrinfo(domain, 25, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return True
