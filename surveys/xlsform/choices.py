"""Lists of choices, from the sheet "choices": codes, labels by language, and the columns that filters look at."""

from collections.abc import Mapping
from dataclasses import dataclass

from surveys.xlsform.headings import Row, Sheet
from surveys.xlsform.problems import Cell, Told

NO_COLUMN = {"list_name", "name", "label", "image", "audio", "video"}
ALIASES = {"value": "name"}


@dataclass(frozen=True, slots=True)
class Choices:
    """One list, choice by choice."""

    codes: tuple[str, ...]
    labels: tuple[Mapping[str, str], ...]
    columns: tuple[Mapping[str, str], ...]
    cells: tuple[Cell, ...]
    """Where each choice's label stands."""


def lists(sheet: Sheet, own: str, told: Told, *, duplicates: bool) -> dict[str, Choices]:
    """All lists by name; a name that stands twice in one is a problem, unless the form allows it."""
    found: dict[str, dict[str, Row]] = {}
    for row in sheet.rows:
        name, code = row["list_name"], row["name"]
        if not name or not code:
            if name or code:
                blank = row["name" if name else "list_name"]
                told.refuse(blank, "this choice has no " + blank.column, "write it, or take the row out")
            continue
        if len(code.text.split()) > 1:
            told.refuse(code, f"the name {code.text!r} has a blank", f"write {'_'.join(code.text.split())!r}")
        known = found.setdefault(name.text, {})
        if code.text not in known:
            known[code.text] = row
        elif duplicates:
            told.note(code, f"{code.text!r} is in list {name.text!r} twice", "only the first is kept")
        else:
            told.refuse(
                code, f"{code.text!r} is in list {name.text!r} twice, first in row {known[code.text].number}",
                "give it another name",
            )  # fmt: skip
    for heading in sheet.headings:
        if heading.name in ("image", "audio", "video"):
            told.note(Cell(sheet.name, sheet.number, heading.written), "choices are shown as words only")
    return {name: _choices(rows, own, told) for name, rows in found.items()}


def _choices(rows: Mapping[str, Row], own: str, told: Told) -> Choices:
    labels = []
    for code, row in rows.items():
        words = row.words("label", own)
        if not words:
            told.note(row.whole, f"the choice {code!r} has no label", "its name is shown")
        labels.append(words or {own: code})
    return Choices(
        tuple(rows),
        tuple(labels),
        tuple(
            {cell.column: cell.text for (name, _), cell in row.cells.items() if name not in NO_COLUMN}
            for row in rows.values()
        ),
        tuple(row.spoken("label") for row in rows.values()),
    )
