"""What tests share: every test that needs a database runs on SQLite and again on a real PostgreSQL."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from storage import migrate
from storage.database import Database
from storage.tables import Base
from tests import postgres
from tests.browser import chromium
from tests.on_zalo import ZaloWorld, zalo_world
from tests.world import World, world

__all__ = ["chromium"]
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Monday 23 November 2026, 08:00 in Hà Nội."""


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "loa.db"
    asyncio.run(migrate.upgrade(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with postgres.running() as url:
        asyncio.run(migrate.upgrade(url))
        yield url


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "loa.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite+aiosqlite:///{path}"


EMPTYING = f"""
SET session_replication_role = replica;
{"".join(f"DELETE FROM {table.name};" for table in Base.metadata.sorted_tables)}
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
FROM pg_sequences WHERE last_value IS NOT NULL AND sequencename NOT LIKE 'pgqueuer%';
"""
"""Row by row and without triggers: TRUNCATE makes new files for each of some two hundred tables and indexes."""


@pytest.fixture
async def postgres_url(postgres_server: str) -> str:
    emptied = await asyncpg.connect(postgres_server.replace("+asyncpg", ""))
    await emptied.execute(EMPTYING)
    await emptied.close()
    return postgres_server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database with today's schema, on each kind in turn."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
async def loa(database: Database, now: datetime) -> AsyncIterator[World]:
    """Loa among people; see ``tests.world``."""
    async with world(database, now) as made:
        yield made


@pytest.fixture
async def zalo_loa(database: Database, now: datetime) -> AsyncIterator[ZaloWorld]:
    """The same on an Official Account of the imitated Zalo; see ``tests.on_zalo``."""
    async with zalo_world(database, now) as made:
        yield made


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-cases", action="store_true", help="Rewrite tests/cases with what is said now.")
