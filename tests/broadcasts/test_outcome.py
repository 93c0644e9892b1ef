"""What each failure means for its delivery: the whole table, one line for each reason."""

import pytest

from broadcasts.outcome import MOST_ATTEMPTS, RULES, Outcome, Then, outcome
from channels.message import SendError
from storage.enums import DeliveryStatus as Status
from storage.enums import Reason

FIRST = {
    Reason.BLOCKED: (Status.FAILED, 0, True, Then.STOP_CONTACT),
    Reason.DEACTIVATED: (Status.FAILED, 0, True, Then.STOP_CONTACT),
    Reason.NOT_FOUND: (Status.FAILED, 0, True, Then.STOP_CONTACT),
    Reason.NOT_STARTED: (Status.FAILED, 0, True, Then.NOTHING),
    Reason.MIGRATED: (Status.PENDING, 0, True, Then.MOVE),
    Reason.GONE: (Status.FAILED, 0, True, Then.NOTHING),
    Reason.TOO_OLD: (Status.FAILED, 0, True, Then.NOTHING),
    Reason.REFUSED: (Status.FAILED, 0, True, Then.OUR_FAULT),
    Reason.TOO_LONG: (Status.FAILED, 0, True, Then.OUR_FAULT),
    Reason.BOUNCED: (Status.FAILED, 0, True, Then.NOTHING),
    Reason.DEFERRED: (Status.PENDING, 5, True, Then.NOTHING),
    Reason.THROTTLED: (Status.PENDING, 5, False, Then.SLOW_DOWN),
    Reason.NETWORK: (Status.PENDING, 5, False, Then.WAIT_FOR_NETWORK),
    Reason.SERVER: (Status.PENDING, 5, True, Then.WAIT_FOR_SERVER),
    Reason.IN_DOUBT: (Status.PENDING, 5, True, Then.NOTHING),
    Reason.UNAUTHORISED: (Status.PENDING, 5, False, Then.STOP_CHANNEL),
    Reason.WINDOW_CLOSED: (Status.FAILED, 0, True, Then.NOTHING),
    Reason.QUOTA: (Status.FAILED, 0, True, Then.NOTHING),
    Reason.NIGHT: (Status.PENDING, 5, False, Then.NOTHING),
    Reason.TRY_LATER: (Status.PENDING, 5, True, Then.NOTHING),
    Reason.CANNOT_RECEIVE: (Status.FAILED, 0, True, Then.NOTHING),
    # No send ends like this; if one ever does, it is ours to look at.
    Reason.NOT_MODIFIED: (Status.FAILED, 0, True, Then.OUR_FAULT),
    Reason.NO_CONTACT: (Status.FAILED, 0, True, Then.OUR_FAULT),
    Reason.UNSUBSCRIBED: (Status.FAILED, 0, True, Then.OUR_FAULT),
    Reason.CANCELLED: (Status.FAILED, 0, True, Then.OUR_FAULT),
    Reason.NOT_AGREED: (Status.FAILED, 0, True, Then.OUR_FAULT),
}
NEVER_OF_A_SEND = {Reason.NOT_MODIFIED, Reason.NO_CONTACT, Reason.UNSUBSCRIBED, Reason.CANCELLED, Reason.NOT_AGREED}
AFTER_FIVE = {
    Reason.MIGRATED: Status.FAILED, Reason.DEFERRED: Status.FAILED, Reason.NETWORK: Status.PENDING, Reason.SERVER: Status.UNKNOWN,
    Reason.IN_DOUBT: Status.UNKNOWN, Reason.THROTTLED: Status.PENDING, Reason.UNAUTHORISED: Status.PENDING,
    Reason.NIGHT: Status.PENDING,
}  # fmt: skip


@pytest.mark.parametrize("reason", Reason)
def test_first_failure(reason):
    status, wait, counts, then = FIRST[reason]
    found = outcome(SendError(reason, "so it was"), 1)
    assert found == Outcome(status, reason, "so it was", wait, counts if status is Status.PENDING else True, then)


def test_every_reason_that_ends_a_send_has_a_rule():
    assert RULES.keys() == set(Reason) - NEVER_OF_A_SEND


@pytest.mark.parametrize("reason", AFTER_FIVE)
def test_last_failure(reason):
    assert outcome(SendError(reason, ""), MOST_ATTEMPTS).status is AFTER_FIVE[reason]


@pytest.mark.parametrize("reason", [Reason.SERVER, Reason.IN_DOUBT])
@pytest.mark.parametrize("attempts", [1, MOST_ATTEMPTS])
def test_what_is_in_doubt_is_unknown_where_nothing_is_sent_twice(reason, attempts):
    found = outcome(SendError(reason, "502"), attempts, resend=False)
    assert found == Outcome(Status.UNKNOWN, Reason.IN_DOUBT, "502")


@pytest.mark.parametrize("reason", sorted(set(Reason) - {Reason.SERVER, Reason.IN_DOUBT}))
def test_what_is_certain_does_not_ask_whether_to_send_again(reason):
    assert outcome(SendError(reason, ""), 1, resend=False) == outcome(SendError(reason, ""), 1)


def test_waits_grow_threefold_and_end():
    waits = [outcome(SendError(Reason.SERVER, ""), n).retry_in for n in range(1, MOST_ATTEMPTS)]
    assert waits == [5, 15, 45, 135]


@pytest.mark.parametrize("attempts", [1, MOST_ATTEMPTS, 50])
@pytest.mark.parametrize("seconds", [1, 3.5, 3600])
def test_retry_after_is_obeyed_exactly_and_costs_no_attempt(attempts, seconds):
    found = outcome(SendError(Reason.THROTTLED, "", retry_after=seconds), attempts)
    assert (found.status, found.retry_in, found.counts) == (Status.PENDING, seconds, False)


def test_moved_chat_is_tried_at_once():
    assert outcome(SendError(Reason.MIGRATED, "", moved_to="-100"), 3).retry_in == 0
