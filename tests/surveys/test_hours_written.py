"""Hours as people write them and as JSON: what is read, and what is said of the rest."""

import json
from datetime import UTC, date, time

import pytest
from hypothesis import given

from surveys.workdays import BadHours, Hours, from_dict, from_text
from tests.surveys.test_workdays import HOURS, OFFICE

ALL = frozenset(range(1, 8))


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        ("08:00-20:00 T2-T6", OFFICE),
        ("8h-20h T2-CN", Hours(time(8), time(20), ALL)),
        ("  8h30 – 17h  t2,t4 , cn ", Hours(time(8, 30), time(17), frozenset({1, 3, 7}))),
        ("7:30-11h15; T7", Hours(time(7, 30), time(11, 15), frozenset({6}))),
        ("8H-20H, T7-T2", Hours(time(8), time(20), frozenset({6, 7, 1}))),
        ("8h-20h T2 - T4 T6.", Hours(time(8), time(20), frozenset({1, 2, 3, 5}))),
        ("0:00-23:59 CN-CN", Hours(time(0), time(23, 59), frozenset({7}))),
        ("8h-20h", OFFICE),
    ],
)
def test_hours_are_read_as_people_write_them(said, hours):
    assert from_text(said) == hours


EXAMPLE = "; write for example '08:00-20:00 T2-T6' or '8h-11h30 T2,T4,CN'"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", "no hours from and to in ''" + EXAMPLE),
        ("T2-T6", "no hours from and to in 'T2-T6'" + EXAMPLE),
        ("8-20 T2-T6", "no hours from and to in '8-20 T2-T6'" + EXAMPLE),
        ("8h T2-T6", "no hours from and to in '8h T2-T6'" + EXAMPLE),
        ("8h-24h T2-T6", "'24h' is no time of day, the last is 23:59" + EXAMPLE),
        ("8:60-20h", "'8:60' is no time of day, the last is 23:59" + EXAMPLE),
        ("20h-8h T2-T6", "20:00 is not before 08:00" + EXAMPLE),
        ("8h-8h", "08:00 is not before 08:00" + EXAMPLE),
        ("8h-20h T1-T6", "'T1' is no weekday, they are T2 to T7 and CN" + EXAMPLE),
        ("8h-20h T2-T8", "'T8' is no weekday, they are T2 to T7 and CN" + EXAMPLE),
        ("8h-20h thứ hai", "'THỨ' is no weekday, they are T2 to T7 and CN" + EXAMPLE),
        ("8h-20h T2-T4-T6", "'T2-T4-T6' is no range of weekdays" + EXAMPLE),
    ],
)
def test_hours_that_cannot_be_read_say_what_is_wrong(said, why):
    with pytest.raises(BadHours) as refused:
        from_text(said)

    assert str(refused.value) == why


@given(HOURS)
def test_hours_come_back_from_json(hours):
    assert from_dict(json.loads(json.dumps(hours.as_dict()))) == hours


def test_hours_as_json():
    hours = Hours(
        time(7, 30), time(20), frozenset({6, 1}), frozenset({date(2026, 12, 24)}), frozenset({date(2026, 12, 27)})
    )

    assert hours.as_dict() == {
        "opens": "07:30",
        "closes": "20:00",
        "weekdays": [1, 6],
        "quiet": ["2026-12-24"],
        "working": ["2026-12-27"],
        "holidays": True,
    }
    assert from_dict({"opens": "8:00", "closes": "20h"}) == OFFICE


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"open": "8:00"}, "'open' is none of opens, closes, weekdays, quiet, working, holidays"),
        ({"opens": None}, "None is no time of day" + EXAMPLE),
        ({"opens": 8}, "8 is no time of day" + EXAMPLE),
        ({"closes": "7:00"}, "08:00 is not before 07:00" + EXAMPLE),
        ({"weekdays": "T2"}, "weekdays is a list, not 'T2'"),
        ({"weekdays": [1, "T3"]}, "weekdays are a list of numbers such as [1, 2, 3, 4, 5], not [1, 'T3']"),
        ({"weekdays": [True]}, "weekdays are a list of numbers such as [1, 2, 3, 4, 5], not [True]"),
        ({"weekdays": [0, 8]}, "weekdays go from 1, Monday, to 7, Sunday, not [0, 8]" + EXAMPLE),
        ({"quiet": "2026-12-24"}, "quiet is a list, not '2026-12-24'"),
        ({"quiet": ["24/12/2026"]}, "'24/12/2026' is no day; write for example '2026-08-22'"),
        ({"working": [20261224]}, "20261224 is no day; write for example '2026-08-22'"),
        (
            {"quiet": ["2026-12-24"], "working": ["2026-12-24"]},
            "24/12/2026 cannot be both a quiet and a working day; leave out one",
        ),
        ({"holidays": "yes"}, "holidays is true or false, not 'yes'"),
    ],
)
def test_json_that_is_no_hours_says_what_is_wrong(more, why):
    with pytest.raises(BadHours) as refused:
        from_dict({"opens": "8:00", "closes": "20:00"} | more)

    assert str(refused.value) == why


@pytest.mark.parametrize("opens", [time(8, 0, 1), time(8, 0, 0, 5), time(8, tzinfo=UTC)])
def test_hours_are_local_and_in_whole_minutes(opens):
    with pytest.raises(BadHours, match="is no local time in whole minutes"):
        Hours(opens, time(20))
