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
LINE = 1.3
"""From one line of a label to the next, in sizes of its letters."""


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


@dataclass(frozen=True, slots=True)
class _Row:
    """Where a bar stands: the lines of its label from ``y``, letters of ``size``, and its track below them."""

    bar: Bar
    lines: tuple[str, ...]
    y: float
    size: float
    track: float
    height: float


def factors(
    said: Said, bars: tuple[Bar, ...], *, headline: Headline | None = None, mark: Mark | None = None,
    lines: int = 1, palette: Palette = PRINT, sheet: Sheet = PICTURE,
) -> str:  # fmt: skip
    """The bars as SVG, each under its label: as long as its value, with its interval as a line over its end.

    A label takes so many ``lines`` at most, fewer where there is no room. A bar without a value is hatched. A picture
    of a fixed height holds some 17 bars.
    """
    unit = sheet.type
    above = (unit * 4.6 if headline and sheet.headed else 0.0) + unit * (3.1 if mark else 1.8)
    labels = [_lines(bar, unit, lines, sheet) for bar in bars]
    inside = room(said, sheet, above + sum(unit * (LINE * len(label) + 1.5) for label in labels))
    begin = inside.top + above
    rows = _rows(bars, begin, inside.foot, lines, sheet)
    parts = _head(headline, sheet, palette, inside.top) if headline and sheet.headed else []
    parts += _scale(begin, inside, palette, sheet)
    for row in rows:
        parts += _bar(row, palette, sheet)
    parts += _mark(mark, begin, rows, palette=palette, sheet=sheet) if mark is not None else []
    return drawn(said, sheet, palette, inside, parts, defs=hatch(HATCH, palette, unit * 0.5))


def _indent(bar: Bar, sheet: Sheet) -> float:
    return 0.0 if bar.strong else sheet.type * 0.8


def _lines(bar: Bar, size: float, most: int, sheet: Sheet) -> tuple[str, ...]:
    """The label in so many lines at most, beside the figure."""
    wide = sheet.right - sheet.left - sheet.type - _indent(bar, sheet)
    free = wide / sheet.letters - width_of(bar.shown, size, bold=True)
    made = wrapped(bar.label, size, free) if most > 1 else [bar.label]
    rest = " ".join(made[most - 1 :])
    return (*made[: most - 1], *([shortened(rest, size, free, bold=bar.strong)] if rest else []))


def _rows(bars: tuple[Bar, ...], begin: float, foot: float, lines: int, sheet: Sheet) -> list[_Row]:
    """The bars below each other, with letters as large and as many lines as leave room for their tracks."""
    unit = sheet.type
    rows: list[_Row] = []
    for size, most, least in ((unit * 1.25, lines, 1.1), (unit, lines, 0.9), (unit, 1, 0.0)):
        labels = [_lines(bar, size, most, sheet) for bar in bars]
        left = foot - begin - sum(LINE * size * max(len(label), 1) for label in labels)
        each = min(left / max(len(bars), 1), unit * 2.2)
        if each >= least * unit:
            break
    for bar, label in zip(bars, labels, strict=True):
        y = rows[-1].track + each if rows else begin
        rows.append(_Row(bar, label, y, size, y + LINE * size * max(len(label), 1), max(each * 0.58, 1.0)))
    return rows


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


def _bar(row: _Row, palette: Palette, sheet: Sheet) -> list[str]:
    unit, wide, bar, size = sheet.type, sheet.right - sheet.left, row.bar, row.size
    known = bar.value is not None
    parts = [
        text(sheet.left + _indent(bar, sheet), row.y + size * (1 + LINE * n), size, line,
             weight=700 if bar.strong else 400, fill=palette.ink)
        for n, line in enumerate(row.lines)
    ]  # fmt: skip
    parts += [
        text(sheet.right, row.y + size, size, bar.shown, weight=700 if known else 400, anchor="end",
             fill=palette.ink if known else palette.soft),
        box(sheet.left, row.track, wide, row.height, round_=unit / 6,
            fill=palette.track if known else f"url(#{HATCH})"),
    ]  # fmt: skip
    if bar.value is None:
        return parts
    parts.append(box(sheet.left, row.track, across(sheet, bar.value) - sheet.left, row.height, round_=unit / 6,
                     fill=palette.shade(bar.value)))  # fmt: skip
    if bar.interval is not None:
        low, high = (across(sheet, end) for end in bar.interval)
        parts += whisker(low, high, row.track + row.height / 2, palette, unit)
    return parts


def _mark(mark: Mark, begin: float, rows: Sequence[_Row], *, palette: Palette, sheet: Sheet) -> list[str]:
    """The broken line over the tracks and not through words, its own above on the side where there is room."""
    unit, x = sheet.type, across(sheet, mark.value)
    beside = unit * 0.35
    path = f"M{x:.1f} {begin - unit * 2.9:.1f}V{begin - unit * 1.9:.1f}"
    path += "".join(f"M{x:.1f} {row.track:.1f}v{row.height:.1f}" for row in rows)
    return [
        text(x - beside if mark.value > 50 else x + beside, begin - unit * 2.15, unit, mark.label, weight=700,
             anchor="end" if mark.value > 50 else "", fill=palette.ink),
        stroke(path, colour=palette.paper, width=unit / 4),
        stroke(path, colour=palette.ink, width=unit / 10, dashes=f"{unit / 4:g} {unit / 8:g}"),
    ]  # fmt: skip
