"""Very many responses made up at once, and written into a database in bulk, for what is measured on them."""

import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import asyncpg
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text

from storage.database import Database
from surveys.columns import chosen, column
from surveys.layout import fold, folds, places
from surveys.questionnaire import Kind, Questionnaire

GAPS = 0.03
BLOCK = 20_000
RESPONSE = ("id", "survey_id", "unit", "status", "answers", "weight", "started_at", "touched_at")
PLAIN = ("response", "unit", "item", "level")


class Crowd:
    """``people`` who answered a form at random: packed answers of ``size`` bytes, units and weights."""

    def __init__(self, form: Questionnaire, units: Sequence[str], people: int) -> None:
        dice = np.random.default_rng(2026)
        self.form, self.size = form, folds(form).folded
        self.packed = np.zeros((people, folds(form).size), dtype=np.uint8)
        mood = dice.normal(0, 0.5, people)
        for question, start, end in places(form):
            if question.factor:
                told = np.clip(np.rint(3.9 + mood + dice.normal(0, 0.8, people)), 1, 5)
            elif question.kind is Kind.ONE:
                told = dice.integers(1, len(question.options) + 1, people)
            elif question.kind is Kind.SEVERAL:
                told = 1 + (1 << dice.integers(1, min(len(question.options), 7) + 1, people))
            else:
                continue
            told = np.where(dice.random(people) < GAPS, 255 if question.optional else 0, told)
            self.packed[:, start if question.kind is Kind.SEVERAL else end - 1] = told
        self.units = [units[n] for n in dice.integers(0, len(units), people).tolist()]
        self.weights = dice.integers(5, 30, people) / 10

    def option(self, id: str) -> NDArray[np.int64]:
        """What each chose of a question, 0 for nothing."""
        question = self.form.question(id)
        return chosen(question, column(self.form, self.packed, question)).clip(0)

    def rows(self) -> Iterator[tuple[str, bytes, float]]:
        for unit, weight, unfolded in zip(self.units, self.weights.tolist(), self.packed, strict=True):
            yield unit, fold(self.form, unfolded.tobytes()), weight


def criteria_rows(crowd: Crowd) -> Iterator[tuple[int, str, int, int]]:
    """A row for each answer to a criterion."""
    levels = np.stack([crowd.option(question.id) for question in crowd.form.criteria], axis=1)
    for number, (unit, row) in enumerate(zip(crowd.units, levels.tolist(), strict=True)):
        for item, level in enumerate(row):
            if level:
                yield number, unit, item, level


async def bulk(database: Database, survey_id: int, rows: Iterable[Any], *, table: str = "responses") -> None:
    """Write responses, or plain rows into another table, without a word from the rest of Loa."""
    now = datetime.now(UTC)
    if table == "responses":
        moment: Any = f"{now:%Y-%m-%d %H:%M:%S.%f}" if database.is_sqlite else now
        rows = (
            (secrets.randbits(52), survey_id, unit, "complete", answers, weight, moment, moment)
            for unit, answers, weight in rows
        )
    names = RESPONSE if table == "responses" else PLAIN
    rows = iter(rows)
    if database.is_sqlite:
        with sqlite3.connect(str(database.url.database)) as file:
            marks = ", ".join("?" * len(names))
            while block := list(islice(rows, BLOCK)):
                file.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", block)
        return
    plain = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(plain)
    while block := list(islice(rows, BLOCK)):
        await connection.copy_records_to_table(table, records=block, columns=names)
    await connection.execute(f"ANALYZE {table}")
    await connection.close()


async def file_size(database: Database) -> int:
    """Bytes of the database."""
    if database.is_sqlite:
        asked = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    else:
        asked = "SELECT pg_database_size(current_database())"
    async with database.reading() as session:
        return int((await session.execute(text(asked))).scalar_one())
