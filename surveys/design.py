"""The design of a survey: whom it is for, when they are asked, quotas, reminders, and which responses count. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from json import loads
from math import inf
from typing import Any

from storage.geography import province_of
from surveys.expression import BadExpression, Expression, parse
from surveys.quality import ALWAYS_OUT, NO_FLAG, USUAL, Flag, Limits
from surveys.workdays import BadHours, Hours, from_text
from surveys.workdays import from_dict as hours_from_dict

MOST_REMINDERS = 2
LEAST_APART = timedelta(hours=20)
AGREEING = 1e-6
"""So far, relatively, may margins be from each other and their shares from 1."""


AND = " * "
"""Between questions that are crossed in a margin, and their codes."""


def parts_of(crossed: str) -> tuple[str, ...]:
    """The questions or codes that are crossed; of most margins it is one."""
    return tuple(part.strip() for part in crossed.split(AND.strip()))


class Recruiting(StrEnum):
    """How people come to a survey; a sample and an open link are never one survey."""

    OPEN = "open"
    INVITED = "invited"
    INTERVIEWS = "interviews"


class BadDesign(ValueError):
    """The design contradicts itself; the message says where and what to do."""


@dataclass(frozen=True, slots=True)
class Quota:
    """At most ``target`` responses of those at ``unit`` ('' is anywhere) of whom ``condition`` holds."""

    name: str
    target: int
    condition: Expression | None = None
    unit: str = ""

    def open_to(self, unit: str) -> bool:
        return unit.startswith(self.unit)


@dataclass(frozen=True, slots=True)
class Design:
    """What was decided before the first person was asked.

    ``population`` describes the target population and ``size`` counts it. ``delay`` lies between a transaction and
    its invitation, and ``spread`` more at random, so that nobody rates in front of the official. ``reminders`` are
    hours of silence after which an unfinished response is reminded of; after ``expires`` days of silence it is given
    up. ``targets`` are the completed responses wanted in each stratum (province or commune), ``populations`` the
    people that each has, where that is known. ``margins`` are what is known of the population: for questions of one
    option, or several crossed ("sex * age"), how many people or what share there are of each option's code ("1 * 2");
    ``trim`` cuts raked weights at so many medians.
    """

    recruiting: Recruiting = Recruiting.OPEN
    population: str = ""
    size: int = 0
    targets: Mapping[str, int] = field(default_factory=dict)
    populations: Mapping[str, int] = field(default_factory=dict)
    hours: Hours | None = None
    delay: timedelta = timedelta(days=3)
    spread: timedelta = timedelta(days=1)
    reminders: tuple[timedelta, ...] = ()
    expires: timedelta | None = None
    quotas: tuple[Quota, ...] = ()
    limits: Limits = USUAL
    exclude: Flag = NO_FLAG
    margins: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    trim: float | None = None

    def __post_init__(self) -> None:
        if len(self.reminders) > MOST_REMINDERS:
            raise BadDesign(f"reminders: at most {MOST_REMINDERS}")
        gaps = [
            later - sooner for sooner, later in zip((timedelta(0), *self.reminders), self.reminders, strict=False)
        ]
        if any(gap < LEAST_APART for gap in gaps):
            raise BadDesign(
                "reminders: the first after 20 hours or more, the second at least 20 hours after the first"
            )
        names = [quota.name for quota in self.quotas]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise BadDesign(f"quotas: the name {twice[0]!r} is used twice")
        if self.expires is not None and self.reminders and self.expires <= self.reminders[-1]:
            raise BadDesign("expires_days: must be later than the last reminder")

    @property
    def random(self) -> bool:
        """Whether people were drawn or asked, so that errors can be told; by an open link they choose themselves."""
        return self.recruiting is not Recruiting.OPEN

    def stratum_of(self, unit: str) -> str:
        """The stratum of a unit: itself, or where there are targets the place of one that it lies in."""
        if self.targets and unit not in self.targets:
            around = province_of(unit)
            return around if around in self.targets else unit
        return unit

    def keeps_out(self, flags: Flag) -> bool:
        """Whether a response with these flags is kept out of the index."""
        return bool(flags & (self.exclude | ALWAYS_OUT))


KEYS = {
    "recruiting", "population", "populations", "size", "targets", "hours", "delay_days", "spread_hours",
    "reminder_hours", "expires_days", "quotas", "quick_seconds", "quick_share", "straight_items", "exclude",
    "margins", "trim",
}  # fmt: skip


def from_dict(written: Mapping[str, Any]) -> Design:
    """A design as YAML or JSON says it; BadDesign names the key."""
    if unknown := sorted(set(written) - KEYS):
        raise BadDesign(f"unknown key {unknown[0]!r}; known are {', '.join(sorted(KEYS))}")
    recruiting = str(written.get("recruiting", Recruiting.OPEN))
    if recruiting not in set(Recruiting):
        raise BadDesign(f"recruiting: {recruiting!r} is none of {', '.join(Recruiting)}")
    exclude = NO_FLAG
    for name in _list(written, "exclude"):
        if str(name).upper() not in Flag.__members__:
            raise BadDesign(f"exclude: {name!r} is none of {', '.join(f.lower() for f in Flag.__members__)}")
        exclude |= Flag[str(name).upper()]
    reminders = tuple(timedelta(hours=_number({"": one}, "", least=1)) for one in _list(written, "reminder_hours"))
    expires = written.get("expires_days")
    return Design(
        recruiting=Recruiting(recruiting),
        population=str(written.get("population", "")),
        size=int(_number(written, "size", 0)),
        targets=_by_unit(written, "targets"),
        populations=_by_unit(written, "populations"),
        hours=_hours(written),
        delay=timedelta(days=_number(written, "delay_days", 3)),
        spread=timedelta(hours=_number(written, "spread_hours", 24)),
        reminders=reminders,
        expires=timedelta(days=_number(written, "expires_days", least=1)) if expires is not None else None,
        quotas=tuple(_quota(number, one) for number, one in enumerate(_list(written, "quotas"), 1)),
        limits=Limits(
            quick_seconds=_number(written, "quick_seconds", 2.0),
            quick_share=_number(written, "quick_share", 0.5),
            straight_items=int(_number(written, "straight_items", 10)),
        ),
        exclude=exclude,
        margins=_margins(written.get("margins") or {}),
        trim=_number(written, "trim", least=1.5) if written.get("trim") is not None else None,
    )


def as_dict(design: Design) -> dict[str, Any]:
    """The same as JSON holds it."""
    return {
        "recruiting": str(design.recruiting), "population": design.population, "size": design.size,
        "targets": dict(design.targets), "populations": dict(design.populations),
        "hours": design.hours.as_dict() if design.hours else None,
        "delay_days": design.delay / timedelta(days=1), "spread_hours": design.spread / timedelta(hours=1),
        "reminder_hours": [one / timedelta(hours=1) for one in design.reminders],
        "expires_days": design.expires / timedelta(days=1) if design.expires else None,
        "quotas": [
            {"name": q.name, "target": q.target, "unit": q.unit, "when": q.condition.source if q.condition else ""}
            for q in design.quotas
        ],
        "quick_seconds": design.limits.quick_seconds, "quick_share": design.limits.quick_share,
        "straight_items": design.limits.straight_items,
        "exclude": [flag.name.lower() for flag in Flag if flag in design.exclude and flag.name],
        "margins": {question: dict(people) for question, people in design.margins.items()}, "trim": design.trim,
    }  # fmt: skip


@lru_cache(maxsize=256)
def read(kept: str) -> Design:
    """A design as the database keeps it; '' is one without any wishes."""
    return from_dict(loads(kept)) if kept else Design()


def excluding(design: Design, flags: Flag) -> Design:
    """The same design with other rules of exclusion."""
    return replace(design, exclude=flags)


def _list(written: Mapping[str, Any], key: str) -> list[Any]:
    value = written.get(key) or []
    if not isinstance(value, list):
        raise BadDesign(f"{key}: must be a list")
    return value


def _number(written: Mapping[str, Any], key: str, default: float = 0, *, least: float = 0) -> float:
    value = written.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < least:
        raise BadDesign(f"{key or 'reminder_hours'}: must be a number of {least:g} or more, not {value!r}")
    return float(value)


def _by_unit(written: Mapping[str, Any], key: str) -> Mapping[str, int]:
    numbers = written.get(key) or {}
    if not isinstance(numbers, Mapping):
        raise BadDesign(f"{key}: must be a mapping of unit codes to numbers, such as {{'01': 300}}")
    for unit, number in numbers.items():
        if not isinstance(unit, str) or not isinstance(number, int) or number < 0:
            raise BadDesign(f"{key}: {unit!r}: {number!r}; write the code in quotation marks and a whole number")
    return dict(numbers)


def _margins(written: Any) -> Mapping[str, Mapping[str, float]]:
    """Shares of 1 or of 100, or numbers of people, which must be as many in each margin."""
    if not isinstance(written, Mapping) or not all(isinstance(one, Mapping) and one for one in written.values()):
        raise BadDesign("margins: must say for questions how many people there are of each option, such as "
                        "{gender: {'1': 0.49, '2': 0.51}}")  # fmt: skip
    counted: dict[str, float] = {}
    for question, people in written.items():
        if not all(parts := parts_of(str(question))) or len(set(parts)) < len(parts):
            raise BadDesign(f"margins: {question}: must be a question, or different ones with '*' between them")
        for code, number in people.items():
            if len(parts_of(str(code))) != len(parts_of(str(question))):
                raise BadDesign(f"margins: {question}: {code}: must say a code for each question, such as '1{AND}2'")
            if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number < inf:
                raise BadDesign(f"margins: {question}: {code}: must be a number of 0 or more, not {number!r}")
        total = sum(people.values())
        if not any(abs(total - whole) <= AGREEING * whole for whole in (1, 100)):
            counted[str(question)] = total
        if total <= 0 or (counted.get(str(question)) and max(people.values()) <= 1):
            raise BadDesign(f"margins: {question}: the shares add up to {total:g}, not to 1")
    if counted and max(counted.values()) - min(counted.values()) > AGREEING * max(counted.values()):
        said = ", ".join(f"{question} {total:g}" for question, total in counted.items())
        raise BadDesign(f"margins: they count different numbers of people: {said}")
    return {
        AND.join(parts_of(str(question))): {AND.join(parts_of(str(code))): float(n) for code, n in people.items()}
        for question, people in written.items()
    }


def _hours(written: Mapping[str, Any]) -> Hours | None:
    said = written.get("hours")
    if not said:
        return None
    try:
        return from_text(said) if isinstance(said, str) else hours_from_dict(said)
    except (BadHours, TypeError, ValueError) as error:
        raise BadDesign(f"hours: {error}") from None


def _quota(number: int, written: Any) -> Quota:
    where = f"quotas[{number}]"
    if not isinstance(written, Mapping) or not str(written.get("name", "")).strip():
        raise BadDesign(f"{where}: must be a mapping with 'name', 'target', and 'when' or 'unit'")
    if unknown := sorted(set(written) - {"name", "target", "when", "unit"}):
        raise BadDesign(f"{where}: unknown key {unknown[0]!r}; known are name, target, unit, when")
    target = written.get("target")
    if isinstance(target, bool) or not isinstance(target, int) or target < 1:
        raise BadDesign(f"{where}: 'target' must be a whole number of 1 or more, not {target!r}")
    try:
        condition = parse(str(written["when"])) if written.get("when") else None
    except BadExpression as error:
        raise BadDesign(f"{where}: 'when': {error}") from None
    return Quota(str(written["name"]).strip(), target, condition, str(written.get("unit", "")))
