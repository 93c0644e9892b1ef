"""The 34 provincial units and 3,321 communes of Viet Nam, found by official code or by name as people write it."""

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
PREFIXES = ("thanh pho ", "tp.", "tp ", "tinh ", "phuong ", "p.", "xa ", "x.", "dac khu ", "thi tran ")
DASH = re.compile(r"\s*[-–—]\s*")
ALSO_CALLED = {"hcm": "79", "tphcm": "79", "thua thien hue": "46", "thua thien-hue": "46"}


def plain(text: str) -> str:
    """Lower case, one space between words, no Vietnamese diacritics: 'Hòa Bình' and 'HOÀ BÌNH' are the same."""
    text = " ".join(text.split()).casefold().replace("đ", "d")
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


@dataclass(frozen=True, slots=True)
class Province:
    """A provincial unit; ``code`` has two digits."""

    code: str
    name: str
    full_name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune, ward or special zone; ``code`` has five digits."""

    code: str
    name: str
    full_name: str
    province: str


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@cache
def provinces() -> dict[str, Province]:
    return {row["code"]: Province(**row) for row in _rows("provinces.csv")}


@cache
def communes() -> dict[str, Commune]:
    return {row["code"]: Commune(**row) for row in _rows("communes.csv")}


def bare(name: str) -> str:
    """A place's name without the word for its kind: 'Phường Ba Đình' is 'ba dinh'."""
    said = DASH.sub("-", plain(name))
    return next((said.removeprefix(prefix).strip() for prefix in PREFIXES if said.startswith(prefix)), said)


@cache
def _provinces_by_name() -> dict[str, str]:
    named = {bare(row["name"]): row["province"] for row in _rows("former_provinces.csv")}
    return ALSO_CALLED | named | {bare(name): p.code for p in provinces().values() for name in (p.name, p.name_en)}


@cache
def _communes_by_name() -> dict[tuple[str, str], list[str]]:
    named: dict[tuple[str, str], list[str]] = {}
    for commune in communes().values():
        for name in {plain(commune.full_name), bare(commune.name)}:
            named.setdefault((commune.province, name), []).append(commune.code)
    return named


def province_called(said: str) -> Province | None:
    """A province by code or by name, today's or that of before July 2025."""
    code = said.strip().zfill(2) if said.strip().isdigit() else _provinces_by_name().get(bare(said), "")
    return provinces().get(code)


def commune_called(said: str, province: str) -> Commune | None:
    """A commune of a province by code or by name; None if there is none, or if the name is not unique there.

    Names that differ only in diacritics, as Văn Lang and Văn Lăng, are told apart by them.
    """
    if said.strip().isdigit():
        found = communes().get(said.strip().zfill(5))
        return found if found and province in ("", found.province) else None
    for name in (plain(said), bare(said)):
        codes = _communes_by_name().get((province, name), [])
        if len(codes) == 1:
            return communes()[codes[0]]
        written = unicodedata.normalize("NFC", " ".join(said.split())).casefold()
        exactly = [
            c for c in map(communes().__getitem__, codes) if written in (c.full_name.casefold(), c.name.casefold())
        ]
        if len(exactly) == 1:
            return exactly[0]
    return None


def place_name(code: str) -> str:
    """The full name behind a unit code: a commune with its province, a province, or the code itself."""
    if found := communes().get(code):
        return f"{found.full_name}, {provinces()[found.province].full_name}"
    province = provinces().get(code)
    return province.full_name if province else code


def province_of(code: str) -> str:
    """The province code of a unit code, '' if the code is of no place."""
    if found := communes().get(code):
        return found.province
    return code if code in provinces() else ""
