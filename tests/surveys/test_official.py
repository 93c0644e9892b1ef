"""The official form in JSON becomes our questionnaire, word for word."""

import json
from pathlib import Path
from typing import Any

import pytest

from surveys.loading import parse
from surveys.official import convert
from surveys.questionnaire import BadQuestionnaire, Kind, Question

PUBLISHED = Path(__file__).parents[3] / "shared" / "input" / "sipas" / "questionnaire_2026.json"
LEVELS = ["Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng"]
SMALL: dict[str, Any] = {
    "title": "Phiếu khảo sát",
    "demographics": [
        {"id": "gender", "label": "Giới tính", "options": ["Nam", "Nữ"]},
        {"id": "nation", "label": "Dân tộc", "options": ["Kinh", "Khác"], "sensitive": True},
    ],
    "questions": [
        {"id": "q1", "type": "matrix_single", "text": "Câu 1?", "scale": ["Ít", "Nhiều"], "items": ["Y tế", "Giáo dục"]},
        {"id": "q2", "type": "multi", "text": "Câu 2?", "options": ["Loa", "Báo"]},
        {"id": "q5", "type": "single", "text": "Câu 5?", "options": ["Không", "Có"]},
        {
            "id": "q9", "type": "matrix_single", "text": "Câu 9?", "scale": LEVELS,
            "domains": {"policy": "Chính sách"}, "factors": [{"id": "P1", "domain": "policy", "vi": "Giải trình"}],
            "criteria": [
                {"n": 1, "factor": "P1", "text": "Dễ tìm", "explain": "Niêm yết..."},
                {"n": 2, "factor": "P1", "text": "Dễ hiểu"},
            ],
        },
        {"id": "other", "type": "text", "text": "Ý kiến khác", "optional": True},
    ],
}  # fmt: skip
FORMS = [SMALL, *([json.loads(PUBLISHED.read_text(encoding="utf-8"))] if PUBLISHED.exists() else [])]


@pytest.mark.parametrize("official", FORMS, ids=lambda form: f"{len(form['questions'])} questions")
def test_every_word_and_every_row_is_kept(official):
    wanted = [(d["id"], d["label"], tuple(d["options"])) for d in official["demographics"]]
    for asked in official["questions"]:
        options = tuple(asked.get("scale") or asked.get("options") or ())
        rows = [(f"{asked['id']}_{n}", text) for n, text in enumerate(asked.get("items", ()), 1)]
        rows += [(f"c{c['n']:02d}", c["text"]) for c in asked.get("criteria", ())]
        wanted += [(id, text, options) for id, text in rows or [(asked["id"], asked["text"])]]

    form = parse(convert(official))

    assert [(q.id, q.text, q.options) for q in form.questions] == wanted
    assert form.title == official["title"]


@pytest.mark.parametrize("official", FORMS, ids=lambda form: f"{len(form['questions'])} questions")
def test_criteria_keep_their_factors_and_domains(official):
    index = next(q for q in official["questions"] if "criteria" in q)
    form = parse(convert(official))
    assert [(q.factor, q.explain) for q in form.criteria] == [
        (c["factor"], c.get("explain", "")) for c in index["criteria"]
    ]
    assert {q.satisfied for q in form.criteria} == {frozenset({4, 5})}
    assert {f.id: (f.domain, f.label) for f in form.factors} == {
        f["id"]: (f["domain"], f["vi"]) for f in index["factors"]
    }
    assert {d.id: d.label for d in form.domains} == index["domains"]


def test_the_published_form_has_85_questions_and_39_criteria():
    counts = [(len(form.questions), len(form.criteria)) for form in (parse(convert(official)) for official in FORMS)]
    assert counts == [(9, 2), (85, 39)][: len(FORMS)]


def test_sensitive_questions_and_those_that_may_be_skipped():
    form = parse(convert(SMALL, key="hp-2026"))
    assert form.key == "hp-2026"
    assert {q.id for q in form.questions if q.sensitive} == {"nation", "q5"}
    assert {q.id for q in form.questions if q.optional} == {"nation", "other"}
    assert form.question("q2") == Question("q2", "Câu 2?", Kind.SEVERAL, ("Loa", "Báo"), group="q2")
    assert form.question("q1_2").heading == "Câu 1?"


@pytest.mark.parametrize(
    ("official", "problem"),
    [
        ({}, "this JSON has no 'title', so it is not the official questionnaire"),
        ([], "this JSON has no 'title', so it is not the official questionnaire"),
        (5, "this JSON has not the shape of the official questionnaire"),
        ({"title": "T", "questions": []}, "this JSON has no 'demographics'"),
        ({"title": "T", "questions": [], "demographics": []}, "no question has 'criteria'"),
        ({"title": "T", "questions": ["criteria"], "demographics": []}, "this JSON has not the shape"),
        (
            {"title": "T", "questions": [{"id": "q", "criteria": []}], "demographics": []},
            "this JSON has not the shape",
        ),
        (
            SMALL | {"demographics": [{"id": "x"}]},
            "this JSON has not the shape of the official questionnaire: 'label'",
        ),
    ],
)
def test_json_of_another_shape_is_refused(official: Any, problem: str):
    with pytest.raises(BadQuestionnaire) as caught:
        convert(official)
    assert str(caught.value).startswith(problem)
