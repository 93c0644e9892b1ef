"""The command line as a whole: help everywhere, one line of JSON from all that reads, and the real program."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import click
import pytest

from bot.cli.common import said_plainly
from bot.cli.main import main
from tests.cli.conftest import Cli

ROOT = Path(__file__).parents[2]


def commands(command: click.Command = main, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            each = command.get_command(click.Context(command), name)
            assert each is not None
            yield from commands(each, *path, name)


ALL = dict(commands())


def test_these_are_the_commands():
    assert sorted(" ".join(path) for path, command in ALL.items() if not isinstance(command, click.Group)) == [
        "backup", "broadcast accept-unknown", "broadcast approve", "broadcast cancel", "broadcast correct", "broadcast draft",
        "broadcast pause", "broadcast recipients", "broadcast resend-unknown", "broadcast resume", "broadcast return",
        "broadcast status", "broadcast submit", "broadcast withdraw", "copy", "demo", "doctor", "export", "grant",
        "import bulletin", "import officials", "import questionnaire", "incidents", "invitations", "migrate", "questionnaire check",
        "questionnaire export", "questionnaire preview", "report", "restore", "results-link", "revoke", "run", "settings", "survey assign",
        "survey callbacks", "survey close", "survey comments", "survey exclude", "survey fieldwork", "survey files",
        "survey interviewers", "survey letters", "survey link", "survey list", "survey open", "survey plan",
        "survey posters", "survey publish-results", "survey recount", "survey sample", "test",
    ]  # fmt: skip


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_helps_and_every_option_is_told_in_a_sentence(plain: Cli, option: str):
    for path, command in ALL.items():
        said = plain.says(*path, option)
        assert said.startswith(f"Usage: loa {' '.join(path)}".rstrip())
        assert (command.help or "").strip().endswith("."), path
        silent = [p.name for p in command.params if isinstance(p, click.Option) and not (p.help or "").endswith(".")]
        assert silent == [], path


READING = [
    ("survey", "list"), ("report", 1), ("broadcast", "status", 1), ("broadcast", "recipients", 1), ("settings",),
    ("invitations",),
]  # fmt: skip


def test_what_reads_gives_json_on_one_line_and_changes_nothing(cli: Cli):
    cli.staff()
    cli.officials()
    cli.survey()
    cli.draft()
    cli.sql("INSERT INTO facts VALUES ('telegram username', 'loa_bot')")
    before = cli.rows()

    for words in READING:
        assert isinstance(cli.reads(*words), list | dict)

    assert cli.rows() == before


UNKNOWN = {
    ("sing",): "Error: No such command 'sing'. Did you mean 'settings'?",
    ("survey", "sing"): "Error: No such command 'sing'. Did you mean 'assign'?",
    ("survey", "list", "--loud"): "Error: No such option '--loud'.",
    ("import", "bulletin"): "Error: Missing argument 'FILES...'.",
}


def test_what_is_no_command_is_refused(plain: Cli):
    assert {words: plain.refuses(*words).splitlines()[-1] for words in UNKNOWN} == UNKNOWN


def test_the_version_is_that_of_the_package(plain: Cli):
    assert plain.says("--version").split()[-1] == version("loa")


LOADED = """
import sys
from bot.cli.main import main
main(sys.argv[1:], prog_name="loa", standalone_mode=False)
print(sorted({name.partition(".")[0] for name in sys.modules} & {"aiogram", "apscheduler", "asyncpg"}))
"""


def test_a_process_speaks_utf_8_in_a_poor_locale_and_loads_no_telegram_for_an_import(sqlite_url: str, tmp_path):
    path = tmp_path / "bài.md"
    path.write_text("# Một cửa\n\nHồ sơ đúng hẹn.\n", encoding="utf-8")
    environment = {**os.environ, "LOA_DATABASE_URL": sqlite_url, "LC_ALL": "C"}

    done = subprocess.run(
        [sys.executable, "-c", LOADED, "import", "bulletin", str(path), "--json"],
        cwd=ROOT, env=environment, capture_output=True, timeout=60,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, b"")
    told, loaded = done.stdout.decode("utf-8").splitlines()
    assert [article["headline"] for article in json.loads(told)["articles"]] == ["Một cửa"]
    assert loaded == "[]"


def test_whoever_reads_no_further_is_no_trouble_of_the_database():
    with pytest.raises(BrokenPipeError), said_plainly():
        raise BrokenPipeError
