"""A questionnaire as rows of the sheets "survey" and "choices", so that it runs in ODK and KoBo, too."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from surveys.expression import Expression
from surveys.questionnaire import CHOOSING, TEXT_LIMIT, Kind, Question, Questionnaire
from surveys.xlsform.choices import NO_COLUMN
from surveys.xlsform.expressions import renamed
from surveys.xlsform.guards import WIDEST, guard, guarded
from surveys.xlsform.languages import heading
from surveys.xlsform.names import VALID, Names
from surveys.xlsform.questions import KEPT
from surveys.xlsform.survey import REST

Row = dict[str, str]
TYPES = {
    Kind.ONE: "select_one", Kind.SEVERAL: "select_multiple", Kind.RANK: "rank", Kind.NUMBER: "integer",
    Kind.DECIMAL: "decimal", Kind.DATE: "date", Kind.TIME: "time", Kind.TEXT: "text", Kind.PLACE: "geopoint",
    Kind.NOTE: "note", Kind.CALCULATION: "calculate",
}  # fmt: skip
WORDS = {
    "label": "text", "hint": "hint", "guidance_hint": "explain", "constraint_message": "constraint_said",
    "media::image": "image", "short": "short",
}  # fmt: skip
FLAGS = {"dont_know": "unknown", "not_applicable": "inapplicable", "sensitive": "sensitive"}


def spoken(column: str, every: Iterable[Questionnaire], texts: Iterable[str]) -> Row:
    """A column of words, once for each language; a bracket that would quote an answer is parted."""
    said = zip(every, texts, strict=True)
    return {f"{column}::{heading(one.language)}": text.replace("${", "$ {") for one, text in said if text}


class Outline:
    """The rows of a questionnaire in all its languages."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.form = questionnaire
        self.every = (questionnaire, *questionnaire.translations.values())
        self.names = Names()
        self.name = {question.id: self.names.take(question.id) for question in questionnaire.questions}
        self.choices: list[Row] = []
        self._lists: dict[Any, str] = {}

    def survey(self) -> list[Row]:
        """Questions in their groups. Behind one that may end it all, the rest stands in a group of its own."""
        rows = [
            {"type": "note", "name": "loa_intro"} | self._all("label", [one.intro for one in self.every]),
            {"type": "acknowledge", "name": "loa_consent", "required": "yes"}
            | self._all("label", [one.consent.text for one in self.every]),
        ]
        endings: list[str] = []
        for part in _parts(self.form.questions):
            rows += self._part(part)
            if part[-1].ends_if is not None:
                endings.append(self._ended(part[-1], part[-1].ends_if))
                name = self.names.take(f"after_{self.name[part[-1].id]}")
                rows.append({"type": "begin_group", "name": name, "loa_group": REST,
                             "relevant": f"not({endings[-1]})"})  # fmt: skip
        rows.append({"type": "note", "name": "loa_thanks"} | self._all("label", [one.thanks for one in self.every]))
        rows += [{"type": "end_group"}] * len(endings)
        if goodbye := self._all("label", [one.goodbye for one in self.every]):
            relevant = " or ".join(f"({ended})" for ended in endings) or "false()"
            rows.append({"type": "note", "name": "loa_goodbye", "relevant": relevant} | goodbye)
        return rows

    def _in_each(self, question: Question) -> list[Question]:
        """The question in every language."""
        return [one.question(question.id) for one in self.every]

    def _all(self, column: str, texts: Iterable[str]) -> Row:
        return spoken(column, self.every, texts)

    def _said(self, expression: Expression | None, this: str = "") -> str:
        return renamed(expression.source, self.name, this=this) if expression is not None else ""

    def _ended(self, question: Question, ends_if: Expression) -> str:
        """Whether nothing more is asked after a question, seen from behind it."""
        said = self._said(ends_if, this=f"${{{self.name[question.id]}}}")
        return f"({self._said(question.ask_if)}) and ({said})" if question.ask_if is not None else said

    def _part(self, part: Sequence[Question]) -> Iterator[Row]:
        first = part[0]
        if not _grouped(first):
            yield from (self._question(question) for question in part)
            return
        same = len({question.ask_if for question in part}) == 1
        shared = same and first.ask_if is not None and all(q.kind is not Kind.CALCULATION for q in part)
        name = self.names.take(first.group or first.id)
        row = {"type": "begin_group", "name": name}
        row |= self._all("label", [asked.heading for asked in self._in_each(first)])
        if name != (first.group or first.id):
            row["loa_id"] = first.group or first.id
        yield row | ({"relevant": self._said(first.ask_if)} if shared else {})
        for question in part:
            made = self._question(question)
            yield {column: said for column, said in made.items() if not (shared and column == "relevant")}
        yield {"type": "end_group"}

    def _question(self, question: Question) -> Row:
        kind, name = question.kind, self.name[question.id]
        type = (
            {"image": "image", "audio": "audio"}.get(question.accepts, "file") if kind is Kind.FILE else TYPES[kind]
        )
        row = {"type": f"{type} {self._list(question)}" if kind in CHOOSING else type, "name": name}
        for column, field in WORDS.items():
            row |= self._all(column, [getattr(asked, field) for asked in self._in_each(question)])
        if name != question.id:
            row["loa_id"] = question.id
        asked = kind is not Kind.CALCULATION
        before = guard(kind, question.lowest, question.highest, question.limit)
        row |= {
            "required": "yes" if asked and kind is not Kind.NOTE and not question.optional else "",
            "relevant": self._said(question.ask_if) if asked else "",
            "constraint": guarded(self._said(question.constraint), before),
            "choice_filter": self._said(question.filter),
            "calculation": self._said(question.calculation),
            "ends_if": self._said(question.ends_if),
            "parameters": "randomize=true" if question.shuffled and kind in CHOOSING else "",
            "factor": question.factor,
            "satisfied": " ".join(question.code(option) for option in sorted(question.satisfied)),
            "weight": repr(question.weight) if question.weight != 1 else "",
            "limit": str(question.limit) if question.limit != TEXT_LIMIT else "",
        }
        if kind in (Kind.NUMBER, Kind.DECIMAL) and (question.lowest, question.highest) != WIDEST:
            row |= {"min": str(question.lowest), "max": str(question.highest)}
        row |= {column: "yes" for column, field in FLAGS.items() if getattr(question, field)}
        return row | {name: renamed(question.extra[name], self.name) for name in KEPT if name in question.extra}

    def _list(self, question: Question) -> str:
        """The name of the list of a question's options, which is written once."""
        translated = tuple(asked.options for asked in self._in_each(question))
        codes = tuple(question.code(n) for n in range(1, len(question.options) + 1))
        columns = tuple(tuple(sorted(of_one.items())) for of_one in question.columns)
        key = (translated, codes, columns)
        if key not in self._lists:
            self._lists[key] = name = f"list_{self.name[question.id]}"
            self.choices += self._choices(name, question, codes)
        return self._lists[key]

    def _choices(self, name: str, question: Question, codes: Iterable[str]) -> Iterator[Row]:
        for n, code in enumerate(codes):
            row = {"list_name": name, "name": code}
            row |= self._all("label", [asked.options[n] for asked in self._in_each(question)])
            columns = question.columns[n] if question.columns else {}
            yield row | {c: said for c, said in columns.items() if VALID.fullmatch(c) and c not in NO_COLUMN}


def _grouped(question: Question) -> bool:
    return question.group not in ("", question.id) or bool(question.heading)


def _parts(questions: Sequence[Question]) -> Iterator[list[Question]]:
    """Neighbours in one group under one heading, up to one that may end it all."""
    part: list[Question] = []
    for question in questions:
        last = part[-1] if part else None
        together = last is not None and _grouped(last) and last.ends_if is None
        if last is not None and not (together and (last.group, last.heading) == (question.group, question.heading)):
            yield part
            part = []
        part.append(question)
    if part:
        yield part
