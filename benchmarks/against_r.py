"""The figures of `loa report` held against those of R, from an export of a made-up survey, and how long both take.

    python -m benchmarks.against_r [--people 1500] [--seed 1] [--weighed raked …]

The surveys have the full form, provinces as strata (some with a known population, some of a single response),
communes without a target, unequal weights, and items that were left out; the first is raked to two margins, the
second post-stratified to one of two questions crossed, the third raked with weights cut. R's package ``survey`` works
from the exported files alone. Exit code 1 if any figure, plain or weighed, differs by more than 1e-9 of itself, 2
where there is no Rscript.
"""

import argparse
import asyncio
import csv
import json
import os
import random
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from storage import migrate
from storage.database import Database
from storage.enums import ResponseStatus
from storage.geography import communes, provinces
from storage.responses import ID_BITS
from storage.surveys import questionnaire_named
from storage.tables import Response
from surveys.answers import Answer, Picked
from surveys.catalogue import Catalogue, publish
from surveys.counting import mend
from surveys.design import Design, Recruiting
from surveys.fieldwork import open_survey
from surveys.packing import pack
from surveys.questionnaire import Kind, Questionnaire

FORM = Path(__file__).parents[1] / "surveys" / "questionnaires" / "sipas-2026.yaml"
LIMIT = 1e-9
COMPARED = ("value", "low", "high", "error", "df", "n", "effective_n")
GAPS = 0.03
SEX, AGE = {"1": 0.49, "2": 0.51}, {"1": 0.2, "2": 0.24, "3": 0.22, "4": 0.19, "5": 0.15}
CELLS = {f"{sex} * {age}": a * b * (0.9 if sex == "1" else 1.1) for sex, a in SEX.items() for age, b in AGE.items()}
CELLS = {cell: share / sum(CELLS.values()) for cell, share in CELLS.items()}
WEIGHED: dict[str, dict[str, Any]] = {
    "raked": {"margins": {"gender": SEX, "age": AGE}},
    "post_stratified": {"margins": {"gender * age": CELLS}},
    "cut": {"margins": {"gender": SEX, "age": AGE}, "trim": 2.5},
}


def answers_of(form: Questionnaire, dice: random.Random, mood: float) -> dict[str, Answer]:
    given: dict[str, Answer] = {}
    for question in form.questions:
        if (question.factor or question.id in ("gender", "age")) and dice.random() < GAPS:
            continue
        if question.factor:
            given[question.id] = min(max(round(3.9 + mood + dice.gauss(0, 0.8)), 1), 5)
        elif question.kind is Kind.ONE:
            given[question.id] = dice.randint(1, len(question.options))
        elif question.kind is Kind.SEVERAL:
            given[question.id] = Picked(frozenset({dice.randint(1, len(question.options))}))
    return given


async def made_up(url: str, people: int, dice: random.Random, weighed: dict[str, Any]) -> int:
    """A survey of so many people in a new database; its id."""
    await migrate.upgrade(url)
    database, now = Database(url), datetime.now(UTC)
    places = sorted(communes().values(), key=lambda commune: commune.code)
    codes = sorted(provinces())
    drawn = codes[:12]
    design = Design(
        Recruiting.INVITED, targets=dict.fromkeys(drawn, people // 14),
        populations={code: 40 * people + n for n, code in enumerate(drawn[:6])}, **weighed,
    )  # fmt: skip
    lonely = {code: next(c.code for c in places if c.province == code) for code in (*codes[12:16], codes[33])}
    units = {code: [c.code for c in places if c.province == code][:9] for code in drawn}
    async with database.transaction() as session:
        form, _, _ = await publish(session, FORM.read_text(encoding="utf-8"), now)
        named = await questionnaire_named(session, form.key)
        assert named is not None
        survey_id = await open_survey(session, named[0], "Khảo sát thử", None, now, design)
        for number in range(people):
            code = drawn[number % len(drawn)]
            unit = list(lonely.values())[number] if number < len(lonely) else dice.choice(units[code])
            packed, _ = pack(form, answers_of(form, dice, dice.gauss(0, 0.6) + 0.1 * (number % 3)))
            row = Response(
                id=secrets.randbits(ID_BITS), survey_id=survey_id, unit=unit, status=ResponseStatus.COMPLETE,
                answers=packed, weight=round(dice.lognormvariate(2, 0.5), 3), started_at=now, touched_at=now,
                language="vi",
            )  # fmt: skip
            session.add(row)
    async with database.transaction() as session:
        await mend(session, Catalogue(), survey_id)
    await database.close()
    return survey_id


def ours(told: dict[str, Any], before: str = "") -> dict[str, dict[str, Any]]:
    """The figures of a report, named as R names them."""
    kinds = (("domain", "domains"), ("factor", "factors"), ("criterion", "criteria"))
    named = {f"{kind}:{id}": figure for kind, many in kinds for id, figure in told[many].items()}
    return {f"{before}{name}": figure for name, figure in {"overall": told["overall"], **named}.items()}


def differences(mine: dict[str, dict[str, Any]], printed: str) -> Iterator[tuple[float, str, str]]:
    """How far each figure is from R's, relative to it, with the figure's name."""
    rows = {row["figure"]: row for row in csv.DictReader(printed.splitlines())}
    assert rows.keys() == {name for name, figure in mine.items() if figure["value"] is not None}
    for name, row in rows.items():
        for column in COMPARED:
            theirs, own = float(row[column]), float(mine[name][column])
            yield abs(own - theirs) / max(abs(theirs), 1e-300) if own != theirs else 0.0, name, column


def compared(kind: str, people: int, seed: int) -> dict[str, Any]:
    """One survey, reported by us and by R from its export."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/loa.db"
        survey_id = asyncio.run(made_up(url, people, random.Random(seed), WEIGHED[kind]))
        here = {**os.environ, "LOA_DATABASE_URL": url}

        def loa(*words: object) -> str:
            command = [sys.executable, "-m", "bot", *map(str, words), "--json"]
            return subprocess.run(command, env=here, capture_output=True, text=True, check=True).stdout

        began = time.perf_counter()
        told = json.loads(loa("report", survey_id))
        reported = time.perf_counter()
        weighed = json.loads(loa("report", survey_id, "--raked"))
        raked = time.perf_counter()
        loa("export", survey_id, "--into", f"{folder}/out")
        exported = time.perf_counter()
        size = sum(path.stat().st_size for path in Path(folder, "out").iterdir()) / 1e6
        ran = subprocess.run(["Rscript", f"{folder}/out/index.R"], capture_output=True, text=True, check=False)
        if ran.returncode:
            sys.exit(ran.stderr)
        done = time.perf_counter()
    worst = max(differences(ours(told) | ours(weighed, "raked:"), ran.stdout))
    return {
        "weighed": kind, "people": people, "figures": ran.stdout.count("\n") - 1,
        "largest_relative_difference": worst[0], "at": f"{worst[1]} {worst[2]}",
        "report_s": round(reported - began, 2), "raked_report_s": round(raked - reported, 2),
        "export_s": round(exported - raked, 2), "export_mb": round(size, 1), "r_s": round(done - exported, 2),
    }  # fmt: skip


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--people", type=int, default=1500)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--weighed", nargs="+", choices=list(WEIGHED), default=list(WEIGHED))
    chosen = options.parse_args()
    if shutil.which("Rscript") is None:
        print("There is no Rscript here; on Debian: apt-get install r-base-core r-cran-survey", file=sys.stderr)
        return 2
    worst = 0.0
    for kind in chosen.weighed:
        found = compared(kind, chosen.people, chosen.seed)
        print(json.dumps(found), flush=True)
        worst = max(worst, found["largest_relative_difference"])
    return 0 if worst <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
