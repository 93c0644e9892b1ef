"""Questionnaires written as YAML read back as they were."""

import json
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.loading import parse
from surveys.official import convert
from surveys.questionnaire import Questionnaire
from surveys.writing import as_yaml
from tests.surveys.making import SHIPPED, questionnaires, quick, shipped

PUBLISHED = Path(__file__).parents[3] / "shared" / "input" / "sipas" / "questionnaire_2026.json"
EVERYTHING = """\
key: every
language: vi
languages: [en]
title: {vi: Phiếu, en: Form}
intro: {vi: Mời ông/bà., en: Welcome.}
consent: {version: "1", text: {vi: "Đồng ý?", en: "Agree?"}}
thanks: Cảm ơn!
goodbye: {vi: Tạm biệt, en: Goodbye}
scales:
  level: {options: [{label: {vi: Kém, en: Bad}}, {label: {vi: Tốt, en: Good}}], satisfied: [2]}
  place:
    options: [{code: "01", label: Hà Nội, vung: bắc}, {code: "1", label: Huế, columns: {vung: trung, code: x}}]
index:
  domains: [{id: d, label: {vi: Dịch vụ, en: Service}}]
  factors: [{id: f, domain: d, label: Tiếp cận, short: {vi: Tiếp, en: Access}}]
questions:
  - {id: a, text: {vi: "Ở đâu?", en: "Where?"}, scale: place, extra: {vi: "1", default: "01"}}
  - {id: b, text: "Lại ở đâu?", scale: place, filter: "vung != 'bắc' or ${a} = '01'", shuffle: true, image: a.png}
  - id: m
    kind: matrix
    text: {vi: Đánh giá, en: Rate}
    scale: level
    ask_if: "${a} = '01'"
    dont_know: true
    rows: [{id: r1, text: Một, factor: f, weight: 2, short: M}, {id: r2, text: Hai, not_applicable: true}]
  - {id: c, calculation: "count-selected(${b}) + 1", text: {vi: "", en: Counted}}
  - {id: n, kind: decimal, text: Số, min: -5, max: 9, constraint: ". < 8", constraint_said: {vi: Nhỏ, en: Small}}
  - {id: t, kind: text, text: Chữ, limit: 20, optional: true, sensitive: true, hint: Gợi ý, explain: "a: b\\n- c"}
  - {id: p, kind: file, text: Ảnh, accepts: image, ends_if: ". = ''", group: ""}
  - {id: o, kind: note, text: Hết, group: nhóm, heading: Mục}
"""


def parts(form: Questionnaire) -> list[object]:
    """All fields, those of its translations too; a questionnaire itself is equal to nothing else."""
    return [
        [parts(one) for one in form.translations.values()] if field.name == "translations" else getattr(form, field.name)
        for field in fields(form)
    ]  # fmt: skip


FORMS = [parse(EVERYTHING), *map(shipped, SHIPPED)]
if PUBLISHED.exists():
    FORMS.append(parse(convert(json.loads(PUBLISHED.read_text(encoding="utf-8")))))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.key)
def test_what_is_written_reads_back_as_it_was(form):
    assert parts(parse(as_yaml(form))) == parts(form)


@quick
@given(questionnaires(), st.booleans())
def test_any_questionnaire_reads_back_as_it_was_in_all_its_languages(form, translated):
    if translated:
        other = [
            replace(q, text=f"{q.text} (en)", options=tuple(f"{o} (en)" for o in q.options)) for q in form.questions
        ]
        form = replace(form, translations={"en": replace(form, language="en", title="Form", questions=tuple(other))})
    assert parts(parse(as_yaml(form))) == parts(form)


def test_options_that_questions_share_are_written_once():
    assert as_yaml(FORMS[1]).count("Rất không hài lòng") == 1
