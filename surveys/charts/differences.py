"""What differs between two surveys, to the left and to the right of no difference at all."""

from dataclasses import dataclass
from math import ceil

from surveys.change import Change
from surveys.charts.drawing import PICTURE, Said, Sheet, box, drawn, room, shortened, stroke, text, whisker, width_of
from surveys.charts.palette import PRINT, Palette


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of both surveys: how it differs, in percentage points, and that as it is written."""

    label: str
    change: Change
    shown: str
    strong: bool = False


def differences(
    said: Said, rows: tuple[Difference, ...], *, empty: str = "", palette: Palette = PRINT, sheet: Sheet = PICTURE
) -> str:
    """The rows as SVG. Only what is significant is a bar in colour; the rest is an interval around a hollow dot.

    ``empty`` is said where the surveys have no figure in common. A picture of a fixed height holds some 17 rows.
    """
    unit = sheet.type
    above = unit * 2.0
    inside = room(said, sheet, above + unit * 2.9 * max(len(rows), 1))
    begin = inside.top + above
    if not rows:
        nothing = text(sheet.left, begin, unit * 1.1, empty, fill=palette.soft)
        return drawn(said, sheet, palette, inside, [nothing])
    step = min((inside.foot - begin) / len(rows), unit * 3.4)
    ends = [
        abs(end) for row in rows for end in (row.change.value, row.change.low, row.change.high) if end is not None
    ]
    most = max(ceil(max(ends) / 5) * 5, 5)
    middle, half = (sheet.left + sheet.right) / 2, (sheet.right - sheet.left) / 2 - unit
    foot = begin + step * len(rows)

    def x(points: float) -> float:
        return middle + half * points / most

    parts = []
    for at in (-most, 0, most):
        path = f"M{x(at):.1f} {begin - unit * 0.4:.1f}V{foot:.1f}"
        parts.append(stroke(path, colour=palette.line if at else palette.soft, width=unit / (12 if at else 8)))
        anchor = "middle" if not at else "end" if at > 0 else ""
        edge = middle if not at else sheet.right if at > 0 else sheet.left
        written = f"{'+' if at > 0 else '−' if at < 0 else ''}{abs(at)}"
        parts.append(text(edge, begin - unit * 0.7, unit, written, fill=palette.soft, anchor=anchor))
    for number, row in enumerate(rows):
        y = begin + number * step
        track = y + unit * 1.3 + (step - unit * 1.3) * 0.42
        free = sheet.right - sheet.left - width_of(row.shown, unit, bold=True) - unit
        weight = 700 if row.strong else 400
        parts += [
            text(sheet.left, y + unit, unit, shortened(row.label, unit, free, bold=row.strong), fill=palette.ink,
                 weight=weight),
            text(sheet.right, y + unit, unit, row.shown, fill=palette.ink, anchor="end",
                 weight=700 if row.change.significant else 400),
        ]  # fmt: skip
        ends_at = sorted((middle, x(row.change.value)))
        if row.change.significant:
            fill = palette.bands[0] if row.change.value > 0 else palette.bands[4]
            parts.append(box(ends_at[0], track - unit * 0.35, ends_at[1] - ends_at[0], unit * 0.7, fill=fill))
        if row.change.low is not None and row.change.high is not None:
            parts += whisker(x(row.change.low), x(row.change.high), track, palette, unit)
        if not row.change.significant:
            parts.append(
                f'<circle cx="{x(row.change.value):.1f}" cy="{track:.1f}" r="{unit * 0.3:g}" fill="{palette.paper}" '
                f'stroke="{palette.ink}" stroke-width="{unit / 12:g}"/>'
            )
    return drawn(said, sheet, palette, inside, parts)
