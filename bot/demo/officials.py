"""Made-up officials of all levels, as the list that an operator would import."""

import csv
import random
from collections.abc import Iterator
from pathlib import Path

from broadcasts.officials import COLUMNS
from storage.geography import communes, provinces

FAMILY = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Huỳnh",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
)
MIDDLE = ("Văn", "Thị", "Đức", "Minh", "Ngọc", "Thanh", "Quốc", "Thu", "Hữu", "Hải", "Xuân", "Kim")
GIVEN = ("An", "Bình", "Châu", "Dũng", "Giang", "Hà", "Hạnh", "Hiếu", "Hoa", "Hùng", "Hương", "Khánh", "Lan", "Linh",
         "Long", "Mai", "Nam", "Nga", "Phong", "Phương", "Quang", "Sơn", "Tâm", "Thảo", "Thuỷ", "Trang", "Tuấn",
         "Vinh", "Yến")  # fmt: skip
CENTRAL_UNITS = ("Bộ Nội vụ", "Bộ Tư pháp", "Bộ Tài chính", "Văn phòng Chính phủ", "Bộ Khoa học và Công nghệ")
PROVINCE_UNITS = (
    "Sở Nội vụ",
    "Sở Tư pháp",
    "Sở Tài chính",
    "Văn phòng Uỷ ban nhân dân tỉnh",
    "Sở Nông nghiệp và Môi trường",
)
TITLES = {
    "central": ("Vụ trưởng", "Phó Vụ trưởng", "Cục trưởng", "Trưởng phòng"),
    "province": ("Giám đốc Sở", "Phó Giám đốc Sở", "Chánh Văn phòng", "Trưởng phòng"),
    "commune": ("Chủ tịch UBND", "Phó Chủ tịch UBND", "Chánh Văn phòng", "Công chức Văn phòng"),
}  # fmt: skip
FIRST_ZALO = 6_000_000_000_000_000_000
ONLY_ZALO, ONLY_EMAIL = 0.03, 0.04
"""Shares of the officials who are not on Telegram."""


def officials(count: int, first_id: int, seed: int) -> Iterator[dict[str, str]]:
    """Rows of the list: about 4 % central, 21 % provincial, 75 % communal. Some have only Zalo or e-mail.

    Ids on Telegram grow from ``first_id``, those on Zalo from ``FIRST_ZALO``.
    """
    draw = random.Random(seed)
    places = list(communes().values())
    for number in range(count):
        level = draw.choices(("central", "province", "commune"), (4, 21, 75))[0]
        commune = draw.choice(places)
        units = {
            "central": draw.choice(CENTRAL_UNITS),
            "province": draw.choice(PROVINCE_UNITS),
            "commune": f"UBND {commune.full_name[0].lower()}{commune.full_name[1:]}",
        }
        where = draw.random()
        only_zalo, only_email = where < ONLY_ZALO, ONLY_ZALO <= where < ONLY_ZALO + ONLY_EMAIL
        yield {
            "name": f"{draw.choice(FAMILY)} {draw.choice(MIDDLE)} {draw.choice(GIVEN)}",
            "title": draw.choice(TITLES[level]),
            "unit": units[level],
            "level": level,
            "province": "" if level == "central" else provinces()[commune.province].name,
            "commune": commune.code if level == "commune" else "",
            "telegram": "" if only_zalo or only_email else str(first_id + number),
            "zalo": str(FIRST_ZALO + number) if only_zalo else "",
            "email": "" if only_zalo else f"can.bo.{number + 1}@example.gov.vn",
            "areas": "",
        }


def write_list(path: Path, rows: Iterator[dict[str, str]]) -> None:
    """As CSV in UTF-8 with a BOM, as Excel writes it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
