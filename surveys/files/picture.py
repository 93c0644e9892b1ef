"""The index of a report and its factors as a picture across a page: a bar with its interval for each. Pure."""

from dataclasses import dataclass

from surveys.charts.drawing import escaped
from surveys.charts.palette import PRINT
from surveys.circumstances import shown
from surveys.files import words
from surveys.files.material import Material
from surveys.index import Figure

WIDTH, LEFT, RIGHT, TOP, STEP, FOOT = 1000, 330, 770, 46, 42, 20
SCALE = (0, 25, 50, 75, 100)


@dataclass(frozen=True, slots=True)
class Row:
    """One bar; ``strong`` for the whole and for domains."""

    label: str
    figure: Figure
    strong: bool = False


def rows(material: Material) -> tuple[Row, ...]:
    """The whole, each domain, and its factors."""
    form, found = material.report.questionnaire, material.report.index
    drawn = [Row(words.OVERALL, found.overall, strong=True)]
    for domain in form.domains:
        drawn.append(Row(domain.short or domain.label, found.domains[domain.id], strong=True))
        drawn += [Row(f.short or f.label, found.factors[f.id]) for f in form.factors if f.domain == domain.id]
    return tuple(drawn)


def svg(material: Material) -> str:
    """The picture as SVG."""
    all_ = rows(material)
    height = TOP + STEP * len(all_) + FOOT
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        'font-family="Be Vietnam Pro">',
        f'<rect width="{WIDTH}" height="{height}" fill="{PRINT.paper}"/>',
    ]
    for at in SCALE:
        x = _across(at)
        drawn.append(f'<path d="M{x:.1f} {TOP - 10}V{height - FOOT + 4}" stroke="{PRINT.line}" stroke-width="1.5"/>')
        drawn.append(_text(x, TOP - 18, f"{at}%", 16, anchor="middle", fill=PRINT.soft))
    for number, row in enumerate(all_):
        drawn += _bar(row, TOP + STEP * number)
    return "".join([*drawn, "</svg>"])


def told(material: Material) -> str:
    """What the picture shows, for those who do not see it."""
    listed = "; ".join(f"{row.label}: {shown(row.figure)}" for row in rows(material))
    return words.CHART_ALT.format(said=listed)


def caption(material: Material) -> str:
    return words.CHART_CAPTION.format(around=words.CHART_INTERVALS if material.report.design.random else "")


def _across(percent: float) -> float:
    return LEFT + (RIGHT - LEFT) * min(max(percent, 0.0), 100.0) / 100


def _bar(row: Row, y: float) -> list[str]:
    middle, weight = y + STEP / 2, 700 if row.strong else 400
    drawn = [
        _text(LEFT - 12, middle + 6, _short(row.label), 17, anchor="end", weight=weight),
        _text(
            RIGHT + 12,
            middle + 6,
            shown(row.figure),
            16,
            weight=weight,
            fill=PRINT.soft if row.figure.value is None else PRINT.ink,
        ),
    ]
    if row.figure.value is None:
        return drawn
    drawn.append(
        f'<rect x="{LEFT}" y="{y + 9}" width="{_across(row.figure.value) - LEFT:.1f}" height="{STEP - 18}" rx="3" '
        f'fill="{PRINT.shade(row.figure.value)}"/>'
    )
    if row.figure.low is not None and row.figure.high is not None:
        low, high = _across(row.figure.low), _across(row.figure.high)
        whiskers = f"M{low:.1f} {middle}H{high:.1f}M{low:.1f} {middle - 7}v14M{high:.1f} {middle - 7}v14"
        drawn.append(f'<path d="{whiskers}" stroke="{PRINT.ink}" stroke-width="2.5" fill="none"/>')
    return drawn


def _short(label: str) -> str:
    return label if len(label) <= 36 else f"{label[:35]}…"


def _text(
    x: float, y: float, said: str, size: int, *, anchor: str = "start", weight: int = 400, fill: str = PRINT.ink
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" font-weight="{weight}" '
        f'fill="{fill}">{escaped(said)}</text>'
    )
