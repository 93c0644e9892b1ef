"""Roles and settings."""

import pytest

from bot.settings import Settings
from tests.cli.conftest import Cli


def test_granting_makes_a_person_once_and_never_subscribes_them(cli: Cli):
    assert cli.says("grant", "editor", 3001, "--name", " Trần  Thị Hoa ") == "Trần Thị Hoa (#1) is now editor\n"
    assert cli.says("grant", "approver", 3001, "--name", "Khác") == "Trần Thị Hoa (#1) is now approver\n"
    assert cli.says("grant", "editor", "trần thị hoa") == "Trần Thị Hoa (#1) was already editor\n"

    assert cli.sql("SELECT name, CASE WHEN subscribed THEN 1 ELSE 0 END FROM persons") == [("Trần Thị Hoa", 0)]
    assert cli.sql("SELECT person_id, role FROM grants ORDER BY role") == [(1, "approver"), (1, "editor")]
    assert cli.sql("SELECT person_id, channel, address FROM contacts") == [(1, "telegram", "3001")]
    assert cli.sql("SELECT actor, action, subject, detail FROM audit ORDER BY id") == [
        ("operator", "grant", "person 1", "editor"),
        ("operator", "grant", "person 1", "approver"),
    ]


GRANTS = {
    ("grant", "editor", "9"): (
        "loa: nobody is called '9'; write a name, an e-mail address, a Telegram id, or '#' and a person id"
    ),
    ("grant", "editor", "Hoa", "--name", "Hoa"): ("loa: --name makes a person with a Telegram id, and 'Hoa' is none"),
    ("grant", "editor", "²", "--name", "Hoa"): "loa: --name makes a person with a Telegram id, and '²' is none",
    ("grant", "editor", "#²", "--name", "Hoa"): (
        "loa: '#²' is no person id; write '#' and a number, as in the output of 'loa broadcast recipients'"
    ),
    ("revoke", "approver", 3001): "loa: Trần Thị Hoa is no approver",
    ("revoke", "editor", "Ai đó"): (
        "loa: nobody is called 'Ai đó'; write a name, an e-mail address, a Telegram id, or '#' and a person id"
    ),
}


def test_a_role_that_cannot_be_given_or_taken_says_why(cli: Cli):
    cli.says("grant", "editor", 3001, "--name", "Trần Thị Hoa")

    assert {words: cli.refuses(*words) for words in GRANTS} == GRANTS
    assert cli.refuses("grant", "king", 3001).splitlines()[-1] == (
        "Error: Invalid value for '{editor|approver|operator|interviewer|supervisor}': "
        "'king' is not one of 'editor', 'approver', 'operator', 'interviewer', 'supervisor'."
    )


def test_a_role_is_taken_and_may_be_given_again(cli: Cli):
    cli.says("grant", "editor", 3001, "--name", "Trần Thị Hoa")

    assert cli.says("revoke", "editor", "#1") == "Trần Thị Hoa (#1) is no editor any more\n"
    assert cli.sql("SELECT count(*) FROM grants") == [(0,)]
    assert cli.says("grant", "editor", 3001) == "Trần Thị Hoa (#1) is now editor\n"
    assert cli.sql("SELECT action FROM audit ORDER BY id") == [("grant",), ("revoke",), ("grant",)]


SECRETS = {
    "LOA_TELEGRAM_TOKEN": "42:hushtoken",
    "LOA_TELEGRAM_WEBHOOK_SECRET": "hush" * 8,
    "LOA_TELEGRAM_PROXY": "socks5://me:hushword@10.0.0.1:1080",
    "LOA_DATABASE_URL": "postgresql+asyncpg://loa:hush@word@db.example/loa",
}


def test_settings_tell_everything_but_secrets(plain: Cli, monkeypatch):
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)

    told, said = plain.reads("settings"), plain.says("settings")

    assert {name: told[name]["value"] for name in SECRETS} == {
        "LOA_TELEGRAM_TOKEN": "********",
        "LOA_TELEGRAM_WEBHOOK_SECRET": "********",
        "LOA_TELEGRAM_PROXY": "socks5://********@10.0.0.1:1080",
        "LOA_DATABASE_URL": "postgresql+asyncpg://********@db.example/loa",
    }
    assert "hush" not in said
    assert [line.partition("=")[0] for line in said.splitlines()[::2]] == list(told)


def test_every_setting_is_told_with_a_sentence(plain: Cli):
    told = plain.reads("settings")

    assert list(told) == [f"LOA_{name.upper()}" for name in Settings.model_fields]
    assert [name for name, about in told.items() if not (about["help"] or "").endswith(".")] == []


BAD = {
    "LOA_TELEGRAM_RATE": ("0", "Input should be greater than 0"),
    "LOA_WEB_PORT": ("port", "Input should be a valid integer, unable to parse string as an integer"),
    "LOA_TIMEZONE": ("Asia/Hanoi", "there is no time zone 'Asia/Hanoi'; write for example Asia/Ho_Chi_Minh"),
    "LOA_LOG_LEVEL": ("LOUD", "must be DEBUG, INFO, WARNING or ERROR"),
    "LOA_DATABASE_URL": ("mysql://x", "must begin with sqlite+aiosqlite:/// or postgresql+asyncpg://"),
}


@pytest.mark.parametrize("words", [("settings",), ("doctor",), ("run",), ("survey", "list")])
def test_bad_values_are_named_all_at_once(plain: Cli, monkeypatch, words):
    for name, (value, _) in BAD.items():
        monkeypatch.setenv(name, value)

    order = [f"LOA_{name.upper()}" for name in Settings.model_fields]
    problems = "; ".join(f"{name}: {BAD[name][1]}" for name in order if name in BAD)
    assert plain.refuses(*words) == f"loa: settings: {problems}"
