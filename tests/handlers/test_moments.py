"""Days and times as a hurried thumb writes them."""

from datetime import date

import pytest

from handlers.moments import day, time_of_day

TODAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("hôm nay", TODAY), ("Hom nay a", TODAY), ("hôm qua ạ.", date(2026, 11, 26)), ("hôm kia", date(2026, 11, 25)),
        ("yesterday", date(2026, 11, 26)), ("20/11/2026", date(2026, 11, 20)), ("2026-11-20", date(2026, 11, 20)),
        ("ngày 20 tháng 11 năm 2026", date(2026, 11, 20)), ("20 thang 11 nam 2026", date(2026, 11, 20)),
        ("ngày 20/11/2026", date(2026, 11, 20)), ("mùng 2 tháng 9, 2026", date(2026, 9, 2)),
        ("20/11", None), ("31/2/2026", None), ("ngày mai", None), ("tháng 11 năm 2026", None), ("20", None), ("", None),
    ],
)  # fmt: skip
def test_day_in_words(said, meant):
    assert day(said, TODAY) == (meant.toordinal() if meant else None)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("8:30", (8, 30)), ("8h30", (8, 30)), ("8h", (8, 0)), ("8 giờ", (8, 0)), ("8 gio ruoi", (8, 30)),
        ("8 rưỡi", (8, 30)), ("8 giờ rưỡi sáng", (8, 30)), ("2 giờ chiều", (14, 0)), ("lúc 2h15 chiều ạ", (14, 15)),
        ("12 giờ trưa", (12, 0)), ("1 giờ trưa", (13, 0)), ("7 giờ 30 phút tối", (19, 30)), ("14h chiều", (14, 0)),
        ("khoảng 9 giờ", (9, 0)), ("15:05", (15, 5)),
        ("25:10", None), ("8:75", None), ("8", None), ("buổi sáng", None), ("9 giờ kém 5", None), ("2 giờ đêm", None),
        ("14h sáng", None), ("3 giờ tối", None), ("", None),
    ],
)  # fmt: skip
def test_time_in_words(said, meant):
    assert time_of_day(said) == (meant[0] * 60 + meant[1] if meant else None)
