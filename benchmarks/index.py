"""How long the index takes at 40,000 and at 1,000,000 responses of 85 items, and how much of disk and memory.

    python -m benchmarks.index [--quick] [--json]

**What runs.** A made-up survey with the official form (sipas-2026: 85 questions, 39 criteria, 9 factors, 2 domains),
two communes in each of the 34 provinces, provinces as strata, unequal weights in steps of a tenth, 3 % of the answers
left out; on SQLite (WAL, every commit on the disk) and on PostgreSQL (``fsync`` on). Responses are written in bulk;
all that is measured goes through Loa's own functions, in one process, the best of three (of one where it takes long).

**table_s**: from an open database to 35 x 51 figures with intervals: the counters are read, and the index of the
whole and of each province is worked out. **table_math_s** is the part without the database. **recount_s**: all
counters again from the packed answers, and compared (``loa survey recount``); **stall_ms** is the longest that the
event loop was held up meanwhile. **table_cpu_s** and **recount_cpu_s** are CPU seconds of this process, the mean of
all times: for a machine that does other things too. **rake_s**: weights raked to sex, age and occupation;
**raked_s**: the pass over the packed answers, raking, and 51 figures with their errors. **groups_s**: by all
background questions. **export_s**: the files of `loa export`, of 40,000 only. **group_by_s**: the peer on the same
database: one row per answer to a criterion, indexed by nothing, counted by unit, item and level in SQL, which gives
shares, but no errors.

**bytes_per_response** is what a response takes beyond the fields of its row: the answers, **packed** bytes, and its
share of the counters; **whole_bytes** is by how much the database grows with it altogether, indexes included.
**peak_mb** is the highest memory that the process had so far (it never falls).

**max_relative_difference_to_r**: an export of 1,500 responses worked out again by R's ``survey``
(``benchmarks.against_r``), and how long R took (**r_s**); absent where there is no Rscript.

With ``--quick``: 40,000 responses only, and 300 for R.
"""

import argparse
import asyncio
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import text

from benchmarks.responses import Crowd, bulk, criteria_rows, file_size
from storage import migrate
from storage.database import Database
from storage.geography import communes, province_of, provinces
from storage.surveys import questionnaire_named, survey
from surveys import export as exports
from surveys import groups
from surveys.catalogue import Catalogue, publish
from surveys.counting import agree, figures_of, mend
from surveys.design import Design, Recruiting
from surveys.fieldwork import open_survey
from surveys.fitting import Margin, rake
from surveys.index import Index, indexes
from surveys.raked import raked
from surveys.report import report
from surveys.sums import Counts
from tests import postgres

FORM = Path(__file__).parents[1] / "surveys" / "questionnaires" / "sipas-2026.yaml"
MARGINS = {
    "gender": {"1": 0.49, "2": 0.51},
    "age": dict(zip("12345", (0.2, 0.25, 0.22, 0.18, 0.15), strict=True)),
    "occupation": dict(zip("1234567", (0.14, 0.14, 0.14, 0.14, 0.14, 0.15, 0.15), strict=True)),
}
SMALL, LARGE = 40_000, 1_000_000
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
T = TypeVar("T")


def peak_mb() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


async def timed(do: Callable[[], Awaitable[T]], times: int = 3) -> tuple[float, T]:
    """The shortest time of several, and what came of it."""
    best = float("inf")
    for _ in range(times):
        began = time.perf_counter()
        made = await do()
        best = min(best, time.perf_counter() - began)
    return round(best, 4), made


async def stall(do: Awaitable[T]) -> tuple[float, T]:
    """The longest time in ms that the loop was held up while something was done, and what came of it."""
    worst, done = 0.0, False

    async def watch() -> None:
        nonlocal worst
        while not done:
            began = time.perf_counter()
            await asyncio.sleep(0.005)
            worst = max(worst, time.perf_counter() - began - 0.005)

    async with asyncio.TaskGroup() as both:
        both.create_task(watch())
        made = await do
        done = True
    return round(1000 * worst, 1), made


async def prepare(url: str) -> tuple[Database, int]:
    """A database with an open survey."""
    await migrate.upgrade(url)
    database, now = Database(url), datetime.now(UTC)
    design = Design(
        Recruiting.INVITED, targets=dict.fromkeys(sorted(provinces()), 1), margins=MARGINS,
        populations=dict.fromkeys(sorted(provinces()), 2_000_000),
    )  # fmt: skip
    async with database.transaction() as session:
        form, _, _ = await publish(session, FORM.read_text(encoding="utf-8"), now)
        named = await questionnaire_named(session, form.key)
        assert named is not None
        return database, await open_survey(session, named[0], "Khảo sát thử", None, now, design)


def two_in_each() -> list[str]:
    chosen: list[str] = []
    for code in sorted(provinces()):
        chosen += sorted(c.code for c in communes().values() if c.province == code)[:2]
    return chosen


def full_table(made_of: tuple[Any, Counts, Design]) -> list[Index]:
    """The index of the whole and of each province."""
    form, counts, design = made_of
    within: dict[str, list[str]] = {}
    for unit in counts.sums:
        within.setdefault(province_of(unit), []).append(unit)
    parts = {code: counts.among(units) for code, units in within.items()}
    return list(indexes(form, {"": counts} | parts, design, whole=counts).values())


async def measure(url: str, people: int) -> dict[str, Any]:
    """Everything at one size on one database."""
    database, survey_id = await prepare(url)
    catalogue = Catalogue()
    async with database.reading() as session:
        info = await survey(session, survey_id)
        assert info is not None
        form = await catalogue.get(session, info.questionnaire_id)
    crowd = Crowd(form, two_in_each(), people)
    empty = await file_size(database)
    await bulk(database, survey_id, crowd.rows())
    rows = await file_size(database) - empty
    async with database.transaction() as session:
        began = time.perf_counter()
        await mend(session, catalogue, survey_id)
        mended = time.perf_counter() - began
    counted = await file_size(database) - empty - rows
    told: dict[str, Any] = {"mend_s": round(mended, 3)}
    design = (await report_of(database, catalogue, survey_id)).design

    async def table() -> list[Index]:
        async with database.reading() as session:
            return full_table((form, await figures_of(session, form, survey_id), design))

    async def recounted() -> bool:
        async with database.reading() as session:
            return await agree(session, catalogue, survey_id)

    async def grouped() -> Any:
        groups._found.clear()
        made = await report_of(database, catalogue, survey_id)
        async with database.reading() as session:
            return await groups.by_group(session, catalogue, made)

    async def raking() -> Any:
        made = await report_of(database, catalogue, survey_id)
        async with database.reading() as session:
            return await raked(session, catalogue, made)

    began = time.process_time()
    told["table_s"], found = await timed(table)
    told["table_cpu_s"] = round((time.process_time() - began) / 3, 3)
    assert len(found) == 35
    assert all(len(one.figures()) == 51 for one in found)
    assert all(figure.low is not None for one in found for figure in one.figures().values())
    async with database.reading() as session:
        counts = await figures_of(session, form, survey_id)
    told["table_math_s"] = (await timed(lambda: asyncio.to_thread(full_table, (form, counts, design))))[0]
    often = 1 if people > SMALL else 3
    began = time.process_time()
    told["recount_s"], right = await timed(recounted, often)
    told["recount_cpu_s"] = round((time.process_time() - began) / often, 3)
    assert right
    told["stall_ms"], _ = await stall(recounted())
    told["groups_s"], _ = await timed(grouped, 1)
    told["rake_s"] = (await timed(lambda: asyncio.to_thread(rake_alone, crowd)))[0]
    told["raked_s"], _ = await timed(raking, 1)
    if people <= SMALL:
        told["export_s"] = (await timed(lambda: exported(database, catalogue, survey_id), 1))[0]
    told["bytes_per_response"] = round(crowd.size + counted / people, 1)
    told["packed"], told["whole_bytes"] = crowd.size, round((rows + counted) / people, 1)
    told["peak_mb"] = peak_mb()
    told["group_by_s"] = await peer(database, crowd)
    await database.close()
    return told


async def report_of(database: Database, catalogue: Catalogue, survey_id: int) -> Any:
    async with database.reading() as session:
        info = await survey(session, survey_id)
        assert info is not None
        return await report(session, catalogue, info)


def rake_alone(crowd: Crowd) -> None:
    """The three margins on the weights, once everything is in memory."""
    margins = []
    for id, wanted in MARGINS.items():
        codes = crowd.option(id)
        targets = np.array([0.0, *wanted.values()])
        silent = float(crowd.weights[codes == 0].sum())
        targets = targets / targets.sum() * (crowd.weights.sum() - silent)
        targets[0] = silent
        margins.append(Margin(id, [str(n) for n in range(len(targets))], codes, targets))
    rake(crowd.weights, margins)


async def exported(database: Database, catalogue: Catalogue, survey_id: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with database.reading() as session:
            info = await survey(session, survey_id)
            assert info is not None
            found = await exports.read(session, catalogue, info, texts=False)
        await exports.write(found, Path(folder), ZONE, datetime.now(UTC), open_note="")


async def peer(database: Database, crowd: Crowd) -> float:
    """A table with a row per answer to a criterion, and how long a GROUP BY over it takes."""
    async with database.transaction() as session:
        await session.execute(text("CREATE TABLE plain_answers (response int, unit text, item int, level int)"))
    await bulk_plain(database, criteria_rows(crowd))
    query = text("SELECT unit, item, level, count(*) FROM plain_answers GROUP BY unit, item, level")

    async def ask() -> int:
        async with database.reading() as session:
            return len((await session.execute(query)).all())

    return (await timed(ask, 1))[0]


async def bulk_plain(database: Database, rows: Iterable[Any]) -> None:
    await bulk(database, 0, rows, table="plain_answers")


def against_r(people: int, *weighed: str) -> dict[str, Any]:
    """What ``benchmarks.against_r`` says, where there is R."""
    if shutil.which("Rscript") is None:
        return {}
    command = [sys.executable, "-m", "benchmarks.against_r", "--people", str(people), "--weighed", *weighed]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode == 2:
        return {}
    told = [json.loads(line) for line in ran.stdout.strip().splitlines()]
    return {
        "max_relative_difference_to_r": max(one["largest_relative_difference"] for one in told),
        "r_s": told[0]["r_s"],
        "r_people": people,
    }


async def all_of(sizes: list[int], urls: dict[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for people in sizes:
        for name, url in urls.items():
            at = url.format(people=people) if name == "sqlite" else postgres.another(url, f"index_{people}")
            found = await measure(at, people)
            print(f"{name}, {people}: {found}", flush=True)
            told.setdefault(name, {})[str(people)] = found
    largest = told["sqlite"][str(sizes[-1])]
    keys = ("table_s", "recount_s", "rake_s", "bytes_per_response")
    return {key: largest[key] for key in keys} | {"responses": sizes[-1], **told}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="40,000 responses only, within 40 s")
    parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")
    options = parser.parse_args()
    sizes = [SMALL] if options.quick else [SMALL, LARGE]
    with tempfile.TemporaryDirectory() as folder, postgres.running(fsync=True) as pg:
        urls = {"sqlite": f"sqlite+aiosqlite:///{Path(folder)}/{{people}}.db", "postgres": pg}
        told = asyncio.run(all_of(sizes, urls))
    told |= against_r(300, "post_stratified") if options.quick else against_r(1500, "raked", "post_stratified", "cut")
    print(json.dumps(told) if options.json else told)


if __name__ == "__main__":
    main()
