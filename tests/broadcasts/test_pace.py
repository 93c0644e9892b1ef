"""The pace: never above the ceiling, silent while the network says wait, and soon near a limit that nobody tells."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadcasts.pace import CATCH_UP, CHATS_OF_THE_BOT, SLOWEST, Pace

CEILINGS = st.sampled_from([1.0, 5.0, 20.0, 30.0, 100.0])
PAUSES = st.lists(st.one_of(st.floats(0, 0.1), st.floats(0, 3)), min_size=1, max_size=150)
EPSILON = 1e-6
many = settings(deadline=None, max_examples=60)


def all_due(pace: Pace, now: float) -> int:
    """How many messages a sender lets go that asks as long as there is a slot."""
    for taken in range(1000):
        if not pace.take_if_due(now):
            return taken
    raise AssertionError("slots without end")


def densest(times: list[float], ceiling: float) -> float:
    """By how many messages the fullest of all windows is above what its length allows at the ceiling."""
    fullest = -1.0
    for first, begin in enumerate(times):
        for last in range(first, len(times)):
            fullest = max(fullest, last - first + 1 - ceiling * (times[last] - begin))
    return fullest


@many
@given(CEILINGS, PAUSES)
def test_no_window_of_any_length_holds_more_than_the_ceiling_allows(ceiling, pauses):
    """One message, and what a late sender may catch up on, are all that a window may hold beyond its share."""
    pace, now = Pace(ceiling, rate=ceiling), 100.0
    times: list[float] = []
    for pause in pauses:
        now += pause
        times += [now] * all_due(pace, now)
    assert densest(times[:400], ceiling) <= 1 + CATCH_UP * ceiling + EPSILON


@many
@given(CEILINGS, st.floats(0, 1), st.floats(0.001, 0.05))
def test_bulk_and_replies_together_keep_to_the_ceiling(ceiling, share, tick):
    """However many replies go out, up to as many as the ceiling: the bulk makes room for them."""
    pace, now, sent, replied_at = Pace(ceiling, rate=ceiling), 0.0, 0, 0.0
    while now < 20:
        while share and replied_at <= now:
            pace.replied(now)
            sent, replied_at = sent + 1, replied_at + 1 / (ceiling * share)
        sent += all_due(pace, now)
        now += tick
    assert sent <= ceiling * (now + CATCH_UP) + 2


def test_bulk_is_spaced_evenly():
    pace = Pace(20, rate=20)
    times = []
    now = 100.0
    for _ in range(100):
        now += max(pace.until_due(now), 0)
        assert pace.take_if_due(now)
        times.append(now)
    gaps = {round(after - before, 6) for before, after in pairwise(times)}
    assert gaps == {0.05}


@many
@given(CEILINGS, st.floats(1.2, 5000), st.lists(st.floats(0, 1), max_size=30))
def test_retry_after_is_obeyed_exactly(ceiling, retry_after, asked):
    pace, now = Pace(ceiling, rate=ceiling), 100.0
    all_due(pace, now)
    assert pace.throttled(now, now, "1", retry_after, fresh=True)
    for part in asked:
        before = now + part * retry_after * 0.999
        assert not pace.take_if_due(before)
        assert pace.until_due(before) == pytest.approx(now + retry_after - before)
        assert pace.until_reply(before) == pytest.approx(now + retry_after - before)
    assert pace.until_reply(now + retry_after) == 0
    assert pace.take_if_due(now + retry_after)


def test_sender_that_is_told_to_stop_stops():
    pace = Pace(30, rate=30)
    pace.frozen_until = 160
    assert (pace.take_if_due(159.9), pace.until_due(100), pace.take_if_due(160)) == (False, 60, True)


def test_longest_wait_that_was_said_counts():
    pace = Pace(30, rate=30)
    for retry_after in (3, 10, 5):
        pace.throttled(100, 99, "1", retry_after, fresh=True)
    assert (pace.frozen_until, pace.until_reply(100)) == (110, 10)


@many
@given(st.lists(st.tuples(st.floats(0, 4.9), st.floats(0, 4.9)), max_size=20))
def test_one_episode_of_congestion_is_one_decrease(late):
    """What left before the network said wait, and what left while it said so, is refused for the same reason."""
    pace, now = Pace(30, rate=30), 100.0
    for tick in range(300):
        all_due(pace, now + tick * 0.01)
    now += 3
    pace.throttled(now, now, "0", 5, fresh=True)
    after = (pace.rate, pace.episodes)
    assert after[0] < 30
    assert after[1] == 1

    for number, (refused, left) in enumerate(sorted(late)):
        pace.throttled(now + refused, now + min(left, refused), str(number), 0.1, fresh=True)

    assert (pace.rate, pace.episodes) == after


def test_next_episode_is_another_decrease():
    pace, now = Pace(30, rate=30), 100.0
    for episode in range(1, 6):
        for tick in range(100):
            all_due(pace, now + tick * 0.01)
        now += 1
        before = pace.rate
        pace.throttled(now, now, "0", 5, fresh=True)
        assert pace.rate < before
        assert pace.episodes == episode
        now += 5


def test_one_chat_that_had_too_much_stops_nobody_else():
    pace = Pace(30, rate=30)
    for chat in ["7", "7", "8", "7"]:
        assert not pace.throttled(100, 99, chat, 40)
    assert (pace.rate, pace.episodes, pace.until_reply(100)) == (30, 0, 0)
    assert pace.take_if_due(100)


def test_several_chats_within_a_second_mean_the_bot():
    pace = Pace(30, rate=30)
    meant = [pace.throttled(100 + n * 0.3, 99, str(n), 2) for n in range(CHATS_OF_THE_BOT)]
    assert meant == [False] * (CHATS_OF_THE_BOT - 1) + [True]


def test_several_chats_over_a_longer_time_do_not():
    pace = Pace(30, rate=30)
    assert not any(pace.throttled(100 + n * 0.6, 99, str(n), 2) for n in range(10))


def test_chat_that_had_nothing_lately_means_the_bot_at_once():
    assert Pace(30, rate=30).throttled(100, 99, "1", 2, fresh=True)


EVENTS = st.lists(
    st.tuples(st.sampled_from(["send", "send", "reply", "refused", "fresh"]), st.floats(0, 2), st.floats(0.01, 30)),
    max_size=120,
)


@many
@given(CEILINGS, EVENTS)
def test_whatever_happens_the_rate_stays_between_its_bounds(ceiling, events):
    pace, now = Pace(ceiling), 100.0
    for number, (what, pause, wait) in enumerate(events):
        now += pause
        match what:
            case "send":
                all_due(pace, now)
            case "reply":
                pace.replied(now)
            case _:
                pace.throttled(now, now - pause / 2, str(number), wait, fresh=what == "fresh")
        assert SLOWEST / 3 <= pace.rate <= ceiling
        assert pace.until_due(now) <= max(pace.until_reply(now), 0) + 3 * len(events) / SLOWEST


def delivered(limit: float, depth: int, ceiling: float = 30, seconds: int = 600) -> tuple[float, int]:
    """Messages a second over the last minute, and all refusals, against a token bucket of this rate and depth."""
    pace, now, tokens, filled = Pace(ceiling), 0.0, float(depth), 0.0
    let_through, refusals = 0, 0
    while now < seconds:
        if not pace.take_if_due(now):
            now += max(pace.until_due(now), 1e-4)
            continue
        tokens, filled = min(depth, tokens + (now - filled) * limit), now
        if tokens >= 1:
            tokens -= 1
            let_through += now >= seconds - 60
        else:
            refusals += 1
            pace.throttled(now, now, str(refusals), 3, fresh=True)
    return let_through / 60, refusals


@pytest.mark.parametrize(
    ("limit", "depth"), [(30, 30), (50, 30), (30, 1), (25, 10), (20, 1), (20, 30), (10, 5), (5, 1)]
)
def test_hidden_limit_is_found_and_used_with_few_refusals(limit, depth):
    rate, refusals = delivered(limit, depth)
    assert 0.95 * min(limit, 30) <= rate <= 30
    assert refusals <= 8


@pytest.mark.parametrize(("learned", "begun"), [(17.5, 17.5), (30, 30), (99, 30), (0.01, SLOWEST)])
def test_rate_that_was_learned_is_gone_on_with_after_a_restart(learned, begun):
    pace = Pace(30)
    pace.remember(learned)
    assert pace.rate == begun


def test_without_experience_it_begins_slowly_and_grows():
    pace, now = Pace(30), 100.0
    assert pace.rate == 10
    while now < 110:
        all_due(pace, now)
        now += 0.01
    assert pace.rate == 30
