"""`loa migrate`: from nothing, from today's schema, from an older and from an unknown one."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from storage import migrate
from tests.cli.conftest import Cli, clean

NEXT = '''"""The schema of a next release, for tests."""
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0099", "{before}", None, None


def upgrade() -> None:
    op.add_column("facts", sa.Column("since", sa.String(), nullable=True))
    {also}


def downgrade() -> None:
    op.drop_column("facts", "since")
'''
FAILING = {
    """op.execute("INSERT INTO grants (person_id, role, granted_at) VALUES (99, 'editor', '2026-11-23')")""": (
        "loa: 1 rows point at nothing, the first in grants; the migration was undone and nothing was changed, "
        "tell the makers of Loa"
    ),
    """op.execute("DROP TABLE nonsense")""": (
        "loa: the database cannot be used (no such table: nonsense); see 'loa doctor'"
    ),
}


def release(monkeypatch: pytest.MonkeyPatch, folder: Path, also: str = "") -> None:
    """From here on, the program is a next release with one more migration."""
    scripts = folder / "migrations"
    shutil.copytree(migrate.SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "0099_next.py").write_text(NEXT.format(before=migrate.newest(), also=also))
    monkeypatch.setattr(migrate, "SCRIPTS", scripts)


async def _administer(server: str, statement: str) -> None:
    engine = create_async_engine(server, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def nothing(request, monkeypatch, tmp_path) -> Iterator[Cli]:
    """The commands on a database that has no schema, and on SQLite is not even there."""
    import asyncio

    clean(monkeypatch, tmp_path)
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path}/loa-data/loa.db"
        monkeypatch.setenv("LOA_DATABASE_URL", url)
        with closing(Cli(url, tmp_path)) as made:
            yield made
        return
    server = request.getfixturevalue("postgres_server")
    asyncio.run(_administer(server, "CREATE DATABASE nothing"))
    url = server.rpartition("/")[0] + "/nothing"
    monkeypatch.setenv("LOA_DATABASE_URL", url)
    with closing(Cli(url, tmp_path)) as made:
        yield made
    asyncio.run(_administer(server, "DROP DATABASE nothing WITH (FORCE)"))


def copies(cli: Cli) -> list[Path]:
    return sorted(cli.folder.glob("**/loa.db.before-*"))


def test_from_nothing_and_again(nothing: Cli):
    newest = migrate.newest()

    said = [nothing.says("migrate"), nothing.says("migrate")]

    assert said == [f"the database now has schema {newest}\n", f"the database has schema {newest}, nothing to do\n"]
    assert copies(nothing) == []
    assert nothing.reads("survey", "list") == []


def test_any_other_command_sets_up_an_empty_database(nothing: Cli):
    assert nothing.says("survey", "list") == ""
    assert nothing.says("migrate") == f"the database has schema {migrate.newest()}, nothing to do\n"


def test_an_older_schema_is_told_by_every_command_and_brought_up(nothing: Cli, monkeypatch, tmp_path):
    nothing.staff()
    older = migrate.newest()
    release(monkeypatch, tmp_path)

    for words in (("survey", "list"), ("grant", "editor", 3002), ("broadcast", "status", 1)):
        done = nothing.run(*words)
        assert (done.exit_code, done.stdout, done.stderr) == (
            2, "", f"loa: the database has schema {older}, this release needs 0099; stop Loa and run 'loa migrate'\n"
        )  # fmt: skip
    said = nothing.says("migrate")

    kept = copies(nothing)
    assert said == "".join(f"copied to {path}\n" for path in kept) + "the database now has schema 0099\n"
    assert len(kept) == ("sqlite" in nothing.url)
    assert nothing.sql("SELECT name FROM persons ORDER BY id") == [("Trần Thị Hoa",), ("Lê Quốc Nam",)]
    assert nothing.sql("SELECT since FROM facts") == []


def test_the_copy_has_what_still_stands_in_the_write_ahead_log(plain: Cli, monkeypatch, tmp_path):
    """A program that was killed leaves its last commits in the log beside the file."""
    path = plain.folder / "loa.db"
    with closing(sqlite3.connect(path)) as killed:
        killed.execute("PRAGMA journal_mode = WAL")
        killed.execute("PRAGMA wal_autocheckpoint = 0")
        killed.execute("INSERT INTO facts VALUES ('last', 'commit')")
        killed.commit()
        release(monkeypatch, tmp_path)
        plain.says("migrate")

    kept = copies(plain)
    assert [bool(re.fullmatch(r"loa\.db\.before-0099-\d{14}", one.name)) for one in kept] == [True]
    with closing(sqlite3.connect(kept[0])) as copy:
        assert copy.execute("SELECT * FROM facts").fetchall() == [("last", "commit")]
        assert copy.execute("SELECT * FROM alembic_version").fetchall() != [("0099",)]


def test_a_schema_of_a_newer_release_is_left_alone(nothing: Cli):
    nothing.says("migrate")

    async def newer(session: AsyncSession) -> None:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    nothing.work(newer)

    assert nothing.refuses("migrate") == (
        f"loa: the database has schema 9999, which this release does not know (it has {migrate.newest()}); "
        "use the newer release that made it, nothing was changed"
    )
    assert copies(nothing) == []


@pytest.mark.parametrize("also", FAILING)
def test_a_migration_that_fails_is_undone(plain: Cli, monkeypatch, tmp_path, also: str):
    plain.staff()
    older, columns = plain.sql("SELECT version_num FROM alembic_version"), plain.sql("PRAGMA table_info(facts)")
    release(monkeypatch, tmp_path, also)

    assert plain.refuses("migrate") == FAILING[also]

    assert plain.sql("SELECT version_num FROM alembic_version") == older
    assert plain.sql("PRAGMA table_info(facts)") == columns
    assert plain.sql("PRAGMA integrity_check") == [("ok",)]
    assert copies(plain) == []


def test_a_folder_that_cannot_be_made_is_told(plain: Cli, monkeypatch):
    monkeypatch.setenv("LOA_DATABASE_URL", f"sqlite+aiosqlite:///{plain.file('file', 'x')}/loa.db")

    for words in (("migrate",), ("survey", "list")):
        done = plain.run(*words)
        assert (done.exit_code, done.stdout) == (2, "")
        assert re.fullmatch(r"loa: the database cannot be used \(.*\); see 'loa doctor'\n", done.stderr)
