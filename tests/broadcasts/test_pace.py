"""The pace: never above the ceiling, silent while the network says wait, replies first. The limit: test_search."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadcasts.evidence import SLOWEST
from broadcasts.pace import CATCH_UP, CHATS_OF_THE_BOT, FIRST_RATE, IDLE, QUIET, Pace
from broadcasts.search import GUESSED_DEPTH, Stage

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
@given(CEILINGS, st.floats(0, 3), st.floats(0.001, 0.05))
def test_bulk_and_replies_together_keep_to_the_rate(ceiling, share, tick):
    """However many replies are asked for, even more than the rate: they are spaced, and the bulk makes room."""
    pace, now, replied_at = Pace(ceiling, rate=ceiling), 0.0, 0.0
    times: list[float] = []
    while now < 10:
        while share and replied_at <= now:
            times.append(now + pace.reply_in(now))
            replied_at += 1 / (ceiling * share)
        times += [now] * all_due(pace, now)
        now += tick
    assert densest(sorted(times)[:400], ceiling) <= 1 + CATCH_UP * ceiling + GUESSED_DEPTH + EPSILON


def test_few_replies_go_at_once_and_the_others_at_the_rate():
    pace = Pace(20, rate=20, depth=4)
    assert [round(pace.reply_in(100), 6) for _ in range(7)] == [0, 0, 0, 0, 0.05, 0.1, 0.15]


def test_replies_go_before_the_bulk_which_makes_room_for_them():
    pace = Pace(20, rate=20, depth=4)
    all_due(pace, 100)
    before = pace.until_due(100)
    assert [pace.reply_in(100), pace.reply_in(100)] == [0, 0]
    assert pace.until_due(100) == pytest.approx(before + 2 * pace.gap)


def test_replies_to_many_are_soon_said_before_the_limit_was_searched_for():
    """Nothing was ever refused: the slow beginning is for the bulk."""
    pace = Pace(200)
    assert max(pace.reply_in(100) for _ in range(60)) < 0.3


def test_reply_waits_while_the_network_says_wait():
    pace = Pace(20, rate=20, depth=2)
    pace.throttled(100, 100, "1", 7, fresh=True)
    assert [round(pace.reply_in(101) - pace.gap * n, 3) for n in range(2)] == [6, 6 - round(pace.gap, 3)]
    assert pace.reply_in(101) > 6


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
    all_due(pace, now - 2)
    all_due(pace, now)
    assert pace.throttled(now, now, "1", retry_after, fresh=True)
    assert pace.until_due(now + retry_after) == pytest.approx(0)
    for part in asked:
        before = now + part * retry_after * 0.999
        assert not pace.take_if_due(before)
        assert pace.reply_in(before) >= now + retry_after - before - EPSILON
    assert pace.take_if_due(now + retry_after + (len(asked) + 1) * pace.gap)


def test_sender_that_is_told_to_stop_stops():
    pace = Pace(30, rate=30)
    pace.frozen_until = 160
    assert (pace.take_if_due(159.9), pace.until_due(100), pace.take_if_due(160)) == (False, 60, True)


def test_longest_wait_that_was_said_counts():
    pace = Pace(30, rate=30)
    for retry_after in (3, 10, 5):
        pace.throttled(100, 99, "1", retry_after, fresh=True)
    assert (pace.frozen_until, pace.until_due(100), pace.reply_in(100)) == (110, 10, 10)


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
    assert (pace.rate, pace.episodes, pace.reply_in(100)) == (30, 0, 0)
    assert pace.take_if_due(100 + pace.gap)


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
                pace.reply_in(now)
            case _:
                pace.throttled(now, now - pause / 2, str(number), wait, fresh=what == "fresh")
        assert SLOWEST <= pace.rate <= ceiling
        assert pace.until_due(now) <= max(pace.frozen_until - now, 0) + 30 / SLOWEST + len(events) / SLOWEST


@pytest.mark.parametrize(
    ("learned", "rate", "depth", "stage"),
    [
        ("17.5", 17.5, GUESSED_DEPTH, Stage.STEADY),
        ("17.500 12", 17.5, 12, Stage.STEADY),
        ("17.500 0", 17.5, GUESSED_DEPTH, Stage.SEARCH),
        ("99", 30, GUESSED_DEPTH, Stage.STEADY),
        ("99.000 0", 30, GUESSED_DEPTH, Stage.STEADY),
        ("0.01", SLOWEST, GUESSED_DEPTH, Stage.STEADY),
    ],
)
def test_what_was_learned_is_gone_on_with_after_a_restart(learned, rate, depth, stage):
    pace = Pace(30)
    pace.remember(learned)
    assert (pace.rate, pace.depth, pace.stage) == (rate, depth, stage)
    again = Pace(30)
    again.remember(pace.written())
    assert (again.rate, again.depth, again.stage) == (rate, depth, stage)


def test_without_experience_it_begins_slowly_and_grows():
    pace, now = Pace(30), 100.0
    assert pace.rate == FIRST_RATE
    while now < 130:
        all_due(pace, now)
        now += 0.01
    assert (pace.rate, pace.stage) == (30, Stage.STEADY)


def test_rate_does_not_grow_with_messages_that_were_never_sent_at_it():
    """One message now and then proves nothing."""
    pace, now = Pace(30), 100.0
    for _ in range(200):
        now += 10 * IDLE
        assert pace.take_if_due(now)
    assert pace.rate == FIRST_RATE


def test_after_a_long_quiet_time_more_is_tried():
    pace, now = Pace(30, rate=20, depth=5), 100.0
    all_due(pace, now)
    all_due(pace, now + QUIET - 1)
    assert (pace.rate, pace.stage) == (20, Stage.STEADY)
    for tick in range(1000):
        all_due(pace, now + QUIET + 1 + tick * 0.01)
    assert pace.rate > 22


def test_refusal_of_the_first_messages_slows_the_search_and_does_not_end_it():
    pace = Pace(30)
    all_due(pace, 100)
    all_due(pace, 100 + 1 / FIRST_RATE)
    pace.throttled(101, 100 + 1 / FIRST_RATE, "1", 3, fresh=True)
    assert (pace.rate, pace.stage) == (0.9 * FIRST_RATE, Stage.SEARCH)


def test_pause_after_which_nothing_passes_is_made_longer_and_the_rate_kept():
    """A bucket that is empty when the network's wait is over says nothing about how fast it fills."""
    pace, now, waits = Pace(30, rate=30), 100.0, []
    for _ in range(4):
        assert pace.take_if_due(now)
        pace.throttled(now, now, "1", 5, fresh=True)
        waits.append(pace.until_due(now))
        now += waits[-1]
    assert waits == pytest.approx([6, 7, 9, 13])
    assert (pace.rate, pace.stage) == (30, Stage.STEADY)
