"""The ranking: every province with its interval and ranks, and nothing of a hidden one."""

import re

import pytest

from storage.geography import provinces
from surveys.charts.drawing import PAGE, PICTURE, Said
from surveys.charts.factors import Mark
from surveys.charts.palette import INLINE, PRINT
from surveys.charts.ranking import HATCH, Scale, ranking
from surveys.charts.raster import png
from tests.surveys.charts.drawn import described, elements, place, words

SAID = Said("Xếp hạng", "Khảo sát 2026", ("Ghi chú",), "Xếp hạng các tỉnh")
ALL = tuple(place(one.code, 70.0 + n % 20, name=one.name) for n, one in enumerate(provinces().values()))


def test_all_provinces_stand_there_with_figure_and_rank():
    said = words(ranking(SAID, ALL))
    assert [one.name for one in ALL if one.name not in said] == []
    assert sum(bool(re.fullmatch(r"\d+–\d+", word)) for word in said) == 34


def test_a_single_rank_is_one_number():
    said = words(ranking(SAID, (place("01", 90.0, error=0.2), place("04", 70.0, error=0.2))))
    assert [word for word in said if re.fullmatch(r"\d+(–\d+)?", word)] == ["1", "2"]


def test_a_hidden_province_is_hatched_and_has_no_dot_or_interval():
    shown, hidden = ranking(SAID, (place("01", 80.0),)), ranking(SAID, (place("01", 80.0), place("04", None, n=7)))
    assert len(elements(hidden, "circle")) == len(elements(shown, "circle")) == 1
    assert hidden.count(f"url(#{HATCH})") == 1
    assert "7" not in "".join(words(hidden)).replace("70%", "").replace("75%", "")


def test_a_place_of_few_people_is_a_hollow_dot():
    made = ranking(SAID, (place("01", 80.0), place("04", 82.0, n=12)))
    assert sorted(c.get("fill", "") for c in elements(made, "circle")) == sorted([PRINT.shade(80.0), PRINT.paper])


def test_nobody_answered_is_said_and_nothing_drawn():
    made = ranking(SAID, (), empty="Chưa có phiếu nào.")
    assert words(made) == ["Xếp hạng", "Khảo sát 2026", "Chưa có phiếu nào.", "Ghi chú"]
    assert elements(made, "circle") == []


def test_rows_stay_between_head_and_notes():
    made = ranking(Said("T", "S", ("Ghi chú " * 60,)), ALL, mark=Mark(80.0, "Chung: 80%"))
    note = min(float(t.get("y", 0)) for t in elements(made, "text") if (t.text or "").startswith("Ghi chú"))
    assert max(float(c.get("cy", 0)) for c in elements(made, "circle")) < note - PICTURE.type


def test_letters_are_never_smaller_than_a_phone_shows():
    made = ranking(SAID, ALL, mark=Mark(80.0, "Chung: 80%"))
    assert min(float(t.get("font-size", 0)) for t in elements(made, "text")) >= 24


def test_on_a_page_it_is_one_column_in_the_page_s_colours():
    made = ranking(SAID, ALL, palette=INLINE, sheet=PAGE)
    names = [float(t.get("x", 0)) for t in elements(made, "text") if t.text in {one.name for one in ALL}]
    assert len(set(names)) == 1
    assert [
        c
        for c in re.findall(r'(?:fill|stroke)="([^"]+)"', made)
        if not c.startswith(("var(--chart-", "url(", "none"))
    ] == []
    assert described(made) == ("img", "Xếp hạng", "Xếp hạng các tỉnh")


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        ([], (0, 100)),
        ([83.0], (80, 90)),
        ([71.2, 96.0], (70, 100)),
        ([0.0, 3.0], (0, 10)),
        ([99.0, 104.0], (90, 100)),
    ],
)
def test_scale_holds_all_values(values, ends):
    scale = Scale.around(values)
    assert (scale.low, scale.high) == ends
    assert all(scale.low <= tick <= scale.high for tick in scale.ticks)


def test_hostile_names_are_only_words():
    made = ranking(SAID, (place("01", 80.0, name="<script>&\x00"),))
    assert "<script>" not in made
    assert "<script>&" in words(made)
    assert png(made).startswith(b"\x89PNG")
