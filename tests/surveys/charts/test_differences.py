"""Differences of two surveys: only what is significant has a colour."""

import pytest

from surveys.change import Change
from surveys.charts.differences import Difference, differences
from surveys.charts.drawing import PAGE, Said
from surveys.charts.palette import PRINT
from tests.surveys.charts.drawn import elements, words

SAID = Said("So với kỳ trước", "2026 so với 2025", ("Ghi chú",))


@pytest.mark.parametrize(
    ("change", "bars", "dots"),
    [
        (Change(3.0, 1.0, 5.0, 0.01), [PRINT.bands[0]], 0),
        (Change(-3.0, -5.0, -1.0, 0.01), [PRINT.bands[4]], 0),
        (Change(3.0, -1.0, 7.0, 0.2), [], 1),
        (Change(30.0), [], 1),
    ],
    ids=["better", "worse", "by chance", "open link"],
)
def test_only_a_significant_difference_is_a_bar(change, bars, dots):
    made = differences(SAID, (Difference("Chung", change, "x"),), sheet=PAGE)
    assert [
        r.get("fill") for r in elements(made, "rect") if r.get("fill") in (PRINT.bands[0], PRINT.bands[4])
    ] == bars
    assert len(elements(made, "circle")) == dots


def test_nothing_in_common_is_said():
    assert words(differences(SAID, (), empty="Không có gì chung.")) == [
        "So với kỳ trước", "2026 so với 2025", "Không có gì chung.", "Ghi chú",
    ]  # fmt: skip


def test_bars_end_inside_the_picture():
    made = differences(SAID, (Difference("x", Change(60.0, 55.0, 65.0, 0.0), "x"),) * 12)
    boxes = [(float(r.get("x", 0)), float(r.get("width", 0))) for r in elements(made, "rect")]
    assert all(x >= 0 and x + width <= 1080 for x, width in boxes)
