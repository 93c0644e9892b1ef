"""The sheets of a form as plain texts: from .xlsx, .xls, a Markdown table or CSV."""

import csv
import io
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import xlrd
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from surveys.xlsform.problems import BadForm, Problem

Grid = list[tuple[int, list[str]]]
"""The rows of a sheet that say anything, with their numbers from 1."""
MOST_ROWS, MOST_COLUMNS = 20_000, 400
MOST_BYTES = 30_000_000
OLD, ZIPPED = b"\xd0\xcf\x11\xe0", b"PK"
ENDINGS = (".xlsx", ".xlsm", ".xls", ".md", ".csv")
UNREADABLE = (
    InvalidFileException, LookupError, NotImplementedError, OSError, ValueError, TypeError, AttributeError,
    BadZipFile, zlib.error, EOFError, SyntaxError, AssertionError, ArithmeticError, xlrd.XLRDError,
    xlrd.compdoc.CompDocError,
)  # fmt: skip
"""What a file that is no workbook, or a damaged one, comes to; a bad XML is a SyntaxError."""


def sheets(path: Path) -> dict[str, Grid]:
    """The sheets of a file by their names in small letters; BadForm where it cannot be read."""
    content = path.read_bytes()
    if len(content) > MOST_BYTES:
        raise _unreadable(f"the file has more than {MOST_BYTES // 1_000_000} MB", "take out pictures and blank rows")
    kind = path.suffix.lower()
    try:
        if content.startswith(ZIPPED):
            return dict(_xlsx(content))
        if content.startswith(OLD) or kind == ".xls":
            return dict(_xls(content))
        if kind in (".xlsx", ".xlsm"):
            raise _unreadable("this is no Excel workbook", "open it in Excel and save it as .xlsx")
    except UNREADABLE as error:
        if isinstance(error, BadForm):
            raise
        why = " ".join(str(error).split())[:200] or type(error).__name__
        raise _unreadable(f"the workbook cannot be read ({why})", "open it in Excel and save it as .xlsx") from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unreadable(f"not UTF-8 (byte {error.start})", "save it again as UTF-8") from None
    return parted(markdown(text) if kind == ".md" else _commas(text))


def _unreadable(said: str, remedy: str) -> BadForm:
    return BadForm((Problem("", 0, "", said, remedy),))


def tidy(value: Any) -> str:
    """A cell as text: composed, trimmed, whole numbers without a point, days as 2026-11-26."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case date() | time():
            return value.isoformat()
        case _:
            return unicodedata.normalize("NFC", str(value).replace("\r\n", "\n").replace("\xa0", " ")).strip()


def _filled(rows: Iterable[tuple[int, Iterable[Any]]]) -> Grid:
    made: Grid = []
    for number, cells in rows:
        if number > MOST_ROWS:
            break
        said = [tidy(cell) for cell in islice(cells, MOST_COLUMNS)]
        if any(said):
            made.append((number, said))
    return made


def _xlsx(content: bytes) -> Iterator[tuple[str, Grid]]:
    with closing(load_workbook(io.BytesIO(content), read_only=True, data_only=True)) as book:
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            rows = sheet.iter_rows(values_only=True, max_row=MOST_ROWS)
            yield sheet.title.strip().lower(), _filled(enumerate(rows, 1))


def _xls(content: bytes) -> Iterator[tuple[str, Grid]]:
    book = xlrd.open_workbook(file_contents=content, logfile=io.StringIO())
    for sheet in book.sheets():
        rows = ((n + 1, [_old(book, cell) for cell in sheet.row(n)]) for n in range(sheet.nrows))
        yield sheet.name.strip().lower(), _filled(rows)


def _old(book: Any, cell: Any) -> Any:
    match cell.ctype:
        case xlrd.XL_CELL_BOOLEAN:
            return bool(cell.value)
        case xlrd.XL_CELL_DATE:
            return xlrd.xldate_as_datetime(cell.value, book.datemode)
        case xlrd.XL_CELL_ERROR:
            return None
        case _:
            return cell.value


def markdown(text: str) -> Iterator[tuple[int, list[str]]]:
    """The lines of Markdown tables, cell by cell; ``\\|`` is a stroke inside a cell."""
    for number, line in enumerate(text.splitlines(), 1):
        written = line.strip()
        if not written.startswith("|"):
            continue
        cells = re.split(r"(?<!\\)\|", written[1:].removesuffix("|"))
        if not all(re.fullmatch(r"\s*:?-+:?\s*|\s*", cell) for cell in cells):
            yield number, [cell.strip().replace("\\|", "|") for cell in cells]


def _commas(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text))
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise _unreadable(f"line {reader.line_num}: not CSV: {error}", "save it again as CSV with commas") from None


def parted(lines: Iterable[tuple[int, list[str]]]) -> dict[str, Grid]:
    """Sheets one below the other: the first cell names the sheet, the rows that follow leave it blank."""
    found: dict[str, list[tuple[int, list[str]]]] = {}
    into: list[tuple[int, list[str]]] | None = None
    for number, cells in lines:
        if cells and cells[0].strip():
            into = found.setdefault(cells[0].strip().lower(), [])
        if into is not None:
            into.append((number, cells[1:]))
    return {name: _filled(rows) for name, rows in found.items()}


def missing(found: Mapping[str, Grid]) -> BadForm:
    """What to say of a file without the one sheet that every form has."""
    there = ", ".join(found) or "none"
    return _unreadable(f"there is no sheet 'survey' (there are: {there})", "name the sheet with the questions so")
