"""Weights: from the draw, cut, fitted to margins and cells, and the errors that name what cannot be met."""

from collections.abc import Sequence

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from surveys.estimation.calibration import Calibration
from surveys.estimation.linear import Sample, estimate, share
from surveys.estimation.raking import (
    EmptyCell,
    Margin,
    NotConverged,
    UnknownCategory,
    post_stratify,
    rake,
    rake_trimmed,
)
from surveys.estimation.weights import ceiling, design_weights, trim
from tests.surveys.making import quick

SEX = ("f", "f", "f", "m", "m", "f")
AGE = ("young", "old", "old", "young", "old", "young")


def margins(f: float = 60, young: float = 50) -> list[Margin]:
    return [
        Margin("sex", SEX, {"f": f, "m": 100 - f}),
        Margin("age", AGE, {"young": young, "old": 100 - young}),
    ]


def totals(weights: Sequence[float], categories: Sequence[str]) -> dict[str, float]:
    return {c: sum(w for w, own in zip(weights, categories, strict=True) if own == c) for c in set(categories)}


def test_everybody_drawn_stands_for_as_many_as_there_are():
    assert design_weights(["01", "04", "01"], {"01": 100, "04": 7, "06": 0}) == [50, 7, 50]


def test_strata_without_population_or_without_people_are_named():
    with pytest.raises(ValueError, match="strata of unknown population: 04, 06"):
        design_weights(["06", "01", "04"], {"01": 100})
    with pytest.raises(ValueError, match="strata of which nobody was drawn: 04"):
        design_weights(["01"], {"01": 100, "04": 7})


def test_what_is_cut_from_heavy_weights_is_shared_by_the_others():
    found = trim([1, 1, 2, 16], 6)
    assert found == [pytest.approx(13 / 3), pytest.approx(13 / 3), pytest.approx(16 / 3), 6]
    assert trim([1, 2, 3], 3) == [1, 2, 3]
    assert ceiling([1, 1, 2, 16], 4) == 6
    with pytest.raises(ValueError, match="weights of 20 in all do not fit 4 people at 5 each"):
        trim([1, 1, 2, 16], 5)


@quick
@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=30), st.floats(1.01, 5))
def test_trimming_keeps_the_sum_and_the_order(weights, multiple):
    heaviest = multiple * sum(weights) / len(weights)
    found = trim(weights, heaviest)
    assert sum(found) == pytest.approx(sum(weights))
    assert max(found) <= heaviest
    assert sorted(range(len(weights)), key=lambda i: (found[i], weights[i])) == sorted(
        range(len(weights)), key=lambda i: weights[i]
    )


@quick
@given(st.lists(st.floats(0.1, 10), min_size=6, max_size=6), st.floats(20, 80), st.floats(20, 80))
def test_raked_weights_meet_every_margin_and_keep_the_odds(drawn, f, young):
    wanted = margins(f, young)
    found = rake(drawn, wanted).weights
    for margin in wanted:
        assert totals(found, margin.categories) == pytest.approx(margin.targets)
    kept = found[1] / found[2]
    assert kept == pytest.approx(drawn[1] / drawn[2])
    odds = found[0] * found[4] / (found[1] * found[3])
    assert odds == pytest.approx(drawn[0] * drawn[4] / (drawn[1] * drawn[3]))


def test_post_stratified_weights_meet_every_cell():
    cells = Margin("sex × age", [f"{s} {a}" for s, a in zip(SEX, AGE, strict=True)],
                   {"f young": 20, "f old": 40, "m young": 30, "m old": 10})  # fmt: skip
    assert post_stratify([1, 2, 3, 1, 1, 4], cells).weights == [4, 16, 24, 30, 10, 16]


@pytest.mark.parametrize(
    "fit", [lambda margin: rake([1.0] * 6, [margin]), lambda margin: post_stratify([1.0] * 6, margin)]
)
def test_cells_that_cannot_be_met_are_named(fit):
    with pytest.raises(EmptyCell, match="sex: nobody of category 'x' answered") as empty:
        fit(Margin("sex", SEX, {"f": 50, "m": 45, "x": 5}))
    assert (empty.value.margin, empty.value.category) == ("sex", "x")
    for targets in ({"f": 100.0}, {"f": 100.0, "m": 0.0}):
        with pytest.raises(UnknownCategory, match="sex: people answered who are 'm'"):
            fit(Margin("sex", SEX, targets))
    assert fit(Margin("sex", SEX, {"f": 50, "m": 50, "x": 0})).weights[3] == pytest.approx(25)
    with pytest.raises(ValueError, match="sex: 1 categories for 6 weights"):
        fit(Margin("sex", ["f"], {"f": 50}))


def test_margins_that_contradict_one_another_are_named():
    whole = Margin("whole", ["a", "a", "b"], {"a": 60, "b": 40})
    same = Margin("same", ["a", "a", "b"], {"a": 50, "b": 50})
    with pytest.raises(NotConverged, match=r"whole: category 'b' is still off by 25\.0% after 1000 sweeps") as error:
        rake([1, 1, 1], [whole, same])
    assert (error.value.margin, error.value.category) == ("whole", "b")
    with pytest.raises(ValueError, match="different numbers of people: whole 100, other 90"):
        rake([1, 1, 1], [whole, Margin("other", ["a", "a", "b"], {"a": 50, "b": 40})])


def test_raked_weights_are_trimmed_until_both_hold():
    sex = ["f"] * 10 + ["m"] * 10
    age = (["young"] + ["old"] * 9) + (["young"] * 7 + ["old"] * 3)
    drawn = [8.0, *[1.0] * 19]
    wanted = [Margin("sex", sex, {"f": 500, "m": 500}), Margin("age", age, {"young": 400, "old": 600})]
    free = rake(drawn, wanted).weights
    found = rake_trimmed(drawn, wanted, 3).weights
    assert max(free) > ceiling(free, 3)
    assert max(found) <= ceiling(free, 3) * (1 + 1e-9)
    for margin in wanted:
        assert totals(found, margin.categories) == pytest.approx(margin.targets)


def test_category_that_needs_heavier_weights_than_allowed_is_named():
    region = Margin("region", ["a"] * 9 + ["b"], {"a": 500, "b": 500})
    with pytest.raises(NotConverged, match="region: category 'b' needs weights over"):
        rake_trimmed([1.0] * 10, [region], 3)


def test_residuals_of_margins_that_are_too_much_alike_are_refused():
    """Two margins, each cut into the cells of the other but for one person in a great many."""
    n = 200
    one = ["a"] * n + ["b"] * n
    other = ["a"] * (n - 1) + ["b"] * n + ["a"]
    with pytest.raises(ValueError, match="too much alike"):
        Calibration([1.0] * 2 * n, [one, other]).residuals([float(c == "a") for c in other])


@quick
@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=12, max_size=40))
def test_known_categories_have_no_error_after_fitting(drawn):
    sex = ["f" if one else "m" for one, _, _ in drawn]
    age = ["young" if one else "old" for _, one, _ in drawn]
    assume(len({*zip(sex, age, strict=True)}) == 4)
    fitted = rake(
        [1.0] * len(drawn), [Margin("sex", sex, {"f": 60, "m": 40}), Margin("age", age, {"young": 30, "old": 70})]
    )
    sample = Sample(["01"] * len(drawn), fitted.weights, calibration=fitted)
    found = share(sample, [float(one == "f") for one in sex], [1.0] * len(drawn))
    assert found is not None
    assert found.value == pytest.approx(0.6)
    assert estimate(sample, found).variance == pytest.approx(0, abs=1e-18)
