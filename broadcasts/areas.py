"""The seven areas (lĩnh vực) of administrative reform, and guessing the one that an article is about. Pure.

Six areas of Resolution 76/NQ-CP of 15 July 2021, and steering, as inspections use them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from storage.geography import plain


@dataclass(frozen=True, slots=True)
class Area:
    """One area; ``words`` are phrases, without diacritics, that speak for it."""

    id: str
    name: str
    words: tuple[str, ...]


AREAS: tuple[Area, ...] = (
    Area("CDDH", "Chỉ đạo, điều hành", (
        "chi dao", "phien hop", "ban chi dao", "ke hoach", "kiem tra", "tuyen truyen", "chi so", "par index",
        "doan kiem tra", "hoi nghi")),
    Area("TC", "Cải cách thể chế", (
        "the che", "van ban quy pham", "thi hanh phap luat", "du thao luat", "nghi dinh", "thong tu")),
    Area("TTHC", "Cải cách thủ tục hành chính", (
        "thu tuc hanh chinh", "tthc", "mot cua", "ho so", "don gian hoa", "cat giam", "giai quyet thu tuc")),
    Area("BM", "Cải cách tổ chức bộ máy", (
        "to chuc bo may", "tinh gian", "sap xep", "sap nhap", "don vi hanh chinh", "don vi su nghiep")),
    Area("CV", "Cải cách chế độ công vụ", (
        "che do cong vu", "cong chuc", "vien chuc", "tuyen dung", "ky luat", "vi tri viec lam", "boi duong")),
    Area("TCC", "Cải cách tài chính công", (
        "tai chinh cong", "dau tu cong", "ngan sach", "tu chu tai chinh", "giai ngan")),
    Area("CPDT", "Chính quyền điện tử, chính quyền số", (
        "dien tu", "chinh quyen so", "chuyen doi so", "so hoa", "truc tuyen", "chu ky so", "du lieu", "vneid")),
)  # fmt: skip

BY_ID = {area.id: area for area in AREAS}
ALL = (1 << len(AREAS)) - 1
HEADLINE_WEIGHT = 8


def mask(ids: Iterable[str]) -> int:
    """Areas as bits; unknown ids are a KeyError."""
    return sum(1 << AREAS.index(BY_ID[id]) for id in set(ids))


def of_mask(bits: int) -> tuple[Area, ...]:
    """The areas in a mask; all of them for 0."""
    return tuple(area for number, area in enumerate(AREAS) if not bits or bits >> number & 1)


def area_called(said: str) -> Area | None:
    """An area by id, number or name as people write it; a piece of a name will do where no other name has it."""
    wanted = plain(said)
    for number, area in enumerate(AREAS, 1):
        name = plain(area.name)
        if wanted in {area.id.lower(), str(number), name, name.removeprefix("cai cach ")}:
            return area
    holding = [area for area in AREAS if len(wanted) > 5 and wanted in plain(area.name)]
    return holding[0] if len(holding) == 1 else None


def guessed(headline: str, text: str) -> Area:
    """The area whose words are most frequent, a headline's word counting as eight; steering if none is."""
    title, body = plain(headline), plain(text)

    def weight(area: Area) -> int:
        return sum(HEADLINE_WEIGHT * title.count(word) + body.count(word) for word in area.words)

    return max(AREAS, key=weight)
