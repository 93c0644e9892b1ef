"""The scripted respondents of every shipped questionnaire fare as their scripts say; what else a script may say."""

from pathlib import Path

import pytest

from surveys.linting import Weight, lint
from surveys.loading import parse
from surveys.questionnaire import BadQuestionnaire
from surveys.script import Difference, never_asked, play, random_respondent, read
from tests.surveys.making import SHIPPED, shipped

CASES = Path(__file__).parents[1] / "cases" / "questionnaires"
KINDS = parse((CASES / "kinds.yaml").read_text(encoding="utf-8"))
HEAD = """\
key: narrow
title: Phiếu
intro: Mời
consent: {version: "1", text: "Đồng ý?"}
thanks: Cảm ơn
"""
WHOLE = """\
respondents:
  - name: lan
    answers: {came: Rồi, where: hue, ward: th, day: 1/2/2026, hour: 8h30, times: 3, fee: "1,5", order: [2, 1, 3],
              why: Thiếu giấy tờ, r1: 4, r2: Hài lòng, r3: not_applicable, r4: 1, spot: 16.46 107.59, photo: skip}
    expect: {asked: [why], ends: complete, values: {often: nhiều}, rejects: {day: 1/2/2090, times: [0, 7], ward: bd}}
  - name: bình
    answers: {came: 2}
    expect: {ends: screened out, not_asked: [where]}
"""


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_scripted_respondents_of_a_shipped_questionnaire(path: Path):
    form = shipped(path)
    script = path.parent / "scripts" / path.name
    people = read(script.read_text(encoding="utf-8"), form)
    assert people
    assert [one for person in people for one in play(form, person)] == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_nothing_keeps_a_shipped_questionnaire_from_being_published(path: Path):
    form = shipped(path)
    assert [finding for finding in lint(form) if finding.weight is Weight.ERROR] == []
    assert never_asked(form, [random_respondent(form, seed) for seed in range(20)]) == ()


def test_a_script_that_is_right_shows_no_difference():
    assert [one for person in read(WHOLE, KINDS) for one in play(KINDS, person)] == []


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("ends: complete", "ends: screened out", "it ends as 'complete', not as 'screened out'"),
        ("asked: [why]", "not_asked: [why]", "why is asked"),
        ("times: 3", "times: 2", "why is not asked"),
        ("often: nhiều", "often: ít", "often is 'nhiều', not 'ít'"),
        ("times: [0, 7]", "times: [0, 6]", "times takes 6, which it should reject"),
        ("ward: th", "ward: bd", "ward does not take 'bd' (no_such_option)"),
        ("1/2/2026", "1/2/2090", "day does not take '1/2/2090' (Ngày nhận kết quả chưa tới. Xin xem lại.)"),
        ("r4: 1, ", "", "it ends as 'stops at r4', not as 'complete'"),
    ],
)
def test_a_difference_is_told_with_its_line_and_name(right: str, wrong: str, said: str):
    assert right in WHOLE
    found = [one for person in read(WHOLE.replace(right, wrong), KINDS) for one in play(KINDS, person)]
    assert Difference(2, "lan", said) in found


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ("- a", "a script is a mapping with 'respondents:', a list"),
        ("{questionnaire: a, respondents: []}", "the script is for the questionnaire 'a', not for 'kinds'"),
        ("respondents: [5]", "a respondent must be a mapping, not 5"),
        (
            "respondents:\n  - {nam: x}",
            "line 2: unknown key 'nam'; known are answers, expect, name, otherwise, today",
        ),
        ("respondents:\n  - {expect: {end: x}}", "line 2: unknown key 'end'; known are asked, ends, "),
        ("respondents:\n  - {answers: {x: 1}}", "line 2: there is no question 'x'"),
        ("respondents:\n  - {today: soon}", "line 2: 'today' must be a day such as 2026-11-26"),
        ("respondents: [", "line 1: not YAML: "),
    ],
)
def test_a_script_that_cannot_be_meant_is_told(script: str, problem: str):
    with pytest.raises(BadQuestionnaire) as caught:
        read(script, KINDS)
    assert str(caught.value).startswith(problem)


def test_random_respondents_are_repeatable_and_reach_everything():
    runs = [random_respondent(KINDS, seed) for seed in range(60)]
    assert runs == [random_respondent(KINDS, seed) for seed in range(60)]
    assert never_asked(KINDS, runs) == ()
    assert never_asked(KINDS, []) == tuple(q.id for q in KINDS.questions if q.asked)


@pytest.mark.parametrize(
    "asked",
    ["{id: a, kind: number, text: Tuổi, min: -2000000000, max: 2000000000, constraint: '. >= 18 and . <= 110'}",
     "{id: a, kind: decimal, text: Phí, min: -2000000000, max: 2000000000, constraint: '. > 0 and . < 1'}"],
)  # fmt: skip
def test_random_respondents_come_into_a_narrow_constraint(asked: str):
    form = parse(f"{HEAD}questions: [{asked}]")

    assert [len(random_respondent(form, seed)) for seed in range(20)] == [1] * 20


def test_random_respondents_heed_what_was_answered_before():
    form = parse(f"""{HEAD}questions:
  - {{id: all, kind: number, text: Tất cả, min: 1, max: 1000000000}}
  - {{id: some, kind: number, text: Trong đó, min: 0, max: 1000000000, constraint: ". <= ${{all}} and . > ${{all}} - 9"}}
""")

    assert [len(random_respondent(form, seed)) for seed in range(20)] == [2] * 20
