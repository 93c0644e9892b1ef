"""Raking of many responses equals R's and that of the estimation, and says what does not fit."""

import numpy as np
import pytest

from surveys.design import Design, Recruiting
from surveys.estimation import raking as slowly
from surveys.estimation.raking import EmptyCell, NotConverged, UnknownCategory
from surveys.estimation.weights import trim
from surveys.fitting import Fitted, Margin, crossed, rake, targets_of, trimmed
from surveys.raking_pass import Figures
from tests.surveys.counted import form
from tests.surveys.estimation.families import margins as slow_margins
from tests.surveys.estimation.reading import ITEMS, answers, everybody, reference


def margin(name: str, said: list[str], targets: dict[str, float]) -> Margin:
    names = sorted({*said, *targets})
    codes = np.array([names.index(one) for one in said], dtype=np.int64)
    return Margin(name, names, codes, np.array([targets.get(one, 0.0) for one in names]))


def all_margins() -> list[Margin]:
    return [margin(one.name, list(one.categories), dict(one.targets)) for one in slow_margins()]


def drawn() -> np.ndarray:
    return np.array([float(p["weight"]) for p in everybody()])


def largest(ours: list[float], theirs: list[float]) -> float:
    return max(abs(a - b) / (abs(b) or 1) for a, b in zip(ours, theirs, strict=True))


def sex_and_age() -> list[Margin]:
    """One margin of two questions: their crossed categories, as ``crossed`` numbers them, and the people of each."""
    sexes, ages = (sorted({p[name] for p in everybody()}) for name in ("sex", "age"))
    codes = crossed(
        [
            np.array([named.index(p[name]) + 1 for p in everybody()])
            for name, named in (("sex", sexes), ("age", ages))
        ],
        [len(sexes), len(ages)],
    )
    categories = ["", *(f"{sex} {age}" for sex in sexes for age in ages)]
    people = reference()["targets"]["cell"]
    return [Margin("sex, age", categories, codes, np.array([float(people.get(one, 0)) for one in categories]))]


@pytest.mark.parametrize(("kind", "margins"), [("raked", all_margins), ("post_stratified", sex_and_age)])
def test_fitted_weights_and_errors_equal_those_of_r(kind, margins):
    fitted, theirs = rake(drawn(), margins()), reference()
    worst = largest(fitted.weights.tolist(), theirs["weights"][kind])

    provinces = sorted({p["province"] for p in everybody()})
    where = np.array([provinces.index(p["province"]) for p in everybody()], dtype=np.int64)
    figures = Figures(form(), Design(Recruiting.INVITED), (provinces, where), fitted, {})
    wanted = theirs["fitted"]["stratified"][kind]
    men = [float(p["sex"] == "m") for p in everybody()]
    for name, items, among in (("item", ["c1"], None), ("all", ITEMS, None), ("men", ITEMS, men)):
        s, n = (np.array(column) * (among or 1.0) for column in answers(items))
        found = figures.estimate(s, n)
        assert found.error is not None
        worst = max(worst, largest([found.value, found.error], [wanted[name]["value"], wanted[name]["error"]]))
    assert figures.estimate(*map(np.array, answers(ITEMS))).df == wanted["item"]["df"]
    print(f"{kind} by numpy: largest relative difference to R {worst:.1e}")
    assert worst <= 1e-9


def test_crossed_categories_are_numbered_and_who_left_one_out_is_in_none():
    sex, age = np.array([1, 1, 2, 2, 0, 1]), np.array([1, 3, 1, 3, 2, 0])
    assert crossed([sex, age], [2, 3]).tolist() == [1, 3, 4, 6, 0, 0]


def test_trimmed_and_raked_weights_are_those_of_the_estimation():
    fitted = rake(drawn(), all_margins(), trim=3)

    assert fitted.weights == pytest.approx(
        slowly.rake_trimmed(drawn().tolist(), slow_margins(), 3).weights, rel=1e-10
    )
    heavy = 2 * float(np.median(drawn()))
    assert trimmed(drawn(), heavy) == pytest.approx(trim(drawn().tolist(), heavy), rel=1e-14)


@pytest.mark.parametrize(
    ("said", "targets", "error", "where"),
    [
        (["m", "f"], {"m": 1, "f": 1, "x": 2}, EmptyCell, "x"),
        (["m", "x"], {"m": 2}, UnknownCategory, "x"),
    ],
)
def test_a_category_that_does_not_fit_is_named(said, targets, error, where):
    with pytest.raises(error) as raised:
        rake(np.ones(2), [margin("sex", said, targets)])
    assert (raised.value.margin, raised.value.category) == ("sex", where)


def test_margins_that_contradict_each_other_are_named():
    sex = margin("sex", ["m", "f"], {"m": 1, "f": 3})
    age = margin("age", ["young", "old"], {"young": 2, "old": 2})

    with pytest.raises(NotConverged, match=r"(sex|age): category '.*' is still off"):
        rake(np.ones(2), [sex, age])
    with pytest.raises(NotConverged, match="needs weights over"):
        rake(np.ones(10), [margin("sex", ["m"] * 9 + ["f"], {"m": 9, "f": 9})], trim=2)


def test_who_said_nothing_keeps_the_share_that_they_have():
    codes = np.array([0, 1, 1, 1, 2], dtype=np.int64)
    made = targets_of("sex", {1: 0.5, 2: 0.5}, codes, np.ones(5), categories=["", "m", "f"], total=5.0)

    assert made.targets.tolist() == [1, 2, 2]
    assert rake(np.ones(5), [made]).weights == pytest.approx([1, 2 / 3, 2 / 3, 2 / 3, 2])


def test_a_million_are_raked_within_a_second():
    dice = np.random.default_rng(7)
    people = 1_000_000
    made = []
    for name, k in (("sex", 2), ("age", 5), ("job", 7)):
        codes = dice.integers(0, k, people)
        made.append(Margin(name, list(map(str, range(k))), codes, people * dice.dirichlet(np.full(k, 30.0))))
    found: Fitted = rake(dice.uniform(0.5, 2, people), made)

    for one in made:
        assert np.bincount(one.codes, weights=found.weights) == pytest.approx(one.targets, rel=1e-11)
