"""Provinces in order, each with its interval and the range of ranks that it may have."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor

from surveys.charts.drawing import (
    PICTURE,
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
)
from surveys.charts.factors import Mark
from surveys.charts.palette import PRINT, Palette
from surveys.charts.places import Place, ranked

ONE_COLUMN = 18
HATCH = "hidden-ranking"


@dataclass(frozen=True, slots=True)
class Scale:
    """From where to where figures go, in whole fives of percent."""

    low: int
    high: int

    @classmethod
    def around(cls, values: Iterable[float]) -> "Scale":
        """The least that holds all the values; of none the whole."""
        found = list(values)
        if not found:
            return cls(0, 100)
        low = max(min(floor(min(found) / 5) * 5, 90), 0)
        return cls(low, min(max(ceil(max(found) / 5) * 5, low + 10), 100))

    @property
    def ticks(self) -> tuple[int, ...]:
        """At most six round values between the ends."""
        step = next(step for step in (5, 10, 20) if self.high - self.low <= 5 * step)
        return tuple(range(ceil(self.low / step) * step, self.high + 1, step))

    def share(self, value: float) -> float:
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)


def values(places: Iterable[Place], mark: Mark | None = None) -> list[float]:
    """All that a scale of these places must hold."""
    found = [mark.value] if mark else []
    for place in places:
        figure = place.figure
        if figure is not None and figure.value is not None:
            found += [end for end in (figure.value, figure.low, figure.high) if end is not None]
    return found


def ranking(
    said: Said, places: tuple[Place, ...], *, mark: Mark | None = None, empty: str = "", palette: Palette = PRINT,
    sheet: Sheet = PICTURE,
) -> str:  # fmt: skip
    """The places as SVG, the highest first; rule and source of the ranks: ``surveys.charts.places.ranks``.

    Each is a dot, hollow where it is of few people, with its interval as a line; hidden ones stand last, hatched.
    ``mark`` is a figure to hold them against (the whole survey's), ``empty`` is said where there are none.
    """
    unit, rows = sheet.type, ranked(places)
    columns = 2 if sheet.headed and len(rows) > ONE_COLUMN else 1
    each = max(ceil(len(rows) / columns), 1)
    above = unit * (3.5 if mark else 2.0)
    inside = room(said, sheet, above + unit * 2.5 * each)
    gap = unit * 1.8
    wide = (sheet.right - sheet.left - gap * (columns - 1)) / columns
    step = min((inside.foot - inside.top - above) / each, unit * 2.7)
    scale = Scale.around(values(places, mark))
    parts: list[str] = []
    if not rows:
        parts.append(text(sheet.left, inside.top + unit * 2, unit * 1.1, empty, fill=palette.soft))
    if mark and rows:
        parts.append(text(sheet.left, inside.top + unit * 1.1, unit, mark.label, fill=palette.ink, weight=700))
    for number in range(columns if rows else 0):
        column = _Column(sheet.left + number * (wide + gap), inside.top + above, wide, step, unit, scale, palette)
        mine = rows[number * each : (number + 1) * each]
        parts += column.axis(len(mine))
        for at, (place, rank) in enumerate(mine):
            parts += column.row(at, place, rank, mark)
    return drawn(said, sheet, palette, inside, parts, defs=hatch(HATCH, palette, unit * 0.5))


@dataclass(frozen=True, slots=True)
class _Column:
    """Rows below each other, from ``top``, each ``step`` tall: name and figure over a track."""

    left: float
    top: float
    wide: float
    step: float
    unit: float
    scale: Scale
    palette: Palette

    def x(self, value: float) -> float:
        return self.left + self.unit * 0.4 + (self.wide - self.unit * 0.8) * self.scale.share(value)

    def _middle(self, number: int) -> float:
        """Where the track of a row lies."""
        return self.top + number * self.step + (self.step + self.unit * 1.05) / 2

    def axis(self, rows: int) -> list[str]:
        """The scale above the rows and its lines through them."""
        foot = self.top + rows * self.step
        parts = []
        for at in self.scale.ticks:
            parts.append(
                stroke(f"M{self.x(at):.1f} {self.top - self.unit * 0.3:.1f}V{foot:.1f}", colour=self.palette.line,
                       width=self.unit / 12)
            )  # fmt: skip
            anchor = {self.scale.low: "", self.scale.high: "end"}.get(at, "middle")
            parts.append(text(self.x(at), self.top - self.unit * 0.6, self.unit, f"{at}%", fill=self.palette.soft,
                              anchor=anchor))  # fmt: skip
        return parts

    def row(self, number: int, place: Place, rank: tuple[int, int] | None, mark: Mark | None) -> list[str]:
        unit, palette = self.unit, self.palette
        base, middle = self.top + number * self.step + unit, self._middle(number)
        low, high = rank or (0, 0)
        said = "" if rank is None else f"{low}" if low == high else f"{low}–{high}"
        name_at = self.left + (unit * 4.2 if said else 0)
        taken = name_at - self.left + width_of(place.shown, unit, bold=True) + unit * 0.5
        parts = [
            text(name_at, base, unit, shortened(place.name, unit, self.wide - taken), fill=palette.ink),
            text(self.left + self.wide, base, unit, place.shown, anchor="end",
                 fill=palette.soft if place.hidden else palette.ink, weight=400 if place.hidden else 700),
        ]  # fmt: skip
        parts += [text(self.left, base, unit, said, fill=palette.accent, weight=700)] if said else []
        figure = place.figure
        if figure is None or figure.value is None:
            return [*parts, box(self.left, middle - unit * 0.25, self.wide, unit * 0.5, fill=f"url(#{HATCH})")]
        parts.append(box(self.left, middle - unit * 0.25, self.wide, unit * 0.5, round_=unit / 6, fill=palette.track))
        if mark:
            path = f"M{self.x(mark.value):.1f} {middle - unit * 0.4:.1f}v{unit * 0.8:.1f}"
            parts.append(stroke(path, colour=palette.soft, width=unit / 8))
        if figure.low is not None and figure.high is not None:
            parts += whisker(self.x(figure.low), self.x(figure.high), middle, palette, unit)
        inner = palette.paper if figure.few else palette.shade(figure.value)
        parts.append(
            f'<circle cx="{self.x(figure.value):.1f}" cy="{middle:.1f}" r="{unit * 0.3:g}" fill="{inner}" '
            f'stroke="{palette.ink}" stroke-width="{unit / 12:g}"/>'
        )
        return parts
