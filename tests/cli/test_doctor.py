"""`loa doctor`: against a local network that is well, against troubles of every kind, and against nothing."""

import asyncio
import json
import re
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from sandbox.app import Sandbox, serve
from sandbox.settings import Settings
from storage.migrate import newest
from tests.cli.conftest import Cli
from tests.postgres import free_port
from tests.world import TOKEN

NETWORK = "check the network and LOA_TELEGRAM_API_URL, or set LOA_TELEGRAM_PROXY where Telegram is blocked"
NO_TOKEN = "LOA_TELEGRAM_TOKEN is not set; get one from @BotFather, or try 'loa demo', which needs none"
OFF = "off; set LOA_EMAIL_HOST to send e-mail"
COMPARE = "cannot be compared; see 'telegram'"


@pytest.fixture(scope="module")
def network() -> Iterator[Sandbox]:
    """A sandbox beside the test, since commands bring their own loop."""
    ready, done, found = threading.Event(), asyncio.Event(), []
    loop = asyncio.new_event_loop()

    async def run() -> None:
        async with serve(Settings(rate=10_000, burst=10_000)) as sandbox:
            found.append(sandbox)
            ready.set()
            await done.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
    thread.start()
    assert ready.wait(20)
    yield found[0]
    loop.call_soon_threadsafe(done.set)
    thread.join(20)
    loop.close()


@pytest.fixture
def online(network: Sandbox, monkeypatch) -> None:
    """The sandbox is the Bot API from here on; asked for after ``cli`` or ``plain``, which clear the settings."""
    monkeypatch.setenv("LOA_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("LOA_TELEGRAM_API_URL", network.url)


def examined(cli: Cli) -> tuple[int, dict[str, str]]:
    """The exit code, and what each check said, with 'BAD ' before what is not well."""
    done = cli.run("doctor", "--json")
    assert (done.stderr, done.stdout.count("\n")) == ("", 1), done.output
    return done.exit_code, {f["check"]: ("" if f["ok"] else "BAD ") + f["said"] for f in json.loads(done.stdout)}


def without_time(said: dict[str, str]) -> dict[str, str]:
    return {check: what.split(" answers in ")[0] for check, what in said.items()}


WELL = {
    "updates": "long polling",
    "database": f"schema {newest()}",
    "inbox": "0 waiting, 0 handled in the last days",
    "telegram": "@loa_demo_bot",
    "clock": "within 60 s of the Bot API",
    "zalo": "not configured",
    "email": OFF,
}


def test_all_is_well_and_the_name_of_the_bot_is_kept(cli: Cli, online: None):
    code, said = examined(cli)

    assert (code, without_time(said)) == (0, WELL)
    assert cli.rows()["facts"] == [("telegram username", "loa_demo_bot")]
    assert [line.split(":")[0] for line in cli.says("doctor").splitlines()] == [f"ok   {check}" for check in WELL]


def test_a_refused_token(plain: Cli, online: None, monkeypatch, network: Sandbox):
    monkeypatch.setenv("LOA_TELEGRAM_TOKEN", "7:WRONG")

    code, said = examined(plain)

    assert (code, said["telegram"]) == (
        1,
        f"BAD {network.url} refuses the token (Unauthorized); check LOA_TELEGRAM_TOKEN and LOA_TELEGRAM_API_URL, or "
        "get a new token from @BotFather",
    )
    assert plain.rows()["facts"] == []
    assert "WRONG" not in str(said)


def test_a_server_in_trouble(plain: Cli, online: None, network: Sandbox):
    order = {"kind": "502", "count": 1, "methods": ["getMe"]}
    asked = urllib.request.Request(f"{network.url}/sim/faults", json.dumps(order).encode())
    urllib.request.urlopen(asked).close()

    code, said = examined(plain)

    assert (code, said["telegram"]) == (1, f"BAD {network.url} does not answer (HTTP 502); {NETWORK}")


def test_arrivals_in_quarantine(cli: Cli):
    cli.sql(
        "INSERT INTO inbox (channel, external_id, address, status, attempts, received_at) "
        "VALUES ('telegram', '1', '', 'quarantined', 5, '2026-11-23 01:00:00')"
    )

    assert examined(cli)[1]["inbox"] == "BAD 1 arrivals are quarantined; see table inbox"


def test_a_webhook_with_and_without_its_secret(plain: Cli, online: None, monkeypatch):
    monkeypatch.setenv("LOA_TELEGRAM_WEBHOOK_URL", "https://loa.example.vn/telegram")
    without = examined(plain)
    monkeypatch.setenv("LOA_TELEGRAM_WEBHOOK_SECRET", "x" * 32)

    assert without[0] == 1
    assert without[1]["updates"] == (
        "BAD LOA_TELEGRAM_WEBHOOK_URL is set, so LOA_TELEGRAM_WEBHOOK_SECRET must have at least 32 characters: "
        "without it anybody could post updates in Telegram's name"
    )
    assert without_time(examined(plain)[1]) == {**WELL, "updates": "webhook with a secret"}


def test_with_nothing_there_each_trouble_has_its_remedy(plain: Cli, monkeypatch):
    port = free_port()
    monkeypatch.setenv("LOA_DATABASE_URL", f"postgresql+asyncpg://loa@127.0.0.1:{port}/loa")
    nothing = examined(plain)
    monkeypatch.setenv("LOA_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("LOA_TELEGRAM_API_URL", f"http://127.0.0.1:{port}")
    no_network = examined(plain)
    monkeypatch.setenv("LOA_TELEGRAM_PROXY", f"socks5://me:hush@127.0.0.1:{port}")
    no_proxy = examined(plain)

    refused = f"[Errno 111] Connect call failed ('127.0.0.1', {port})"
    troubles = {
        "updates": "long polling",
        "database": f"BAD cannot be opened ({refused}); check LOA_DATABASE_URL",
        "inbox": "BAD cannot be read; see 'database'",
        "telegram": f"BAD {NO_TOKEN}",
        "clock": f"BAD {COMPARE}",
        "zalo": "not configured",
        "email": OFF,
    }
    assert nothing == (1, troubles)
    silent = f"BAD http://127.0.0.1:{port} does not answer"
    assert no_network == (1, {**troubles, "telegram": f"{silent} (ConnectionRefusedError); {NETWORK}"})
    assert no_proxy[1]["clock"] == f"BAD {COMPARE}"
    assert no_proxy[1]["telegram"].endswith(NETWORK)
    assert "hush" not in str(no_proxy)


def test_a_new_database_is_set_up_and_one_of_another_release_is_told(plain: Cli, monkeypatch, tmp_path):
    plain.sql("UPDATE alembic_version SET version_num = '9999'")
    other = examined(plain)[1]
    monkeypatch.setenv("LOA_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/new/loa.db")
    new, again = examined(plain)[1], examined(plain)[1]

    assert other["database"] == (
        f"BAD the database has schema 9999, which this release does not know (it needs {newest()}); run the newer "
        "release that made it, or put back a backup with 'loa restore'"
    )
    assert other["inbox"] == "BAD cannot be read; see 'database'"
    assert (new["database"], again["database"]) == (
        f"schema {newest()}, set up just now, for there was none", f"schema {newest()}"
    )  # fmt: skip


@contextmanager
def an_answering(body: bytes, date: str | None) -> Iterator[str]:
    """A web server that gives one answer to everything, and says this time."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response_only(200)
            if date is not None:
                self.send_header("Date", date)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the name that http.server looks for

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


ME = b'{"ok": true, "result": {"id": 42, "username": "loa_bot"}}'


@pytest.mark.parametrize(
    ("date", "said"),
    [
        (
            "Wed, 01 Jan 2020 00:00:00 GMT",
            "s ahead of the Bot API; set its clock, for example 'timedatectl set-ntp true'",
        ),
        (
            "Sat, 01 Jan 2095 00:00:00 GMT",
            "s behind the Bot API; set its clock, for example 'timedatectl set-ntp true'",
        ),
        (None, "the Bot API does not say its time"),
        ("soon", "the Bot API does not say its time"),
    ],
)
def test_the_clock_is_compared_with_that_of_the_bot_api(plain: Cli, monkeypatch, date: str | None, said: str):
    monkeypatch.setenv("LOA_TELEGRAM_TOKEN", TOKEN)
    with an_answering(ME, date) as url:
        monkeypatch.setenv("LOA_TELEGRAM_API_URL", url)
        code, found = examined(plain)

    wrong = said.startswith("s ")
    assert code == wrong
    assert found["clock"].startswith("BAD this machine is ") is wrong
    assert found["clock"].endswith(said)


def test_a_web_server_that_is_no_bot_api(plain: Cli, monkeypatch):
    monkeypatch.setenv("LOA_TELEGRAM_TOKEN", TOKEN)
    with an_answering(b"<html>", None) as url:
        monkeypatch.setenv("LOA_TELEGRAM_API_URL", url)
        code, found = examined(plain)

    assert code == 1
    assert re.fullmatch(rf"BAD {url} does not answer \(.+\); {NETWORK}", found["telegram"])


def test_a_mail_server_that_is_not_there_is_told(cli: Cli, online, monkeypatch):
    monkeypatch.setenv("LOA_EMAIL_HOST", "127.0.0.1")
    monkeypatch.setenv("LOA_EMAIL_PORT", str(free_port()))
    assert examined(cli)[1]["email"].startswith("BAD LOA_EMAIL_HOST is set, so LOA_EMAIL_SENDER must be an address")
    monkeypatch.setenv("LOA_EMAIL_SENDER", "bantin@example.gov.vn")
    code, said = examined(cli)
    assert code == 1
    assert "cannot be used (SMTPConnectError); check LOA_EMAIL_HOST, LOA_EMAIL_PORT" in said["email"]
