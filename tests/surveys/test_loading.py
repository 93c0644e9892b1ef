"""Questionnaires in YAML: what is made of them, and the line of every mistake."""

import unicodedata
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from surveys.expression import any_chosen
from surveys.loading import parse
from surveys.questionnaire import BadQuestionnaire, ConsentText, Domain, Factor, Kind, Question, Questionnaire
from tests.surveys.making import quick

SMALL = """\
key: small
title: Phiếu nhỏ
intro: Mời ông/bà.
consent: {version: "1", text: Đồng ý}
thanks: Cảm ơn!
scales:
  level:
    options: [Kém, Vừa, Tốt]
    satisfied: [3]
index:
  domains: [{id: d, label: Dịch vụ}]
  factors: [{id: f, domain: d, label: Tiếp cận, short: Tiếp}]
questions:
  - {id: used, text: Đã làm, options: [Rồi, Chưa]}
  - id: rate
    kind: matrix
    text: Đánh giá thế nào?
    scale: level
    ask_if: {used: [1]}
    rows:
      - {id: r1, text: Chỗ ngồi, factor: f, explain: Bàn ghế, short: Chỗ}
      - {id: r2, text: Nhìn chung, optional: true, weight: 2}
  - {id: n, kind: number, text: Mấy lần, min: 1, max: 9}
  - {id: t, kind: text, text: Góp ý, optional: true, sensitive: true, limit: 50}
"""


def test_matrix_becomes_its_rows_under_one_heading():
    form = parse(SMALL)
    scale: dict[str, Any] = {
        "options": ("Kém", "Vừa", "Tốt"),
        "satisfied": frozenset({3}),
        "ask_if": any_chosen({"used": "1"}),
    }
    assert form.questions == (
        Question("used", "Đã làm", options=("Rồi", "Chưa"), group="used"),
        Question(
            "r1", "Chỗ ngồi", group="rate", heading="Đánh giá thế nào?", short="Chỗ", explain="Bàn ghế", factor="f",
            **scale,
        ),
        Question("r2", "Nhìn chung", group="rate", heading="Đánh giá thế nào?", optional=True, weight=2, **scale),
        Question("n", "Mấy lần", Kind.NUMBER, group="n", lowest=1, highest=9),
        Question("t", "Góp ý", Kind.TEXT, group="t", optional=True, sensitive=True, limit=50),
    )  # fmt: skip
    assert (form.key, form.title, form.intro, form.thanks) == ("small", "Phiếu nhỏ", "Mời ông/bà.", "Cảm ơn!")
    assert form.consent == ConsentText("1", "Đồng ý")
    assert form.factors == (Factor("f", "d", "Tiếp cận", "Tiếp"),)
    assert form.domains == (Domain("d", "Dịch vụ"),)


def test_texts_are_composed_however_they_were_typed():
    typed = parse(unicodedata.normalize("NFD", SMALL))
    assert typed.questions == parse(SMALL).questions


@pytest.mark.parametrize(
    ("written", "instead", "problem"),
    [
        (
            "title: Phiếu nhỏ",
            "title: Phiếu: nhỏ",
            "line 2: not YAML: mapping values are not allowed here; write a text with",
        ),
        ("title: Phiếu nhỏ", "title: {vi: Phiếu, de: Form}", "line 2: 'title' must be a text, or one for each of"),
        ("title: Phiếu nhỏ", "title: 5", "line 1: 'title' must be a text"),
        ("title: Phiếu nhỏ\n", "", "line 1: 'title' must be a text; it is missing"),
        ("thanks: Cảm ơn!", "thanks: ' '", "line 1: 'thanks' must be a text"),
        (
            'consent: {version: "1", text: Đồng ý}',
            "consent: có",
            "line 1: 'consent' with 'version' and 'text' is missing",
        ),
        ('version: "1"', "version: 1", "line 4: 'version' must be a text"),
        ("    options: [Kém, Vừa, Tốt]", "    options: Kém", "line 8: 'options' must be a list"),
        ("    satisfied: [3]", "    satisfied: [Tốt]", "line 8: 'satisfied' must list option numbers"),
        ("  level:", "  levels:", "line 15: there is no scale 'level' under 'scales'"),
        ("{id: d, label: Dịch vụ}", "d", "line 11: 'domains' must be a list of mappings, and 'd' is none"),
        ("domain: d,", "domain: e,", "factor f: there is no domain 'e'"),
        (
            "{id: used, text: Đã làm, options: [Rồi, Chưa]}",
            "used",
            "line 1: a question must be a mapping, not 'used'",
        ),
        ("id: used, text", "id: used, texts", "line 14: unknown key 'texts'; known are "),
        (
            "kind: number",
            "kind: numbre",
            "line 23: unknown kind 'numbre'; known are one, several, rank, number, decimal, ",
        ),
        ("ask_if: {used: [1]}", "ask_if: {used: [3]}", "line 15: ask_if waits for [3] of 'used'"),
        ("ask_if: {used: [1]}", "ask_if: {used: 1}", "line 21: a number or a list of numbers is not one: "),
        ("ask_if: {used: [1]}", "ask_if: used", "question r1: ask_if names 'used'; write ${used} for a question"),
        ("factor: f, explain", "factr: f, explain", "line 21: unknown key 'factr'; known are "),
        ("min: 1", "min: một", "line 23: a number or a list of numbers is not one: "),
        ("min: 1", "min: 10", "question n: 'min' and 'max' must be in order and at most "),
        ("weight: 2", "weight: -2", "question r2: 'weight' must be a number above 0"),
        ("id: n,", "id: t,", "question t: its id is used twice"),
    ],
)
def test_mistake_is_told_with_its_line(written: str, instead: str, problem: str):
    assert written in SMALL
    with pytest.raises(BadQuestionnaire) as caught:
        parse(SMALL.replace(written, instead, 1))
    assert str(caught.value).startswith(problem)


@pytest.mark.parametrize(
    "source", ["", "- a\n- b", "một câu", "\0", "a: \x07", "key: &a [*a]", "!!python/object:os.x {}"]
)
def test_what_is_no_questionnaire_is_refused(source: str):
    with pytest.raises(BadQuestionnaire):
        parse(source)


def test_matrix_without_rows_and_form_without_questions_are_refused():
    head, _, _ = SMALL.partition("questions:")
    with pytest.raises(BadQuestionnaire, match=r"^line 1: 'questions' is empty$"):
        parse(head)
    with pytest.raises(BadQuestionnaire, match=r"^line 14: a matrix needs 'rows'$"):
        parse(head + "questions:\n  - {id: m, kind: matrix, text: M, scale: level}\n")


LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 9), st.floats(), st.text(max_size=4), st.sampled_from("af")
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["id", "text", "kind", "options", "scale", "rows", "ask_if", "factor", "min", "a", "f"]),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)


@quick
@given(st.dictionaries(st.sampled_from(["key", "consent", "scales", "index", "questions"]), VALUES, min_size=1))
def test_any_mapping_is_read_or_refused_and_nothing_else(changed):
    source = yaml.safe_dump(yaml.safe_load(SMALL) | changed, allow_unicode=True)
    try:
        made = parse(source)
    except BadQuestionnaire:
        return
    assert isinstance(made, Questionnaire)
