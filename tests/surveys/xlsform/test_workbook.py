"""Sheets out of every kind of file.

``old.xls`` was made with xlwt, which Loa does not need otherwise::

    book = xlwt.Workbook(encoding="utf-8")
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for name, rows in OLD.items():
        sheet = book.add_sheet(name)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                sheet.write(r, c, value, *([day] if isinstance(value, date) else []))
    book.save("old.xls")
"""

import io
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from surveys.expression import parse as expression
from surveys.loading import parse
from surveys.questionnaire import Kind, Question
from surveys.xlsform.reading import read
from surveys.xlsform.workbook import sheets, tidy

OLD: dict[str, list[list[Any]]] = {
    "survey": [
        ["type", "name", "label::Tiếng Việt (vi)", "label::English (en)", "required", "constraint", "default"],
        ["select_one yn", "used", "Ông/bà đã dùng chưa?", "Have you?", True],
        ["date", "day", "Ngày nào?", "Which day?", "", ". <= today()", date(2026, 11, 26)],
    ],
    "choices": [
        ["list_name", "name", "label::Tiếng Việt (vi)", "label::English (en)"],
        ["yn", 1, "Rồi", "Yes"],
        ["yn", 2, "Chưa", "No"],
    ],
    "settings": [["form_title", "form_id"], ["Phiếu cũ", "cu"]],
}
QUESTIONS = (
    Question("used", "Ông/bà đã dùng chưa?", options=("Rồi", "Chưa"), group="used"),
    Question(
        "day", "Ngày nào?", Kind.DATE, group="day", optional=True, constraint=expression(". <= today()"),
        extra={"default": "2026-11-26"},
    ),
)  # fmt: skip


def excel(sheets: dict[str, list[list[Any]]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name.upper())
        for row in rows:
            sheet.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def commas(sheets: dict[str, list[list[Any]]]) -> bytes:
    lines = [[name if n == 0 else "", *row] for name, rows in sheets.items() for n, row in enumerate(rows)]
    return "\n".join(",".join(str(cell) for cell in line) for line in lines).encode("utf-8-sig")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xls", (Path(__file__).parent / "old.xls").read_bytes()),
        ("misnamed.xlsx", (Path(__file__).parent / "old.xls").read_bytes()),
        ("a.xlsx", excel(OLD)),
        ("a.xlsm", excel(OLD)),
        ("misnamed.xls", excel(OLD)),
        ("a.csv", commas(OLD)),
        ("a.md", commas(OLD).decode("utf-8-sig").replace(",", "|").replace("\n", "|\n|").join("||").encode()),
    ],
)
def test_same_form_is_read_from_every_kind_of_file(name, content, tmp_path):
    path = tmp_path / name
    path.write_bytes(content)
    form = parse(read(path).source)
    assert (form.key, form.title, form.languages) == ("cu", "Phiếu cũ", ("vi", "en"))
    assert form.questions == QUESTIONS


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""), (True, "true"), (False, "false"), (3.0, "3"), (3.5, "3.5"), (7, "7"), (" a\xa0b ", "a b"),
        (datetime.fromisoformat("2026-11-26"), "2026-11-26"), (datetime.fromisoformat("2026-11-26 08:00"), "2026-11-26T08:00:00"),
        (date(2026, 11, 26), "2026-11-26"), (time(8, 30), "08:30:00"), ("e\u0302\u0301", "\u1ebf"), ("a\r\nb", "a\nb"),
    ],
)  # fmt: skip
def test_cells_become_texts(value, text):
    assert tidy(value) == text


def test_a_stroke_can_stand_in_a_cell_of_markdown_and_lines_of_dashes_are_skipped(tmp_path):
    path = tmp_path / "a.md"
    path.write_text("Lời dẫn\n| survey | |\n|---|:-:|\n| | type |\n\n| | a \\| b |\n", encoding="utf-8")
    assert sheets(path) == {"survey": [(4, ["type"]), (6, ["a | b"])]}


def test_rows_far_below_and_what_a_formula_came_to_are_read(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(excel({"survey": [["type"], *[[None]] * 3000, ["text"], ["=1+1"]]}))
    assert sheets(path) == {"survey": [(1, ["type"]), (3002, ["text"])]}
