"""Incidents: opened once whoever finds them, told to operators in words, and closed by themselves."""

import asyncio
import os
import socket
import ssl
import subprocess
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.incidents import Incidents, certificate_end, certificates
from bot.settings import Settings
from handlers.operator_texts import ALL_WELL, NOT_AN_OPERATOR, TODO, WHAT
from storage.enums import IncidentKind, Role
from storage.incidents import incidents_since, open_incidents, settle
from tests.bot.test_chores import chores
from tests.world import TOKEN, World

OPERATOR = 4001


def watching(loa: World, folder: Path, **settings: str) -> Incidents:
    """On a database whose folder has room."""
    given = {"database_url": f"sqlite+aiosqlite:///{folder}/loa.db", "telegram_token": TOKEN, **settings}
    return Incidents(loa.database, loa.telegram, Settings(_env_file=None, **given))  # type: ignore[arg-type]


async def opened(loa: World) -> list[tuple[IncidentKind, str]]:
    async with loa.database.reading() as session:
        return [(one.kind, one.subject) for one in await open_incidents(session) if one.kind is not IncidentKind.DISK]


def heard(loa: World) -> list[str]:
    """What the operator was told, without times and of this machine's disk."""
    return [m.text.splitlines()[0] for m in loa.messages(OPERATOR) if "đĩa" not in m.text]


async def test_twenty_who_find_the_same_open_it_once_and_tell_it_once(loa: World):
    await loa.staff(OPERATOR, "Vũ Đình Khoa", Role.OPERATOR)

    async def found(wrong: bool) -> bool:
        async with loa.database.transaction() as session:
            return await settle(session, IncidentKind.DISK, "may-1", loa.now, wrong=wrong, detail="0.5 GB")

    assert sum(await asyncio.gather(*(found(True) for _ in range(20)))) == 1
    await chores(loa).say_notices()
    assert sum(await asyncio.gather(*(found(False) for _ in range(20)))) == 1
    await chores(loa).say_notices()

    assert [m.text for m in loa.messages(OPERATOR)] == [
        "🔴 Sự cố: máy may-1 sắp hết chỗ trên đĩa (còn 0.5 GB)\nTừ 08:00 ngày 23/11.\n"
        "Việc cần làm: dọn bản sao lưu và nhật ký cũ, hoặc thêm đĩa. Đĩa đầy thì bot ngừng nhận tin.",
        "🟢 Đã hết sự cố: máy may-1 sắp hết chỗ trên đĩa (còn 0.5 GB)\nTừ 08:00 ngày 23/11 đến 08:00 ngày 23/11. "
        "Ông/bà không phải làm gì thêm.",
    ]


async def test_a_channel_that_is_down_is_told_once_it_is_back(loa: World, tmp_path):
    await loa.staff(OPERATOR, "Vũ Đình Khoa", Role.OPERATOR)
    look = watching(loa, tmp_path).look
    loa.sandbox.net.faults.order({"kind": "502", "count": 3, "methods": ["getMe"]})
    states = []
    for _ in range(4):
        await look()
        states.append(await opened(loa))
    await chores(loa).say_notices()

    assert states == [[], [], [(IncidentKind.CHANNEL_DOWN, "telegram")], []]
    assert heard(loa) == ["🟢 Đã hết sự cố: không kết nối được kênh telegram (server); tin chưa gửi vẫn được giữ"]


async def test_a_stuck_inbox_and_a_growing_quarantine_open_and_close(loa: World, tmp_path):
    look, arrival = watching(loa, tmp_path).look, (
        "INSERT INTO inbox (channel, external_id, address, status, attempts, received_at) "
        "VALUES ('telegram', '{}', '', '{}', 0, :at)"
    )  # fmt: skip
    at = datetime.now(UTC) - timedelta(minutes=2)
    values = {"at": at.strftime("%Y-%m-%d %H:%M:%S.%f") if loa.database.is_sqlite else at}
    async with loa.database.transaction() as session:
        await session.execute(text(arrival.format("n", "new")), values)
        for n in range(5):
            await session.execute(text(arrival.format(n, "quarantined")), values)
    await look()
    wrong = await opened(loa)
    async with loa.database.transaction() as session:
        await session.execute(text("DELETE FROM inbox"))
    await look()

    assert wrong == [(IncidentKind.INBOX, "inbox"), (IncidentKind.QUARANTINE, "inbox")]
    assert await opened(loa) == []
    async with loa.database.reading() as session:
        assert len(await incidents_since(session, datetime.now(UTC) - timedelta(days=1))) >= 2


async def test_an_old_backup_is_an_incident_and_no_backup_is_none(loa: World, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    look = watching(loa, tmp_path, backup_dir=str(folder)).look
    await look()
    none = await opened(loa)
    (folder / "loa-1.db").touch()
    os.utime(folder / "loa-1.db", (time.time() - 50 * 3600,) * 2)
    await look()
    old = await opened(loa)
    (folder / "loa-2.db").touch()
    await look()

    assert (none, old, await opened(loa)) == ([], [(IncidentKind.BACKUP, str(folder))], [])


async def test_an_operator_asks_in_chat_and_nobody_else_is_told(loa: World):
    await loa.staff(OPERATOR, "Vũ Đình Khoa", Role.OPERATOR)
    await loa.says(OPERATOR, "/suco")
    await loa.says(2001, "sự cố")
    async with loa.database.transaction() as session:
        await settle(session, IncidentKind.INBOX, "inbox", loa.now, wrong=True, detail="9 tin, 70 giây")
    await loa.says(OPERATOR, "Sự cố")

    assert [m.text.splitlines()[0] for m in loa.messages(OPERATOR)] == [
        ALL_WELL, "🔴 Sự cố: tin đến phải chờ quá lâu mới được xử lý (9 tin, 70 giây)",
    ]  # fmt: skip
    assert loa.messages(2001)[-1].text == NOT_AN_OPERATOR


def test_every_kind_has_its_sentences():
    assert set(WHAT) == set(TODO) == set(IncidentKind)


@pytest.fixture
def certified(tmp_path):
    """A server with a certificate that ends in ten days; its port."""
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "10", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost", "-keyout", str(tmp_path / "key"), "-out",
            str(tmp_path / "cert")]  # fmt: skip
    subprocess.run(made, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert", tmp_path / "key")
    server = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            try:
                plain, _ = server.accept()
                with closing(plain), context.wrap_socket(plain, server_side=True):
                    pass
            except ssl.SSLError:
                continue
            except OSError:
                return

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    yield server.getsockname()[1]
    server.close()


def test_the_end_of_a_certificate_is_read_from_its_server(certified: int, tmp_path):
    trusting = ssl.create_default_context(cafile=str(tmp_path / "cert"))
    end = certificate_end("localhost", certified, trusting)
    assert 9 <= (end - datetime.now(UTC)).days <= 10


async def test_a_certificate_that_nobody_trusts_is_at_its_end(certified: int):
    found = await certificates([f"https://localhost:{certified}/telegram", "http://khaosat.example.vn", ""])
    assert [(one.subject, one.value) for one in found] == [("localhost", 0.0)]
