"""A headline figure above bars with their intervals: domains and factors, or the criteria of one of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from surveys.charts.drawing import (
    PICTURE,
    Room,
    Said,
    Sheet,
    box,
    drawn,
    hatch,
    room,
    shortened,
    stroke,
    text,
    whisker,
    width_of,
    wrapped,
)
from surveys.charts.palette import PRINT, Palette

SCALE = (0, 25, 50, 75, 100)
HATCH = "hidden-factors"


@dataclass(frozen=True, slots=True)
class Bar:
    """One figure: ``value`` and ``interval`` in percent, None where there is nothing to show."""

    label: str
    value: float | None
    interval: tuple[float, float] | None
    shown: str
    strong: bool = False
    """A sum of those below it."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure in percent to hold the bars against: a broken line through all of them."""

    value: float
    label: str


@dataclass(frozen=True, slots=True)
class Headline:
    """The one figure that stands above, and what stands beside it."""

    value: str
    beside: str = ""


def across(sheet: Sheet, percent: float) -> float:
    """Where on a sheet a figure ends."""
    return sheet.left + (sheet.right - sheet.left) * min(max(percent, 0.0), 100.0) / 100


def factors(
    said: Said, bars: tuple[Bar, ...], *, headline: Headline | None = None, mark: Mark | None = None,
    palette: Palette = PRINT, sheet: Sheet = PICTURE,
) -> str:  # fmt: skip
    """The bars as SVG, each under its label: as long as its value, with its interval as a line over its end."""
    unit = sheet.type
    above = (unit * 4.6 if headline and sheet.headed else 0.0) + unit * (3.1 if mark else 1.8)
    inside = room(said, sheet, above + unit * 3.0 * len(bars))
    begin = inside.top + above
    step = min((inside.foot - begin) / max(len(bars), 1), unit * 4.4)
    parts = _head(headline, sheet, palette, inside.top) if headline and sheet.headed else []
    parts += _scale(begin, inside, palette, sheet)
    for number, bar in enumerate(bars):
        parts += _bar(bar, begin + number * step, step, palette=palette, sheet=sheet)
    tracks = [_track(begin + number * step, step, unit)[1:] for number in range(len(bars))]
    parts += _mark(mark, begin, tracks, palette=palette, sheet=sheet) if mark is not None else []
    return drawn(said, sheet, palette, inside, parts, defs=hatch(HATCH, palette, unit * 0.5))


def _head(headline: Headline, sheet: Sheet, palette: Palette, top: float) -> list[str]:
    unit, size = sheet.type, sheet.type * 4.4
    taken = width_of(headline.value, size, bold=True) + unit
    lines = wrapped(headline.beside, unit * 1.1, sheet.right - sheet.left - taken)[-3:]
    return [
        text(sheet.left, top + unit * 3.6, size, headline.value, fill=palette.accent, weight=700),
        *(
            text(sheet.right, top + unit * (3.6 - 1.45 * (len(lines) - 1 - n)), unit * 1.1, line, fill=palette.soft,
                 anchor="end")
            for n, line in enumerate(lines)
        ),
    ]  # fmt: skip


def _scale(begin: float, inside: Room, palette: Palette, sheet: Sheet) -> list[str]:
    unit = sheet.type
    parts = []
    for at in SCALE:
        x = across(sheet, at)
        parts.append(stroke(f"M{x:.1f} {begin - unit * 0.5:.1f}V{inside.foot - unit * 0.4:.1f}",
                            colour=palette.line, width=unit / 12))  # fmt: skip
        anchor = {0: "", 100: "end"}.get(at, "middle")
        parts.append(text(x, begin - unit * 0.8, unit, f"{at}%", fill=palette.soft, anchor=anchor))
    return parts


def _track(y: float, step: float, unit: float) -> tuple[float, float, float]:
    """How large the letters of a bar are that begins at y, where its track begins below them, and how tall it is."""
    size = min(max(step * 0.34, unit), unit * 1.25)
    return size, y + size * 1.32, max(step - size * 1.5, unit * 0.4) * 0.72


def _bar(bar: Bar, y: float, step: float, *, palette: Palette, sheet: Sheet) -> list[str]:
    unit, wide = sheet.type, sheet.right - sheet.left
    size, at, height = _track(y, step, unit)
    weight = 700 if bar.strong else 400
    taken = width_of(bar.shown, size, bold=True) + unit
    indent = 0.0 if bar.strong else unit * 0.8
    known = bar.value is not None
    parts = [
        text(sheet.left + indent, y + size, size, shortened(bar.label, size, wide - taken - indent, bold=bar.strong),
             weight=weight, fill=palette.ink),
        text(sheet.right, y + size, size, bar.shown, weight=700 if known else 400, anchor="end",
             fill=palette.ink if known else palette.soft),
        box(sheet.left, at, wide, height, round_=unit / 6, fill=palette.track if known else f"url(#{HATCH})"),
    ]  # fmt: skip
    if bar.value is None:
        return parts
    parts.append(box(sheet.left, at, across(sheet, bar.value) - sheet.left, height, round_=unit / 6,
                     fill=palette.shade(bar.value)))  # fmt: skip
    if bar.interval is not None:
        low, high = (across(sheet, end) for end in bar.interval)
        parts += whisker(low, high, at + height / 2, palette, unit)
    return parts


def _mark(
    mark: Mark, begin: float, tracks: Sequence[tuple[float, float]], *, palette: Palette, sheet: Sheet
) -> list[str]:
    """The broken line over the tracks and not through words, its own above on the side where there is room."""
    unit, x = sheet.type, across(sheet, mark.value)
    beside = unit * 0.35
    path = f"M{x:.1f} {begin - unit * 2.9:.1f}V{begin - unit * 1.9:.1f}"
    path += "".join(f"M{x:.1f} {y:.1f}v{height:.1f}" for y, height in tracks)
    return [
        text(x - beside if mark.value > 50 else x + beside, begin - unit * 2.15, unit, mark.label, weight=700,
             anchor="end" if mark.value > 50 else "", fill=palette.ink),
        stroke(path, colour=palette.paper, width=unit / 4),
        stroke(path, colour=palette.ink, width=unit / 10, dashes=f"{unit / 4:g} {unit / 8:g}"),
    ]  # fmt: skip
