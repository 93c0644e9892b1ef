"""What all commands share: settings, the database, clear errors with exit code 2, and output as text or JSON."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import wraps
from typing import Any

import click
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.settings import Settings
from broadcasts.approval import Actor
from broadcasts.audience import BadAudience
from broadcasts.lifecycle import NotAllowed
from broadcasts.when import BadTime
from storage import migrate
from storage.database import Database
from storage.people import persons_called


class Wrong(click.ClickException):
    """Wrong input: said in a sentence, exit code 2, nothing left half-written."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(f"loa: {self.message}", err=True)


def settings() -> Settings:
    """The settings, or Wrong naming each bad variable."""
    try:
        return Settings()
    except ValidationError as error:
        said = "; ".join(
            f"LOA_{str(problem['loc'][0]).upper()}: {problem['msg'].removeprefix('Value error, ')}"
            for problem in error.errors()
        )
        raise Wrong(f"settings: {said}") from None


def command(run: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """An async function as the body of a command; what the rules forbid comes out as Wrong."""

    @wraps(run)
    def body(*args: Any, **kwargs: Any) -> None:
        try:
            asyncio.run(run(*args, **kwargs))
        except (NotAllowed, BadAudience, BadTime) as error:
            raise Wrong(str(error)) from None
        except (DBAPIError, OSError) as error:
            cause = getattr(error, "orig", None) or error
            raise Wrong(f"the database cannot be used ({cause}); see 'loa doctor'") from None

    return body


async def ready(config: Settings) -> None:
    """Make sure that the database has this release's schema; a new, empty one is set up."""
    path = config.sqlite_path
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    have, need = await migrate.current(config.database_url), migrate.newest()
    if have is None:
        await migrate.upgrade(config.database_url)
    elif have != need:
        raise Wrong(f"the database has schema {have}, this release needs {need}; stop Loa and run 'loa migrate'")


@asynccontextmanager
async def database() -> AsyncIterator[Database]:
    config = settings()
    await ready(config)
    opened = Database(config.database_url)
    try:
        yield opened
    finally:
        await opened.close()


async def actor(session: AsyncSession, who: str) -> Actor:
    """The one person meant by WHO: '#12', an address on any channel, or a whole name."""
    found = await persons_called(session, who)
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
