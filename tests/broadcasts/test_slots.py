"""When the next slot is: lateness that is caught up on, room for replies, and when more is tried."""

import pytest

from broadcasts.evidence import TOGETHER
from broadcasts.pace import CATCH_UP, QUIET, Pace
from broadcasts.search import GUESSED_DEPTH, Search, Stage
from tests.broadcasts.test_pace import all_due


def test_who_comes_a_little_late_loses_nothing():
    pace = Pace(100, rate=100)
    assert pace.take_if_due(10.0)
    assert pace.take_if_due(10.012)
    assert pace.until_due(10.012) == pytest.approx(0.008)


@pytest.mark.parametrize(("rate", "depth", "most"), [(1000, 2, 4), (1000, 0, GUESSED_DEPTH + 2), (100, 9, 4)])
def test_who_comes_late_catches_up_on_what_fits_at_once_and_on_a_short_time(rate, depth, most):
    pace = Pace(rate, rate=rate, depth=depth)
    assert pace.take_if_due(10.0)
    assert 1 < all_due(pace, 10.0 + 1.2 * CATCH_UP + 1 / rate) <= most


def test_nothing_is_left_to_catch_up_on_after_a_rest():
    pace = Pace(100, rate=100)
    assert pace.take_if_due(10.0)
    assert all_due(pace, 20.0) == 1
    assert pace.until_due(20.0) == pytest.approx(0.01)


def test_more_is_tried_after_a_quiet_time_that_grows_with_the_episodes_and_not_without_end():
    pace = Pace(100, rate=50)
    pace.episodes = 12
    assert pace.take_if_due(0.0)
    assert pace.take_if_due(QUIET * 2**8 - 1)
    assert pace.stage is Stage.STEADY
    pace = Pace(100, rate=50)
    pace.episodes = 12
    assert pace.take_if_due(0.0)
    assert pace.take_if_due(QUIET * 2**8 + 1)
    assert pace.stage is Stage.SEARCH


def test_nothing_more_is_tried_at_the_ceiling():
    pace = Pace(100, rate=100)
    assert pace.take_if_due(0.0)
    assert pace.take_if_due(2 * QUIET)
    assert pace.stage is Stage.STEADY


def waits(pace: Pace, now: float, replies: int) -> list[float]:
    return [pace.reply_in(now) for _ in range(replies)]


def test_replies_keep_to_what_is_known_of_the_network():
    known, searching, refused = Pace(100, rate=10, depth=2), Pace(100), Pace(100)
    assert waits(known, 5.0, 4) == pytest.approx([0, 0, 0.1, 0.2])
    assert waits(searching, 5.0, GUESSED_DEPTH + 2)[-2:] == pytest.approx([0.01, 0.02])
    refused.episodes = 1
    assert waits(refused, 5.0, GUESSED_DEPTH + 2)[-2:] == pytest.approx([refused.gap, 2 * refused.gap])


def test_bulk_makes_room_for_a_reply_after_a_rest_too():
    pace = Pace(100, rate=10)
    assert pace.take_if_due(0.0)
    assert pace.reply_in(50.0) == 0
    assert pace.until_due(50.0) == pytest.approx(0.1)


def test_what_was_refused_before_a_trial_is_not_taken_for_this_one(monkeypatch: pytest.MonkeyPatch):
    """An answer that got lost is seen together with refusals of the same trial only."""
    pace = Pace(100, rate=20)
    for n in range(10):
        assert pace.take_if_due(n * 0.05)
    assert pace.throttled(0.6, 0.45, "a", 1.0, fresh=True)
    assert pace.take_if_due(pace.frozen_until + 10)
    monkeypatch.setattr(Search, "refused", lambda *_: pytest.fail("it was taken for a refusal of this trial"))
    pace.unheard(0.4)


@pytest.mark.parametrize(
    ("left", "asked_again"), [(0.3, True), (0.44, True), (0.45 + TOGETHER / 2, True), (0.45 + 2 * TOGETHER, False)]
)
def test_an_answer_that_got_lost_before_the_first_refusal_may_have_been_one(
    monkeypatch: pytest.MonkeyPatch, left: float, asked_again: bool
):
    pace = Pace(100, rate=20)
    for n in range(10):
        assert pace.take_if_due(n * 0.05)
    assert pace.throttled(0.6, 0.45, "a", 1.0, fresh=True)
    told: list[tuple[object, ...]] = []
    monkeypatch.setattr(Search, "refused", lambda _, *given: told.append(given))
    pace.unheard(left)
    assert told == ([([0.45], pytest.approx(0.15), 1.0)] if asked_again else [])
    assert list(pace._search.evidence.unheard) == [left]


def test_what_left_before_an_episode_ended_tells_nothing_once_it_is_over(monkeypatch: pytest.MonkeyPatch):
    pace = Pace(100, rate=20)
    for n in range(10):
        assert pace.take_if_due(n * 0.05)
    assert pace.throttled(0.6, 0.45, "a", 1.0, fresh=True)
    rate, episodes = pace.rate, pace.episodes
    assert pace.take_if_due(20.0)
    monkeypatch.setattr(Search, "refused", lambda *_: pytest.fail("it was taken for a refusal of this trial"))
    assert pace.throttled(20.1, 0.4, "b", 1.0, fresh=True)
    assert (pace.rate, pace.episodes, pace.frozen_until) == (rate, episodes, 21.1)


def test_a_reply_that_is_refused_after_an_episode_begins_another(monkeypatch: pytest.MonkeyPatch):
    pace = Pace(100, rate=20)
    for n in range(10):
        assert pace.take_if_due(n * 0.05)
    assert pace.throttled(0.6, 0.45, "a", 1.0, fresh=True)
    assert pace.reply_in(1.7) == 0
    told: list[list[float]] = []

    def refused(_: Search, heard: list[float], *__: float) -> float:
        told.append(list(heard))
        return 0.0

    monkeypatch.setattr(Search, "refused", refused)
    assert pace.throttled(1.8, 1.7, "b", 1.0, fresh=True)
    assert (told, pace.episodes) == ([[1.7]], 2)
