"""The picture of the results: every figure where it belongs, whatever the title says."""

from xml.etree import ElementTree

import pytest

from surveys.charts.drawing import PICTURE, Said
from surveys.charts.factors import HATCH, Bar, Headline, Mark, across, factors
from surveys.charts.palette import PRINT
from surveys.charts.raster import png

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<b>&\"' <script>alert(1)</script> \x00\x0b\x1f \u202etẹo \u200b\ufffe 👨‍👩‍👧 ]]>"
LEFT, RIGHT = PICTURE.left, PICTURE.right


def chart(
    *bars: Bar, title: str = "Chỉ số hài lòng", notes: tuple[str, ...] = ("Ghi chú",), mark: Mark | None = None
) -> str:
    said = Said(title, "Khảo sát 2026", notes)
    return factors(said, bars, headline=Headline("83,94%", "±0,42 · 5.000 phiếu"), mark=mark)


def drawn(made: str) -> ElementTree.Element:
    return ElementTree.fromstring(made)


def texts(made: str) -> list[str]:
    return [element.text or "" for element in drawn(made).iter(f"{SVG}text")]


def test_every_word_stands_in_the_picture():
    made = chart(
        Bar("Dịch vụ", 84.09, (83.49, 84.69), "84,09% ±0,60", strong=True),
        Bar("Khác", None, None, "chưa đủ 10 phiếu"),
    )
    assert texts(made) == [
        "Chỉ số hài lòng", "Khảo sát 2026", "83,94%", "±0,42 · 5.000 phiếu", "0%", "25%", "50%", "75%", "100%",
        "Dịch vụ", "84,09% ±0,60", "Khác", "chưa đủ 10 phiếu", "Ghi chú",
    ]  # fmt: skip


@pytest.mark.parametrize(("value", "share"), [(0.0, 0.0), (50.0, 0.5), (83.94, 0.8394), (100.0, 1.0)])
def test_bar_is_as_long_as_its_value(value, share):
    shade = PRINT.shade(value)
    bars = [r for r in drawn(chart(Bar("x", value, None, "x"))).iter(f"{SVG}rect") if r.get("fill") == shade]
    assert float(bars[-1].get("width", "")) == pytest.approx((RIGHT - LEFT) * share, abs=0.06)


def test_bar_without_a_value_is_only_hatched():
    plain, empty = (
        [r.get("fill") for r in drawn(made).iter(f"{SVG}rect")]
        for made in (chart(), chart(Bar("x", None, None, "–")))
    )
    assert [fill for fill in empty if fill not in plain] == [f"url(#{HATCH})"]
    assert len(empty) - len(plain) == 1


def test_interval_stays_inside_the_scale():
    path = next(
        p.get("d", "")
        for p in drawn(chart(Bar("x", 99.0, (94.0, 104.0), "x"))).iter(f"{SVG}path")
        if "H" in p.get("d", "")
    )
    assert path.partition("H")[2].partition("M")[0] == f"{RIGHT:.1f}"


def test_mark_stands_where_its_figure_is_with_its_words():
    made = chart(Bar("x", 50.0, None, "x"), mark=Mark(75.0, "Cả nước 2025: 75,00%"))
    path = next(p.get("d", "") for p in drawn(made).iter(f"{SVG}path") if p.get("stroke-dasharray"))
    assert {start.partition(" ")[0] for start in path.split("M")[1:]} == {f"{LEFT + (RIGHT - LEFT) * 0.75:.1f}"}
    assert "Cả nước 2025: 75,00%" in texts(made)
    assert not any(p.get("stroke-dasharray") for p in drawn(chart(Bar("x", 50.0, None, "x"))).iter(f"{SVG}path"))


def test_hostile_words_are_only_words():
    made = chart(Bar(HOSTILE, 50.0, (49.0, 51.0), HOSTILE), title=HOSTILE, notes=(HOSTILE,) * 3)
    tags = {element.tag for element in drawn(made).iter()}
    assert tags == {SVG + tag for tag in ("svg", "title", "desc", "defs", "pattern", "rect", "text", "path")}
    title = texts(made)[0]
    assert "<b>&\"' <script>alert(1)</script>  \u202etẹo \u200b 👨‍👩‍👧 ]]>".startswith(title.removesuffix("…"))
    assert title.startswith("<b>&\"' <script>alert(1)</script>")
    assert png(made).startswith(b"\x89PNG")


def test_picture_has_the_size_of_a_phone():
    made = png(chart(*[Bar(f"Yếu tố {n}", n * 9.0, (n * 9.0 - 1, n * 9.0 + 1), "x") for n in range(11)]))
    assert (made[:8], int.from_bytes(made[16:20], "big"), int.from_bytes(made[20:24], "big")) == (
        b"\x89PNG\r\n\x1a\n", 1080, 1350,
    )  # fmt: skip


@pytest.mark.parametrize("bars", [1, 11, 17])
def test_bars_never_reach_the_notes(bars):
    made = chart(*[Bar("x", 50.0, (49.0, 51.0), "x")] * bars, notes=("Ghi chú",) * 4)
    lowest = max(
        float(r.get("y", 0)) + float(r.get("height", 0)) for r in drawn(made).iter(f"{SVG}rect") if r.get("rx")
    )
    note = min(float(t.get("y", 0)) for t in drawn(made).iter(f"{SVG}text") if t.text == "Ghi chú")
    assert lowest < note - 20


@pytest.mark.parametrize(
    ("value", "shade"),
    [
        (100, "#0b5d57"),
        (85, "#0b5d57"),
        (84.99, "#16867c"),
        (75, "#16867c"),
        (65, "#4fa89b"),
        (50, "#d08c34"),
        (0, "#b4452c"),
    ],
)
def test_colour_goes_by_the_value(value, shade):
    assert PRINT.shade(value) == shade


def test_bars_share_the_scale():
    assert [across(PICTURE, percent) for percent in (-5, 0, 50, 100, 120)] == [
        LEFT, LEFT, (LEFT + RIGHT) / 2, RIGHT, RIGHT,
    ]  # fmt: skip
