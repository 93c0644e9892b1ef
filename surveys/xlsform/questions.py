"""One row of the sheet "survey" as a question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor

from surveys.expression import Expression, all_of, parse
from surveys.questionnaire import CHOOSING, MOST_OPTIONS, MOST_TICKS, TEXT_LIMIT, Kind
from surveys.xlsform import expressions
from surveys.xlsform.choices import Choices
from surveys.xlsform.draft import Draft, figure, flag, parameters
from surveys.xlsform.expressions import Known
from surveys.xlsform.guards import WIDEST, guard, unguarded
from surveys.xlsform.headings import Row
from surveys.xlsform.problems import Cell, Told
from surveys.xlsform.settings import NO, YES, Words
from surveys.xlsform.types import ACCEPTS, PATTERNS, Type

OTHER = {"vi": "Khác", "en": "Other"}
OTHER_SAID = {"vi": "Xin ông/bà ghi rõ.", "en": "Please specify."}
READ = {"vi": "Đã đọc", "en": "OK"}
MOST_STEPS = 11
"""A range of no more steps is shown as buttons."""
KEPT = ("default", "appearance", "required_message", "trigger")
"""Columns that a chat does not use and that stay with the question."""
FLAGS = {
    "dont_know": "unknown", "not_applicable": "inapplicable", "sensitive": "sensitive", "shuffle": "shuffled"
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Around:
    """The groups in which a question stands."""

    group: str = ""
    heading: Words | None = None
    conditions: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """Reads rows one after the other; what they say of later ones is kept in ``known``."""

    own: str
    lists: Mapping[str, Choices]
    known: Known
    told: Told

    def drafts(self, row: Row, type: Type, name: str, id: str, around: Around) -> list[Draft]:
        """The question of a row, and the text that is asked for after "other"."""
        kind = type.kind or Kind.TEXT
        readonly = flag(row, "readonly", self.told) and kind in (Kind.TEXT, Kind.NUMBER, Kind.DECIMAL, Kind.DATE)
        made = Draft(row, Kind.NOTE if readonly else kind, {"id": id})
        self._words(made, around)
        self._options(made, type)
        if type.word == "range":
            self._range(made)
        self._fields(made, around)
        self._expressions(made, type, around)
        if made.kind in CHOOSING:
            self.known.codes[id] = made.codes
        return [made, *self._written_in(made, around)] if type.other else [made]

    def _words(self, made: Draft, around: Around) -> None:
        row = made.row
        columns = {"text": "label", "hint": "hint", "explain": "guidance_hint", "short": "short", "image": "image",
                   "constraint_said": "constraint_message"}  # fmt: skip
        made.words = {field: row.words(column, self.own) for field, column in columns.items()}
        if around.heading:
            made.words["heading"] = around.heading
        if not made.words["text"] and made.words["hint"]:
            made.words["text"], made.words["hint"] = made.words["hint"], {}
        if not made.words["text"] and made.kind is not Kind.CALCULATION:
            self.told.refuse(row["label"], "there is no label, so nothing could be asked", "write one")
        for cell in row.cells.values():
            if cell and "${" in cell.text and cell is not row["relevant"] and self._is_label(row, cell):
                self.told.refuse(cell, "an answer is quoted in a sentence", "write the sentence without ${…}")

    @staticmethod
    def _is_label(row: Row, cell: Cell) -> bool:
        return any(cell is row.cells[at] for at in row.cells if at[0] in ("label", "hint", "guidance_hint"))

    def _options(self, made: Draft, type: Type) -> None:
        if type.word in ("acknowledge", "trigger"):
            made.options, made.fields["codes"] = (READ,), ("OK",)
        if not type.choices:
            return
        cell = made.row["type"]
        found = self.lists.get(type.choices)
        if found is None:
            there = ", ".join(list(self.lists)[:8]) or "none"
            self.told.refuse(cell, f"there is no list {type.choices!r} on the sheet choices", f"there are: {there}")
            found = Choices((), (), (), ())
        most = MOST_OPTIONS if made.kind is Kind.ONE else MOST_TICKS
        if len(found.codes) > most:
            self.told.refuse(
                cell, f"list {type.choices!r} has more than {most} choices", "split it into two questions"
            )
        other = type.other and "other" not in found.codes
        made.options = (*found.labels, OTHER) if other else found.labels
        made.fields["codes"] = (*found.codes, "other") if other else found.codes
        made.fields["columns"] = (*found.columns, {}) if other else found.columns
        if type.other and made.row["choice_filter"]:
            self.told.refuse(
                made.row["choice_filter"], "or_other does not go with a filter", "write other as a choice"
            )
        if not made.row["choice_filter"]:
            self._alike(type.choices, found)

    def _alike(self, name: str, found: Choices) -> None:
        seen: set[str] = set()
        for label, cell in zip(found.labels, found.cells, strict=True):
            said = label.get(self.own) or next(iter(label.values()))
            if said in seen:
                self.told.refuse(cell, f"two choices of list {name!r} read the same", "write them differently")
            seen.add(said)

    def _range(self, made: Draft) -> None:
        said = parameters(made.row)
        try:
            start, end, step = (float(said.get(n, usual)) for n, usual in (("start", 1), ("end", 10), ("step", 1)))
        except ValueError:
            start, end, step = 1, 0, 1
        if step <= 0 or end < start or not (abs(start) < 1e9 and abs(end) < 1e9):
            self.told.refuse(
                made.row["parameters"], "this is no range", "write for example start=1 end=10 step=1, start below end"
            )
            return
        steps = [start + n * step for n in range(MOST_STEPS + 1) if start + n * step <= end]
        if len(steps) <= MOST_STEPS and all(one.is_integer() for one in steps):
            codes = tuple(str(int(one)) for one in steps)
            made.kind, made.fields["codes"] = Kind.ONE, codes
            made.options = tuple({self.own: code} for code in codes)
            return
        whole = start.is_integer() and step.is_integer()
        made.kind = Kind.NUMBER if whole else Kind.DECIMAL
        made.fields |= {"lowest": floor(start), "highest": ceil(end)}
        rules = [] if step == 1 and whole else [f"(. - {start:g}) mod {step:g} = 0"] if whole else []
        if not whole:
            rules = [f". >= {start:g}", f". <= {end:g}"]
        if rules:
            made.fields["constraint"] = parse(" and ".join(rules))

    def _fields(self, made: Draft, around: Around) -> None:
        row, fields, told = made.row, made.fields, self.told
        fields["group"] = around.group or fields["id"]
        fields["optional"] = not self._required(row)
        fields |= {field: flag(row, column, told) for column, field in FLAGS.items()}
        if parameters(row).get("randomize", "").lower() == "true":
            fields["shuffled"] = True
        fields["factor"] = row["factor"].text
        if (weight := figure(row["weight"], told)) is not None:
            fields["weight"] = weight
        fields["satisfied"] = self._satisfied(made)
        if made.kind in (Kind.NUMBER, Kind.DECIMAL):
            fields.setdefault("lowest", WIDEST[0])
            fields.setdefault("highest", WIDEST[1])
        for column, field in (("min", "lowest"), ("max", "highest"), ("limit", "limit")):
            if (number := figure(row[column], told)) is not None:
                fields[field] = floor(number)
        fields["accepts"] = (
            ACCEPTS.get(row["type"].text.lower().split()[-1], "image") if made.kind is Kind.FILE else ""
        )
        fields["extra"] = {name: row[name].text for name in KEPT if row[name]}
        for name, why in (
            ("default", "a chat asks without an answer filled in"),
            ("trigger", "a chat has no triggers"),
        ):
            if row[name]:
                told.note(row[name], why, "it is kept, and not used")
        for name in ("audio", "video"):
            if row.spoken(name):
                told.note(row.spoken(name), f"{name} beside a question is not shown")

    def _required(self, row: Row) -> bool:
        said = row["required"].text.lower()
        if said not in YES | NO:
            self.told.note(row["required"], "a question is required or not, under no condition", "it may be left out")
        return said in YES

    def _satisfied(self, made: Draft) -> frozenset[int]:
        cell = made.row["satisfied"]
        numbers = set()
        for code in cell.text.replace(",", " ").split():
            if code not in made.codes:
                self.told.refuse(cell, f"{code!r} is no choice", f"the choices are {', '.join(made.codes[:8])}")
            else:
                numbers.add(made.codes.index(code) + 1)
        return frozenset(numbers)

    def _expressions(self, made: Draft, type: Type, around: Around) -> None:
        row, fields, id = made.row, made.fields, str(made.fields["id"])
        relevant = expressions.read(row["relevant"], self.told, self.known)
        condition = all_of(*around.conditions, relevant)
        self._filter(made)
        fields["ends_if"] = expressions.read(row["ends_if"], self.told, self.known, itself=id)
        if made.kind is Kind.CALCULATION:
            self._calculation(made, type, condition)
            return
        fields["ask_if"] = condition
        if row["calculation"]:
            self.told.note(row["calculation"], "the answer is given by the person", "the calculation is not used")
        self._constraint(made, type, id)

    def _filter(self, made: Draft) -> None:
        cell = made.row["choice_filter"]
        if not cell or made.kind not in CHOOSING:
            return
        columns: Sequence[Mapping[str, str]] = made.fields.get("columns", ())
        there = {name for of_one in columns for name in of_one}
        made.fields["filter"] = expressions.read(cell, self.told, self.known, columns=there | {"name"})
        if made.fields["filter"] is not None and "name" in made.fields["filter"].columns:
            named = zip(columns, made.codes, strict=True)
            made.fields["columns"] = tuple({**of_one, "name": code} for of_one, code in named)

    def _calculation(self, made: Draft, type: Type, condition: Expression | None) -> None:
        cell = made.row["calculation"]
        if not cell and type.word == "hidden":
            made.fields["calculation"] = parse(f"'{made.row['default'].text.replace(chr(39), ' ')}'")
            return
        if not cell:
            self.told.refuse(cell, "there is nothing to work out", "write an expression, or take the row out")
        found = expressions.read(cell, self.told, self.known)
        if found is not None and condition is not None:
            found = parse(f"if({condition.source}, {found.source}, '')")
        made.fields["calculation"] = found

    def _constraint(self, made: Draft, type: Type, id: str) -> None:
        fields, cell = made.fields, made.row["constraint"]
        before = guard(made.kind, fields.get("lowest", 0), fields.get("highest", 0), fields.get("limit", TEXT_LIMIT))
        bare = Cell(cell.sheet, cell.row, cell.column, unguarded(cell.text, before))
        found = expressions.read(bare, self.told, self.known, itself=id, timeless=False)
        if type.word in PATTERNS and found is None:
            pattern, vi, en = PATTERNS[type.word]
            found = parse(pattern)
            made.words["constraint_said"] = made.words["constraint_said"] or {"vi": vi, "en": en}
        if found is not None and made.kind is Kind.NUMBER and not made.words["constraint_said"]:
            limits = expressions.bounds(found)
            if limits is not None and not (made.row["min"] or made.row["max"]):
                low, high = limits
                fields["lowest"] = fields["lowest"] if low is None else low
                fields["highest"] = fields["highest"] if high is None else high
                found = None
        fields["constraint"] = all_of(fields.get("constraint"), found)

    def _written_in(self, made: Draft, around: Around) -> list[Draft]:
        id = made.fields["id"]
        if "}" in id:
            return []  # that it is no name has been said
        fields = {
            "id": f"{id}_other", "group": made.fields["group"], "optional": made.fields["optional"],
            "ask_if": all_of(*around.conditions, parse(f"selected(${{{id}}}, 'other')")),
        }  # fmt: skip
        asked = {language: f"{label} {OTHER_SAID[language]}" for language, label in made.words["text"].items()
                 if language in OTHER_SAID}  # fmt: skip
        words = {"text": OTHER_SAID | asked} | ({"heading": around.heading} if around.heading else {})
        return [Draft(made.row, Kind.TEXT, fields, words)]
