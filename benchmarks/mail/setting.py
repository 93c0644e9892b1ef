"""A bulletin to any number of e-mail addresses, made in a database and ready to go out; the exchanger beside it."""

import asyncio
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.postfix.setup import DOMAIN, REMOTE, free_port
from bot.mailing import links, mail_secret
from broadcasts.issue import assemble
from channels.blocks import to_json
from channels.email import Addresses, Email
from channels.email_headers import Sender
from channels.message import content_json
from channels.smtp import Pool, Server
from handlers.bulletins import whole
from storage import migrate
from storage.broadcasts import add_broadcast
from storage.bulletins import ArticleInfo, BulletinInfo
from storage.conditions import Everyone
from storage.database import Database
from storage.deliveries import fan_out
from storage.enums import BroadcastStatus, ChannelName
from storage.people import add_person, set_subscribed
from storage.tables import Broadcast

HOME = "https://bantin.cai-cach-hanh-chinh.example.test"
ISSUE = Path(__file__).parents[2] / "bot" / "demo" / "bulletin" / "issue.yaml"
DEAD_EVERY, FULL_EVERY = 100, 250
COUNT = "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i <= :count)"
PERSONS = f"""INSERT INTO persons (id, name, title, unit, level, province, commune, areas, subscribed, created_at)
              {COUNT} SELECT i, 'Cán bộ ' || i, '', 'Đơn vị', 'commune', '', '', 0, true, :now FROM n"""
CONTACTS = f"""INSERT INTO contacts (id, person_id, channel, address, asked, created_at)
               {COUNT} SELECT i, i, 'email', CASE WHEN i % {DEAD_EVERY} = 0 THEN 'nosuch'
               WHEN i % {FULL_EVERY} = 1 THEN 'full' ELSE 'n' END || i || '@{REMOTE}', '', :now FROM n"""


WELL = f"""INSERT INTO contacts (id, person_id, channel, address, asked, created_at)
           {COUNT} SELECT i, i, 'email', 'n' || i || '@{REMOTE}', '', :now FROM n"""


def bulletin() -> Any:
    """The demo's issue as a message."""
    issue = assemble([ISSUE], datetime.now(UTC).date())
    articles = tuple(
        ArticleInfo(n, 1, n, e.area, e.article.headline, e.article.dated, e.article.source, to_json(e.article.body))
        for n, e in enumerate(issue.entries, 1)
    )
    return whole(BulletinInfo(1, 2026, 47, issue.title, issue.dated, None, None, None, None, articles))


async def prepare(url: str, count: int, contacts: str = CONTACTS) -> None:
    """Broadcast 1 is being sent to ``count`` people by e-mail; of each hundred one address is dead."""
    await migrate.upgrade(url)
    database = Database(url)
    now = datetime.now(UTC)
    async with database.transaction() as session:
        author = await add_person(session, "Biên tập", now)
        await set_subscribed(session, author, False, now)
        values = {"count": count, "now": f"{now:%Y-%m-%d %H:%M:%S.%f}" if database.is_sqlite else now}
        await session.execute(text(PERSONS), values)
        await session.execute(text(contacts), values)
        id = await add_broadcast(session, bulletin_id=None, title="x", audience="all", areas=0,
                                 content=content_json(bulletin()), author_id=author, now=now)  # fmt: skip
        row = await session.get_one(Broadcast, id)
        row.status, row.started_at = BroadcastStatus.SENDING, now
        assert await fan_out(session, id, Everyone(), [ChannelName.EMAIL], now) == count
    await database.close()


async def email_to(port: int, database: Database) -> Email:
    """The channel as it runs, through a mail server on a port of this machine."""
    return Email(
        Pool(Server("127.0.0.1", port, helo=f"loa.{DOMAIN}"), 4), Sender("Bản tin CCHC", f"bantin@{DOMAIN}"),
        await mail_secret(database), addresses=Addresses(HOME, DOMAIN), link=links(HOME), database=database,
    )  # fmt: skip


class Exchanger:
    """The sandbox's mail server in a process of its own."""

    def __init__(self, smtp: int, control: int) -> None:
        self.port, self.url = smtp, f"http://127.0.0.1:{control}/sim/mail"

    def asked(self, path: str = "", method: str = "GET", what: Any = None) -> Any:
        data = json.dumps(what).encode() if what is not None else None
        request = urllib.request.Request(self.url + path, data, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def taken(self) -> int:
        return int(self.asked()["counts"].get("taken", 0))

    def copies(self) -> dict[str, int]:
        """How many e-mails lie in each mailbox."""
        return {str(k): int(v) for k, v in self.asked()["mailboxes"].items()}


@contextmanager
def exchanger() -> Iterator[Exchanger]:
    smtp, control = free_port(), free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox.mail", "--smtp-port", str(smtp), "--port", str(control)],
        stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        process.stdout.readline()
        yield Exchanger(smtp, control)
    finally:
        process.terminate()
        process.wait()


async def until_no_more(ask: Any, *, still: float = 3.0, at_most: float = 180.0) -> int:
    """Wait until a count stays the same; the count."""
    before, calm, waited = -1, 0.0, 0.0
    while calm < still and waited < at_most:
        now = await asyncio.to_thread(ask)
        calm = calm + 0.25 if now == before else 0.0
        before, waited = now, waited + 0.25
        await asyncio.sleep(0.25)
    return before
