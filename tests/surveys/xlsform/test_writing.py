"""Questionnaires as workbooks: other programs take them, and they read back asking the same."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pyxform.xls2xform import convert

from surveys.answers import Answer, Rejected
from surveys.expression import parse as parse_expression
from surveys.journey import journey, record
from surveys.loading import parse
from surveys.questionnaire import CHOOSING, Kind, Question, Questionnaire
from surveys.xlsform.expressions import renamed
from surveys.xlsform.languages import heading
from surveys.xlsform.questions import KEPT
from surveys.xlsform.writing import workbook
from tests.surveys.making import answers_to, questionnaires, unusable_answers
from tests.surveys.test_writing import FORMS
from tests.surveys.xlsform.forms import made, taken

DAY = date(2026, 11, 26)
ENDING = parse("""\
key: ending
title: Phiếu
intro: Mời
consent: {version: "1", text: Đồng ý}
thanks: Cảm ơn
goodbye: Tạm biệt
questions:
  - {id: tuổi, kind: number, text: Tuổi, min: 0, max: 120, ends_if: ". < 18"}
  - id: m
    kind: matrix
    text: Bảng
    options: [{code: k, label: Kém}, {code: t, label: Tốt}]
    ask_if: "${tuổi} > 20"
    rows: [{id: a b, text: Một}, {id: A_b, text: Hai, optional: true}]
  - {id: x, group: m, heading: Bảng, text: Ba, options: [Có, Không], ends_if: [2], ask_if: "${a b} = 'k'"}
  - {id: y, group: m, heading: Bảng, kind: text, text: Bốn, limit: 5, constraint: "regex(., '[0-9]+') or . = ${a b}"}
  - {id: c, calculation: "concat(${a b}, '.', 1.5)"}
  - {id: z, text: "=1+1", options: ["-", "+84", "@nhà"], hint: "=HYPERLINK('x')"}
""")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("forms")


def plainly(question: Question) -> Question:
    """A question as every format says it: codes always named, limits only where they are one."""
    kind, numbers = question.kind, question.kind in (Kind.NUMBER, Kind.DECIMAL)
    silent = kind in (Kind.NOTE, Kind.CALCULATION)
    return replace(
        question,
        text="" if kind is Kind.CALCULATION else question.text,
        codes=tuple(question.code(n) for n in range(1, len(question.options) + 1)),
        group=question.group or question.id,
        lowest=question.lowest if numbers else 0,
        highest=question.highest if numbers else 0,
        optional=question.optional or silent,
        ask_if=question.ask_if if kind is not Kind.CALCULATION else None,
        extra={name: question.extra[name] for name in KEPT if name in question.extra},
    )


def asks_the_same(one: Questionnaire, other: Questionnaire) -> None:
    assert [plainly(q) for q in other.questions] == [plainly(q) for q in one.questions]
    assert (other.factors, other.domains, other.consent) == (one.factors, one.domains, one.consent)
    for name in ("key", "title", "intro", "thanks", "goodbye", "languages"):
        assert getattr(other, name) == getattr(one, name)


@pytest.mark.parametrize("form", [*FORMS, ENDING], ids=lambda form: form.key)
def test_what_is_written_reads_back_in_every_language(form, folder):
    again = made(folder, workbook(form, version="3"))
    for language in form.languages:
        asks_the_same(form.spoken(language), again.spoken(language))


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(questionnaires(), st.data())
def test_any_questionnaire_reads_back_with_the_same_journeys(folder, form, data):
    again = made(folder, workbook(form))
    asks_the_same(form, again)

    one: dict[str, Answer] = {}
    other: dict[str, Answer] = {}
    for _ in range(20):
        here, there = journey(form, one), journey(again, other)
        assert (here.steps, [q.id for q in here.answered]) == (there.steps, [q.id for q in there.answered])
        assert (here.ended_by and here.ended_by.id) == (there.ended_by and there.ended_by.id)
        assert (here.next and here.next.id) == (there.next and there.next.id)
        if here.next is None:
            break
        asked = here.next.id
        answer = data.draw(st.one_of(answers_to(here.next), unusable_answers()))
        outcomes = []
        for questionnaire, answers in ((form, one), (again, other)):
            try:
                outcomes.append(record(questionnaire, answers, asked, answer, today=DAY))
            except Rejected as error:
                outcomes.append({"rejected": error.reason})
        assert outcomes[0] == outcomes[1]
        if "rejected" not in outcomes[0]:
            one, other = outcomes


def rows(element: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All rows of a form as the reference converter understands them."""
    for child in element.get("children", []):
        yield child
        yield from rows(child)


@pytest.mark.parametrize("form", [*FORMS, ENDING], ids=lambda form: form.key)
def test_the_reference_converter_takes_it_and_reads_the_same_conditions(form):
    warnings: list[str] = []
    found = convert(workbook(form, version="3"), warnings=warnings)

    assert [warning for warning in warnings if "max-pixels" not in warning] == []
    title, version = found._pyxform["title"], found._pyxform["version"]
    assert (title, version, found._pyxform["default_language"]) == (form.title, "3", heading(form.language))
    read = {row["name"]: row for row in rows(found._pyxform) if "name" in row}
    names = {q.id: read.get(q.id, {}).get("name", None) or _name(read, q, form) for q in form.questions}
    for question in form.questions:
        row = read[names[question.id]]
        bind = row.get("bind", {})
        label = row.get("label", {}).get(heading(form.language), "") if row.get("label") else ""
        assert label == question.text.replace("“", '"').replace("”", '"') or question.kind is Kind.CALCULATION
        for said, key in ((question.filter, "choice_filter"), (question.calculation, "calculate")):
            written = row.get(key) if key == "choice_filter" else bind.get(key)
            assert (written or None) == (renamed(said.source, names) if said else None)
        if question.constraint is not None:
            assert renamed(question.constraint.source, names) in bind["constraint"]
        if question.kind in CHOOSING:
            choices = found._pyxform["choices"][row["list_name"]]
            assert [one["name"] for one in choices] == [question.code(n + 1) for n in range(len(choices))]


def _name(read: dict[str, Any], question: Question, form: Questionnaire) -> str:
    """The name that a question was given where its own is no name elsewhere: found by its words."""
    return next(
        name for name, row in read.items()
        if isinstance(row.get("label"), dict) and row["label"].get(heading(form.language)) == question.text
    )  # fmt: skip


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(questionnaires())
def test_the_reference_converter_takes_any_questionnaire(form):
    assert "<h:html" in convert(workbook(form)).xform


def cells(content: bytes, sheet: str) -> list[dict[str, Any]]:
    """The rows of a sheet by its headings, without what is blank."""
    head, *rest = load_workbook(io.BytesIO(content))[sheet].iter_rows()
    return [{str(h.value): cell for h, cell in zip(head, row, strict=True) if cell.value} for row in rest]


def test_names_are_made_valid_and_the_rest_follows_behind_an_ending():
    survey = cells(workbook(ENDING), "survey")
    shown = [
        (row["type"].value, *(row[c].value if c in row else "" for c in ("name", "loa_id", "relevant")))
        for row in survey
    ]
    assert shown == [
        ("note", "loa_intro", "", ""),
        ("acknowledge", "loa_consent", "", ""),
        ("integer", "tuoi", "tuổi", ""),
        ("begin_group", "after_tuoi", "", "not(${tuoi} < 18)"),
        ("begin_group", "m", "", ""),
        ("select_one list_a_b", "a_b", "a b", "${tuoi} > 20"),
        ("select_one list_a_b", "A_b_2", "A_b", "${tuoi} > 20"),
        ("select_one list_x", "x", "", "${a_b} = 'k'"),
        ("end_group", "", "", ""),
        ("begin_group", "after_x", "", "not((${a_b} = 'k') and (selected(${x}, '2')))"),
        ("begin_group", "m_2", "m", ""),
        ("text", "y", "", ""),
        ("end_group", "", "", ""),
        ("calculate", "c", "", ""),
        ("select_one list_z", "z", "", ""),
        ("note", "loa_thanks", "", ""),
        ("end_group", "", "", ""),
        ("end_group", "", "", ""),
        ("note", "loa_goodbye", "", "(${tuoi} < 18) or ((${a_b} = 'k') and (selected(${x}, '2')))"),
    ]
    constraints = {row["name"].value: row["constraint"].value for row in survey if "constraint" in row}
    assert constraints == {
        "tuoi": ". >= 0 and . <= 120",
        "y": "string-length(.) <= 5 and (regex(., '[0-9]+') or . = ${a_b})",
    }
    assert next(row["calculation"].value for row in survey if "calculation" in row) == "concat(${a_b}, '.', 1.5)"


def test_no_cell_is_a_formula():
    content = workbook(ENDING)
    every = [
        cell for sheet in ("survey", "choices", "settings") for row in cells(content, sheet) for cell in row.values()
    ]
    begun = sorted(cell.value for cell in every if cell.value[0] in "=+-@")
    assert begun == ["+84", "-", "=1+1", "=HYPERLINK('x')", "@nhà"]
    assert {cell.data_type for cell in every} == {"s"}
    assert all(cell.quotePrefix for cell in every if cell.value in begun)


def test_a_quoted_answer_and_what_a_workbook_cannot_hold_are_written_harmlessly(folder):
    form = replace(ENDING, questions=(Question("q", "Chào ${name}\x0b!", Kind.TEXT, group="q"),), goodbye="")
    assert made(folder, workbook(form)).question("q").text == "Chào $ {name}!"
    assert "<h:html" in convert(workbook(form)).xform


def test_notes_on_our_own_workbook_name_only_what_is_kept_aside(folder):
    assert [str(note) for note in taken(folder, workbook(FORMS[1], version="3")).notes] == [
        "sheet settings, row 2, column version: the version '3' is not kept; versions are counted here"
    ]


def test_a_number_without_limits_stays_so(folder):
    question = Question("n", "Số", Kind.DECIMAL, group="n", lowest=-2_000_000_000, highest=2_000_000_000)
    limited = replace(question, id="m", group="m", lowest=-5, highest=7, constraint=parse_expression(". != 3"))
    form = replace(ENDING, questions=(question, limited), goodbye="")
    asks_the_same(form, made(folder, workbook(form)))
