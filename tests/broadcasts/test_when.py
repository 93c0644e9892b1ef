"""Times as people say them; now is Monday 23 November 2026, 08:00 in Hà Nội."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadcasts.when import BadTime, moment, spoken
from tests.conftest import NOW

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.mark.parametrize("said", ["ngay", "NGAY", " Ngay ", "now", "bây giờ", "ngay bây giờ", "gửi ngay", "gui ngay"])
def test_now_is_now_itself(said):
    assert moment(said, NOW, HANOI) == NOW


@pytest.mark.parametrize(
    ("said", "then"),
    [
        ("9:00", "09:00 thứ Hai, 23/11/2026"),
        ("9h", "09:00 thứ Hai, 23/11/2026"),
        ("9g15", "09:15 thứ Hai, 23/11/2026"),
        ("9 giờ 05", "09:05 thứ Hai, 23/11/2026"),
        ("lúc 9h30 hôm nay", "09:30 thứ Hai, 23/11/2026"),
        ("8:00", "08:00 thứ Ba, 24/11/2026"),
        ("7h", "07:00 thứ Ba, 24/11/2026"),
        ("mai 7h30", "07:30 thứ Ba, 24/11/2026"),
        ("7h30 mai", "07:30 thứ Ba, 24/11/2026"),
        ("vào lúc 8 giờ ngày mai", "08:00 thứ Ba, 24/11/2026"),
        ("mai lúc 8h", "08:00 thứ Ba, 24/11/2026"),
        ("8h mốt", "08:00 thứ Tư, 25/11/2026"),
        ("8h vào ngày kia", "08:00 thứ Tư, 25/11/2026"),
        ("8:00 thứ Hai", "08:00 thứ Hai, 30/11/2026"),
        ("8:01 thứ Hai", "08:01 thứ Hai, 23/11/2026"),
        ("thứ 2 8h", "08:00 thứ Hai, 30/11/2026"),
        ("8:00 thứ Ba", "08:00 thứ Ba, 24/11/2026"),
        ("8:00 thứ tư", "08:00 thứ Tư, 25/11/2026"),
        ("8:00 Thứ Năm", "08:00 thứ Năm, 26/11/2026"),
        ("8:00 thứ Sáu", "08:00 thứ Sáu, 27/11/2026"),
        ("8:00 thu sau", "08:00 thứ Sáu, 27/11/2026"),
        ("8:00 thứ bảy", "08:00 thứ Bảy, 28/11/2026"),
        ("8:00 chủ nhật", "08:00 Chủ nhật, 29/11/2026"),
        ("8:00 CN", "08:00 Chủ nhật, 29/11/2026"),
        ("T6 16h", "16:00 thứ Sáu, 27/11/2026"),
        ("8:00 thu", "08:00 thứ Năm, 26/11/2026"),
        ("8:00 friday", "08:00 thứ Sáu, 27/11/2026"),
        ("8h sáng mai", "08:00 thứ Ba, 24/11/2026"),
        ("8h tối mai", "20:00 thứ Ba, 24/11/2026"),
        ("8h tối thứ Hai tới", "20:00 thứ Hai, 23/11/2026"),
        ("3 giờ chiều", "15:00 thứ Hai, 23/11/2026"),
        ("tối nay 8h", "20:00 thứ Hai, 23/11/2026"),
        ("8:00 thứ Sáu tới", "08:00 thứ Sáu, 27/11/2026"),
        ("8:00 thứ Hai tới", "08:00 thứ Hai, 30/11/2026"),
        ("14:00 25/11", "14:00 thứ Tư, 25/11/2026"),
        ("14h30 25-11", "14:30 thứ Tư, 25/11/2026"),
        ("8h 25/11", "08:00 thứ Tư, 25/11/2026"),
        ("8h ngày 25/11/2026", "08:00 thứ Tư, 25/11/2026"),
        ("25/11 lúc 8h", "08:00 thứ Tư, 25/11/2026"),
        ("8h tối 25/11", "20:00 thứ Tư, 25/11/2026"),
        ("8:00 thứ Tư, 25/11", "08:00 thứ Tư, 25/11/2026"),
        ("12:00 25/11", "12:00 thứ Tư, 25/11/2026"),
        ("8:00 25/11/27", "08:00 thứ Năm, 25/11/2027"),
        ("8:00 05/01", "08:00 thứ Ba, 05/01/2027"),
        ("17:00 30/6", "17:00 thứ Tư, 30/06/2027"),
        ("8:00 29/02/2028", "08:00 thứ Ba, 29/02/2028"),
        ("2026-11-30T08:00", "08:00 thứ Hai, 30/11/2026"),
        ("2026-11-30 08:00", "08:00 thứ Hai, 30/11/2026"),
        ("2026-11-30T08:00:00Z", "15:00 thứ Hai, 30/11/2026"),
        ("2026-11-30T08:00+09:00", "06:00 thứ Hai, 30/11/2026"),
    ],
)
def test_time_is_read(said, then):
    assert spoken(moment(said, NOW, HANOI), HANOI) == then


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("", "no time of day"),
        ("thứ Hai", "no time of day"),
        ("25/11", "no time of day"),
        ("100:00", "no time of day"),
        ("24:00", "'24:00' is no time of day"),
        ("8:60", "'8:60' is no time of day"),
        ("8h toi thu hai", "what day is 'toi thu hai'?"),
        ("8h thứ Hai tuần sau", "what day is 'thu hai tuan sau'?"),
        ("8:00 thứ Tám", "what day is 'thu tam'?"),
        ("8:00 25/11/202", "what day is '25/11/202'?"),
        ("8h toi 25/11", "'toi' does not go with '25/11' in '8h toi 25/11'"),
        ("8h đêm 25/11", "'dem' does not go with '25/11'"),
        ("8:00 thứ Ba 25/11", "'thu ba' does not go with '25/11'"),
        ("8:00 25/11 hoặc 26/11", "'hoac 26/11' does not go with '25/11'"),
        ("12h tối mai", "is '12h' in the evening noon or midnight?"),
        ("8:00 31/11", "'31/11' in '8:00 31/11' is no day"),
        ("8:00 29/02", "'29/02' in '8:00 29/02' is no day"),
        ("8:00 25/13", "'25/13' in '8:00 25/13' is no day"),
        ("hôm nay 7h", "'hôm nay 7h' has passed already"),
        ("14:30 22/11", "'14:30 22/11' has passed already"),
        ("7:00 23/11", "'7:00 23/11' has passed already"),
        ("8:00 25/11/2025", "'8:00 25/11/2025' has passed already"),
        ("2026-11-22T08:00", "'2026-11-22T08:00' has passed already"),
        ("2026-13-01T08:00", "'2026-13-01T08:00' is no date and time"),
    ],
)
def test_time_that_cannot_be_meant_is_refused(said, problem):
    with pytest.raises(BadTime) as caught:
        moment(said, NOW, HANOI)
    assert str(caught.value).startswith(problem)


WORDS = st.sampled_from(
    [
        "8:00",
        "7h",
        "14h30",
        "thứ",
        "hai",
        "sáu",
        "CN",
        "mai",
        "tới",
        "tối",
        "25/11",
        "1/1/30",
        "ngày",
        "2026-12-01",
        "T08:00",
    ]
)


@settings(deadline=None, max_examples=200)
@given(st.one_of(st.text(max_size=30), st.lists(WORDS, max_size=5).map(" ".join)))
def test_whatever_is_said_the_time_lies_ahead_or_is_refused(said):
    try:
        then = moment(said, NOW, HANOI)
    except BadTime:
        return
    assert then >= NOW - timedelta(minutes=1)


@settings(deadline=None, max_examples=100)
@given(st.dates(date(2026, 11, 24), date(2035, 12, 31)), st.integers(0, 23), st.integers(0, 59))
def test_time_as_we_speak_it_is_understood_again(day, hour, minute):
    then = datetime.combine(day, time(hour, minute), HANOI)
    assert moment(spoken(then, HANOI).replace(",", ""), NOW, HANOI) == then
