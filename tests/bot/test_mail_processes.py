"""The real program with e-mail: started with settings alone, it sends, hears what comes back, and serves the pages."""

import asyncio
import os
import signal

import aiohttp

from bot.bounces import Bounces
from channels.email import Email
from channels.email_headers import Sender
from channels.smtp import Pool, Server
from sandbox.app import serve
from sandbox.mail.app import serve_mail
from sandbox.mail.server import MailServer
from sandbox.settings import Settings as SandboxSettings
from storage.enums import Reason
from tests.bot.mailing import Post
from tests.bot.test_processes import start
from tests.broadcasts.conftest import seen
from tests.postgres import free_port
from tests.world import TOKEN, World


async def test_settings_are_all_it_takes(database, database_url, now):
    web, back = free_port(), free_port()
    server = MailServer(reports_to=("127.0.0.1", back), login=("loa", "bí mật"))
    async with serve(SandboxSettings(rate=10_000, burst=10_000)) as sandbox, serve_mail(server):
        loa = World(sandbox, database, now)
        email = Email(Pool(Server("127.0.0.1"), 1), Sender("", "x@example.gov.vn"), b"")
        post = Post(loa, server, email, Bounces(database, b""), b"")
        environment = {
            **os.environ, "LOA_DATABASE_URL": database_url, "LOA_TELEGRAM_TOKEN": TOKEN,
            "LOA_TELEGRAM_API_URL": sandbox.url, "LOA_WEB_PORT": str(web), "LOA_LATEST_HOURS": "100000",
            "LOA_WEB_URL": f"http://127.0.0.1:{web}", "LOA_EMAIL_HOST": "127.0.0.1",
            "LOA_EMAIL_PORT": str(server.port), "LOA_EMAIL_SENDER": "bantin@example.gov.vn",
            "LOA_EMAIL_USERNAME": "loa", "LOA_EMAIL_PASSWORD": "bí mật", "LOA_EMAIL_BOUNCE_PORT": str(back),
        }  # fmt: skip
        await post.people("lan@xa.vn", "later1@xa.vn", "nosuch1@xa.vn")
        id = await post.approved()
        process = start(environment)
        try:
            async with asyncio.timeout(60):
                while True:
                    found, tally = await seen(loa, id)
                    if tally.reasons.get(Reason.BOUNCED) and not tally.waiting:
                        break
                    await asyncio.sleep(0.1)
            assert (tally.sent, tally.reasons) == (1, {Reason.BOUNCED: 1, Reason.NOT_FOUND: 1})
            way = str(post.box("lan@xa.vn")[0].parsed["List-Unsubscribe"]).partition(">")[0].lstrip("<")
            async with aiohttp.ClientSession() as client:
                async with client.post(way, data={"List-Unsubscribe": "One-Click"}) as answer:
                    assert answer.status == 200
                async with client.get(f"http://127.0.0.1:{web}/b/{found.bulletin_id}") as answer:
                    assert answer.status == 200
        finally:
            process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(process.wait, 90) == 0
            await loa.telegram.close()
