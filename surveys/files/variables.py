"""The responses of a survey as SPSS variables with labels in Vietnamese.

One option is its number. Several options are a variable of 0 and 1 each, ranked options one each that holds its rank.
Of texts, files, places and notes only that there is an answer is told, as in the CSV. What was left out, not known or
not applicable are three missing values below all that can be answered; what was not asked is empty.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from storage.enums import Mode
from storage.geography import place_name, province_of
from surveys.answers import Answer, Picked, Ranked, Skipped
from surveys.cells import reader
from surveys.export import GIVEN, Export, asked, column
from surveys.files import words
from surveys.files.sav import Format, Measure, Several, Variable, sav
from surveys.quality import Flag
from surveys.questionnaire import Kind, Question

SPSS_EPOCH = date(1582, 10, 14).toordinal()
DAY = 86_400
MISSING = -97
RESERVED = {"all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"}
MODES = tuple(Mode)
CHOSEN = {0.0: words.QUESTION_SAID["no"], 1.0: words.QUESTION_SAID["yes"]}
Value = Callable[[Answer], float]


def spss(export: Export, zone: ZoneInfo, now: datetime) -> bytes:
    """The .sav file of all responses, weights switched on; it takes a while."""
    names = Names()
    made = _about(export, zone, names)
    sets: list[Several] = []
    questions = asked(export.form)
    columns = _columns(export, questions)
    for question in questions:
        found = _variables(question, columns[question.id], names)
        made += found
        if question.kind is Kind.SEVERAL:
            sets.append(Several(names.of(f"{column(question)}_set"), question.text, tuple(one.name for one in found)))
    return sav(made, title=export.info.title, made=now.astimezone(zone), weight="weight", sets=sets)


class Names:
    """Names that SPSS takes, each once, whatever the case of its letters."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def of(self, wanted: str) -> str:
        plain = re.sub(r"[^A-Za-z0-9_]", "_", wanted)[:50].rstrip("_") or "v"
        if not plain[0].isalpha() or plain.lower() in RESERVED:
            plain = f"v_{plain}"
        name, number = plain, 1
        while name.lower() in self._taken:
            number += 1
            name = f"{plain}_{number}"
        self._taken.add(name.lower())
        return name


def _columns(export: Export, questions: Sequence[Question]) -> Mapping[str, Sequence[Answer | None]]:
    """The answers to each question, one a response."""
    cells = reader(export.form, questions, lambda _, answer: answer)
    rows = [cells(one.answers) for one in export.responses]
    return {question.id: [row[at] for row in rows] for at, question in enumerate(questions)}


def _about(export: Export, zone: ZoneInfo, names: Names) -> list[Variable]:
    """What is known of each response beside its answers."""
    said, all_ = words.ABOUT, export.responses
    provinces = [province_of(one.unit) for one in all_]
    days = [_day(one.ended_at.astimezone(zone).date().toordinal()) for one in all_]
    modes = {float(n): words.MODES[mode] for n, mode in enumerate(MODES, 1)}
    made = [
        Variable(names.of("day"), said["day"], _floats(days), form=Format.DAY, width=10, measure=Measure.SCALE),
        _text(names, "unit", [one.unit for one in all_]),
        _text(names, "province", provinces, {code: place_name(code) for code in sorted({*provinces} - {""})}),
        _text(names, "stratum", [export.design.stratum_of(one.unit) for one in all_]),
        Variable(names.of("mode"), said["mode"], _floats([MODES.index(one.mode) + 1 for one in all_]), labels=modes),
        _text(names, "language", [one.language for one in all_]),
        Variable(names.of("weight"), said["weight"], _floats([one.weight for one in all_]), width=12, decimals=6,
                 measure=Measure.SCALE),
        Variable(names.of("excluded"), said["excluded"], _floats([one.excluded for one in all_]), labels=CHOSEN),
    ]  # fmt: skip
    for flag in Flag:
        name = flag.name or ""
        values = _floats([bool(one.flags & flag) for one in all_])
        made.append(Variable(names.of(f"flag_{name.lower()}"), words.FLAGS[name], values, labels=CHOSEN))
    return made


def _floats(values: Sequence[float]) -> NDArray[np.float64]:
    return np.asarray(values, np.float64)


def _text(names: Names, name: str, values: Sequence[str], labels: Mapping[str, str] | None = None) -> Variable:
    kept = [value.encode() for value in values]
    width = -(-max(map(len, kept), default=1) // 8) * 8 or 8
    return Variable(names.of(name), words.ABOUT[name], np.asarray(kept, f"S{width}"), text=width, form=Format.TEXT,
                    labels=labels or {})  # fmt: skip


def _day(ordinal: int) -> float:
    """A day as SPSS counts it: seconds since the first day of the Gregorian calendar."""
    return float((ordinal - SPSS_EPOCH) * DAY)


def _variables(question: Question, answers: Sequence[Answer | None], names: Names) -> list[Variable]:
    """One variable, or one for each option."""
    name, label = column(question), question.text
    if question.kind is Kind.SEVERAL:
        return [
            _variable(question, names.of(f"{name}_{question.code(n)}"),
                      words.CHOSEN.format(question=label, option=said), answers, partial(_picked, n), CHOSEN)
            for n, said in enumerate(question.options, 1)
        ]  # fmt: skip
    if question.kind is Kind.RANK:
        return [
            _variable(question, names.of(f"{name}_{question.code(n)}"),
                      words.RANKED.format(question=label, option=said), answers, partial(_rank, n), {},
                      Measure.ORDINAL)
            for n, said in enumerate(question.options, 1)
        ]  # fmt: skip
    if question.kind is Kind.ONE:
        options = {float(n): said for n, said in enumerate(question.options, 1)}
        measure = Measure.ORDINAL if question.factor else Measure.NOMINAL
        return [_variable(question, names.of(name), label, answers, _number, options, measure)]
    if question.kind in GIVEN:
        given = {1.0: words.QUESTION_SAID["given"]}
        return [_variable(question, names.of(name), label, answers, lambda _: 1.0, given)]
    forms: Mapping[Kind, tuple[Value, Format, int, int]] = {
        Kind.DATE: (lambda answer: _day(int(_number(answer))), Format.DAY, 10, 0),
        Kind.TIME: (lambda answer: 60.0 * _number(answer), Format.TIME, 5, 0),
        Kind.DECIMAL: (_number, Format.NUMBER, 12, 4),
    }
    value, form, width, decimals = forms.get(question.kind, (_number, Format.NUMBER, 11, 0))
    return [_variable(question, names.of(name), label, answers, value, {}, Measure.SCALE, form, width, decimals)]


def _number(answer: Answer) -> float:
    return float(answer) if isinstance(answer, int | float) else np.nan


def _picked(option: int, answer: Answer) -> float:
    return float(option in answer.options) if isinstance(answer, Picked) and answer.done else np.nan


def _rank(option: int, answer: Answer) -> float:
    there = isinstance(answer, Ranked) and answer.done and option in answer.order
    return answer.order.index(option) + 1.0 if there and isinstance(answer, Ranked) else np.nan


def _variable(
    question: Question, name: str, label: str, answers: Sequence[Answer | None], value: Value,
    labels: Mapping[float, str], measure: Measure = Measure.NOMINAL, form: Format = Format.NUMBER, width: int = 8,
    decimals: int = 0,
) -> Variable:  # fmt: skip
    """A column of numbers; each different answer is turned into one once."""
    lowest = min(MISSING, question.lowest - 1) if question.kind in (Kind.NUMBER, Kind.DECIMAL) else MISSING
    nothing = {way: float(lowest - n) for n, way in enumerate(Skipped)}
    known: dict[Answer | None, float] = {None: np.nan}

    def number(answer: Answer | None) -> float:
        if answer not in known:
            assert answer is not None
            known[answer] = nothing[answer] if isinstance(answer, Skipped) else value(answer)
        return known[answer]

    told = {nothing[Skipped.SKIPPED]: "left_out", nothing[Skipped.UNKNOWN]: "unknown",
            nothing[Skipped.INAPPLICABLE]: "inapplicable"}  # fmt: skip
    every = {**labels, **{code: words.QUESTION_SAID[key] for code, key in told.items()}}
    return Variable(
        name, label, _floats([number(answer) for answer in answers]), form=form, width=width, decimals=decimals,
        measure=measure, labels=every, missing=tuple(nothing.values()),
    )  # fmt: skip
