"""`python -m benchmarks.mail.reader FOLDER`: what nodemailer's parser makes of our e-mail, beside our own words.

FOLDER is one in which `npm install mailparser` was run; nothing is installed by this command.
"""

import asyncio
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.mail.setting import HOME, bulletin
from benchmarks.postfix.setup import DOMAIN
from bot.mailing import links
from channels.email import Addresses, Email
from channels.email_headers import Sender
from channels.email_tokens import STANDS_FOR, About, Subject, url_token
from channels.message import File
from channels.smtp import Pool, Server
from sandbox.mail.app import serve_mail

SECRET = b"reader" * 6
PICTURE = File("bìa số 47.png", b"\x89PNG\r\n\x1a\n" + bytes(256), "image/png")
DOCUMENT = File("Bản tin số 47.pdf", b"%PDF-1.7" + bytes(range(256)), "application/pdf")


async def sent() -> tuple[bytes, Any, str]:
    """One e-mail as it arrived, the part it was made of, and its token."""
    async with serve_mail() as world:
        server = Server("127.0.0.1", world.server.port)
        email = Email(
            Pool(server, 1), Sender("Bản tin CCHC", f"bantin@{DOMAIN}"), SECRET, addresses=Addresses(HOME, DOMAIN),
            link=links(HOME),
        )  # fmt: skip
        message = bulletin()
        part = email.rendered(_with_files(message))
        await email.deliver("lan@remote.test", email.own(part, 1))
        await email.close()
        return world.server.boxes.all[0].raw, part, url_token(SECRET, Subject(About.DELIVERY, 1))


def _with_files(message: Any) -> Any:
    return replace(message, picture=PICTURE, document=DOCUMENT)


def compared(read: dict[str, Any], part: Any, token: str) -> list[str]:
    """What the other reader understood otherwise; empty if nothing."""
    stop = f"{HOME}/m/{token}/stop"
    wanted = {
        "subject": part.subject, "from": {"address": f"bantin@{DOMAIN}", "name": "Bản tin CCHC"},
        "to": "lan@remote.test", "text": part.text.replace(STANDS_FOR, token),
        "html": part.html.replace(STANDS_FOR, token),
    }  # fmt: skip
    wrong = [name for name, value in wanted.items() if _even(read[name]) != _even(value)]
    if (read["unsubscribe"] or {}).get("url") != stop:
        wrong.append("unsubscribe")
    files = sorted((one["filename"], one["cid"], one["disposition"], one["size"]) for one in read["attachments"])
    if files != [
        (DOCUMENT.name, None, "attachment", len(DOCUMENT.content)),
        (PICTURE.name, "picture", "inline", len(PICTURE.content)),
    ]:
        wrong.append("attachments")
    return wrong


def _even(value: Any) -> Any:
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


def main() -> int:
    raw, part, token = asyncio.run(sent())
    script = Path(__file__).with_name("second_reader.mjs")
    done = subprocess.run(["node", str(script)], input=raw, cwd=sys.argv[1], capture_output=True, check=True)
    wrong = compared(json.loads(done.stdout), part, token)
    print("the other reader understood the same" if not wrong else f"understood otherwise: {', '.join(wrong)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
