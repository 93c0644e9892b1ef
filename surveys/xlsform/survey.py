"""The sheet "survey", row by row: groups, questions, and rows that are not asked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from surveys.expression import Expression
from surveys.questionnaire import Kind
from surveys.xlsform import expressions
from surveys.xlsform.choices import Choices
from surveys.xlsform.draft import Draft, flag
from surveys.xlsform.expressions import Known, Named
from surveys.xlsform.headings import Row, Sheet
from surveys.xlsform.problems import Cell, Told
from surveys.xlsform.questions import Around, Rows
from surveys.xlsform.settings import OWN_ROWS, Words
from surveys.xlsform.types import CONTROL, FILLED_IN, NO_GROUP, Type, type_of

USED = {
    "type", "name", "label", "hint", "guidance_hint", "constraint_message", "required_message", "image", "audio",
    "video", "short", "required", "relevant", "constraint", "choice_filter", "default", "calculation", "appearance",
    "parameters", "readonly", "factor", "satisfied", "weight", "min", "max", "limit", "ends_if", "dont_know",
    "not_applicable", "sensitive", "shuffle", "disabled", "trigger", "repeat_count", "loa_id", "loa_group",
}  # fmt: skip
REST = "rest"
"""What stands in the column loa_group of a group that only another program needs, to stop after an answer."""
VALID = re.compile(r"[^\W\d][\w.-]*")


@dataclass(frozen=True, slots=True)
class Group:
    """An open group; ``seen`` is false where its questions are not read."""

    row: Row
    id: str = ""
    label: Words | None = None
    condition: Expression | None = None
    seen: bool = True


def own_rows(sheet: Sheet) -> dict[str, Row]:
    """Rows that say what settings say, too: the invitation, the consent, the thanks, the goodbye."""
    return {row["name"].text: row for row in sheet.rows if row["name"].text in OWN_ROWS}


def asked(sheet: Sheet, own: str, lists: Mapping[str, Choices], told: Told) -> list[Draft]:
    """All questions in order; everything wrong with them is told."""
    for heading in sheet.headings:
        if heading.name not in USED:
            told.note(Cell(sheet.name, sheet.number, heading.written), "this column is not used")
    rows = [row for row in sheet.rows if not (row["disabled"] and flag(row, "disabled", told))]
    walk = _Walk(own, told, Rows(own, lists, Known(_names(rows, told)), told))
    for row in rows:
        walk.take(row)
    for group in walk.groups:
        told.refuse(group.row["type"], "this group is never closed", "write 'end_group' after its last question")
    return walk.drafts


def _names(rows: list[Row], told: Told) -> dict[str, tuple[Named, int, str]]:
    """Every name, once; one that stands twice, or that other programs cannot take, is a problem."""
    found: dict[str, tuple[Named, int, str]] = {}
    for row in rows:
        cell, written = row["name"], row["type"].text
        if not cell or cell.text in OWN_ROWS or not written:
            continue
        id = row["loa_id"].text or cell.text
        if not VALID.fullmatch(cell.text):
            better = re.sub(r"[^\w.-]+", "_", cell.text).strip("_")
            better = better if VALID.fullmatch(better) else f"q_{better}"
            told.refuse(cell, f"{cell.text!r} is no name", f"write {better!r}: letters, digits and _, a letter first")
        type, control = type_of(written), CONTROL.fullmatch(written)
        what = Named.QUESTION
        if control:
            what = Named.GROUP
        elif type.refused:
            what = Named.UNASKED
        elif type.kind is None or _by_device(type, row):
            what = Named.FILLED_IN
        if control and control[1].lower() == "end":
            continue
        if cell.text in found:
            told.refuse(
                cell, f"the name {cell.text!r} stands in row {found[cell.text][1]} already", "use another one"
            )
            continue
        found[cell.text] = (what, row.number, id)
        if type.other and not type.refused:
            found.setdefault(f"{cell.text}_other", (what, row.number, f"{id}_other"))
    return found


def _by_device(type: Type, row: Row) -> bool:
    """Phone number and e-mail address are filled in where they are not asked for with a label."""
    return type.word in FILLED_IN and not row.spoken("label")


class _Walk:
    """Goes down the sheet once, with the groups that are open."""

    def __init__(self, own: str, told: Told, rows: Rows) -> None:
        self.own, self.told, self.rows = own, told, rows
        self.groups: list[Group] = []
        self.drafts: list[Draft] = []

    def take(self, row: Row) -> None:
        cell = row["type"]
        if row["name"].text in OWN_ROWS:
            return
        if not cell:
            if row["name"] or row.spoken("label"):
                self.told.refuse(cell, "there is no type", "write one, for example text")
        elif control := CONTROL.fullmatch(cell.text):
            self._control(row, control[1].lower(), " ".join(control[2].lower().split()))
        elif all(group.seen for group in self.groups):
            self._question(row)

    def _control(self, row: Row, way: str, what: str) -> None:
        kind = what.split()[0]
        if way == "end":
            if not self.groups:
                self.told.refuse(row["type"], "this closes a group that was not opened", "take the row out")
            else:
                self.groups.pop()
            return
        if kind != "group":
            remedy = NO_GROUP.get(kind, "use begin_group")
            if all(group.seen for group in self.groups):
                self.told.refuse(row["type"], f"a chat cannot ask a {kind}", remedy)
            self.groups.append(Group(row, seen=False))
            return
        if row["loa_group"].text.lower() == REST:
            self.groups.append(Group(row))
            return
        seen = all(group.seen for group in self.groups)
        condition = expressions.read(row["relevant"], self.told, self.rows.known) if seen else None
        name = row["loa_id"].text or row["name"].text or f"group_{row.number}"
        self.groups.append(Group(row, name, row.words("label", self.own), condition, seen))

    def _around(self) -> Around:
        named = [group for group in self.groups if group.id]
        return Around(
            named[-1].id if named else "",
            next((group.label for group in reversed(named) if group.label), None),
            tuple(group.condition for group in self.groups if group.condition is not None),
        )

    def _question(self, row: Row) -> None:
        cell, type = row["type"], type_of(row["type"].text)
        if type.refused:
            said, _, remedy = type.refused.partition("; ")
            self.told.refuse(cell, said, remedy)
            return
        if type.kind is None or _by_device(type, row):
            self.told.note(cell, f"{type.word} is filled in by a device, which a chat has not", "the row is left out")
            return
        if "label" in row["appearance"].text.split() and type.choices:
            self.told.note(row["appearance"], "a row that only shows the scale is not asked")
            return
        name = row["name"].text
        if not name:
            if type.kind is not Kind.NOTE:
                self.told.refuse(row["name"], "the question has no name", "write one, for example q1")
                return
            name = f"note_{row.number}"
        id = row["loa_id"].text or name
        self.drafts += self.rows.drafts(row, type, name, id, self._around())
