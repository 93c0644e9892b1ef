"""Every code of the published tables has one meaning."""

import pytest

from channels.zalo_errors import REASONS, STALE, TABLE, Kind, http_error, send_error
from storage.enums import Reason


def test_no_code_has_two_meanings():
    assert len(REASONS) == sum(len(codes) for codes in TABLE.values())
    assert not REASONS.keys() & STALE


@pytest.mark.parametrize(
    ("code", "reason", "wait"),
    [
        (-216, Reason.UNAUTHORISED, None), (-32, Reason.THROTTLED, 5.0), (-230, Reason.WINDOW_CLOSED, None),
        (-211, Reason.QUOTA, None), (-133, Reason.NIGHT, 3600.0), (-244, Reason.BLOCKED, None),
        (-210, Reason.TOO_LONG, None), (-240, Reason.REFUSED, None), (-213, Reason.NOT_STARTED, None),
        (-321, Reason.UNAUTHORISED, None), (-99999, Reason.REFUSED, None),
    ],
)  # fmt: skip
def test_what_a_code_means(code: int, reason: Reason, wait: float | None):
    error = send_error(code, "said", until_morning=3600.0)
    assert (error.reason, error.retry_after) == (reason, wait)


@pytest.mark.parametrize("kind", Kind)
def test_only_what_may_work_later_is_tried_again(kind: Kind):
    from broadcasts.outcome import RULES

    again = {reason for reason in TABLE[kind].values() if RULES[reason].again}
    expected = {
        Kind.HUMAN: {Reason.UNAUTHORISED}, Kind.AGAIN: {Reason.THROTTLED, Reason.TRY_LATER},
        Kind.LATER: {Reason.NIGHT}, Kind.PERSON: set(), Kind.OURS: set(),
    }  # fmt: skip
    assert again == expected[kind]


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (429, Reason.THROTTLED),
        (403, Reason.NETWORK),
        (404, Reason.NETWORK),
        (500, Reason.SERVER),
        (502, Reason.SERVER),
    ],
)
def test_what_is_no_envelope_is_not_the_persons_fault(status: int, reason: Reason):
    assert http_error(status).reason is reason
