"""`loa backup` and `loa restore`: a copy of everything, taken while Loa runs, checked, and put back."""

import os
import shlex
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import click
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError

from bot.cli.common import Wrong, command, now, settings
from handlers import staff_texts as texts
from storage import migrate
from storage.broadcasts import hold_restored
from storage.database import Database, in_short


@click.command("backup")
@click.argument("destination", metavar="DEST", type=click.Path(path_type=Path))
@click.option("--keep", type=click.IntRange(1, 10_000), help="In a folder, keep so many of the newest backups.")
def backup(destination: Path, keep: int | None) -> None:
    """Copy the database to DEST, a file or a folder, while Loa may run; the copy is checked before it counts."""
    config = settings()
    path = config.sqlite_path
    suffix = "dump" if path is None else "db"
    folder = destination if destination.is_dir() else None
    target = destination / f"loa-{now():%Y%m%d-%H%M%S}.{suffix}" if folder else destination
    part = target.with_name(f"{target.name}.part")
    try:
        if path is None:
            _dump(make_url(config.database_url), part)
        else:
            _copy(path, part)
        os.chmod(part, 0o600)
        _to_disk(part)
        part.replace(target)
        _to_disk(target.parent)
    except (OSError, sqlite3.Error) as error:
        raise Wrong(f"no backup was made: {error}") from None
    finally:
        part.unlink(missing_ok=True)
    click.echo(f"copied to {target} ({target.stat().st_size / 1e6:.1f} MB)")
    if folder and keep:
        for old in sorted(folder.glob(f"loa-*.{suffix}"))[:-keep]:
            old.unlink()
            click.echo(f"removed {old}")


@click.command("restore")
@click.argument(
    "source", metavar="FILE", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@command
async def restore(source: Path | None) -> None:
    """Put a backup back; Loa must be stopped. What was there is kept beside it.

    What was being sent or was due is held for a person to decide: who received it since the backup is not known. On
    PostgreSQL run pg_restore, then this command without FILE.
    """
    config = settings()
    path = config.sqlite_path
    if source is None:
        await _hold(config.database_url)
        return
    if path is None:
        restoring = _restoring(make_url(config.database_url), source)
        raise Wrong(f"on PostgreSQL run: {restoring}; then 'loa restore' without a file, before 'loa run'")
    try:
        _check(source)
    except sqlite3.Error as error:
        raise Wrong(f"{source} is no whole backup ({error}); nothing was changed") from None
    have = await migrate.current(f"sqlite+aiosqlite:///{source}")
    if have is None or not migrate.known(have):
        raise Wrong(f"{source} has schema {have}, which this release does not know; nothing was changed")
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = None
    try:
        if path.exists():
            _alone(path)
            kept = path.with_name(f"{path.name}.before-restore-{now():%Y%m%d%H%M%S}")
            _copy(path, kept)
        with closing(sqlite3.connect(source)) as given, closing(sqlite3.connect(path)) as live:
            given.backup(live)
    except (OSError, sqlite3.Error) as error:
        raise Wrong(f"{path} could not be replaced ({error}); is Loa stopped?") from None
    click.echo(f"{path} is now what {source} was" + (f"; before it was {kept}" if kept else ""))
    await _hold(config.database_url)
    if have != migrate.newest():
        click.echo("it is of an older release: run 'loa migrate'")


async def _hold(url: str) -> None:
    opened = Database(url)
    try:
        async with opened.transaction() as session:
            held = await hold_restored(session, now(), texts.RESTORED)
    except DBAPIError as error:
        raise Wrong(f"nothing was held: {in_short(error)}") from None
    finally:
        await opened.close()
    for id in held:
        click.echo(f"broadcast {id} is held: who received it since the backup is not known; resume or cancel it")


def _copy(path: Path, to: Path) -> None:
    if not path.exists():
        raise OSError(f"there is no {path}")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(to)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    _check(to)


def _check(path: Path) -> None:
    """Raises sqlite3.Error for a file that is damaged or whose rows point at nothing."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as opened:
        found = [row[0] for row in opened.execute("PRAGMA integrity_check(1)")]
        if found != ["ok"]:
            raise sqlite3.DatabaseError(found[0])
        if broken := opened.execute("PRAGMA foreign_key_check").fetchone():
            raise sqlite3.DatabaseError(f"rows of {broken[0]} point at nothing")


def _alone(path: Path) -> None:
    """Raises sqlite3.Error while anybody else has the file open: only who is alone may leave write-ahead logging."""
    with closing(sqlite3.connect(path, timeout=1)) as opened:
        opened.execute("PRAGMA journal_mode = DELETE")


def _to_disk(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _words(url: URL) -> list[str]:
    """Where the server is, without the password, which goes through the environment."""
    found = {"--host": url.host, "--port": url.port, "--username": url.username, "--dbname": url.database}
    return [f"{name}={value}" for name, value in found.items() if value]


def _dump(url: URL, to: Path) -> None:
    words = ["pg_dump", "--format=custom", *_words(url), f"--file={to}"]
    if shutil.which("pg_dump") is None:
        raise Wrong(f"pg_dump is not installed here (apt install postgresql-client); or run elsewhere: "
                    f"{shlex.join(words).removesuffix('.part')}")  # fmt: skip
    environment = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Wrong(f"no backup was made: {' '.join(done.stderr.split())}")


def _restoring(url: URL, source: Path) -> str:
    return shlex.join(["pg_restore", "--clean", "--if-exists", *_words(url), str(source)])
