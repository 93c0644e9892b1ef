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
