"""The published national figures, and which of them may stand beside ours."""

import pytest

from surveys.loading import parse
from surveys.official import convert
from surveys.published import BREAK, SIPAS, beside, published
from tests.surveys.making import SHIPPED, shipped
from tests.world import SMALL

OFFICIAL = {
    "title": "Phiếu", "demographics": [],
    "questions": [{"id": "q9", "type": "matrix", "text": "?", "scale": ["1", "2", "3", "4", "5"],
                   "domains": {"I": "Chính sách"}, "factors": [{"id": "A", "domain": "I", "vi": "Giải trình"}],
                   "criteria": [{"n": 1, "text": "Rõ", "factor": "A"}]}],
}  # fmt: skip


def test_every_year_has_a_figure_and_a_source():
    assert [(one.year, one.value) for one in published()] == [
        (2018, 82.99), (2019, 84.45), (2020, 85.48), (2021, 87.16), (2022, 80.08), (2023, 82.66), (2024, 83.94),
        (2025, 83.11),
    ]  # fmt: skip
    assert {one.year for one in published() if not one.confirmed} == {2021}
    assert all(one.source for one in published())


@pytest.mark.parametrize(("year", "told"), [(2026, 2025), (2023, 2023), (BREAK - 1, None), (2040, 2025)])
def test_the_newest_figure_of_the_same_method_stands_beside(year, told):
    found = beside(SIPAS, year)
    assert (found.year if found else None) == told
    assert beside("", year) is None


def test_only_the_full_form_and_the_official_one_are_of_the_series():
    assert {form.key: form.series for form in map(shipped, SHIPPED)} == {"sipas-2026": SIPAS, "sipas-short": ""}
    assert parse(convert(OFFICIAL)).series == SIPAS
    assert parse(SMALL).series == ""
