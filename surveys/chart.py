"""Figures with their intervals as one picture that a phone shows well: SVG, and PNG made of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import resvg_py

FONTS = Path(__file__).parent / "fonts"
WIDTH, HEIGHT = 1080, 1350
LEFT, RIGHT, TOP = 60, 1020, 330
INK, SOFT, LINE, PAPER = "#14213d", "#5c677d", "#d9dfe8", "#ffffff"
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SCALE = (0, 25, 50, 75, 100)


@dataclass(frozen=True, slots=True)
class Bar:
    """One figure: ``value`` and ``interval`` in percent, None where there is nothing to show."""

    label: str
    value: float | None
    interval: tuple[float, float] | None
    shown: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure in percent to hold the bars against: a broken line through all of them."""

    value: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A headline figure above bars; ``notes`` stand at the foot, one to a line."""

    title: str
    subtitle: str
    headline: str
    beside: str
    bars: tuple[Bar, ...]
    notes: tuple[str, ...]
    mark: Mark | None = None


def colour(value: float) -> str:
    """Darker is better, in steps of lightness that are told apart without seeing colours."""
    steps = ((85, "#0b5d57"), (75, "#16867c"), (65, "#4fa89b"), (50, "#d08c34"), (0, "#b4452c"))
    return next(shade for least, shade in steps if value >= least)


def plain(said: str) -> str:
    """Text without control characters, which not even escaping makes legal in XML."""
    return NOT_XML.sub("", said)


def escaped(said: str) -> str:
    """The same without markup."""
    return escape(plain(said))


def _text(x: float, y: float, size: int, said: str, *, fill: str = INK, weight: int = 400, end: bool = False) -> str:
    anchor = ' text-anchor="end"' if end else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" font-weight="{weight}"{anchor}>'
        f"{escaped(said)}</text>"
    )


def _across(percent: float) -> float:
    return LEFT + (RIGHT - LEFT) * min(max(percent, 0.0), 100.0) / 100


def _bar(bar: Bar, y: float, step: float) -> list[str]:
    size = int(min(30, step * 0.34))
    height = step * 0.34
    weight = 700 if bar.strong else 400
    drawn = [_text(LEFT, y + size, size, bar.label, weight=weight)]
    drawn.append(_text(RIGHT, y + size, size, bar.shown, weight=700 if bar.value is not None else 400, end=True,
                       fill=INK if bar.value is not None else SOFT))  # fmt: skip
    at = y + size + step * 0.12
    drawn.append(
        f'<rect x="{LEFT}" y="{at:.1f}" width="{RIGHT - LEFT}" height="{height:.1f}" rx="4" fill="#eef2f6"/>'
    )
    if bar.value is None:
        return drawn
    end = _across(bar.value)
    drawn.append(
        f'<rect x="{LEFT}" y="{at:.1f}" width="{end - LEFT:.1f}" height="{height:.1f}" rx="4" '
        f'fill="{colour(bar.value)}"/>'
    )
    if bar.interval is not None:
        low, high, middle = *map(_across, bar.interval), at + height / 2
        stroke = f'stroke="{INK}" stroke-width="3"'
        drawn.append(f'<path d="M{low:.1f} {middle:.1f}H{high:.1f}" {stroke}/>')
        drawn += [f'<path d="M{x:.1f} {middle - 8:.1f}v16" {stroke}/>' for x in (low, high)]
    return drawn


def _mark(mark: Mark, foot: float) -> list[str]:
    """The broken line, with its words above on the side where there is room."""
    x, end = _across(mark.value), mark.value > 50
    return [
        _text(x + (-8 if end else 8), TOP - 58, 20, mark.label, end=end, weight=700),
        f'<path d="M{x:.1f} {TOP - 72}V{foot - 30}" stroke="{INK}" stroke-width="2" stroke-dasharray="6 6"/>',
    ]


def svg(chart: Chart) -> str:
    """The picture as SVG, 1080 × 1350."""
    foot = HEIGHT - 40 - 30 * len(chart.notes)
    step = min((foot - TOP - 30) / max(len(chart.bars), 1), 110)
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'font-family="Be Vietnam Pro">',
        f"<title>{escaped(chart.title)}: {escaped(chart.headline)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>',
        f'<rect width="{WIDTH}" height="14" fill="#0b5d57"/>',
        _text(LEFT, 84, 40, chart.title, weight=700),
        _text(LEFT, 128, 26, chart.subtitle, fill=SOFT),
        _text(LEFT, 250, 110, chart.headline, weight=700, fill="#0b5d57"),
        _text(RIGHT, 250, 28, chart.beside, fill=SOFT, end=True),
    ]
    drawn += [
        f'<path d="M{_across(at):.1f} {TOP - 24}V{foot - 30}" stroke="{LINE}" stroke-width="2"/>' for at in SCALE
    ]
    drawn += [_text(_across(at) + (4 if at == 0 else -4), TOP - 32, 18, f"{at}%", fill=SOFT, end=at > 0)
              for at in SCALE]  # fmt: skip
    for number, bar in enumerate(chart.bars):
        drawn += _bar(bar, TOP + number * step, step)
    drawn += _mark(chart.mark, foot) if chart.mark is not None else []
    drawn += [_text(LEFT, foot + 30 * n + 20, 20, note, fill=SOFT) for n, note in enumerate(chart.notes)]
    return "".join([*drawn, "</svg>"])


def png(drawn: str, *, zoom: int = 1) -> bytes:
    """The SVG as PNG, with our own fonts only, so that it looks the same everywhere; ``zoom`` for print."""
    fonts: Sequence[str] = [str(path) for path in sorted(FONTS.glob("*.ttf"))]
    made = resvg_py.svg_to_bytes(
        svg_string=drawn,
        font_files=list(fonts),
        skip_system_fonts=True,
        sans_serif_family="Be Vietnam Pro",
        zoom=zoom,
    )
    return bytes(made)
