"""A survey as files that a statistician can work with: responses, design, questions, and a script in R.

Responses are read in pages and written in a thread, so that a bot beside it keeps answering.
"""

import asyncio
import csv
import io
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from storage.geography import province_of
from storage.responses import CompleteResponse, complete_pages, texts_sent
from storage.surveys import SurveyInfo
from surveys import design as designs
from surveys.answers import Answer, Skipped, value_of
from surveys.catalogue import Catalogue
from surveys.cells import reader
from surveys.design import Design, parts_of
from surveys.quality import Flag
from surveys.questionnaire import Kind, Question, Questionnaire

DATA = Path(__file__).parent / "data"
FORMULA = ("=", "+", "-", "@")
ABOUT = ("day", "unit", "province", "stratum", "mode", "language", "weight", "flags", "excluded")
PAGE = 500
GIVEN = (Kind.TEXT, Kind.FILE, Kind.PLACE, Kind.NOTE)
"""Of these only that there is an answer is told."""


@dataclass(frozen=True, slots=True)
class Export:
    """Everything that goes into the files, read and shuffled; ``texts`` are (question, text)."""

    info: SurveyInfo
    form: Questionnaire
    design: Design
    responses: Sequence[CompleteResponse]
    texts: Sequence[tuple[str, str]] | None


async def read(session: AsyncSession, catalogue: Catalogue, info: SurveyInfo, *, texts: bool) -> Export:
    """What is to be exported, in a random order: that of the rows would tell who answered before whom."""
    form = await catalogue.get(session, info.questionnaire_id)
    responses = [one async for page in complete_pages(session, info.id, PAGE) for one in page]
    written = {question.id for question in form.questions if question.kind is Kind.TEXT}
    said = [one for one in await texts_sent(session, info.id) if one[0] in written] if texts else None
    await asyncio.to_thread(_shuffle, responses, said or [])
    return Export(info, form, designs.read(info.design), responses, said)


def _shuffle(*lists: list[Any]) -> None:
    dice = random.SystemRandom()
    for one in lists:
        dice.shuffle(one)


async def write(export: Export, folder: Path, zone: ZoneInfo, now: datetime, *, open_note: str) -> list[Path]:
    """The files in a folder, written in a thread so that nobody waits meanwhile; OSError if they cannot be."""
    return await asyncio.to_thread(_write, export, folder, zone, now, open_note)


def _write(export: Export, folder: Path, zone: ZoneInfo, now: datetime, open_note: str) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "responses.csv").open("w", encoding="utf-8-sig", newline="") as file:
        file.writelines(_responses(export, zone))
    tables: dict[str, Iterable[Sequence[str]]] = {
        "design.csv": _design(export),
        "questions.csv": _questions(export.form),
    }
    if export.design.margins:
        tables["margins.csv"] = _margins(export.form, export.design)
    if export.texts is not None:
        tables["texts.csv"] = [("question", "text"), *export.texts]
    for name, rows in tables.items():
        with (folder / name).open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([guarded(cell) for cell in row] for row in rows)
    readme = (DATA / "export_readme.txt").read_text(encoding="utf-8").format(
        title=export.info.title, key=export.form.key, day=f"{now.astimezone(zone):%d/%m/%Y}", n=len(export.responses),
        open_note="" if export.design.random else f"\n{open_note}\n",
    )  # fmt: skip
    (folder / "README.txt").write_text(readme, encoding="utf-8-sig")
    (folder / "index.R").write_text((DATA / "index.R").read_text(encoding="utf-8"), encoding="utf-8")
    return [folder / name for name in ("responses.csv", *tables, "README.txt", "index.R")]


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def column(question: Question) -> str:
    """The name of a question's column."""
    return f"question_{question.id}" if question.id in ABOUT else question.id


def asked(form: Questionnaire) -> list[Question]:
    """The questions that have a column."""
    return [question for question in form.questions if question.kind is not Kind.CALCULATION]


def _written(cell: str) -> str:
    """A cell guarded and in quotes where it needs them, as the csv module writes it in a row of several."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow((guarded(cell), "0"))
    return line.getvalue()[:-2]


def _responses(export: Export, zone: ZoneInfo) -> Iterator[str]:
    """The lines of the table; what repeats is written once and remembered."""
    columns = asked(export.form)
    cells = reader(export.form, columns, lambda question, answer: _written(_cell(question, answer)))
    written = lru_cache(maxsize=4096)(_written)

    @lru_cache(maxsize=4096)
    def place(unit: str) -> str:
        return ",".join(map(written, (unit, province_of(unit), export.design.stratum_of(unit))))

    @lru_cache(maxsize=4096)
    def day(ended_at: datetime) -> str:
        return f"{ended_at.astimezone(zone):%Y-%m-%d}"

    @lru_cache(maxsize=64)
    def named(flags: int) -> str:
        return " ".join((flag.name or "").lower() for flag in Flag if flag & flags)

    yield ",".join(map(written, (*ABOUT, *map(column, columns)))) + "\r\n"
    for one in export.responses:
        about = (
            day(one.ended_at), place(one.unit), written(one.mode), written(one.language), written(repr(one.weight)),
            named(one.flags), str(int(one.excluded)), *cells(one.answers),
        )  # fmt: skip
        yield ",".join(about) + "\r\n"


def _cell(question: Question, answer: Answer | None) -> str:
    if answer is None or isinstance(answer, Skipped):
        return ""
    return "1" if question.kind in GIVEN else value_of(question, answer)


def _design(export: Export) -> Iterator[Sequence[str]]:
    design = export.design
    counted: dict[str, int] = {}
    for one in export.responses:
        name = design.stratum_of(one.unit)
        counted[name] = counted.get(name, 0) + (not one.excluded)
    yield ("stratum", "population", "target", "responses", "recruiting")
    for name in sorted({*counted, *design.targets, *design.populations}):
        population, target = design.populations.get(name), design.targets.get(name)
        yield (
            name, "" if population is None else str(population), "" if target is None else str(target),
            str(counted.get(name, 0)), design.recruiting,
        )  # fmt: skip


def _margins(form: Questionnaire, design: Design) -> Iterator[Sequence[str]]:
    yield ("margin", "columns", "codes", "people", "trim")
    for number, (ids, people) in enumerate(design.margins.items(), 1):
        columns = " ".join(column(form.question(id)) for id in parts_of(ids))
        for codes, many in people.items():
            yield (
                str(number), columns, " ".join(parts_of(codes)), repr(many),
                "" if design.trim is None else repr(design.trim),
            )  # fmt: skip


def _questions(form: Questionnaire) -> Iterator[Sequence[str]]:
    domain_of = {factor.id: factor.domain for factor in form.factors}
    yield ("id", "column", "text", "kind", "options", "factor", "domain", "satisfied", "weight")
    for q in form.questions:
        options = " | ".join(f"{q.code(n)}={option}" for n, option in enumerate(q.options, 1))
        satisfied = " ".join(q.code(n) for n in sorted(q.satisfied))
        domain = domain_of.get(q.factor, "")
        yield (q.id, column(q), q.text, q.kind, options, q.factor, domain, satisfied, repr(q.weight))
