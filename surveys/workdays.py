"""When people may be asked: hours of the day, days of the week, Viet Nam's holidays and days it swaps. Pure.

Public holidays, the lunar ones too, and days off in lieu come from the ``holidays`` library. Days that the government
swaps are known to it once announced and it has been updated; until then they are written down by hand, as
``quiet`` and ``working`` days.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MONDAY_TO_FRIDAY = frozenset(range(1, 6))
FARTHEST = 400
"""Days within which there is an opening, or there is none."""
EXAMPLE = "write for example '08:00-20:00 T2-T6' or '8h-11h30 T2,T4,CN'"
RANGE = re.compile(r"\s*[-–—]\s*")
CLOCK = re.compile(r"(\d{1,2})(?::(\d{2})|\s*h\s*(\d{2})?)", re.IGNORECASE)
HOURS = re.compile(rf"\s*({CLOCK.pattern})\s*[-–—]\s*({CLOCK.pattern})(?:[\s,;]+(.*))?", re.IGNORECASE | re.DOTALL)
WEEKDAYS = {"T2": 1, "T3": 2, "T4": 3, "T5": 4, "T6": 5, "T7": 6, "CN": 7}


class BadHours(ValueError):
    """The hours cannot be read or contradict themselves; the message says what is wrong and shows a right example."""


class NeverOpen(Exception):
    """No opening within 400 days."""


@lru_cache(maxsize=64)
def _year(year: int) -> tuple[Mapping[date, str], frozenset[date]]:
    """The holidays of a year by name, and its days of rest on which people work instead of another day."""
    import holidays  # takes a second, and only who asks for a holiday needs it

    found = holidays.country_holidays("VN", years=year, observed=True, language="vi")
    return dict(found), frozenset(found.weekend_workdays)


def holiday(day: date) -> str:
    """The Vietnamese name of the public holiday, or day off in lieu of one; '' if it is none."""
    return _year(day.year)[0].get(day, "")


def swapped(day: date) -> bool:
    """Is it a day of rest on which people work, because the government moved another day off?"""
    return day in _year(day.year)[1]


@dataclass(frozen=True, slots=True)
class Hours:
    """From ``opens`` up to but not including ``closes``, local time, on ``weekdays`` (ISO: 1 is Monday).

    ``quiet`` days are closed whatever they are. ``working`` days are open though it be a weekend or a holiday. With
    ``holidays``, public holidays are closed, and weekends that the government made working days are open.
    """

    opens: time
    closes: time
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    quiet: frozenset[date] = frozenset()
    working: frozenset[date] = frozenset()
    holidays: bool = True

    def __post_init__(self) -> None:
        for at in (self.opens, self.closes):
            if at.tzinfo or at.second or at.microsecond:
                raise BadHours(f"{at} is no local time in whole minutes; {EXAMPLE}")
        if self.opens >= self.closes:
            raise BadHours(f"{self.opens:%H:%M} is not before {self.closes:%H:%M}; {EXAMPLE}")
        if wrong := self.weekdays - set(WEEKDAYS.values()):
            raise BadHours(f"weekdays go from 1, Monday, to 7, Sunday, not {sorted(wrong)}; {EXAMPLE}")
        if both := self.quiet & self.working:
            raise BadHours(f"{min(both):%d/%m/%Y} cannot be both a quiet and a working day; leave out one")

    def works_on(self, day: date) -> bool:
        """Is there any time on that day when people may be asked?"""
        if day in self.quiet or day in self.working:
            return day in self.working
        if self.holidays and holiday(day):
            return False
        return day.isoweekday() in self.weekdays or (self.holidays and swapped(day))

    def open_at(self, moment: datetime, zone: ZoneInfo) -> bool:
        """May people who live by ``zone`` be asked at that moment, which is aware?"""
        here = _local(moment, zone)
        return self.opens <= here.time() < self.closes and self.works_on(here.date())

    def next_open(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The moment itself when open, else the next opening, in ``zone``; NeverOpen if there is none in 400 days."""
        if self.open_at(moment, zone):
            return moment
        here = _local(moment, zone)
        first = here.date() if here.time() < self.opens else here.date() + timedelta(days=1)
        for ahead in range(FARTHEST):
            if self.works_on(day := first + timedelta(days=ahead)):
                return datetime.combine(day, self.opens, zone)
        raise NeverOpen(f"no day to ask people within {FARTHEST} days of {here:%d/%m/%Y}")

    def as_dict(self) -> dict[str, object]:
        """All of it in what JSON knows; ``from_dict`` reads it again."""
        return {
            "opens": f"{self.opens:%H:%M}",
            "closes": f"{self.closes:%H:%M}",
            "weekdays": sorted(self.weekdays),
            "quiet": [day.isoformat() for day in sorted(self.quiet)],
            "working": [day.isoformat() for day in sorted(self.working)],
            "holidays": self.holidays,
        }


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(zone)


def add_workdays(day: date, n: int, hours: Hours) -> date:
    """The ``n``-th working day after ``day``, or before it if ``n`` is negative; 0 is the day itself, whatever it is.

    The day itself is not counted, as in law (Civil Code 2015, art. 147). NeverOpen after 400 days without one.
    """
    step, closed = timedelta(days=1 if n > 0 else -1), 0
    left = abs(n)
    while left:
        day += step
        works = hours.works_on(day)
        left -= works
        closed = 0 if works else closed + 1
        if closed == FARTHEST:
            raise NeverOpen(f"no working day within {FARTHEST} days up to {day:%d/%m/%Y}")
    return day


def from_dict(written: Mapping[str, object]) -> Hours:
    """Hours from what ``as_dict`` wrote; all but ``opens`` and ``closes`` may be left out. BadHours otherwise."""
    known = ("opens", "closes", "weekdays", "quiet", "working", "holidays")
    if strange := sorted(set(written) - set(known)):
        raise BadHours(f"{strange[0]!r} is none of {', '.join(known)}")
    weekdays = _items(written, "weekdays", sorted(MONDAY_TO_FRIDAY))
    if not all(type(day) is int for day in weekdays):
        raise BadHours(f"weekdays are a list of numbers such as [1, 2, 3, 4, 5], not {weekdays!r}")
    holidays = written.get("holidays", True)
    if not isinstance(holidays, bool):
        raise BadHours(f"holidays is true or false, not {holidays!r}")
    return Hours(
        _clock(written.get("opens")),
        _clock(written.get("closes")),
        frozenset(day for day in weekdays if isinstance(day, int)),
        frozenset(_date(one) for one in _items(written, "quiet", [])),
        frozenset(_date(one) for one in _items(written, "working", [])),
        holidays,
    )


def from_text(said: str) -> Hours:
    """Hours as people write them: '08:00-20:00 T2-T6', '8h-20h T2-CN', '8h30-17h T2,T4,T6'.

    T2 is Monday, CN is Sunday; without weekdays it is Monday to Friday. BadHours if it is none of these.
    """
    found = HOURS.fullmatch(said)
    if found is None:
        raise BadHours(f"no hours from and to in {said!r}; {EXAMPLE}")
    opens, closes, days = _clock(found[1]), _clock(found[5]), (found[9] or "").strip(" \t\n,;.")
    return Hours(opens, closes, _weekdays(days) if days else MONDAY_TO_FRIDAY)


def _clock(said: object) -> time:
    found = CLOCK.fullmatch(said) if isinstance(said, str) else None
    if found is None:
        raise BadHours(f"{said!r} is no time of day; {EXAMPLE}")
    hour, minute = int(found[1]), int(found[2] or found[3] or 0)
    if hour > 23 or minute > 59:
        raise BadHours(f"{said!r} is no time of day, the last is 23:59; {EXAMPLE}")
    return time(hour, minute)


def _weekdays(said: str) -> frozenset[int]:
    """'T2-T6, CN' as numbers; a range may go round the end of the week."""
    found: set[int] = set()
    for part in re.split(r"[\s,;]+", RANGE.sub("-", said)):
        names = part.upper().split("-")
        for name in names:
            if name not in WEEKDAYS:
                raise BadHours(f"{name!r} is no weekday, they are T2 to T7 and CN; {EXAMPLE}")
        if len(names) > 2:
            raise BadHours(f"{part!r} is no range of weekdays; {EXAMPLE}")
        first, last = WEEKDAYS[names[0]], WEEKDAYS[names[-1]]
        found.update((first - 1 + i) % 7 + 1 for i in range((last - first) % 7 + 1))
    return frozenset(found)


def _items(written: Mapping[str, object], key: str, default: list[int]) -> list[object]:
    items = written.get(key, default)
    if not isinstance(items, list):
        raise BadHours(f"{key} is a list, not {items!r}")
    return items


def _date(said: object) -> date:
    try:
        return date.fromisoformat(said if isinstance(said, str) else "")
    except ValueError:
        raise BadHours(f"{said!r} is no day; write for example '2026-08-22'") from None
