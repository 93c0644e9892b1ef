"""Lunar dates from the sun and the moon, to hold holidays against: our own sums, no calendar of anybody's."""

from datetime import UTC, date, datetime, timedelta
from math import cos, radians, sin
from zoneinfo import ZoneInfo

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)
"""Noon of 1 January 2000; the minute between its time scale and UTC is left out, as no date below is that close."""


def new_moon(k: int) -> date:
    """The day in Hà Nội of the k-th new moon after 6 January 2000, right to a quarter of an hour (Meeus 1998, ch. 49)."""
    days = 5.09766 + 29.530588861 * k
    sun, moon, node = (
        radians(2.5534 + 29.10535670 * k),
        radians(201.5643 + 385.81693528 * k),
        radians(160.7108 + 390.67050284 * k),
    )
    days += -0.4072 * sin(moon) + 0.17241 * sin(sun) + 0.01608 * sin(2 * moon) + 0.01039 * sin(2 * node)
    days += 0.00739 * sin(moon - sun) - 0.00514 * sin(moon + sun) + 0.00208 * sin(2 * sun)
    return (J2000 + timedelta(days=days)).astimezone(HANOI).date()


def sun_reaches(degrees: float, year: int) -> date:
    """The day in Hà Nội on which the sun's longitude passes so many degrees after 1 January (Meeus 1998, ch. 25)."""
    moment = datetime(year, 1, 1, tzinfo=HANOI)
    while True:
        t = (moment - J2000) / timedelta(days=1)
        mean = radians(357.52911 + 0.98560028 * t)
        longitude = 280.46646 + 0.98564736 * t + 1.914602 * sin(mean) + 0.019993 * sin(2 * mean) - 0.00569
        longitude -= 0.00478 * sin(radians(125.04 - 0.05295 * t))
        if cos(radians(longitude - degrees)) > 0.5 and sin(radians(longitude - degrees)) >= 0:
            return moment.date()
        moment += timedelta(minutes=20)


def lunar(month: int, day: int, year: int) -> date:
    """A day of the Vietnamese year: its month holds the day on which the sun reaches 330° + 30° per month after it."""
    term = sun_reaches((330 + 30 * (month - 1)) % 360, year)
    first = max(new for k in range(300, 400) if (new := new_moon(k)) <= term)
    return first + timedelta(days=day - 1)
