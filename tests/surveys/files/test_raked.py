"""Raked figures in files: beside those that were counted, the same in every file, and none where there are none."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest
from docx import Document

from storage.database import Database
from storage.surveys import survey
from surveys.catalogue import Catalogue
from surveys.disclosure import FEW
from surveys.figure import Figure
from surveys.files import public
from surveys.files.excel import xlsx
from surveys.files.material import Letter, Material, gather, worked_out
from surveys.files.word import docx
from tests.cli.test_report_files import SCHEMA, problems
from tests.surveys.test_groups import asked
from tests.surveys.test_raked import MARGINS, PEOPLE
from tests.world import ZONE

SHEET = "Hiệu chỉnh dân số"


async def made(database: Database, *, fewest: int = 10, **design: Any) -> Material:
    survey_id, catalogue = await asked(database, PEOPLE, **design), Catalogue()
    async with database.reading() as session:
        info = await survey(session, survey_id)
        assert info is not None
        found = await gather(session, catalogue, info, zone=ZONE, now=datetime(2026, 11, 26, tzinfo=UTC))
    return worked_out(found, fewest=fewest)


@pytest.mark.parametrize("fewest", [10, 30])
async def test_raked_figures_stand_in_workbook_and_paper(database: Database, fewest: int):
    material = await made(database, fewest=fewest, margins=MARGINS)

    assert material.raked is not None
    counted, raked = material.report.index.overall, material.raked.index.overall
    rows = list(openpyxl.load_workbook(io.BytesIO(xlsx(material)))[SHEET].iter_rows(min_row=4, values_only=True))
    assert rows[0][1:5] == (counted.value, raked.value, raked.low, raked.high)
    paper = Document(io.BytesIO(docx(material, Letter())))
    cells = [[cell.text for cell in row.cells] for table in paper.tables for row in table.rows]
    written = f"{raked.value:.2f}".replace(".", ",")
    assert [row[2] for row in cells if row[0] == "Chung" and len(row) == 4] == [written]
    said = "\n".join(one.text for one in paper.paragraphs)
    assert "hiệu chỉnh theo cơ cấu dân số (Giới tính?, Nghề?)" in said


async def test_raked_figures_stand_in_the_public_data_and_hide_what_is_hidden(database: Database):
    material = await made(database, fewest=FEW, margins=MARGINS)
    assert material.raked is not None

    told = public.told(material)

    assert problems(told, SCHEMA) == []
    raked, figures = told["raked"], material.raked.index.figures()
    assert raked["over"] == ["Giới tính?", "Nghề?"]
    assert (raked["overall"]["value"], raked["overall"]["margin"]) == (
        figures["overall"].value,
        figures["overall"].margin,
    )
    assert [one["hidden"] for one in raked["criteria"]] == [one["hidden"] for one in told["criteria"]]
    known = {f"criterion:{one['id']}": one["value"] for one in raked["criteria"] if not one["hidden"]}
    assert known == {name: figures[name].value for name in known}
    assert public.told(await made(database))["raked"] is None


async def test_what_is_hidden_as_counted_is_hidden_when_raked(database: Database):
    material = await made(database, fewest=FEW, margins=MARGINS)
    index = material.report.index
    gone = {id: Figure(one.n) for id, one in index.factors.items()}
    less = replace(material, report=replace(material.report, index=replace(index, factors=gone)))

    assert {one["value"] for one in public.told(less)["raked"]["factors"]} == {None}
    assert None not in {one["value"] for one in public.told(material)["raked"]["factors"]}


async def test_a_survey_without_margins_has_none(database: Database):
    material = await made(database)
    assert (material.raked, SHEET in openpyxl.load_workbook(io.BytesIO(xlsx(material))).sheetnames) == (None, False)
