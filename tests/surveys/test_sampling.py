"""Planning a sample: sizes from textbooks and draws that can be drawn again."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.sampling import (
    BadPlan,
    Plan,
    design_weight,
    draw,
    margin_of,
    needed,
    systematic,
    yamane,
)

MARGINS = st.floats(0.005, 0.4)
SHARES = st.floats(0.01, 0.99)
EFFECTS = st.floats(0.5, 4.0)


@pytest.mark.parametrize(
    ("margin", "more", "completed"),
    [
        (0.05, {}, 385),
        (0.03, {}, 1068),
        (0.05, {"confidence": 90}, 271),
        (0.05, {"confidence": 99}, 664),
        (0.05, {"share": 0.84, "design_effect": 1.5}, 310),
        (0.03, {"share": 0.84, "design_effect": 1.5}, 861),
        (0.02, {"share": 0.84, "design_effect": 1.5}, 1937),
        (0.05, {"population": 1000}, 278),
        (0.05, {"population": 100}, 80),
        (0.05, {"population": 1}, 1),
        (0.4, {"share": 0.001}, 1),
    ],
)
def test_needed_gives_the_sizes_of_textbooks(margin, more, completed):
    assert needed(margin, **more).completed == completed


def test_needed_invites_more_than_it_needs():
    plan = needed(0.05, response_rate=0.3)

    assert plan == Plan(completed=385, invitations=1284, expected=385, margin=margin_of(385))
    assert plan.enough


def test_needed_does_not_round_up_what_is_whole():
    assert needed(0.33, response_rate=0.018).invitations == 500  # 9 / 0.018 is a little more in floats
    assert needed(0.05, response_rate=0.29, population=100).expected == 29  # and 100 × 0.29 a little less


def test_needed_tells_what_everybody_would_bring_where_that_is_too_few():
    plan = needed(0.05, response_rate=0.3, population=500)

    assert plan == Plan(completed=218, invitations=500, expected=150, margin=margin_of(150, population=500))
    assert not plan.enough
    assert plan.margin > 0.05


@given(MARGINS, SHARES, EFFECTS, st.none() | st.integers(1, 100_000), st.sampled_from([90, 95, 99]))
def test_needed_is_the_fewest_that_reach_the_margin(margin, share, effect, population, confidence):
    more = {"share": share, "design_effect": effect, "population": population, "confidence": confidence}

    plan = needed(margin, **more)

    assert plan.margin == margin_of(plan.completed, **more) <= margin * (1 + 1e-9)
    assert plan.completed == 1 or margin_of(plan.completed - 1, **more) > margin * (1 - 1e-9)


@pytest.mark.parametrize(("n", "margin"), [(30, 16.1), (50, 12.4), (100, 8.8), (200, 6.2), (400, 4.4), (1000, 2.8)])
def test_margin_of_a_satisfaction_of_84_percent(n, margin):
    assert round(100 * margin_of(n, share=0.84, design_effect=1.5), 1) == margin


def test_margin_of_everybody_is_nothing():
    assert margin_of(700, population=700) == 0.0
    assert margin_of(1, population=1) == 0.0


@pytest.mark.parametrize(
    "plan",
    [
        lambda: needed(5),
        lambda: needed(0),
        lambda: needed(float("nan")),
        lambda: needed(0.05, share=0),
        lambda: needed(0.05, share=1),
        lambda: needed(0.05, design_effect=0),
        lambda: needed(0.05, design_effect=float("inf")),
        lambda: needed(0.05, response_rate=0),
        lambda: needed(0.05, response_rate=30),
        lambda: needed(0.05, population=0),
        lambda: needed(0.05, population=3, response_rate=0.1),
        lambda: needed(0.05, confidence=80),
        lambda: margin_of(0),
        lambda: margin_of(11, population=10),
        lambda: yamane(0, 0.05),
        lambda: yamane(100, 5),
        lambda: design_weight(10, 0),
        lambda: design_weight(10, 11),
    ],
)
def test_a_plan_that_cannot_be_is_refused(plan):
    with pytest.raises(BadPlan):
        plan()


def test_a_margin_in_points_is_told_how_to_write_it():
    with pytest.raises(BadPlan, match=r"the margin 5 does not lie between 0 and 1; five percentage points are 0\.05"):
        needed(5)


@pytest.mark.parametrize(("population", "n"), [(1, 1), (100, 80), (1000, 286), (10_000, 385), (10**9, 400)])
def test_yamane_is_the_ministrys_habit(population, n):
    assert yamane(population, 0.05) == n


@given(st.integers(26, 10**7), MARGINS)  # under 1 / (1 - 1.96² / 4) = 25.2 people his N for N - 1 weighs more
def test_yamane_asks_a_little_more_than_is_needed_where_nothing_is_ignored(population, margin):
    assert needed(margin, population=population).completed <= yamane(population, margin)


FRAME = [f"HS-{n:04}" for n in range(1000)]


def test_draw_is_the_same_for_ever():
    assert draw(FRAME, 3, seed="2026-Q4") == ["HS-0764", "HS-0558", "HS-0935"]  # as sha256sum and sort say
    assert systematic(FRAME, 3, seed="2026-Q4") == ["HS-0171", "HS-0504", "HS-0837"]


@given(st.sets(st.integers(), max_size=60), st.text(max_size=8), st.data())
def test_draw_takes_different_people_whatever_the_order_and_more_only_adds(ids, seed, data):
    frame = data.draw(st.permutations(sorted(ids)))
    k = data.draw(st.integers(0, len(frame)))

    drawn = draw(frame, k, seed=seed)

    assert len(set(drawn)) == len(drawn) == k
    assert set(drawn) <= ids
    assert drawn == draw(sorted(frame), len(frame), seed=seed)[:k]


@given(st.integers(1, 500), st.text(max_size=8), st.data())
def test_systematic_takes_one_in_each_step(size, seed, data):
    k = data.draw(st.integers(1, size))

    drawn = systematic(range(size), k, seed=seed)

    assert len(set(drawn)) == k
    assert drawn == sorted(drawn)
    assert all(i * size // k <= place <= (i + 1) * size // k for i, place in enumerate(drawn))


@pytest.mark.parametrize("how", [draw, systematic])
def test_everybody_has_the_same_chance(how):
    times = 7000
    drawn = Counter(one for n in range(times) for one in how("abcdefg", 3, seed=str(n)))

    chi2 = sum((drawn[one] - times * 3 / 7) ** 2 / (times * 3 / 7) for one in "abcdefg")

    assert chi2 < 22.5  # 0.1 % of 6 degrees of freedom; the seeds are fixed, so it passes always or never


@pytest.mark.parametrize("how", [draw, systematic])
def test_nobody_is_drawn_from_a_frame_that_cannot_be(how):
    with pytest.raises(BadPlan, match="4 cannot be drawn from 3"):
        how(["a", "b", "c"], 4, seed="x")
    with pytest.raises(BadPlan, match="-1 cannot be drawn from 3"):
        how(["a", "b", "c"], -1, seed="x")
    with pytest.raises(BadPlan, match="an id stands in the frame twice and would have twice the chance"):
        how(["a", "b", "a"], 1, seed="x")
    assert how([], 0, seed="x") == []
