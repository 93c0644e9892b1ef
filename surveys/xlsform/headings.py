"""Headings of a form's columns, however they are spelled, and the rows under them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from surveys.xlsform.languages import code
from surveys.xlsform.problems import Cell, Told
from surveys.xlsform.workbook import Grid

ALIASES = {
    "relevance": "relevant", "calculate": "calculation", "caption": "label", "command": "type", "tag": "name",
    "constraining_message": "constraint_message", "jr:constraintmsg": "constraint_message",
    "requiredmsg": "required_message", "jr:requiredmsg": "required_message", "read_only": "readonly",
    "sipas_code": "factor", "count": "repeat_count", "jr:count": "repeat_count", "big_image": "image",
    "big-image": "image", "set_form_title": "form_title", "set_form_id": "form_id", "title": "form_title",
    "loa_title": "form_title", "id_string": "form_id", "allow_choice_duplicate": "allow_choice_duplicates",
}  # fmt: skip
"""Columns by their other names; ``factor`` is ours."""
OUTER = {"bind", "control", "body", "media"}
"""What may stand before a column's name: media::image."""
SPOKEN = {
    "label", "hint", "guidance_hint", "constraint_message", "required_message", "image", "audio", "video", "short",
    "intro", "consent_text", "thanks", "goodbye", "form_title",
}  # fmt: skip
"""Columns that are given by language."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: its known name, its language's code or '', and how it is written."""

    name: str
    language: str
    written: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row under its headings."""

    sheet: str
    number: int
    cells: Mapping[tuple[str, str], Cell]

    def __getitem__(self, name: str) -> Cell:
        """The cell in a column without a language, an empty one if there is none."""
        return self.cells.get((name, ""), Cell(self.sheet, self.number, name))

    @property
    def whole(self) -> Cell:
        return Cell(self.sheet, self.number, "")

    def words(self, name: str, own: str) -> dict[str, str]:
        """What a column says, by language; a column without one speaks the form's own."""
        said = {language or own: cell.text for (column, language), cell in self.cells.items() if column == name}
        return said | {
            language: c.text for (column, language), c in self.cells.items() if column == name and language
        }

    def spoken(self, name: str) -> Cell:
        """The first cell of a column, whatever its language."""
        return next((cell for (column, _), cell in self.cells.items() if column == name), self[name])


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    headings: Sequence[Heading]
    rows: Sequence[Row]
    number: int = 1
    """The row in which the headings stand."""

    @property
    def languages(self) -> list[str]:
        """Languages of its columns in their order; '' for columns of none."""
        return list(dict.fromkeys(heading.language for heading in self.headings if heading.name in SPOKEN))


def heading(written: str) -> Heading:
    """A column by its heading: 'Constraint Message::English (en)', 'label:en', 'media::image', 'bind::relevant'."""
    parts = [part.strip() for part in written.split("::")] if "::" in written else _single(written)
    while len(parts) > 1 and parts[0].lower() in OUTER:
        parts = parts[1:]
    name = re.sub(r"[\s_]+", "_", parts[0].strip().lower())
    name = ALIASES.get(name, name)
    if len(parts) > 1 and name in SPOKEN:
        return Heading(name, code("::".join(parts[1:])), written)
    return Heading("::".join([name, *parts[1:]]), "", written)


def _single(written: str) -> list[str]:
    """Parts at single colons, except that of a name space as in jr:count."""
    if written.lower().startswith("jr:"):
        return [written]
    return [part.strip() for part in written.split(":")]


def sheet(name: str, grid: Grid, told: Told, *, aliases: Mapping[str, str] | None = None) -> Sheet:
    """A sheet under its headings; a heading that stands twice is told, and the first is kept."""
    if not grid:
        return Sheet(name, (), ())
    number, written = grid[0]
    headings: list[Heading | None] = []
    for text in written:
        found = heading(text) if text else None
        if found is not None and aliases and found.name in aliases:
            found = Heading(aliases[found.name], found.language, text)
        if found is not None and any(h and (h.name, h.language) == (found.name, found.language) for h in headings):
            told.refuse(Cell(name, number, text), "this column is there twice", "take one of them out")
            found = None
        headings.append(found)
    rows = [Row(name, at, _cells(name, at, headings, cells)) for at, cells in grid[1:]]
    return Sheet(name, [one for one in headings if one is not None], [row for row in rows if row.cells], number)


def _cells(
    name: str, at: int, headings: Iterable[Heading | None], cells: Sequence[str]
) -> dict[tuple[str, str], Cell]:
    return {
        (heading.name, heading.language): Cell(name, at, heading.written, text)
        for heading, text in zip(headings, cells, strict=False)
        if heading is not None and text
    }
