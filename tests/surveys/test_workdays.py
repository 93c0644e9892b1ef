"""When people may be asked: holidays against the sun and the moon, hours against a walk minute by minute."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.workdays import Hours, NeverOpen, add_workdays, holiday, swapped
from tests.surveys.sky import HANOI, lunar

OFFICE = Hours(time(8), time(20))
TET = "Tết Nguyên Đán"
HUNG_KINGS = "Ngày Giỗ Tổ Hùng Vương"


def here(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=HANOI)


@pytest.mark.parametrize(
    ("year", "tet", "hung_kings"),
    [
        (2026, date(2026, 2, 17), date(2026, 4, 26)),
        (2027, date(2027, 2, 6), date(2027, 4, 16)),
        (2028, date(2028, 1, 26), date(2028, 4, 4)),
        (2029, date(2029, 2, 13), date(2029, 4, 23)),
        (2030, date(2030, 2, 2), date(2030, 4, 12)),
    ],
)
def test_holidays_follow_the_moon(year, tet, hung_kings):
    assert (lunar(1, 1, year), lunar(3, 10, year)) == (tet, hung_kings)
    assert (holiday(tet), holiday(hung_kings)) == (TET, HUNG_KINGS)
    assert [holiday(tet + timedelta(days=n)) for n in (-1, 1, 2, 3)] == [
        "Giao thừa Tết Nguyên Đán",
        "Mùng hai Tết Nguyên Đán",
        "Mùng ba Tết Nguyên Đán",
        "Mùng bốn Tết Nguyên Đán",
    ]


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 1, 1), "Tết Dương lịch"),
        (date(2026, 4, 27), "Ngày Giỗ Tổ Hùng Vương (nghỉ bù)"),
        (date(2026, 4, 30), "Ngày Chiến thắng"),
        (date(2026, 5, 1), "Ngày Quốc tế Lao động"),
        (date(2026, 9, 2), "Quốc khánh"),
        (date(2026, 8, 31), "Ngày nghỉ (thay cho ngày 22/08/2026)"),
        (date(2026, 8, 22), ""),
        (date(2026, 11, 23), ""),
        (date(1850, 1, 1), ""),
    ],
)
def test_holiday_has_a_vietnamese_name(day, name):
    assert holiday(day) == name


def test_a_swapped_saturday_is_a_working_day():
    assert [swapped(date(2026, 8, day)) for day in (15, 22, 31)] == [False, True, False]
    assert [OFFICE.works_on(date(2026, 8, day)) for day in (15, 22, 31)] == [False, True, False]


def test_without_holidays_only_the_weekdays_count():
    hours = Hours(time(8), time(20), holidays=False)

    assert [hours.works_on(date(2026, 8, day)) for day in (15, 22, 31)] == [False, False, True]
    assert hours.works_on(date(2026, 2, 17))


def test_quiet_and_working_days_outrank_the_calendar():
    tet, saturday, monday = date(2026, 2, 17), date(2026, 11, 28), date(2026, 11, 30)
    swap = date(2026, 8, 22)
    hours = Hours(time(8), time(20), quiet=frozenset({monday, swap}), working=frozenset({tet, saturday}))

    assert [hours.works_on(day) for day in (tet, saturday, monday, swap)] == [True, True, False, False]


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (here(2026, 11, 23, 7, 59, 59), False),
        (here(2026, 11, 23, 8), True),
        (here(2026, 11, 23, 19, 59, 59), True),
        (here(2026, 11, 23, 20), False),
        (here(2026, 11, 22, 12), False),
        (here(2026, 2, 17, 12), False),
        (datetime(2026, 11, 23, 1, tzinfo=UTC), True),
        (datetime(2026, 11, 22, 23, tzinfo=UTC), False),
    ],
)
def test_open_at_is_from_opening_up_to_closing_where_people_live(moment, is_open):
    assert OFFICE.open_at(moment, HANOI) is is_open


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        (here(2026, 11, 23, 9, 30), here(2026, 11, 23, 9, 30)),
        (here(2026, 11, 23, 6), here(2026, 11, 23, 8)),
        (here(2026, 11, 23, 20), here(2026, 11, 25, 8)),  # the 24th is the Day of Culture
        (here(2026, 11, 27, 21), here(2026, 11, 30, 8)),
        (here(2026, 2, 13, 20), here(2026, 2, 23, 8)),  # over Tết
        (here(2026, 8, 28, 20), here(2026, 9, 3, 8)),  # over the National Day and the swap before it
        (datetime(2026, 11, 22, 18, tzinfo=UTC), here(2026, 11, 23, 8)),
    ],
)
def test_next_open_waits_for_the_next_opening(moment, opening):
    assert OFFICE.next_open(moment, HANOI) == opening


def test_next_open_is_the_moment_itself_when_open():
    moment = datetime(2026, 11, 23, 2, 30, 15, tzinfo=UTC)

    assert OFFICE.next_open(moment, HANOI) is moment


HOURS = st.builds(
    lambda ends, weekdays, quiet, working, holidays: Hours(
        time(min(ends) // 60, min(ends) % 60),
        time(max(ends) // 60, max(ends) % 60),
        weekdays,
        quiet - working,
        working,
        holidays,
    ),
    st.sets(st.integers(0, 24 * 60 - 1), min_size=2, max_size=2),
    st.frozensets(st.integers(1, 7)),
    st.frozensets(st.dates(date(2026, 1, 1), date(2030, 12, 31)), max_size=4),
    st.frozensets(st.dates(date(2026, 1, 1), date(2030, 12, 31)), max_size=4),
    st.booleans(),
)


@settings(deadline=None, max_examples=60)
@given(HOURS, st.integers(0, 3 * 365 * 24 * 60).map(lambda minutes: here(2026, 1, 1) + timedelta(minutes=minutes)))
def test_next_open_is_open_and_nothing_before_it_is(hours, moment):
    try:
        opening = hours.next_open(moment, HANOI)
    except NeverOpen:
        assert not any(hours.works_on(moment.date() + timedelta(days=n)) for n in range(1, 400))
        return

    assert opening >= moment
    assert hours.open_at(opening, HANOI)
    before = moment
    while before < min(opening, moment + timedelta(days=3)):
        assert not hours.open_at(before, HANOI)
        before += timedelta(minutes=7)


def test_next_open_says_when_there_is_none():
    with pytest.raises(NeverOpen, match="no day to ask people within 400 days of 23/11/2026"):
        Hours(time(8), time(20), weekdays=frozenset()).next_open(here(2026, 11, 23, 9), HANOI)


def test_next_open_looks_400_days_ahead():
    at = here(2026, 11, 23, 9)
    hours = [
        Hours(time(8), time(20), frozenset(), working=frozenset({at.date() + timedelta(days=days)}))
        for days in (400, 401)
    ]

    assert hours[0].next_open(at, HANOI) == at.replace(hour=8) + timedelta(days=400)
    with pytest.raises(NeverOpen):
        hours[1].next_open(at, HANOI)


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="2026-11-23 09:00:00 has no time zone"):
        OFFICE.open_at(datetime(2026, 11, 23, 9), HANOI)  # noqa: DTZ001 - the missing zone is what is tried


@pytest.mark.parametrize(
    ("day", "n", "then"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 11, 20), 2, date(2026, 11, 25)),
        (date(2026, 11, 21), 0, date(2026, 11, 21)),
        (date(2026, 11, 23), -1, date(2026, 11, 20)),
        (date(2026, 2, 13), 5, date(2026, 2, 27)),
        (date(2026, 8, 21), 1, date(2026, 8, 22)),
        (date(2026, 4, 24), 15, date(2026, 5, 20)),
    ],
)
def test_add_workdays_counts_only_working_days(day, n, then):
    assert add_workdays(day, n, OFFICE) == then


@given(st.dates(date(2026, 1, 1), date(2029, 1, 1)), st.integers(-60, 60), st.integers(0, 60))
def test_add_workdays_goes_on_from_where_it_was(day, n, more):
    then = add_workdays(day, n, OFFICE)

    if n:
        assert OFFICE.works_on(then)
    if n >= 0:
        assert add_workdays(then, more, OFFICE) == add_workdays(day, n + more, OFFICE)


def test_add_workdays_minds_only_days_closed_in_a_row():
    hours = Hours(time(8), time(20), holidays=False)

    assert add_workdays(date(2026, 11, 23), 2500, hours) == date(2026, 11, 23) + timedelta(weeks=500)


def test_add_workdays_says_when_there_is_none():
    with pytest.raises(NeverOpen, match="no working day within 400 days up to 28/12/2027"):
        add_workdays(date(2026, 11, 23), 1, Hours(time(8), time(20), frozenset()))
