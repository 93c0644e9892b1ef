"""The search for a hidden limit: near it within a minute, for few refusals, whatever the network is like."""

import heapq
from collections.abc import Collection
from dataclasses import dataclass
from random import Random

import pytest

from benchmarks.hidden import Limiter, draws
from benchmarks.model import course as on_network
from broadcasts.evidence import Bounds, Evidence
from broadcasts.pace import Pace
from broadcasts.search import UNDER, Search, Stage


@dataclass(frozen=True, slots=True)
class Course:
    """How a broadcast went: part of the limit used after the first minute, refusals, and episodes of them."""

    share: float
    refusals: int
    pace: Pace


def course(
    rate: float, burst: int, latency: float, *, ceiling: float = 1000, seconds: float = 300, lost: float = 0.0,
    unheard: Collection[int] = (), penalty: float = 3, change: tuple[float, float] = (float("inf"), 0.0),
) -> Course:  # fmt: skip
    """A broadcast against a token bucket that punishes for 3 s, 6 s ...; from ``change[0]`` on it is another rate.

    ``lost`` is the part of refusals whose answers get lost; of those numbered ``unheard``, from 1, they surely do.
    """
    pace, limiter, random = Pace(ceiling), Limiter(rate, burst, penalty), Random(1)
    now, passed, late, refusals, answers = 0.0, 0, 0, 0, list[tuple[float, float, int]]()
    while now < seconds:
        due = now + max(pace.until_due(now), 0)
        if answers and answers[0][0] <= due:
            now, left, wait = heapq.heappop(answers)
            pace.throttled(now, left, str(left), wait, fresh=True)
            continue
        now = due
        if now >= change[0]:
            limiter.rate = change[1]
        if not pace.take_if_due(now):
            now += 1e-6
        elif wait := limiter.wait(now + latency / 2, passed + refusals):
            refusals += 1
            if random.random() >= lost and refusals not in unheard:
                heapq.heappush(answers, (now + latency * random.uniform(0.9, 1.1), now, wait))
        else:
            passed += 1
            late += now > 60
    return Course(late / (rate * (seconds - 60)), refusals, pace)


@pytest.mark.parametrize(
    ("rate", "burst", "latency", "most"),
    [
        (5, 30, 0.1, 5), (8, 3, 0.4, 9), (12, 12, 0.05, 4), (20, 1, 0.1, 9), (30, 30, 0.05, 6), (30, 30, 0.5, 25),
        (30, 5, 0.2, 11), (60, 15, 0.2, 18), (100, 30, 0.5, 20), (100, 1, 0.1, 25), (250, 10, 0.5, 40),
        (600, 20, 0.5, 120), (900, 5, 0.3, 180),
    ],
)  # fmt: skip
def test_hidden_limit_is_found_within_a_minute_for_few_refusals(rate, burst, latency, most):
    found = course(rate, burst, latency, seconds=max(300, 10_000 / rate))
    assert found.share >= 0.97
    assert found.pace.rate < rate
    assert found.refusals <= most


@pytest.mark.parametrize(("rate", "burst"), [(24, 30), (80, 4), (400, 12)])
def test_lost_answers_do_not_mislead_it(rate, burst):
    """A refusal that was not heard is noticed, at the latest with the next one."""
    found = course(rate, burst, 0.3, lost=0.3)
    assert found.share >= 0.9
    assert found.refusals <= rate


@pytest.mark.parametrize(
    ("rate", "burst", "latency"), [(95, 21, 0.05), (50, 23, 0.1), (36.9, 1, 0.027), (110, 3, 0.03), (110, 1, 0.03)]
)
def test_any_one_refusal_may_go_unheard(rate, burst, latency):
    """The first of SEARCH, one of a burst's two, or a burst's only one: neither depth nor rate is mistaken for long."""
    heard = course(rate, burst, latency, seconds=120)
    for number in {1, 2, *range(heard.refusals - 3, heard.refusals + 1)}:
        found = course(rate, burst, latency, seconds=200, unheard=[number])
        assert (number, found.pace.depth) == (number, burst)
        assert found.pace.rate >= 0.97 * rate, number
        assert found.pace.rate < rate


@pytest.mark.parametrize(("rate", "burst", "latency"), [(87.4, 27, 0.2), (60.5, 28, 0.26), (95, 21, 0.05)])
def test_deep_bucket_is_known_after_two_episodes(rate, burst, latency):
    """The silence before a burst fills it even at the slowest rate that explains what was seen."""
    found = course(rate, burst, latency, penalty=5)
    assert (found.pace.depth, found.pace.episodes) == (burst, 2)
    assert found.share >= 0.97


@pytest.mark.parametrize(("seed", "number"), [(1, 8), (2, 5), (2, 35), (3, 21), (5, 19), (6, 36)])
def test_network_on_which_answers_got_lost_is_used_to_the_full(seed, number):
    """Each of these missed the goal once, because an answer got lost that mattered."""
    draw = draws(seed, 40)[number]
    told, pace = on_network(draw, max(30_000, int(300 * draw.rate)), 6000)
    assert told.share_of_limit >= 0.97
    assert told.per_10k_429 <= 10
    assert pace.rate < draw.rate


def test_depth_that_two_refusals_leave_open_is_asked_for_once_more():
    """A burst of 17 refused one, or two if an answer got lost: 15 and 16 are 4 % of the rate apart."""
    search = Search(1000, 41.75, 0, Stage.DEPTH, tested=17, proven=15)
    search.evidence.settle(Bounds(tuple(82.65 - n for n in range(30)), tuple(84.65 - n for n in range(30))))
    search.evidence.begin(10)
    for _ in range(17):
        search.evidence.count(10)
    search.evidence.unheard.append(10)
    search.bounds = search.evidence.bounds
    search.refused([10], 0.2, 10)
    assert search.stage is Stage.DEPTH
    assert search.next_trial(30, passed=False).at_once == 16


@pytest.mark.parametrize(("wait", "stage"), [(2, Stage.CLOSE), (40, Stage.STEADY)])
def test_gap_is_closed_only_if_that_is_worth_the_pause(wait, stage):
    """Four per cent are worth another 4 s of silence, and not 80 s."""
    search = Search(1000, 99.9, 10, Stage.CLOSE, least=100, top=104, tested=99.9, wait=wait)
    search.next_trial(0, passed=True)
    assert search.stage is stage


def test_shallow_bucket_refuses_few():
    """All that follows a refusal is refused too until it is heard: at the brink a trial need not be long."""
    assert course(108.7, 1, 0.213).refusals <= 33


@pytest.mark.parametrize(("limit", "ceiling"), [(40, 30), (900, 200)])
def test_ceiling_below_the_limit_is_kept_without_a_refusal(limit, ceiling):
    found = course(limit, 10, 0.2, ceiling=ceiling)
    assert (found.refusals, found.pace.rate, found.pace.stage) == (0, ceiling, Stage.STEADY)


def test_limit_that_sinks_is_followed():
    found = course(50, 10, 0.1, seconds=400, change=(150, 25))
    assert 0.9 * 25 < found.pace.rate < 25


def test_depth_is_told_by_two_refusals():
    found = course(30, 17, 0.1)
    assert (found.pace.depth, found.pace.stage) == (17, Stage.STEADY)


def evidence(*stretches: tuple[float, float, int]) -> Evidence:
    """Of stretches: when each began and ended, and how many messages it had."""
    made = Evidence()
    for began, ended, count in stretches:
        made.begin(began)
        for n in range(count):
            made.count(began + (ended - began) * n / max(count - 1, 1))
    return made


def test_refusal_bounds_the_rate_for_each_depth():
    """20 messages in 0.95 s, and the last was refused: 19 passed within 0.9 s."""
    bounds, passed = evidence((100.0, 100.95, 20)).after_refusal([100.95])
    assert passed == 19
    assert bounds.least[0] == pytest.approx(18 / 0.9)
    assert bounds.most[0] == pytest.approx(19 / 0.95)
    assert bounds.least[9] == pytest.approx(9 / 0.9)
    assert bounds.most[9] == pytest.approx(10 / 0.95)
    assert bounds.depths() == list(range(1, 20))


def test_of_a_burst_the_number_of_refusals_tells_which_was_the_first():
    bounds, _ = evidence((100.0, 100.0, 10)).after_refusal([100.0] * 3)
    assert bounds.depths() == [7]


def test_of_messages_that_left_one_by_one_the_first_refused_is_told_by_its_time():
    """However fast they left: an answer that got lost a moment later does not count."""
    made = evidence((100.0, 100.099, 100))
    assert made.first_refused([100.05, 100.051, 100.053]) == 51


def test_bounds_are_the_same_however_often_they_are_worked_out():
    stretches = [(100.0, 101.0, 8), (103.0, 103.0, 6), (104.0, 106.0, 20)]
    often = evidence(*stretches)
    for at in (106.0, 105.5, 103.0, 105.0):
        assert often.after_refusal([at]) == evidence(*stretches).after_refusal([at])


def test_refusal_that_no_depth_explains_was_the_second():
    """Ten at once passed, as it seemed, and then the first of ten was refused: it was the tenth before."""
    made = evidence((100.0, 100.0, 10), (130.0, 130.0, 10))
    bounds, _ = made.after_refusal([130.0] * 10)
    assert bounds.depths() == [9]


def test_bounds_of_earlier_refusals_are_kept():
    made = evidence((100.0, 100.95, 20))
    bounds, _ = made.after_refusal([100.95])
    made.settle(bounds)
    made.begin(200.0)
    for _ in range(6):
        made.count(200.0)
    both, _ = made.after_refusal([200.0])
    assert both.depths() == [5]
    assert both.slowest([5]) * UNDER < both.fastest([5])
    assert Bounds().depths() == list(range(1, 31))
