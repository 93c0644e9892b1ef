"""The command line as operators have it: real commands on a real database, and what each of them leaves there."""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cli.main import main
from storage.database import Database
from storage.tables import Base
from tests.world import ISSUE, SMALL

T = TypeVar("T")
Rows = dict[str, list[tuple[Any, ...]]]


class Cli:
    """`loa` on one database."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self._seen: Rows | None = None
        self._runner, self._database = asyncio.Runner(), Database(url)

    def run(self, *words: object) -> Result:
        self._seen = None
        return CliRunner().invoke(main, [str(word) for word in words], prog_name="loa")

    def says(self, *words: object) -> str:
        """What a command prints that must succeed."""
        done = self.run(*words)
        assert (done.exit_code, done.stderr) == (0, ""), done.output
        return done.stdout

    def reads(self, *words: object) -> Any:
        """What a command prints with --json, which is one line."""
        said = self.says(*words, "--json")
        assert said.count("\n") == 1
        return json.loads(said)

    def refuses(self, *words: object) -> str:
        """The sentence of a command that must end with 2 and leave every table as it was."""
        before = self._seen or self.rows()
        done = self.run(*words)
        assert (done.exit_code, done.stdout) == (2, ""), done.output
        assert "Traceback" not in done.stderr
        after = self.rows()
        assert after == before
        self._seen = after
        return done.stderr.replace(f"{self.folder}/", "").rstrip("\n")

    def work(self, do: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Something done in the database beside the commands, in a transaction of its own."""
        self._seen = None

        async def whole() -> T:
            async with self._database.transaction() as session:
                return await do(session)

        return self._runner.run(whole())

    def close(self) -> None:
        self._runner.run(self._database.close())
        self._runner.close()

    def sql(self, statement: str, **values: object) -> list[tuple[Any, ...]]:
        async def execute(session: AsyncSession) -> list[tuple[Any, ...]]:
            done = await session.execute(text(statement), values)
            return [tuple(row) for row in done] if done.returns_rows else []  # type: ignore[attr-defined]

        return self.work(execute)

    def rows(self) -> Rows:
        """Everything in the database."""

        async def read(session: AsyncSession) -> Rows:
            found: Rows = {}
            for table in Base.metadata.sorted_tables:
                done = await session.execute(select(table).order_by(*table.primary_key.columns))
                found[table.name] = [tuple(row) for row in done]
            return found

        return self.work(read)

    def file(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def staff(self) -> None:
        """An editor and an approver."""
        self.says("grant", "editor", 3001, "--name", "Trần Thị Hoa")
        self.says("grant", "approver", 3002, "--name", "Lê Quốc Nam")

    def officials(self) -> None:
        """Three officials, two of whom can be reached."""
        self.says("import", "officials", self.file("can-bo.csv", OFFICIALS))

    def draft(self, audience: str = "all") -> int:
        """A draft of the demo's issue by the editor."""
        self.says("import", "bulletin", ISSUE)
        number = self.sql("SELECT max(number) FROM bulletins")[0][0]
        return int(self.reads("broadcast", "draft", "--bulletin", number, "--audience", audience, "--by", 3001)["id"])

    def survey(self) -> int:
        """An open survey with the small questionnaire."""
        self.says("import", "questionnaire", self.file("small.yaml", SMALL))
        return int(self.reads("survey", "open", "small", "--title", "Khảo sát hài lòng")["id"])


OFFICIALS = """\
Họ và tên,Chức vụ,Đơn vị,Cấp,Tỉnh,Xã,ID Telegram,Thư điện tử,Lĩnh vực
Nguyễn Văn An,Trưởng phòng,Sở Nội vụ,tỉnh,Hà Nội,,1001,an@hanoi.gov.vn,
Lê Thị Bình,Chuyên viên,UBND phường Ba Đình,xã,Hà Nội,Ba Đình,1002,,
Trần Văn Cường,Chủ tịch,UBND phường Hải Châu,xã,Đà Nẵng,Hải Châu,,cuong@danang.gov.vn,
"""


def clean(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """No setting of whoever runs the tests reaches them."""
    for name in [name for name in os.environ if name.startswith("LOA_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(folder)


@pytest.fixture
def cli(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Cli]:
    """The commands on an empty database, on each kind in turn."""
    clean(monkeypatch, tmp_path)
    monkeypatch.setenv("LOA_DATABASE_URL", database_url)
    with closing(Cli(database_url, tmp_path)) as made:
        yield made


@pytest.fixture
def plain(sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Cli]:
    """The same on SQLite alone, for what never depends on the database."""
    clean(monkeypatch, tmp_path)
    monkeypatch.setenv("LOA_DATABASE_URL", sqlite_url)
    with closing(Cli(sqlite_url, tmp_path)) as made:
        yield made
