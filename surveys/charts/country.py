"""The 34 provinces of Viet Nam with Hoàng Sa and Trường Sa, coloured by their figures, each where it lies."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from surveys.charts.drawing import PICTURE, Said, Sheet, box, drawn, escaped, hatch, room, text
from surveys.charts.palette import PRINT, Palette
from surveys.charts.places import Place

DATA = Path(__file__).parents[1] / "data" / "provinces.json"
HATCH, FEW, KEY = "hidden-country", "few-country", "-key"


@dataclass(frozen=True, slots=True)
class Outline:
    """A province as an SVG path and where its middle is."""

    path: str
    centre: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Islands:
    """An archipelago: whose it is, its path, and from where to where it lies (west, north, east, south)."""

    province: str
    path: str
    around: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Outlines:
    """All of the country in one projection, ``width`` by ``height`` units; made by ``outline_provinces``."""

    width: float
    height: float
    provinces: Mapping[str, Outline]
    islands: Mapping[str, Islands]


@cache
def outlines() -> Outlines:
    """As they are kept beside the surveys' other data."""
    kept = json.loads(DATA.read_text(encoding="utf-8"))
    provinces = {code: Outline(one["path"], tuple(one["centre"])) for code, one in kept["provinces"].items()}
    islands = {name: Islands(o["province"], o["path"], tuple(o["box"])) for name, o in kept["islands"].items()}
    width, height = kept["size"]
    return Outlines(width, height, provinces, islands)


@dataclass(frozen=True, slots=True)
class Legend:
    """What the map's colours and patterns are called; ``bands`` go with ``surveys.charts.palette.BANDS``."""

    bands: tuple[str, str, str, str, str]
    few: str
    hidden: str
    nobody: str
    hoang_sa: tuple[str, ...]
    """The archipelago's name and whose it is, in lines."""
    truong_sa: tuple[str, ...]


def country(
    said: Said, places: tuple[Place, ...], legend: Legend, *, palette: Palette = PRINT, sheet: Sheet = PICTURE
) -> str:
    """The map as SVG, whatever provinces are given: the others are drawn as those where nobody answered.

    A hidden province is hatched, one of few people dotted over its colour; each says its name and figure when it is
    pointed at. The islands are drawn with a thicker line, else nobody would see them.
    """
    unit, of = sheet.type, outlines()
    inside = room(said, sheet, (sheet.right - sheet.left) * of.height / of.width)
    scale = min((sheet.right - sheet.left) / of.width, (inside.foot - inside.top - unit * 0.4) / of.height)
    left = sheet.left + (sheet.right - sheet.left - of.width * scale) / 2
    by_code = {place.code: place for place in places}
    shapes = [
        _province(code, one, of, by_code.get(code), legend, palette, 1 / scale) for code, one in of.provinces.items()
    ]  # fmt: skip
    transform = f"translate({left:.1f} {inside.top:.1f}) scale({scale:.4f})"
    parts = [f'<g transform="{transform}" stroke-linejoin="round">{"".join(shapes)}</g>']
    for name, lines in (("hoang_sa", legend.hoang_sa), ("truong_sa", legend.truong_sa)):
        west, north, east, south = of.islands[name].around
        x, y = left + (west + east) / 2 * scale, inside.top + south * scale + unit * 1.2
        x = min(x, sheet.right - unit * 4.6)
        if name == "truong_sa":
            y = inside.top + north * scale - unit * (1.3 * len(lines) - 0.8)
        parts += [
            text(x, y + n * unit * 1.3, unit, line, fill=palette.ink, anchor="middle", weight=700 if not n else 400)
            for n, line in enumerate(lines)
        ]
    parts += _legend(legend, palette, sheet, left + of.width * scale * 0.52, inside.top)
    return drawn(said, sheet, palette, inside, parts, defs=_defs(palette, unit, scale))


def _defs(palette: Palette, unit: float, scale: float) -> str:
    """The patterns of what is hidden and of few, for the scaled map and for its legend."""
    defs = ""
    for key, size in (("", unit * 0.42 / scale), (KEY, unit * 0.42)):
        defs += hatch(HATCH + key, palette, size)
        defs += (
            f'<pattern id="{FEW}{key}" width="{size:g}" height="{size:g}" patternUnits="userSpaceOnUse">'
            f'<circle cx="{size / 2:g}" cy="{size / 2:g}" r="{size * 0.2:g}" fill="{palette.paper}"/></pattern>'
        )
    return defs


def _province(
    code: str, outline: Outline, of: Outlines, place: Place | None, legend: Legend, palette: Palette, pixel: float
) -> str:  # fmt: skip
    figure = place.figure if place else None
    if figure is None:
        fill, word = palette.track, legend.nobody
    elif figure.value is None:
        fill, word = f"url(#{HATCH})", legend.hidden
    else:
        fill, word = palette.shade(figure.value), place.shown if place else ""
    border = f'stroke="{palette.ink if figure is None or figure.value is None else palette.paper}"'
    far = "".join(one.path for one in of.islands.values() if one.province == code)
    known = figure is not None and figure.value is not None
    isles = (
        f'<path d="{far}" fill="{fill}" stroke="{fill if known else palette.ink}" stroke-width="{3 * pixel:.2f}"/>'
    )
    dotted = f'<path d="{outline.path}" fill="url(#{FEW})"/>' if figure is not None and figure.few else ""
    called = f"<title>{escaped(place.name)}: {escaped(word)}</title>" if place else ""
    return (
        f'<g data-province="{code}">{called}<path d="{outline.path}" fill="{fill}" {border} '
        f'stroke-width="{1.2 * pixel:.2f}"/>{dotted}{isles if far else ""}</g>'
    )


def _legend(legend: Legend, palette: Palette, sheet: Sheet, x: float, y: float) -> list[str]:
    unit = sheet.type
    lines = [(fill, "", said) for fill, said in zip(palette.bands, legend.bands, strict=True)]
    lines += [
        (palette.bands[1], FEW + KEY, legend.few),
        (f"url(#{HATCH}{KEY})", "", legend.hidden),
        (palette.track, "", legend.nobody),
    ]
    parts = []
    for number, (fill, over, said) in enumerate(lines):
        at = y + number * unit * 1.42
        parts.append(box(x, at, unit * 1.5, unit, fill=fill, round_=unit / 6))
        parts += [box(x, at, unit * 1.5, unit, fill=f"url(#{over})")] if over else []
        parts.append(text(x + unit * 1.9, at + unit * 0.85, unit, said, fill=palette.ink))
    return parts
