"""Times as people say them: 'ngay', '8:00 thứ Hai', '14h30 25/11', 'mai 8h'. Pure."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from storage.geography import plain

NOW = {"ngay", "now", "bay gio", "ngay bay gio", "gui ngay"}
DAYS = {
    "thu hai": 0, "thu 2": 0, "t2": 0, "mon": 0, "monday": 0,
    "thu ba": 1, "thu 3": 1, "t3": 1, "tue": 1, "tuesday": 1,
    "thu tu": 2, "thu 4": 2, "t4": 2, "wed": 2, "wednesday": 2,
    "thu nam": 3, "thu 5": 3, "t5": 3, "thu": 3, "thursday": 3,
    "thu sau": 4, "thu 6": 4, "t6": 4, "fri": 4, "friday": 4,
    "thu bay": 5, "thu 7": 5, "t7": 5, "sat": 5, "saturday": 5,
    "chu nhat": 6, "cn": 6, "sun": 6, "sunday": 6,
}  # fmt: skip
CLOCK = re.compile(r"\b(\d{1,2})\s*(?::|h|g|gio)\s*(\d{2})?\b(?![/-])")
DATE = re.compile(r"\b(\d{1,2})[/-](\d{1,2})(?:[/-](\d{4}|\d{2}))?\b(?![/-]\d)")
ISO = re.compile(r"^\d{4}-\d{2}-\d{2}([t ]\d{2}:\d{2}.*)?$")
NEARBY = {"": 0, "hom nay": 0, "mai": 1, "mot": 2, "kia": 2}
JUST_PASSED = timedelta(days=60)
"""A date without a year that lies this little behind us is a slip of the pen, not a date of next year."""


class BadTime(ValueError):
    """The time cannot be read, or lies behind us; the message says what to write."""


def moment(said: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The time that was said, aware; 'ngay' is ``now`` itself. Days without a date are the next such day."""
    words = plain(said)
    if words in NOW:
        return now
    if ISO.match(words):
        return _ahead(_iso(said.strip(), zone), now, said)
    here = now.astimezone(zone)
    clock = CLOCK.search(words)
    if clock is None:
        raise BadTime(f"no time of day in {said!r}; write for example '8:00 thứ Hai' or '14:30 25/11'")
    hour, minute = int(clock[1]), int(clock[2] or 0)
    if hour > 23 or minute > 59:
        raise BadTime(f"{clock[0].strip()!r} is no time of day")
    rest = (words[: clock.start()] + " " + words[clock.end() :]).strip()
    written = unicodedata.normalize("NFC", said).casefold()
    if hour == 12 and "tối" in written:
        raise BadTime(f"is {clock[0].strip()!r} in the evening noon or midnight? Write 12:00 or 0:00")
    if hour < 12 and ("chiều" in written or "chieu" in written or "tối" in written):
        hour += 12
    at = time(hour, minute)
    if found := DATE.search(rest):
        then = _ahead(_dated(found, here, at, zone, said), now, said)
        beside = _day(rest[: found.start()] + " " + rest[found.end() :], said)
        if beside and DAYS.get(beside) != then.weekday():
            raise BadTime(f"{beside!r} does not go with {found[0]!r} in {said!r}")
        return then
    rest = _day(rest, said)
    if rest in NEARBY:
        then = datetime.combine(here.date() + timedelta(days=NEARBY[rest]), at, zone)
        if rest == "" and then <= here:
            then += timedelta(days=1)
        return _ahead(then, now, said)
    if rest in DAYS:
        ahead = (DAYS[rest] - here.weekday()) % 7
        then = datetime.combine(here.date() + timedelta(days=ahead), at, zone)
        return then if then > here else then + timedelta(days=7)
    raise BadTime(f"what day is {rest!r}? Write for example '8:00 thứ Hai', 'mai 8:00' or '14:30 25/11'")


def _day(rest: str, said: str) -> str:
    """The day alone: without 'lúc', 'sáng', 'chiều', 'nay', and without 'tới' (next) and 'tối' (evening).

    Those two are the same without diacritics, and then it is not for us to guess.
    """
    written = unicodedata.normalize("NFC", said).casefold()
    passed_over = "luc|vao|ngay|sang|chieu" + ("|toi" if "tới" in written or "tối" in written else "")
    day = " ".join(re.sub(rf"\b({passed_over})\b", " ", rest).split()).strip(" ,.")
    return "hom nay" if day == "nay" else day


def _iso(said: str, zone: ZoneInfo) -> datetime:
    try:
        then = datetime.fromisoformat(said)
    except ValueError:
        raise BadTime(f"{said!r} is no date and time; write for example 2026-11-30T08:00") from None
    return then if then.tzinfo else then.replace(tzinfo=zone)


def _dated(found: re.Match[str], here: datetime, at: time, zone: ZoneInfo, said: str) -> datetime:
    day, month, year = int(found[1]), int(found[2]), int(found[3] or here.year)
    try:
        then = datetime.combine(date(year + 2000 if year < 100 else year, month, day), at, zone)
        if found[3] is None and then < here - JUST_PASSED:
            then = then.replace(year=year + 1)
    except ValueError:
        raise BadTime(f"{found[0]!r} in {said!r} is no day") from None
    return then


def _ahead(then: datetime, now: datetime, said: str) -> datetime:
    if then < now - timedelta(minutes=1):
        raise BadTime(f"{said!r} has passed already")
    return then


def spoken(then: datetime, zone: ZoneInfo) -> str:
    """A time as people read it: '08:00 thứ Hai, 30/11/2026'."""
    names = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
    local = then.astimezone(zone)
    return f"{local:%H:%M} {names[local.weekday()]}, {local:%d/%m/%Y}"
