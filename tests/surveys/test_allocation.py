"""Dividing a sample among strata: parts that add up, within bounds, by the rule that was asked for."""

from itertools import permutations
from math import ceil, floor

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from surveys.sampling import Allocation, BadPlan, allocate, design_weight

STRATA = st.dictionaries(st.text("0123456789", min_size=2, max_size=3), st.integers(0, 2000), min_size=1, max_size=12)
SMALL_AND_LARGE = {"01": 8000, "02": 1500, "03": 400, "04": 100}


@pytest.mark.parametrize(
    ("how", "more", "parts"),
    [
        (Allocation.PROPORTIONAL, {}, [800, 150, 40, 10]),
        (Allocation.PROPORTIONAL, {"least": 50}, [758, 142, 50, 50]),
        (Allocation.EQUAL, {}, [300, 300, 300, 100]),
        (Allocation.POWER, {}, [566, 245, 126, 63]),  # as square roots: 89.44, 38.73, 20 and 10
        (Allocation.POWER, {"least": 100}, [543, 235, 122, 100]),
        (Allocation.POWER, {"exponent": 1.0}, [800, 150, 40, 10]),
        (Allocation.POWER, {"exponent": 0.0}, [300, 300, 300, 100]),
        (Allocation.NEYMAN, {"spreads": {"01": 0.1, "02": 0.4, "03": 0.5, "04": 0.0}}, [500, 375, 125, 0]),
    ],
)
def test_allocate_divides_a_thousand(how, more, parts):
    assert list(allocate(1000, SMALL_AND_LARGE, how=how, **more).values()) == parts


def test_allocate_gives_what_is_left_to_the_largest_remainder_then_to_the_first_code():
    assert allocate(10, {"b": 100, "a": 100, "c": 100}) == {"b": 3, "a": 4, "c": 3}
    assert allocate(10, {"a": 150, "b": 100, "c": 130}) == {"a": 4, "b": 3, "c": 3}


@pytest.mark.parametrize(
    ("total", "strata", "spreads", "parts"),
    [
        (100, {"a": 50, "b": 1000, "c": 1000}, {"a": 36, "b": 0.1, "c": 0.1}, [50, 25, 25]),  # not [50, 8, 8]
        (100, {"a": 40, "b": 100, "c": 1000}, {"a": 1, "b": 0.55, "c": 0.001}, [39, 53, 8]),  # not [40, 52, 8]
    ],
)
def test_allocate_frees_what_was_only_crowded_out(total, strata, spreads, parts):
    """The first share breaks bounds on both sides; only one side of them holds in the end."""
    found = allocate(total, strata, how=Allocation.NEYMAN, spreads=spreads, least=8)

    assert list(found.values()) == parts


def test_allocate_leaves_nobody_out_where_only_strata_without_spread_are_left():
    assert allocate(50, {"a": 100, "b": 10, "c": 300}, how=Allocation.NEYMAN, spreads={"a": 0, "b": 1, "c": 0}) == {
        "a": 10,
        "b": 10,
        "c": 30,
    }


@st.composite
def allocations(draw_):
    """(total, strata, what else) that can be."""
    strata = draw_(STRATA)
    least = draw_(st.integers(0, min(strata.values())))
    total = draw_(st.integers(least * len(strata), sum(strata.values())))
    spreads = draw_(st.fixed_dictionaries({code: st.floats(0, 10) for code in strata}))
    how, exponent = draw_(st.sampled_from(Allocation)), draw_(st.floats(0, 1))
    return total, strata, {"how": how, "exponent": exponent, "spreads": spreads, "least": least}


@given(allocations())
@example((1, {"00": 1, "01": 1}, {"how": Allocation.NEYMAN, "spreads": {"00": 5e-324, "01": 10.0}}))
def test_allocate_adds_up_within_bounds_in_any_order(planned):
    total, strata, more = planned

    parts = allocate(total, strata, **more)

    assert sum(parts.values()) == total
    assert list(parts) == list(strata)
    assert all(more.get("least", 0) <= parts[code] <= strata[code] for code in strata)
    assert parts == allocate(total, dict(reversed(strata.items())), **more)


@given(STRATA, st.data())
def test_allocate_in_proportion_stays_within_one_of_the_exact_part(strata, data):
    people = sum(strata.values())
    assume(people)
    total = data.draw(st.integers(0, people))

    for code, part in allocate(total, strata).items():
        assert floor(total * strata[code] / people) <= part <= ceil(total * strata[code] / people)


@given(allocations())
def test_allocate_gives_more_than_its_due_only_at_a_bound(planned):
    total, strata, more = planned
    strata = {code: people for code, people in strata.items() if people}
    assume(sum(strata.values()) >= total)

    parts = allocate(total, strata, **more | {"how": Allocation.POWER})

    due = {code: people ** more["exponent"] for code, people in strata.items()}
    for rich, poor in permutations(strata, 2):
        if (parts[rich] - 1) / due[rich] > (parts[poor] + 1) / due[poor] + 1e-9:
            assert parts[rich] == more["least"] or parts[poor] == strata[poor]


@pytest.mark.parametrize(
    ("total", "strata", "more", "why"),
    [
        (100, {"a": 500, "b": 20}, {"least": 30}, "stratum b has 20 people, fewer than the least of 30"),
        (50, {"a": 500, "b": 200}, {"least": 30}, "2 strata of at least 30 need 60, not 50"),
        (800, {"a": 500, "b": 200}, {}, "800 interviews among 700 people"),
        (1, {}, {}, "1 interviews among 0 people"),
        (10, {"a": -1, "b": 200}, {}, "stratum a has -1 people"),
        (-1, {"a": 1}, {}, "-1 interviews with at least 0 each: neither can be under 0"),
        (1, {"a": 1}, {"least": -1}, "1 interviews with at least -1 each: neither can be under 0"),
        (1, {"a": 1}, {"how": Allocation.NEYMAN}, "Neyman's allocation needs the spread of stratum a"),
        (1, {"a": 1}, {"how": Allocation.NEYMAN, "spreads": {"a": -0.5}}, "stratum a has a spread of -0.5"),
        (1, {"a": 1}, {"how": Allocation.NEYMAN, "spreads": {"a": float("nan")}}, "stratum a has a spread of nan"),
        (
            1,
            {"a": 1},
            {"how": Allocation.POWER, "exponent": 2.0},
            "the exponent 2.0 does not lie between 0 (equal) and 1 (proportional)",
        ),
    ],
)
def test_allocate_says_why_it_cannot_be(total, strata, more, why):
    with pytest.raises(BadPlan) as refused:
        allocate(total, strata, **more)

    assert str(refused.value) == why


def test_allocate_nothing_among_nobody():
    assert allocate(0, {}) == {}
    assert allocate(0, {"a": 0}) == {"a": 0}


def test_design_weights_add_up_to_the_population():
    parts = allocate(1000, SMALL_AND_LARGE, how=Allocation.POWER)

    standing_for = sum(parts[code] * design_weight(people, parts[code]) for code, people in SMALL_AND_LARGE.items())

    assert standing_for == pytest.approx(10_000)
