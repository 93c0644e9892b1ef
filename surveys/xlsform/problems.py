"""What is wrong with a form, and what of it is not used: always by sheet, row and column."""

from dataclasses import dataclass, field

from surveys.questionnaire import BadQuestionnaire


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one place of a form; '' where nothing does. ``row`` counts from 1 as the program shows it."""

    sheet: str
    row: int
    column: str
    text: str = ""

    def __bool__(self) -> bool:
        return bool(self.text)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a form; ``row`` is 0 where the whole sheet is meant, ``column`` '' where a whole row is."""

    sheet: str
    row: int
    column: str
    said: str
    remedy: str = ""

    def __str__(self) -> str:
        where = [f"sheet {self.sheet}"] if self.sheet else []
        where += [f"row {self.row}"] if self.row else []
        where += [f"column {self.column}"] if self.column else []
        place = ", ".join(where)
        return (f"{place}: " if place else "") + self.said + (f"; {self.remedy}" if self.remedy else "")


class BadForm(BadQuestionnaire):
    """The form cannot be taken; ``problems`` are all that there are."""

    def __init__(self, problems: tuple[Problem, ...], notes: tuple[Problem, ...] = ()) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems, self.notes = problems, notes


@dataclass(frozen=True, slots=True)
class Told:
    """All that was found while a form is read, in the order in which it was found, each thing once."""

    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def refuse(self, at: Cell, said: str, remedy: str = "") -> None:
        self._add(self.problems, at, said, remedy)

    def note(self, at: Cell, said: str, remedy: str = "") -> None:
        self._add(self.notes, at, said, remedy)

    def _add(self, to: list[Problem], at: Cell, said: str, remedy: str) -> None:
        found = Problem(at.sheet, at.row, at.column, said, remedy)
        if found not in to:
            to.append(found)
