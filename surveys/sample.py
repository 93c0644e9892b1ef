"""A list of people drawn for a survey (danh sách mẫu): checked as a whole, then cases with single-use links."""

import random
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from storage.cases import NewCase
from storage.geography import commune_called, province_called, province_of
from storage.lists import BadList, agreement, phone_said, table
from surveys.answers import day_said
from surveys.design import Design
from surveys.links import new_code
from surveys.sampling import Allocation, BadPlan, allocate, design_weight, draw

COLUMNS = ("reference", "province", "unit", "date", "telegram", "zalo", "phone", "zalo_ok", "email", "weight")
HEADINGS = {
    "ma ho so": "reference", "so ho so": "reference", "ma": "reference", "ma mau": "reference",
    "tinh": "province", "tinh, thanh pho": "province", "tinh thanh": "province", "tinh/thanh pho": "province",
    "don vi": "unit", "xa": "unit", "xa, phuong": "unit", "xa/phuong": "unit", "xa phuong": "unit",
    "noi lam thu tuc": "unit",
    "ngay": "date", "ngay giao dich": "date", "ngay tra ket qua": "date", "ngay tra": "date",
    "dien thoai": "phone", "so dien thoai": "phone", "sdt": "phone", "thu dien tu": "email", "e-mail": "email",
    "id telegram": "telegram", "ma telegram": "telegram", "id zalo": "zalo", "ma zalo": "zalo",
    "dong y zalo": "zalo_ok", "dong y nhan zalo": "zalo_ok", "quyen so": "weight", "trong so": "weight",
}  # fmt: skip
LEAST_WEIGHT = 0.01
"""The squares of smaller ones lose digits in the counters."""
TELEGRAM = re.compile(r"[1-9][0-9]{0,18}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")


def read(
    path: Path, design: Design, known: Collection[str], now: datetime, zone: ZoneInfo, *, dice: random.Random
) -> list[NewCase]:
    """Everybody in a list, each due the design's delay after the transaction and a random while; or BadList.

    ``known`` are references that are drawn already. Without a date the delay counts from now.
    """
    cases: list[NewCase] = []
    problems: list[str] = []
    seen: dict[tuple[str, str], int] = {}
    for number, said in table(path, COLUMNS, HEADINGS, {"unit": "đơn vị"}):
        case = _case(said, number, problems, design, now, zone, dice)
        if case.reference in known:
            problems.append(f"row {number}, column reference: {case.reference!r} is in the sample already")
        for column in ("reference", "telegram", "zalo", "phone", "email"):
            value = getattr(case, column)
            if value and (column, value) in seen:
                problems.append(f"row {number}, column {column}: {value} stands in row {seen[column, value]} too")
            seen.setdefault((column, value), number)
        cases.append(case)
    if not cases and not problems:
        problems.append("there is a heading but no row below it")
    if problems:
        raise BadList(problems)
    return cases


def _case(
    said: Mapping[str, str], number: int, problems: list[str], design: Design, now: datetime, zone: ZoneInfo,
    dice: random.Random,
) -> NewCase:  # fmt: skip
    def checked(column: str, value: str, problem: str) -> str:
        if said.get(column) and not value:
            problems.append(f"row {number}, column {column}: {said[column]!r} {problem}")
        return value

    served = _day(said.get("date", ""))
    if said.get("date") and served is None:
        problems.append(f"row {number}, column date: {said['date']!r} is no day; write 26/11/2026")
    if served is not None and served > now.astimezone(zone).date():
        problems.append(f"row {number}, column date: {said['date']} is still to come")
    telegram = said.get("telegram", "")
    zalo = said.get("zalo", "")
    email = said.get("email", "").lower()
    agreed = agreement(said.get("zalo_ok", ""))
    if agreed is None:
        problems.append(f"row {number}, column zalo_ok: {said['zalo_ok']!r} is neither có nor không")
    return NewCase(
        code=new_code(),
        unit=_unit(said, number, problems),
        due_at=due(design, served, now, zone, dice),
        reference=said.get("reference") or None,
        served_on=served,
        telegram=checked("telegram", telegram if TELEGRAM.fullmatch(telegram) else "", "is no numeric id"),
        zalo=checked("zalo", zalo if TELEGRAM.fullmatch(zalo) else "", "is no numeric id"),
        phone=checked("phone", phone_said(said.get("phone", "")), "is no mobile number; write 0912345678"),
        email=checked("email", email if EMAIL.fullmatch(email) else "", "is no e-mail address"),
        agreed=bool(agreed),
        weight=_weight(said.get("weight", ""), number, problems),
    )


def due(design: Design, served: date | None, now: datetime, zone: ZoneInfo, dice: random.Random) -> datetime:
    """When to invite: so long after the transaction, a random while later, and in the survey's hours."""
    start = datetime.combine(served, time(12), zone) if served else now
    moment = max(start + design.delay, now) + dice.random() * design.spread
    return design.hours.next_open(moment, zone) if design.hours else moment


def _day(said: str) -> date | None:
    ordinal = day_said(said.partition(" ")[0]) if said else None
    return date.fromordinal(ordinal) if ordinal else None


def _unit(said: Mapping[str, str], number: int, problems: list[str]) -> str:
    """The code of the commune, or of the province where no commune is given."""
    unit, province = said.get("unit", ""), ""
    if said.get("province"):
        found = province_called(said["province"])
        if found is None:
            problems.append(f"row {number}, column province: there is no province {said['province']!r}")
            return ""
        province = found.code
    if not unit:
        problems.append(f"row {number}, column unit: is empty")
        return ""
    commune = commune_called(unit, province)
    if commune is not None:
        return commune.code
    if not province and (whole := province_called(unit)):
        return whole.code
    problems.append(
        f"row {number}, column unit: there is no one place {unit!r}; write its code, or give the province"
    )
    return ""


def _weight(said: str, number: int, problems: list[str]) -> float:
    if not said:
        return 1.0
    try:
        weight = float(said.replace(",", "."))
    except ValueError:
        weight = 0.0
    if not LEAST_WEIGHT <= weight < 1e9:
        problems.append(
            f"row {number}, column weight: {said!r} is no number of {LEAST_WEIGHT} or more; weights are relative, so "
            "multiply all of them by the same number"
        )
    return weight


def stratum_of(unit: str, targets: Mapping[str, int]) -> str:
    """The stratum of the design that a unit belongs to: itself, or its province; '' where the design has none."""
    return unit if unit in targets else province_of(unit) if province_of(unit) in targets else ""


def drawn(frame: Sequence[NewCase], n: int, design: Design, *, seed: str) -> list[NewCase]:
    """``n`` of the frame by simple random sampling in each stratum, shared out as the design's targets are.

    Each gets the weight N_h / n_h of its stratum (the inverse of its inclusion probability). Without targets the
    whole frame is one stratum. BadPlan where it cannot be done.
    """
    strata: dict[str, list[NewCase]] = {}
    for case in frame:
        strata.setdefault(stratum_of(case.unit, design.targets), []).append(case)
    if "" in strata and len(strata) > 1:
        raise BadPlan(f"{strata[''][0].unit} is in no stratum of the design's targets")
    wanted = {code: design.targets.get(code, 1) for code in strata}
    shares = allocate(n, {code: len(people) for code, people in strata.items()}, how=Allocation.NEYMAN,
                      spreads={code: wanted[code] / len(people) for code, people in strata.items()})  # fmt: skip
    chosen: list[NewCase] = []
    for code, people in sorted(strata.items()):
        # drawn by where they stand in the list, so that the same list and seed give the same sample
        named = {f"{code}/{number:09}": case for number, case in enumerate(people)}
        weight = design_weight(len(people), shares[code]) if shares[code] else 1.0
        chosen += [replace(named[name], weight=weight) for name in draw(sorted(named), shares[code], seed=seed)]
    return chosen
