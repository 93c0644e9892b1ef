"""Lists of officials (danh sách cán bộ) from CSV or Excel, every row checked before one is kept."""

import re
from collections.abc import Iterator
from pathlib import Path

from broadcasts.areas import area_called, mask
from broadcasts.audience import LEVELS
from storage.case_ways import COUNTRY
from storage.enums import ChannelName
from storage.geography import commune_called, plain, province_called, provinces
from storage.lists import BadList, agreement, phone_said, table
from storage.officials import Official

COLUMNS = ("name", "title", "unit", "level", "province", "commune", "telegram", "zalo", "phone", "zalo_ok", "email",
           "areas")  # fmt: skip
HEADINGS = {
    "ho ten": "name", "ho va ten": "name", "ten": "name",
    "chuc vu": "title", "chuc danh": "title",
    "don vi": "unit", "co quan": "unit", "don vi cong tac": "unit", "co quan don vi": "unit",
    "cap": "level", "cap hanh chinh": "level",
    "tinh": "province", "tinh thanh": "province", "tinh, thanh pho": "province", "tinh/thanh pho": "province",
    "xa": "commune", "xa phuong": "commune", "xa, phuong": "commune", "xa/phuong": "commune",
    "thu dien tu": "email", "e-mail": "email",
    "linh vuc": "areas", "linh vuc quan tam": "areas",
    "id telegram": "telegram", "ma telegram": "telegram", "id zalo": "zalo",
    "dien thoai": "phone", "so dien thoai": "phone", "sdt": "phone",
    "dong y zalo": "zalo_ok", "dong y nhan zalo": "zalo_ok",
}  # fmt: skip
NUMBER = re.compile(r"^-?[0-9]{1,19}$")
EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s.]{2,}$")
ADDRESSES = {"telegram": ChannelName.TELEGRAM, "zalo": ChannelName.ZALO_OA, "phone": ChannelName.ZALO_PHONE,
             "email": ChannelName.EMAIL}  # fmt: skip
COLUMN_OF = {channel: column for column, channel in ADDRESSES.items()}


def read(path: Path) -> list[Official]:
    """All officials in a list, or BadList with every problem in it."""
    officials: list[Official] = []
    problems: list[str] = []
    seen: dict[tuple[ChannelName, str], int] = {}
    for number, said in table(path, COLUMNS, HEADINGS, {"name": "họ tên"}):
        official = _official(said, number, problems)
        for address in official.addresses:
            if address in seen:
                column = COLUMN_OF[address[0]]
                problems.append(f"row {number}, column {column}: {address[1]} stands in row {seen[address]} too")
            seen.setdefault(address, number)
        officials.append(official)
    if not officials and not problems:
        problems.append("there is a heading but no row below it")
    if problems:
        raise BadList(problems)
    return officials


def _official(said: dict[str, str], number: int, problems: list[str]) -> Official:
    def wrong(column: str, problem: str) -> str:
        problems.append(f"row {number}, column {column}: {problem}")
        return ""

    name = " ".join(said.get("name", "").split()) or wrong("name", "is empty")
    level = LEVELS.get(plain(said.get("level", "")), "")
    if said.get("level") and not level:
        wrong("level", f"{said['level']!r} is none of central, province, commune")
    province = commune = ""
    if said.get("province"):
        found = province_called(said["province"])
        province = found.code if found else wrong("province", f"there is no province {said['province']!r}")
    if said.get("commune") and (province or not said.get("province")):
        place = commune_called(said["commune"], province)
        where = f" in {provinces()[province].name}" if province else "; give the province too, or its code"
        commune = place.code if place else wrong("commune", f"there is no one commune {said['commune']!r}{where}")
        province = province or (place.province if place else "")
    agreed = agreement(said["zalo_ok"]) if said.get("zalo_ok") else None
    if said.get("zalo_ok") and agreed is None:
        wrong("zalo_ok", f"{said['zalo_ok']!r} is neither có nor không")
    return Official(
        name=name,
        title=said.get("title", ""),
        unit=said.get("unit", ""),
        level=str(level),
        province=province,
        commune=commune,
        areas=_areas(said.get("areas", ""), number, problems),
        addresses=tuple(_addresses(said, wrong)),
        agreed=agreed,
    )


def _areas(said: str, number: int, problems: list[str]) -> int | None:
    if not said:
        return None
    chosen: list[str] = []
    for one in re.split(r"[;,|]", said):
        area = area_called(one)
        if area:
            chosen.append(area.id)
        else:
            problems.append(f"row {number}, column areas: there is no area {one.strip()!r}")
    return mask(chosen)


def _addresses(said: dict[str, str], wrong: object) -> Iterator[tuple[ChannelName, str]]:
    assert callable(wrong)
    for column, channel in ADDRESSES.items():
        address = said.get(column, "")
        if not address:
            continue
        if column == "phone":
            if mobile := phone_said(address):
                yield channel, f"{COUNTRY}{mobile[1:]}"
            else:
                wrong(column, f"{address!r} is no mobile number; write 0912345678")
            continue
        if column == "email":
            address = address.lower()
            valid = bool(EMAIL.match(address))
        else:
            valid = bool(NUMBER.match(address))
        if valid:
            yield channel, address
        else:
            wrong(column, f"{address!r} is no {'e-mail address' if column == 'email' else 'numeric id'}")
