"""Days and times of day as people write them in a chat, in Vietnamese and in English. Pure.

What a date picker writes is read in ``surveys.answers``; here are the words that stand around it, and those instead.
"""

import re
from datetime import date, timedelta

from handlers.numerals import CLOSING
from handlers.telex import tidy
from storage.geography import plain
from surveys.answers import day_said, time_said

AGO = {"hom nay": 0, "bua nay": 0, "today": 0, "hom qua": 1, "bua qua": 1, "yesterday": 1, "hom kia": 2}
DAY = re.compile(
    r"(?:(?:vao )?ngay |(?:mung|mong) )?(\d{1,2}) ?(?:thang|[/.-]) ?(\d{1,2}),? ?(?:nam|[/.-])? ?(\d{4})"
)
BEFORE_TIME = re.compile(r"^(?:(?:vao )?(?:luc|khoang|tam|chung) )+")
TIME = re.compile(
    r"(\d{1,2}) ?(?:(:|h|gio|g) ?(\d{1,2}|ruoi)?(?: ?(?:phut|p))?|(ruoi))(?: (sang|trua|chieu|toi|dem))?"
)
HALF = 12
PARTS = {"sang": range(12), "trua": range(10, 15), "chieu": range(12, 20), "toi": range(17, 24)}
"""The hours that may be meant by a part of the day."""


def day(said: str, today: date) -> int | None:
    """A day's ordinal: 'hôm qua', 'ngày 20 tháng 11 năm 2026', '20/11/2026'; None without a year, or in doubt."""
    written = CLOSING.sub("", tidy(said))
    if (known := day_said(written)) is not None:
        return known
    if (ago := AGO.get(plain(written).removesuffix(" a"))) is not None:
        return (today - timedelta(days=ago)).toordinal()
    found = DAY.fullmatch(plain(written))
    return day_said("/".join(found.groups())) if found else None


def time_of_day(said: str) -> int | None:
    """Minutes since midnight: '8h30', '8 giờ rưỡi sáng', '2 giờ chiều'; None in doubt."""
    written = CLOSING.sub("", tidy(said))
    found = TIME.fullmatch(BEFORE_TIME.sub("", plain(written)))
    if found is None:
        return time_said(written)
    hour, minutes = int(found[1]), found[3] or found[4] or "0"
    minute = 30 if minutes == "ruoi" else int(minutes)
    if part := found[5]:
        if part not in PARTS or hour > HALF:
            return time_said(f"{hour}:{minute:02}") if part in PARTS and hour in PARTS[part] else None
        meant = [h for h in (hour % HALF, hour % HALF + HALF) if h in PARTS[part]]
        if len(meant) != 1:
            return None
        hour = meant[0]
    return time_said(f"{hour}:{minute:02}")
