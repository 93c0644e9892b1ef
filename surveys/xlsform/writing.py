"""A questionnaire as an Excel workbook that ODK and KoBo take (XLSForm), and that reads back as the same one."""

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from surveys.questionnaire import Domain, Factor, Questionnaire
from surveys.xlsform.languages import heading
from surveys.xlsform.outline import Outline, Row, spoken

FORMULA = ("=", "+", "-", "@")
"""How a text begins that a program could take for a formula."""
WIDTH = 40


def workbook(questionnaire: Questionnaire, *, version: str = "") -> bytes:
    """The bytes of an .xlsx; ``version`` is what other programs show as the form's version."""
    outline = Outline(questionnaire)
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    survey = outline.survey()
    _sheet(book, "survey", ["type", "name"], survey)
    if outline.choices:
        _sheet(book, "choices", ["list_name", "name"], outline.choices)
    _sheet(book, "settings", ["form_title", "form_id"], [_settings(outline.every, version)])
    if questionnaire.domains:
        _sheet(book, "index", ["kind", "id", "domain"], _index(outline.every))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _settings(every: Sequence[Questionnaire], version: str) -> Row:
    form = every[0]
    row = {"form_title": form.title, "form_id": form.key, "version": version}
    row |= {"default_language": heading(form.language), "consent_version": form.consent.version}
    return row | spoken("loa_title", every[1:], [one.title for one in every[1:]])


def _index(every: Sequence[Questionnaire]) -> Iterable[Row]:
    for domains in zip(*(one.domains for one in every), strict=True):
        yield {"kind": "domain", "id": domains[0].id, **_words(every, domains)}
    for factors in zip(*(one.factors for one in every), strict=True):
        first = factors[0]
        yield {"kind": "factor", "id": first.id, "domain": first.domain, **_words(every, factors)}


def _words(every: Sequence[Questionnaire], parts: Sequence[Domain | Factor]) -> Row:
    labels = spoken("label", every, [part.label for part in parts])
    return labels | spoken("short", every, [part.short for part in parts])


def _sheet(book: Workbook, name: str, first: Sequence[str], rows: Iterable[Row]) -> None:
    """A sheet with the columns that any row fills, in the order in which they first come."""
    rows = list(rows)
    columns = list(dict.fromkeys([*first, *(column for row in rows for column, said in row.items() if said)]))
    sheet = book.create_sheet(name)
    for at, column in enumerate(columns, 1):
        _write(sheet, 1, at, column).font = Font(bold=True)
        wide = any(len(row.get(column, "")) > WIDTH for row in rows)
        sheet.column_dimensions[sheet.cell(1, at).column_letter].width = WIDTH if wide else max(12, len(column) + 2)
    for number, row in enumerate(rows, 2):
        for at, column in enumerate(columns, 1):
            if said := row.get(column, ""):
                _write(sheet, number, at, said).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "C2"


def _write(sheet: Worksheet, row: int, column: int, said: str) -> Cell:
    """A text in a cell: never a formula, and without characters that a workbook cannot hold."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", said)
    cell.data_type = "s"
    cell.quotePrefix = said.startswith(FORMULA)
    return cell
