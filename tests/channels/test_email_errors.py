"""What a mail server's replies mean: the whole table."""

import pytest

from channels.email_errors import WAIT_SECONDS, Step, send_error
from storage.enums import Reason

R, S, C = Step.RECIPIENT, Step.SENDER, Step.CONTENT


@pytest.mark.parametrize(
    ("code", "said", "step", "reason"),
    [
        (550, "5.1.1 <lan@x.vn>: User unknown", R, Reason.NOT_FOUND),
        (550, "No such user here", R, Reason.NOT_FOUND),
        (550, "5.2.1 mailbox disabled", R, Reason.DEACTIVATED),
        (552, "5.2.2 over quota", R, Reason.BOUNCED),
        (552, "mailbox full", R, Reason.BOUNCED),
        (552, "5.3.4 message too big", C, Reason.TOO_LONG),
        (554, "5.7.1 relay access denied", R, Reason.UNAUTHORISED),
        (550, "5.7.1 rejected by policy", R, Reason.REFUSED),
        (554, "5.7.1 content rejected", C, Reason.REFUSED),
        (550, "5.1.1 unknown", C, Reason.REFUSED),
        (553, "5.7.1 sender not owned", S, Reason.REFUSED),
        (530, "5.7.0 authentication required", S, Reason.UNAUTHORISED),
        (535, "5.7.8 bad credentials", Step.LOGIN, Reason.UNAUTHORISED),
        (421, "4.3.2 closing", R, Reason.NETWORK),
        (450, "4.2.0 greylisted", R, Reason.DEFERRED),
        (452, "4.2.2 full", R, Reason.DEFERRED),
        (452, "4.3.1 out of disk", S, Reason.NETWORK),
        (450, "4.7.1 too many messages", R, Reason.THROTTLED),
        (451, "local error", C, Reason.DEFERRED),
        (452, "no room", S, Reason.NETWORK),
        (454, "4.7.0 temporary failure", Step.LOGIN, Reason.NETWORK),
        (421, "4.7.0 too many connections", R, Reason.NETWORK),
        (450, "4.7.1 relay access denied", R, Reason.THROTTLED),
        (451, "4.4.5 congested", R, Reason.THROTTLED),
        (452, "4.5.3 too many recipients", R, Reason.THROTTLED),
        (554, "5.7.1 a relay of spam", C, Reason.REFUSED),
        (550, "5.1.1 unknown sender", S, Reason.REFUSED),
        (550, "5.1.8 unknown domain of the sender", R, Reason.REFUSED),
        (550, "5.6.0 unknown format", R, Reason.REFUSED),
        (550, "5.5.2 unknown command", R, Reason.REFUSED),
        (550, "5.4.4 unable to route", R, Reason.NOT_FOUND),
        (550, "4.2.0 no such user", R, Reason.NOT_FOUND),
        (550, "user unknown", C, Reason.REFUSED),
        (550, "rejected", R, Reason.REFUSED),
        (554, "no such user", R, Reason.REFUSED),
        (552, "too large", C, Reason.TOO_LONG),
        (554, "5.3.4 message too big", C, Reason.TOO_LONG),
    ],
)  # fmt: skip
def test_a_reply_means(code, said, step, reason):
    assert send_error(code, said, step).reason is reason


def test_no_address_stands_in_the_detail():
    assert send_error(550, "5.1.1 <Lan@x.vn>: unknown", R, "lan@x.vn").detail == "550 5.1.1 <…>: unknown"
    assert send_error(550, "5.1.1 <lan+tin@x.vn>: unknown", R, "lan+tin@x.vn").detail == "550 5.1.1 <…>: unknown"


def test_only_who_is_too_fast_is_told_how_long_to_wait():
    assert send_error(450, "4.7.1 too many messages", R).retry_after == WAIT_SECONDS
    assert send_error(450, "4.2.0 greylisted", R).retry_after is None
