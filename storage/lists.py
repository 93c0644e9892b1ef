"""Lists as people keep them, in CSV or Excel: their rows with numbers, and which column is which."""

import csv
import io
import re
import unicodedata
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from storage.geography import plain

NOT_READ = {"stt", "tt", "so thu tu", "ghi chu"}
"""Columns that may stand in any list and say nothing."""
NO_EXCEL = (
    InvalidFileException,
    LookupError,
    NotImplementedError,
    OSError,
    ValueError,
    BadZipFile,
    zlib.error,
    EOFError,
    SyntaxError,
)
"""What a file that is no workbook, or a damaged one, comes to; a bad XML is a SyntaxError."""


PHONE = re.compile(r"(?:\+?84|0)([35789]\d{8})")
YES, NO = {"co", "x", "1", "yes", "true", "dong y"}, {"", "khong", "0", "no", "false", "khong dong y"}


def phone_said(text: str) -> str:
    """A mobile number of Viet Nam as 0912345678, whatever stands between its digits; '' if it is none."""
    found = PHONE.fullmatch(re.sub(r"[\s.\-()]", "", text))
    return f"0{found[1]}" if found else ""


def agreement(said: str) -> bool | None:
    """Whether a cell says yes; None for what is neither yes nor no."""
    word = plain(said.strip())
    return True if word in YES else False if word in NO else None


class BadList(ValueError):
    """The list cannot be taken; ``problems`` says for each error the row, the column and what to do."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems[:3]))
        self.problems = problems


def rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    match path.suffix.lower():
        case ".csv":
            try:
                text = path.read_bytes().decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise BadList([f"not UTF-8 (byte {error.start}); in Excel save as 'CSV UTF-8'"]) from None
            delimiter = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
            lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
            try:
                yield from enumerate(lines, 1)
            except csv.Error as error:
                raise BadList([f"line {lines.line_num}: {error}; is a quotation mark never closed?"]) from None
        case ".xlsx":
            for number, cells in enumerate(_sheet(path), 1):
                yield number, ["" if cell is None else _cell(cell) for cell in cells]
        case other:
            raise BadList([f"cannot read {other or 'a file without an ending'}; known are .csv and .xlsx"])


def _sheet(path: Path) -> list[tuple[object, ...]]:
    """The rows of the first sheet of a workbook."""
    try:
        with closing(load_workbook(path, read_only=True, data_only=True)) as workbook:
            return list(workbook.worksheets[0].iter_rows(values_only=True))
    except NO_EXCEL:
        raise BadList(["not an Excel workbook (.xlsx)"]) from None


def tidy(cell: str) -> str:
    return unicodedata.normalize("NFC", cell).strip()


def _cell(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def columns(
    header: list[str], number: int, known: Collection[str], headings: Mapping[str, str], needed: Mapping[str, str]
) -> dict[str, int]:
    """Where each column stands; ``headings`` are other names for the ``known`` ones, ``needed`` those that must be
    there with what people call them."""
    found: dict[str, int] = {}
    strange: list[str] = []
    for at, said in enumerate(header):
        called = plain(said).strip(" *:") if said else ""
        column = called if called in known else headings.get(called)
        if column:
            found[column] = at
        elif called and called not in NOT_READ:
            strange.append(said.strip())
    problems = [f"row {number}: unknown column {said!r}; known are {', '.join(known)}" for said in strange]
    problems += [
        f"row {number}: there is no column {column!r} ({name})"
        for column, name in needed.items()
        if column not in found
    ]
    if problems:
        raise BadList(problems)
    return found


def table(
    path: Path, known: Collection[str], headings: Mapping[str, str], needed: Mapping[str, str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row that says anything, with its number and its cells by column; BadList where there is no heading."""
    lines = rows(path)
    try:
        number, header = next(lines)
    except StopIteration:
        raise BadList(["the file is empty"]) from None
    where = columns(header, number, known, headings, needed)
    for number, cells in lines:
        said = {column: tidy(cells[at]) for column, at in where.items() if at < len(cells)}
        if any(said.values()):
            yield number, said
