"""Surveys one after another with their intervals, beside the national figures as they were published."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor

from surveys.change import Change
from surveys.charts.drawing import PICTURE, Room, Said, Sheet, box, drawn, room, shortened, stroke, text
from surveys.charts.palette import PRINT, Palette
from surveys.charts.ranking import Scale
from surveys.estimation.comparison import difference, holm
from surveys.index import Figure
from surveys.published import BREAK, Published


@dataclass(frozen=True, slots=True)
class Wave:
    """A survey: when, in years (2026.5 is the first of July), what it is called, its figure and how it is written."""

    at: float
    label: str
    figure: Figure
    shown: str


@dataclass(frozen=True, slots=True)
class TrendWords:
    """What stands in the picture: whose the dots are, the break of the method, and what is said of nothing."""

    published: str
    unconfirmed: str
    broken: str
    empty: str


def steps(waves: Sequence[Wave]) -> tuple[Change | None, ...]:
    """What differs from each wave to the next, p adjusted for their number (Holm); None where neither has an error.

    The waves are taken as drawn independently: see ``surveys.estimation.comparison.difference``.
    """
    found: list[Change | None] = []
    tested: dict[int, float] = {}
    for number, (before, after) in enumerate(pairwise(waves)):
        one, other = after.figure.estimate, before.figure.estimate
        made = difference(one, other) if one is not None and other is not None else None
        found.append(Change(100 * made.value, 100 * made.low, 100 * made.high) if made else None)
        if made:
            tested[number] = made.p
    adjusted = holm(tested)
    return tuple(
        Change(one.value, one.low, one.high, adjusted[number]) if one is not None else None
        for number, one in enumerate(found)
    )


def trend(
    said: Said, waves: tuple[Wave, ...], words: TrendWords, *, published: tuple[Published, ...] = (),
    palette: Palette = PRINT, sheet: Sheet = PICTURE,
) -> str:  # fmt: skip
    """The waves, the oldest first, as numbered dots with their intervals, named in lines below.

    Two of them are joined by a line only where the change between them is significant (``steps``). The published
    figures are joined within one method: at ``surveys.published.BREAK`` the line stops, and that is said. A figure
    that could not be confirmed is hollow. Waves without a value (hidden) are named and not drawn.
    """
    unit = sheet.type
    listed = waves[-6:]
    below = unit * (2.0 + 1.5 * (len(listed) + (2 if published else 0)))
    inside = room(said, sheet, unit * 22 + below)
    numbered = tuple((number, wave) for number, wave in enumerate(waves, 1) if wave.figure.value is not None)
    shown = [wave for _, wave in numbered]
    ends = [one.value for one in published]
    ends += [end for w in shown for end in (w.figure.value, w.figure.low, w.figure.high) if end is not None]
    years = [one.year + 0.5 for one in published] + [wave.at for wave in shown]
    plot = _Plot(sheet, inside.top + unit * 1.5, inside.foot - below, Scale.around(ends),
                 floor(min(years, default=0)), floor(max(years, default=0)) + 1, palette)  # fmt: skip
    if not years:
        empty = text(sheet.left, inside.top + unit * 2, unit * 1.1, words.empty, fill=palette.soft)
        return drawn(said, sheet, palette, inside, [empty])
    parts = plot.axes(years)
    parts += plot.national(published, words) if published else []
    parts += plot.surveys(numbered)
    parts += _listed(listed, waves, words, bool(published), plot, inside)
    return drawn(said, sheet, palette, inside, parts)


def _listed(
    listed: Sequence[Wave], waves: Sequence[Wave], words: TrendWords, published: bool, plot: "_Plot", inside: Room
) -> list[str]:  # fmt: skip
    """The waves by number, and what the other signs mean."""
    unit, palette, sheet = plot.sheet.type, plot.palette, plot.sheet
    y = plot.foot + unit * 3.0
    parts = []
    first = len(waves) - len(listed) + 1
    for number, wave in enumerate(listed, first):
        line = f"{number}. {wave.label}"
        parts.append(text(sheet.right, y, unit, wave.shown, fill=palette.ink, weight=700, anchor="end"))
        parts.append(text(sheet.left, y, unit, shortened(line, unit, (sheet.right - sheet.left) * 0.55),
                          fill=palette.ink))  # fmt: skip
        y += unit * 1.5
    if published:
        for hollow, word in ((False, words.published), (True, words.unconfirmed)):
            parts.append(plot.dot(sheet.left + unit * 0.4, y - unit * 0.35, palette.soft, hollow=hollow))
            parts.append(text(sheet.left + unit * 1.3, y, unit, word, fill=palette.soft))
            y += unit * 1.5
    return parts


def apart(xs: Sequence[float], gap: float, right: float) -> list[float]:
    """The same places in order, moved as little as keeps them a gap apart and left of the edge."""
    moved: list[float] = []
    for x in xs:
        moved.append(max(x, moved[-1] + gap) if moved else x)
    for number, x in reversed(list(enumerate(moved))):
        moved[number] = min(x, moved[number + 1] - gap if number + 1 < len(moved) else right)
    return moved


@dataclass(frozen=True, slots=True)
class _Plot:
    """The field of years by percent."""

    sheet: Sheet
    top: float
    foot: float
    scale: Scale
    first: float
    last: float
    palette: Palette

    def x(self, year: float) -> float:
        left = self.sheet.left + self.sheet.type * 3
        return left + (self.sheet.right - left) * (year - self.first) / (self.last - self.first)

    def y(self, value: float) -> float:
        return self.foot - (self.foot - self.top) * self.scale.share(value)

    def axes(self, years: Sequence[float]) -> list[str]:
        unit, palette = self.sheet.type, self.palette
        parts = []
        for at in self.scale.ticks:
            parts.append(stroke(f"M{self.x(self.first):.1f} {self.y(at):.1f}H{self.sheet.right:.1f}",
                                colour=palette.line, width=unit / 12))  # fmt: skip
            parts.append(text(self.sheet.left, self.y(at) + unit * 0.35, unit, f"{at}%", fill=palette.soft))
        for year in range(int(min(years)), int(max(years)) + 1):
            parts.append(text(self.x(year + 0.5), self.foot + unit * 1.4, unit, str(year), fill=palette.soft,
                              anchor="middle"))  # fmt: skip
        return parts

    def national(self, published: Sequence[Published], words: TrendWords) -> list[str]:
        unit, palette = self.sheet.type, self.palette
        parts = []
        for before, after in pairwise(published):
            if (before.year < BREAK) == (after.year < BREAK):
                sure = before.confirmed and after.confirmed
                path = f"M{self._at(before)}L{self._at(after)}"
                dashes = "" if sure else f"{unit / 4:g} {unit / 4:g}"
                parts.append(stroke(path, colour=palette.soft, width=unit / 8, dashes=dashes))
        parts += [self.dot(self.x(one.year + 0.5), self.y(one.value), palette.soft, hollow=not one.confirmed)
                  for one in published]  # fmt: skip
        if any(one.year < BREAK for one in published) and any(one.year >= BREAK for one in published):
            middle, wide = self.x(BREAK), unit * 0.5
            parts.append(box(middle - wide / 2, self.top, wide, self.foot - self.top, fill=palette.track))
            parts.append(text(middle, self.top - unit * 0.5, unit, words.broken, fill=palette.ink, anchor="middle"))
        return parts

    def _at(self, one: Published) -> str:
        return f"{self.x(one.year + 0.5):.1f} {self.y(one.value):.1f}"

    def surveys(self, numbered: Sequence[tuple[int, Wave]]) -> list[str]:
        unit, palette = self.sheet.type, self.palette
        waves = [wave for _, wave in numbered]
        xs = apart([self.x(wave.at) for wave in waves], unit * 1.6, self.sheet.right - unit * 0.5)
        where = [(x, self.y(wave.figure.value or 0.0)) for x, wave in zip(xs, waves, strict=True)]
        parts = []
        for ends, change in zip(pairwise(where), steps(waves), strict=True):
            if change is not None and change.significant:
                path = "L".join(f"{x:.1f} {y:.1f}" for x, y in ends)
                parts.append(stroke(f"M{path}", colour=palette.accent, width=unit / 5))
        heights = [y for _, y in where]
        for at, ((number, wave), (x, y)) in enumerate(zip(numbered, where, strict=True)):
            if wave.figure.low is not None and wave.figure.high is not None:
                low, high, half = self.y(wave.figure.low), self.y(wave.figure.high), unit * 0.3
                path = f"M{x:.1f} {low:.1f}V{high:.1f}M{x - half:.1f} {low:.1f}h{2 * half:.1f}"
                path += f"M{x - half:.1f} {high:.1f}h{2 * half:.1f}"
                parts.append(stroke(path, colour=palette.ink, width=unit / 8))
            parts.append(self.dot(x, y, palette.accent, hollow=wave.figure.few))
            beside = heights[max(at - 1, 0) : at + 2]
            if sum(beside) / len(beside) > y:
                above = min(y - unit * 0.4, self.y(wave.figure.high) if wave.figure.high is not None else y)
                base = above - unit * 0.3
            else:
                base = max(y + unit * 0.4, self.y(wave.figure.low) if wave.figure.low is not None else y) + unit
            parts.append(text(x, base, unit, str(number), fill=palette.ink, weight=700, anchor="middle"))
        return parts

    def dot(self, x: float, y: float, colour: str, *, hollow: bool) -> str:
        inner = self.palette.paper if hollow else colour
        unit = self.sheet.type
        return (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{unit * 0.33:g}" fill="{inner}" stroke="{colour}" '
            f'stroke-width="{unit / 8:g}"/>'
        )
