"""The trend: a change is drawn only where it is one, and never across a change of method."""

import re

import pytest

from surveys.charts.drawing import PAGE, PICTURE, Said
from surveys.charts.palette import INLINE, PRINT
from surveys.charts.raster import png
from surveys.charts.trend import TrendWords, Wave, apart, steps, trend
from surveys.index import Figure
from surveys.published import published
from tests.surveys.charts.drawn import elements, figure, words

SAID = Said("Xu hướng", "Khảo sát 2026", ("Ghi chú",))
WORDS = TrendWords("đã công bố", "chưa kiểm chứng", "2022: đổi phương pháp", "Chưa có số liệu.")


def waves(*values: float, error: float = 0.5) -> tuple[Wave, ...]:
    return tuple(Wave(2025.0 + n / 2, f"Đợt {n}", figure(v, error=error), f"{v}%") for n, v in enumerate(values))


def joined(made: str, colour: str = PRINT.accent) -> list[str]:
    """The lines between surveys, or between published figures."""
    paths = [p for p in elements(made, "path") if p.get("stroke") == colour and "L" in p.get("d", "")]
    return [p.get("d", "") for p in paths]


def test_only_significant_changes_are_lines():
    assert len(joined(trend(SAID, waves(80.0, 80.3, 85.0), WORDS))) == 1
    assert joined(trend(SAID, waves(80.0, 80.3), WORDS)) == []


def test_a_change_that_holds_alone_may_not_hold_among_many():
    assert [one.significant for one in steps(waves(80.0, 81.5)) if one] == [True]
    assert [one.significant for one in steps(waves(80.0, 81.5, 81.5, 81.5, 81.5)) if one] == [False] * 4


def test_an_open_link_is_never_joined():
    alone = tuple(Wave(2025.0 + n, "x", Figure(4000, value), "x") for n, value in enumerate((50.0, 90.0)))
    assert steps(alone) == (None,)
    assert joined(trend(SAID, alone, WORDS)) == []


def test_published_figures_stop_where_the_method_changed():
    made = trend(SAID, (), WORDS, published=published())
    lines = joined(made, PRINT.soft)
    assert len(lines) == len(published()) - 2
    middles = [[float(x) for x in re.findall(r"[ML]([\d.]+)", line)] for line in lines]
    gap = next(float(r.get("x", 0)) for r in elements(made, "rect") if r.get("fill") == PRINT.track)
    assert [a for a, b in middles if a < gap < b] == []
    assert WORDS.broken in words(made)


def test_an_unconfirmed_figure_is_hollow_and_its_line_broken():
    made = trend(SAID, (), WORDS, published=published())
    hollow = [c for c in elements(made, "circle") if c.get("fill") == PRINT.paper]
    unconfirmed = sum(not one.confirmed for one in published())
    assert len(hollow) == unconfirmed + 1  # and the one that explains it
    assert sum(p.get("stroke-dasharray") is not None for p in elements(made, "path")) == 1


def test_a_hidden_survey_is_named_and_not_drawn():
    hidden = Wave(2025.0, "Đợt nhỏ", Figure(7), "quá ít phiếu")
    made = trend(SAID, (hidden, *waves(80.0)), WORDS)
    assert len(elements(made, "circle")) == 1
    assert ("1. Đợt nhỏ" in words(made), "quá ít phiếu" in words(made), "2" in words(made)) == (True, True, True)


def test_nothing_at_all_is_said():
    assert words(trend(SAID, (), WORDS)) == ["Xu hướng", "Khảo sát 2026", WORDS.empty, "Ghi chú"]


def test_letters_are_never_smaller_than_a_phone_shows():
    made = trend(SAID, waves(80.0, 83.0), WORDS, published=published())
    assert min(float(t.get("font-size", 0)) for t in elements(made, "text")) >= PICTURE.type


def test_on_a_page_it_has_the_page_s_colours():
    made = trend(SAID, waves(80.0, 85.0), WORDS, published=published(), palette=INLINE, sheet=PAGE)
    assert "#" not in made
    assert png(trend(SAID, waves(80.0), WORDS, sheet=PAGE)).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("places", "moved"),
    [([], []), ([5.0], [5.0]), ([1.0, 50.0], [1.0, 50.0]), ([50.0, 50.0], [50.0, 60.0]), ([99.0, 99.0], [80.0, 90.0]),
     ([85.0, 85.0, 85.0], [70.0, 80.0, 90.0])],
)  # fmt: skip
def test_surveys_of_one_time_stand_beside_each_other(places, moved):
    assert apart(places, 10.0, 90.0) == moved
