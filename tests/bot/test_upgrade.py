"""The rehearsal of an upgrade: the release before goes on serving while the schema of this one is put beneath it."""

import asyncio
import re
import subprocess
import tomllib
from pathlib import Path

import aiohttp
from sqlalchemy import text

from benchmarks.citizens import FIRST, questionnaire_of
from storage import migrate
from storage.database import Database
from tests.bot.several import NUMBERS, Balancer, answers, asked, meant, several, update, words
from tests.postgres import another
from tests.programs import ROOT

VERSIONS = "storage/migrations/versions"
PEOPLE = list(range(FIRST, FIRST + 6))


def before() -> str:
    """The revision before this release's newest."""
    (newest,) = (ROOT / VERSIONS).glob(f"{migrate.newest()}_*.py")
    found = re.search(r'^down_revision = "(\w+)"', newest.read_text(), re.MULTILINE)
    assert found
    return found[1]


def previous_release(folder: Path) -> Path | None:
    """The tree of the last commit that did not know the newest revision; None where it is not at hand or cannot run."""
    newest = next((ROOT / VERSIONS).glob(f"{migrate.newest()}_*.py")).relative_to(ROOT)

    def git(*words: str) -> bytes:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=True).stdout

    try:
        added = git("log", "--diff-filter=A", "--format=%H", "--", str(newest)).split()
        if not added:
            return None
        tree = git("archive", f"{added[-1].decode()}^")
    except (OSError, subprocess.CalledProcessError):
        return None
    folder.mkdir()
    subprocess.run(["tar", "x", "-C", str(folder)], input=tree, check=True)
    return folder if libraries(folder) <= libraries(ROOT) else None


def libraries(tree: Path) -> set[str]:
    """The names of what a release is built on; with one that is not installed any more it cannot be started here."""
    told = tomllib.loads((tree / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    return {re.split(r"[\[<>=~!; ]", one, maxsplit=1)[0].lower() for one in told}


def newest_of(tree: Path) -> str:
    """The revision that a release needs; they are numbered."""
    return max(path.name.partition("_")[0] for path in (tree / VERSIONS).glob("[0-9]*.py"))


async def test_the_release_before_goes_on_while_the_schema_is_brought_up(postgres_server: str, now, tmp_path: Path):
    url = await asyncio.to_thread(another, postgres_server, "rehearsal")
    old = await asyncio.to_thread(previous_release, tmp_path / "before")
    await migrate.upgrade(url, before() if old is None else newest_of(old))
    database = Database(url)
    if old is None:
        await _as_it_would_write(database)
    else:
        await _really(database, url, old, now)
    await database.close()


async def _really(database: Database, url: str, old: Path, now) -> None:
    """Real processes of both releases, one survey, six people in the middle of it, and nobody waits in vain."""
    async with several(database, url, now) as made:
        survey_id = await asked(made.loa, len(PEOPLE))
        serving = await made.start(root=old)
        balancer = Balancer([serving.door])
        async with aiohttp.ClientSession() as web:

            async def say(first: int, last: int) -> None:
                for n in range(first, last):
                    for chat in PEOPLE:
                        await balancer.post(web, update(100 * chat + n, chat, words(chat)[n]))

            await say(0, 3)
            migrating = asyncio.create_task(migrate.upgrade(url))
            await say(3, 6)
            await migrating
            assert await migrate.current(url) == migrate.newest()
            await say(6, 8)
            newer = await made.start()
            balancer.doors = [newer.door, serving.door]
            assert await serving.ends() == 0
            balancer.doors = [newer.door]
            await say(8, NUMBERS)
        form = await questionnaire_of(database, survey_id)
        async with asyncio.timeout(150):
            while await answers(database, PEOPLE) != {chat: meant(form, chat) for chat in PEOPLE}:
                await asyncio.sleep(0.1)
        assert balancer.posted == len(PEOPLE) * NUMBERS


async def _as_it_would_write(database: Database) -> None:
    """Without the history: what the release before writes, in its own words, is still taken by the new schema."""
    await migrate.upgrade(database.url.render_as_string(hide_password=False))
    async with database.transaction() as session:
        for statement in (
            "INSERT INTO contacts (id, channel, address, asked, created_at) VALUES (1, 'telegram', '1', '', now())",
            "INSERT INTO inbox (channel, external_id, address, raw, status, attempts, received_at) "
            "VALUES ('telegram', '1', '1', 'x', 'new', 0, now())",
            "UPDATE inbox SET status = 'done', raw = NULL, address = '' WHERE external_id = '1'",
            "INSERT INTO notices (contact_id, kind, subject_id, attempts, created_at) "
            "VALUES (1, 'finished', 1, 0, now())",
            "UPDATE notices SET said_at = now() WHERE contact_id = 1",
        ):
            await session.execute(text(statement))
