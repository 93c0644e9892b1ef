"""`loa run` before it runs: what it refuses, in a sentence and with 2."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from storage.migrate import newest
from tests.cli.conftest import Cli
from tests.postgres import free_port
from tests.world import TOKEN

ROOT = Path(__file__).parents[2]


def test_without_a_token_it_does_not_start(cli: Cli):
    assert cli.refuses("run") == (
        "loa: LOA_TELEGRAM_TOKEN is not set; get one from @BotFather, or try 'loa demo', which needs none"
    )


@pytest.mark.parametrize(
    ("secret", "problem"),
    [
        (
            "",
            "LOA_TELEGRAM_WEBHOOK_URL is set, so LOA_TELEGRAM_WEBHOOK_SECRET must have at least 32 characters: ",
        ),
        (
            "short",
            "LOA_TELEGRAM_WEBHOOK_URL is set, so LOA_TELEGRAM_WEBHOOK_SECRET must have at least 32 characters: ",
        ),
        (
            "Mật khẩu rất dài và khó đoán của Loa",
            "LOA_TELEGRAM_WEBHOOK_SECRET may have at most 256 of A-Z a-z 0-9 _ -",
        ),
    ],
)
def test_webhook_mode_without_a_good_secret_is_refused(cli: Cli, monkeypatch, secret: str, problem: str):
    monkeypatch.setenv("LOA_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("LOA_TELEGRAM_WEBHOOK_URL", "https://loa.example.vn/telegram")
    monkeypatch.setenv("LOA_TELEGRAM_WEBHOOK_SECRET", secret)

    said = cli.refuses("run")

    assert said.startswith(f"loa: {problem}")
    assert not secret or secret not in said


def test_a_database_of_another_release_is_refused(cli: Cli, monkeypatch):
    monkeypatch.setenv("LOA_TELEGRAM_TOKEN", TOKEN)
    cli.sql("UPDATE alembic_version SET version_num = '9999'")
    try:
        assert cli.refuses("run") == (
            f"loa: the database has schema 9999, which this release does not know (it needs {newest()}); run the "
            "newer release that made it, or put back a backup with 'loa restore'"
        )
    finally:
        cli.sql("UPDATE alembic_version SET version_num = :newest", newest=newest())


def test_a_database_that_does_not_answer_is_told(plain: Cli, monkeypatch):
    port = free_port()
    monkeypatch.setenv("LOA_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("LOA_DATABASE_URL", f"postgresql+asyncpg://loa@127.0.0.1:{port}/loa")

    assert plain.refuses("run") == (
        f"loa: the database cannot be used ([Errno 111] Connect call failed ('127.0.0.1', {port})); see 'loa doctor'"
    )


def test_a_taken_port_is_told_by_the_real_program_without_a_traceback(sqlite_url: str):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = {
            "LOA_DATABASE_URL": sqlite_url, "LOA_TELEGRAM_TOKEN": TOKEN, "LOA_WEB_PORT": str(port),
            "LOA_TELEGRAM_API_URL": f"http://127.0.0.1:{free_port()}",
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", "bot", "run"], cwd=ROOT, env={**os.environ, **settings}, capture_output=True,
            text=True, timeout=60,
        )  # fmt: skip

    last = done.stderr.splitlines()[-1]
    assert (done.returncode, done.stdout) == (2, "")
    assert ("Traceback" in done.stderr, TOKEN in done.stderr) == (False, False)
    assert last.startswith(f"loa: cannot listen on 127.0.0.1:{port} (")
    assert last.endswith("; another Loa may be running, or set LOA_WEB_HOST and LOA_WEB_PORT")


def test_an_unfinished_copy_is_not_run(cli: Cli, monkeypatch):
    monkeypatch.setenv("LOA_TELEGRAM_TOKEN", TOKEN)
    cli.sql("INSERT INTO facts (name, value) VALUES ('copying from', 'sqlite+aiosqlite:///loa.db')")
    try:
        assert cli.refuses("run") == (
            "loa: the database is an unfinished copy of sqlite+aiosqlite:///loa.db; give 'loa copy' again until it is "
            "whole"
        )
    finally:
        cli.sql("DELETE FROM facts WHERE name = 'copying from'")


def test_parts_need_postgresql(cli: Cli, monkeypatch):
    monkeypatch.setenv("LOA_TELEGRAM_TOKEN", TOKEN)
    if cli.url.startswith("sqlite"):
        assert cli.refuses("run", "--only", "web") == (
            "loa: --only splits Loa into several processes, which needs PostgreSQL; see LOA_DATABASE_URL"
        )
