"""A question while its form is read: what is the same in all languages, and its words in each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from surveys.questionnaire import Kind, Question
from surveys.xlsform.headings import Row
from surveys.xlsform.problems import Cell, Told
from surveys.xlsform.settings import NO, YES, Words, pick


@dataclass(slots=True)
class Draft:
    """``fields`` are those of a Question that are not words; ``options`` the labels of its choices."""

    row: Row
    kind: Kind
    fields: dict[str, Any] = field(default_factory=dict)
    words: dict[str, Words] = field(default_factory=dict)
    options: tuple[Words, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(self.fields.get("codes", ()))

    def question(self, language: str, own: str) -> Question:
        """The question in one language. Codes that only count are left out, as in our own format."""
        fields, codes = dict(self.fields), self.codes
        if codes == tuple(str(n) for n in range(1, len(codes) + 1)):
            fields["codes"] = ()
        if not any(fields.get("columns", ())):
            fields["columns"] = ()
        spoken: dict[str, Any] = {name: pick(words, language, own) for name, words in self.words.items()}
        options = tuple(pick(words, language, own) for words in self.options)
        return Question(kind=self.kind, options=options, **fields, **spoken)


def flag(row: Row, name: str, told: Told) -> bool:
    """Whether a column says yes; anything that is neither yes nor no is a problem."""
    said = row[name].text.lower()
    if said not in YES | NO:
        told.refuse(row[name], f"{row[name].text!r} is neither yes nor no", "write yes or no")
    return said in YES


def figure(cell: Cell, told: Told) -> float | None:
    """The number in a cell; None where there is none."""
    try:
        return float(cell.text.replace(",", ".")) if cell else None
    except ValueError:
        told.refuse(cell, f"{cell.text!r} is no number", "write one")
        return None


def parameters(row: Row) -> Mapping[str, str]:
    """The column parameters: "start=1 end=10 step=1"; names in small letters."""
    said = row["parameters"].text.replace(",", " ").replace(";", " ").replace(" =", "=").replace("= ", "=")
    return {name.lower(): value for name, _, value in (part.partition("=") for part in said.split()) if name}
