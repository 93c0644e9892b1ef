"""What all commands share: settings, the database, clear errors with exit code 2, and output as text or JSON."""

import asyncio
import csv
import json
import re
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cli.checks import database_trouble
from bot.settings import Settings
from broadcasts.approval import Actor
from broadcasts.audience import BadAudience
from broadcasts.lifecycle import NotAllowed
from broadcasts.when import BadTime
from storage import migrate
from storage.database import Database
from storage.people import PersonInfo, persons_called
from surveys.sampling import BadPlan
from surveys.workdays import BadHours

ROW_ID = click.IntRange(1, 2**63 - 1)
"""What both databases can hold as an id."""
SMALL = click.IntRange(1, 2**15 - 1)
"""The same for numbers of bulletins and years."""
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
PERSON_ID = re.compile(r"#[0-9]{1,18}")


class Wrong(click.ClickException):
    """Wrong input: said in a sentence, exit code 2, nothing left half-written."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(f"loa: {self.message}", err=True)


def settings() -> Settings:
    """The settings, or Wrong naming each bad variable."""
    try:
        config = Settings()
    except ValidationError as error:
        said = "; ".join(
            f"LOA_{str(problem['loc'][0]).upper()}: {problem['msg'].removeprefix('Value error, ')}"
            for problem in error.errors()
        )
        raise Wrong(f"settings: {said}") from None
    if trouble := database_trouble(config):
        raise Wrong(f"settings: {trouble}")
    return config


@contextmanager
def said_plainly() -> Iterator[None]:
    """What the rules forbid, and a database that does not answer, come out as Wrong."""
    try:
        yield
    except (NotAllowed, BadAudience, BadTime, BadHours, BadPlan) as error:
        raise Wrong(str(error)) from None
    except BrokenPipeError:
        raise  # whoever read the output has enough; click ends quietly
    except (DBAPIError, OSError) as error:
        raise Wrong(f"the database cannot be used ({cause_of(error)}); see 'loa doctor'") from None


def cause_of(error: DBAPIError | OSError) -> str:
    """What the driver said, on one line."""
    return " ".join(str(getattr(error, "orig", None) or error).split())


@contextmanager
def writing(option: str, path: Path) -> Iterator[None]:
    """A file that the operator asked for and that cannot be written is Wrong, by the option that named it."""
    try:
        yield
    except OSError as error:
        raise Wrong(f"{option}: {path} cannot be written ({error.strerror or error}); nothing was changed") from None


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    """A CSV that Excel opens rightly and in which no cell is taken for a formula."""
    with writing("--out", path), path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows({k: f"'{v}" if v[:1] in ("=", "+", "-", "@") else v for k, v in row.items()} for row in rows)


def command(run: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """An async function as the body of a command."""

    @wraps(run)
    def body(*args: Any, **kwargs: Any) -> None:
        with said_plainly():
            asyncio.run(run(*args, **kwargs))

    return body


async def ready(config: Settings) -> bool:
    """Make sure that the database has this release's schema; a new, empty one is set up. Whether it was."""
    path = config.sqlite_path
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    have, need = await migrate.current(config.database_url), migrate.newest()
    if have is None:
        await migrate.upgrade(config.database_url)
    elif not migrate.known(have):
        raise Wrong(
            f"the database has schema {have}, which this release does not know (it needs {need}); run the newer "
            "release that made it, or put back a backup with 'loa restore'"
        )
    elif have != need:
        raise Wrong(f"the database has schema {have}, this release needs {need}; stop Loa and run 'loa migrate'")
    return have is None


@asynccontextmanager
async def database() -> AsyncIterator[Database]:
    config = settings()
    await ready(config)
    opened = Database(config.database_url)
    try:
        yield opened
    finally:
        await opened.close()


async def called(session: AsyncSession, who: str) -> list[PersonInfo]:
    """Everybody meant by WHO: '#12', an address on any channel, or a whole name."""
    if who.startswith("#") and not PERSON_ID.fullmatch(who):
        raise Wrong(
            f"{who!r} is no person id; write '#' and a number, as in the output of 'loa broadcast recipients'"
        )
    return await persons_called(session, who)


async def actor(session: AsyncSession, who: str) -> Actor:
    """The one person meant by WHO."""
    found = await called(session, who)
    if not found:
        raise Wrong(
            f"nobody is called {who!r}; write a name, an e-mail address, a Telegram id, or '#' and a person id"
        )
    if len(found) > 1:
        ids = ", ".join(f"#{one.id}" for one in found[:5])
        raise Wrong(f"{len(found)} people are called {who!r} ({ids}); write the one that you mean as '#' and its id")
    return Actor(found[0].id, found[0].name)


def now() -> datetime:
    return datetime.now(UTC)


def out(data: Any, as_json: bool, lines: Iterable[str]) -> None:
    """Print as JSON on one line, or as lines of text."""
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, default=_plain))
    else:
        for line in lines:
            click.echo(line)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON on one line.")
