"""The bounds of the search: what it never waits longer for, never sends less of, and never goes beyond."""

from itertools import pairwise

import pytest

from broadcasts.evidence import DEEPEST, SLOWEST, Bounds
from broadcasts.search import CLOSE_STEP, FIRST_REST, LESS, LONGEST_REST, REST, SHRINK, UNDER, Search, Stage


def asking(messages: int = 10, *, rate: float = 20.0, ceiling: float = 100.0) -> Search:
    """A search in its first trial, of which so many messages have left, a twentieth of a second apart."""
    search = Search(ceiling, rate)
    search.next_trial(0.0, passed=False)
    for n in range(messages):
        search.evidence.count(n / 20)
    return search


@pytest.mark.parametrize(("took", "listens"), [(0.0, 0.05), (0.2, 0.26), (30.0, 2.0)])
def test_we_listen_as_long_as_an_answer_took_and_neither_too_short_nor_too_long(took: float, listens: float):
    search = asking()
    search.refused([0.45], took, 1.0)
    assert search.listen == pytest.approx(listens)


def test_the_longest_wait_of_an_episode_counts_and_not_that_of_the_one_before():
    search = asking()
    search.refused([0.45], 0.1, 5.0)
    search.refused([0.4, 0.45], 0.1, 3.0)
    assert search.wait == 5.0
    search.next_trial(10.0, passed=False)
    search.evidence.count(10.0)
    search.refused([10.0], 0.1, 2.0)
    assert search.wait == 2.0


def test_rests_after_which_nothing_passes_grow_and_not_without_end():
    search, rests = asking(), []
    search.refused([0.45], 0.1, 1.0)
    for n in range(1, 10):
        search.next_trial(10.0 * n, passed=False)
        search.evidence.count(10.0 * n)
        rests.append(search.refused([10.0 * n], 0.1, 1.0))
    assert rests[:3] == [FIRST_REST, 2 * FIRST_REST, 4 * FIRST_REST]
    assert rests[-1] == LONGEST_REST


@pytest.mark.parametrize("rate", [0.2, 1.0, 3.9])
def test_the_slowest_trial_is_of_two_messages(rate: float):
    trial = Search(100.0, rate).next_trial(0.0, passed=False)
    assert (trial.at_once, trial.evenly, trial.rate) == (0, 2, rate)


def test_who_searches_again_begins_with_nothing_but_the_depth():
    search = asking()
    search.refused([0.45], 0.1, 1.0)
    search.depth = 7
    search.again()
    assert (search.stage, search.depth, search.tested) == (Stage.SEARCH, 7, 0.0)
    assert (search.evidence.stretches, list(search.evidence.sent)) == ([], [])
    assert search.evidence.bounds.depths() == list(range(1, 31))


def closing(*, least: float, top: float, ceiling: float = 1000.0) -> Search:
    """A search on the brink of a limit between these two."""
    search = Search(ceiling, least, depth=5)
    search.stage, search.least, search.top = Stage.CLOSE, least, top
    return search


def test_on_the_brink_each_trial_is_a_little_faster_until_the_gap_is_small():
    search = closing(least=100.0, top=130.0)
    rates: list[float] = []
    now = 0.0
    while search.stage is Stage.CLOSE and len(rates) < 50:
        trial = search.next_trial(now, passed=bool(rates))
        now += 1.0
        if trial.at_once:
            assert (trial.at_once, trial.evenly) == (5, 5)
            rates.append(trial.rate)
    assert search.stage is Stage.STEADY
    assert 10 < len(rates) < 50
    assert all(1 < after / before <= CLOSE_STEP + 1e-9 for before, after in pairwise(rates))
    assert rates[-1] < 130.0
    assert rates[-1] * 0.98 < search.rate < 130.0


def test_nothing_beyond_the_ceiling_is_tried_on_the_brink():
    search = closing(least=100.0, top=130.0, ceiling=110.0)
    rates: list[float] = []
    while search.stage is Stage.CLOSE:
        rates.append(search.next_trial(float(len(rates)), passed=bool(rates)).rate)
    assert max(rates) <= 110.0


@pytest.mark.parametrize(("rate", "slower"), [(20.0, LESS * 20.0), (SLOWEST, SLOWEST)])
def test_what_no_bucket_explains_is_searched_for_again_a_little_slower(rate: float, slower: float):
    """Too many answers got lost, so what passed and what was refused contradict each other."""
    search = Search(100.0, rate)
    search.evidence.settle(Bounds(most=(SLOWEST / 2,) * DEEPEST))
    search.next_trial(0.0, passed=False)
    for n in range(10):
        search.evidence.count(n / 20)
    search.proven = 4
    assert search.refused([0.45], 0.1, 1.0) == 0.0
    assert (search.stage, search.depth, search.tested) == (Stage.SEARCH, 4, 0.0)
    assert search.rate == pytest.approx(slower)


def test_a_depth_beyond_what_is_thought_of_does_no_harm():
    search = Search(100.0, 20.0, depth=2 * DEEPEST)
    search.stage = Stage.STEADY
    search.next_trial(0.0, passed=True)
    for n in range(100):
        search.evidence.count(n / 20)
    search.refused([99 / 20], 0.1, 1.0)
    assert search.stage is Stage.STEADY
    assert SLOWEST < search.rate < LESS * 20.0


@pytest.mark.parametrize(("told", "kept"), [(0.0, SLOWEST), (50.0, 50.0), (500.0, 100.0)])
def test_no_rate_is_settled_at_below_the_slowest_or_above_the_ceiling(told: float, kept: float):
    search = asking()
    search._settle_at(told)
    assert (search.stage, search.rate) == (Stage.STEADY, kept)


@pytest.mark.parametrize(("rate", "rests"), [(20.0, DEEPEST / 20.0 / UNDER), (0.3, REST)])
def test_before_bursts_a_bucket_is_given_time_to_fill_and_not_without_end(rate: float, rests: float):
    search = Search(100.0, rate)
    search.next_trial(0.0, passed=False)
    for n in range(200):
        search.evidence.count(n / rate)
    rest = search.refused([199 / rate], 0.1, 1.0)
    assert search.stage is Stage.DEPTH
    assert search.rate >= SLOWEST
    assert rest <= REST
    assert rest == pytest.approx(rests, rel=0.2)


def test_the_first_refusals_of_all_make_it_slower_and_not_without_end():
    search, rates = Search(100.0, 0.25), []
    for n in range(6):
        search.next_trial(100.0 * n, passed=False)
        search.evidence.count(100.0 * n)
        search.evidence.count(100.0 * n + 4)
        search.refused([100.0 * n + 4], 0.1, 1.0)
        rates.append(search.rate)
    assert rates[0] == pytest.approx(SHRINK * 0.25)
    assert rates[-1] == SLOWEST


def test_a_depth_that_is_known_is_not_looked_for_again():
    search = Search(100.0, 20.0, depth=5)
    search.next_trial(0.0, passed=False)
    for n in range(100):
        search.evidence.count(n / 20)
    assert search.refused([99 / 20], 0.1, 1.0) == 0.0
    assert (search.stage, search.depth) == (Stage.CLOSE, 5)


def on_the_brink(passed: int) -> Search:
    """A limit that is thought to be 100 and five deep; so many of the first trial passed, and the next was refused."""
    search = closing(least=100.0, top=130.0)
    trial = search.next_trial(0.0, passed=False)
    assert (trial.at_once, trial.rate) == (5, 100.0)
    for n in range(passed + 1):
        search.evidence.count(max(0, n - 4) / 100)
    search.refused([max(0, passed - 4) / 100], 0.1, 1.0)
    return search


def test_where_not_even_what_fits_at_once_passed_the_bucket_is_less_deep():
    search = on_the_brink(3)
    assert (search.stage, search.depth) == (Stage.CLOSE, 3)


def test_a_safe_rate_that_was_refused_is_left_for_a_little_less_where_nothing_explains_it():
    search = on_the_brink(7)
    assert (search.stage, search.depth) == (Stage.STEADY, 5)
    assert search.rate == pytest.approx(LESS * 100.0)
