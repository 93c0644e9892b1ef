"""The design of a survey: what is read of it, what is refused, and that nothing is lost on the way to the database."""

from datetime import timedelta
from json import dumps
from typing import Any

import pytest

from surveys.design import BadDesign, Design, Recruiting, as_dict, from_dict, parts_of, read
from surveys.quality import Flag

WHOLE: dict[str, Any] = {
    "recruiting": "invited", "population": "Người đã nhận kết quả năm 2026", "size": 120_000,
    "targets": {"01": 300, "79": 300}, "hours": "08:00-20:00 T2-T6", "delay_days": 2, "spread_hours": 12,
    "reminder_hours": [48, 120], "expires_days": 30, "quick_seconds": 1.5, "quick_share": 0.6, "straight_items": 20,
    "exclude": ["quick", "duplicate"], "margins": {"gender": {"1": 0.49, "2": 0.51}}, "trim": 4,
    "quotas": [{"name": "nam", "target": 100, "when": "${gender} = '1'"}, {"name": "Hà Nội", "target": 50, "unit": "01"}],
}  # fmt: skip


def test_a_design_comes_back_from_the_database_as_it_was_written():
    design = from_dict(WHOLE)

    assert read(dumps(as_dict(design))) == design
    assert (design.recruiting, design.delay, design.spread) == (
        Recruiting.INVITED, timedelta(days=2), timedelta(hours=12),
    )  # fmt: skip
    assert design.reminders == (timedelta(hours=48), timedelta(hours=120))
    assert design.exclude == Flag.QUICK | Flag.DUPLICATE
    assert design.targets == {"01": 300, "79": 300}


def test_a_margin_may_cross_questions():
    crossed = from_dict({"margins": {"sex*age": {"1*1": 20, "1 *2": 30, "2 * 1": 50}}})
    assert crossed.margins == {"sex * age": {"1 * 1": 20, "1 * 2": 30, "2 * 1": 50}}
    assert [parts_of(one) for one in ("sex * age", "sex")] == [("sex", "age"), ("sex",)]
    assert from_dict(as_dict(crossed)) == crossed


def test_no_design_is_one_without_any_wishes():
    assert read("") == Design() == from_dict({})


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"margins": {"gender": 0.5}}, "margins: must say for questions how many people there are of each option"),
        ({"margins": {"gender": {"1": 0.5, "2": 0.4}}}, "margins: gender: the shares add up to 0.9, not to 1"),
        ({"margins": {"gender": {"1": "half"}}}, "margins: gender: 1: must be a number of 0 or more, not 'half'"),
        (
            {"margins": {"a": {"1": 200, "2": 300}, "b": {"1": 501}}},
            "margins: they count different numbers of people: a 500, b 501",
        ),
        (
            {"margins": {"a * b": {"1 * 1": 0.5, "2": 0.5}}},
            "margins: a * b: 2: must say a code for each question, such as '1 * 2'",
        ),
        ({"margins": {"a * a": {"1 * 1": 1}}}, "margins: a * a: must be a question, or different ones with '*'"),
        ({"margins": {"a *": {"1 * 1": 1}}}, "margins: a *: must be a question, or different ones with '*'"),
        ({"trim": 1}, "trim: must be a number of 1.5 or more, not 1"),
        ({"recruting": "open"}, "unknown key 'recruting'; known are delay_days, exclude, "),
        ({"recruiting": "street"}, "recruiting: 'street' is none of open, invited, interviews"),
        ({"exclude": ["slow"]}, "exclude: 'slow' is none of quick, straight, duplicate, over_quota"),
        ({"exclude": "quick"}, "exclude: must be a list"),
        ({"reminder_hours": [24, 48, 72]}, "reminders: at most 2"),
        ({"reminder_hours": [5]}, "reminders: the first after 20 hours or more"),
        ({"reminder_hours": [48, 50]}, "reminders: the first after 20 hours or more"),
        ({"reminder_hours": ["soon"]}, "reminder_hours: must be a number of 1 or more, not 'soon'"),
        ({"reminder_hours": [48], "expires_days": 1}, "expires_days: must be later than the last reminder"),
        ({"expires_days": 0}, "expires_days: must be a number of 1 or more, not 0"),
        ({"size": -1}, "size: must be a number of 0 or more, not -1"),
        ({"targets": ["01"]}, "targets: must be a mapping of unit codes to numbers"),
        ({"targets": {1: 300}}, "targets: 1: 300; write the code in quotation marks and a whole number"),
        ({"hours": "all day"}, "hours: "),
        ({"quotas": ["x"]}, "quotas[1]: must be a mapping with 'name', 'target', and 'when' or 'unit'"),
        ({"quotas": [{"name": "a", "target": 0}]}, "quotas[1]: 'target' must be a whole number of 1 or more, not 0"),
        ({"quotas": [{"name": "a", "target": 1, "when": "${a"}]}, "quotas[1]: 'when': '$' cannot be read"),
        ({"quotas": [{"name": "a", "target": 1, "cell": "x"}]}, "quotas[1]: unknown key 'cell'"),
        ({"quotas": [{"name": "a", "target": 1}, {"name": "a", "target": 2}]}, "quotas: the name 'a' is used twice"),
    ],
)
def test_what_is_wrong_is_told_with_its_key(wrong: dict[str, Any], problem: str):
    with pytest.raises(BadDesign) as caught:
        from_dict(wrong)
    assert str(caught.value).startswith(problem)


@pytest.mark.parametrize(
    ("exclude", "flags", "out"),
    [
        ([], Flag(0), False), ([], Flag.QUICK, False), (["quick"], Flag.QUICK, True),
        (["quick"], Flag.STRAIGHT, False), (["quick", "straight"], Flag.STRAIGHT | Flag.DUPLICATE, True),
        ([], Flag.OVER_QUOTA, True),
    ],
)  # fmt: skip
def test_what_keeps_a_response_out(exclude: list[str], flags: Flag, out: bool):
    assert from_dict({"exclude": exclude}).keeps_out(flags) is out
