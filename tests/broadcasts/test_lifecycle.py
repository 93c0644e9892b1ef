"""What may happen to a broadcast: every pair of status and action, and what holds on every path."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcasts.lifecycle import TRANSITIONS, Action, NotAllowed, advance, possible
from storage.enums import BroadcastStatus as Status

FINAL = {Status.SENT, Status.SENT_WITH_UNKNOWN, Status.CANCELLED}
ALLOWED = {
    Status.DRAFT: {Action.SUBMIT: Status.SUBMITTED, Action.CANCEL: Status.CANCELLED},
    Status.SUBMITTED: {
        Action.APPROVE: Status.APPROVED, Action.RETURN: Status.DRAFT, Action.CANCEL: Status.CANCELLED,
    },
    Status.APPROVED: {
        Action.START: Status.SENDING, Action.HOLD: Status.HELD, Action.RETURN: Status.DRAFT,
        Action.CANCEL: Status.CANCELLED,
    },
    Status.HELD: {Action.APPROVE: Status.APPROVED, Action.RETURN: Status.DRAFT, Action.CANCEL: Status.CANCELLED},
    Status.SENDING: {Action.PAUSE: Status.PAUSED, Action.FINISH: Status.SENT, Action.CANCEL: Status.CANCELLED},
    Status.PAUSED: {Action.RESUME: Status.SENDING, Action.CANCEL: Status.CANCELLED},
    Status.SENT: {}, Status.SENT_WITH_UNKNOWN: {Action.ACCEPT: Status.SENT}, Status.CANCELLED: {},
}  # fmt: skip


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("action", Action)
def test_every_action_on_every_status(status, action):
    if action in ALLOWED[status]:
        assert advance(status, action) is ALLOWED[status][action]
        return
    with pytest.raises(NotAllowed) as caught:
        advance(status, action)
    assert (caught.value.reason, str(caught.value)) == (
        "wrong_status",
        f"cannot {action} a broadcast that is {status}",
    )


@pytest.mark.parametrize("status", Status)
def test_what_is_possible_is_what_is_allowed(status):
    assert possible(status) == ALLOWED[status].keys()


def test_nothing_leaves_a_final_status_except_that_the_unknown_may_be_accepted():
    assert {status for status in Status if not possible(status)} == FINAL - {Status.SENT_WITH_UNKNOWN}


@given(st.lists(st.sampled_from(Action), max_size=40))
def test_nothing_is_sent_that_was_not_approved_as_it_is(actions):
    """On every path: a broadcast goes out only after an approval that no return came after."""
    status, approved = Status.DRAFT, False
    for action in actions:
        try:
            status = advance(status, action)
        except NotAllowed:
            continue
        approved = {Action.APPROVE: True, Action.RETURN: False, Action.HOLD: False}.get(action, approved)
        if status in {Status.SENDING, Status.PAUSED, Status.SENT}:
            assert approved


def test_every_way_into_sending_comes_from_approved_or_from_a_pause():
    before = {known for (known, _), after in TRANSITIONS.items() if after is Status.SENDING}
    assert before == {Status.APPROVED, Status.PAUSED}
    assert {known for (known, _), after in TRANSITIONS.items() if after is Status.PAUSED} == {Status.SENDING}
    assert {action for (_, action), after in TRANSITIONS.items() if after is Status.APPROVED} == {Action.APPROVE}


def test_every_status_can_end():
    for status in set(Status) - FINAL:
        assert advance(status, Action.CANCEL) is Status.CANCELLED
