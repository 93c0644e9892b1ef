"""What is done for each recipient, and what is done again if nobody knows whether it was done."""

from datetime import UTC, datetime

import pytest

from broadcasts.plan import Plan, plan_of
from channels.email import Email
from channels.email_headers import Sender
from channels.message import Channel, content_json, say
from channels.smtp import Pool, Server
from channels.telegram import Telegram
from storage.broadcasts import BroadcastInfo
from storage.enums import BroadcastKind, BroadcastStatus
from storage.ledger import Claim

SEND, CORRECT, WITHDRAW = BroadcastKind.SEND, BroadcastKind.CORRECT, BroadcastKind.WITHDRAW


def telegram() -> Channel:
    return Telegram("42:PLAN", api_url="http://127.0.0.1:9")


def email() -> Channel:
    return Email(Pool(Server("127.0.0.1"), 1), Sender("Bản tin", "x@example.gov.vn"), b"secret")


def planned(channel: Channel, kind: BroadcastKind, *, in_doubt: str = "resend", hold: bool = False) -> Plan:
    of_id = None if kind is SEND else 1
    return plan_of(
        BroadcastInfo(
            2, kind, of_id, None, "Số 47", "all", 0, content_json(say("Chào")), None, BroadcastStatus.SENDING, in_doubt,
            1, 2, "", datetime(2026, 11, 23, tzinfo=UTC), None, None, "Hoa", "Nam",
        ),
        channel, hold=hold,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "in_doubt", "hold", "on_telegram", "by_mail"),
    [
        (SEND, "resend", False, True, True),
        (SEND, "resend", True, False, False),
        (SEND, "hold", False, False, False),
        (SEND, "hold", True, False, False),
        (CORRECT, "hold", True, True, False),
        (CORRECT, "resend", True, True, False),
        (CORRECT, "resend", False, True, True),
        (WITHDRAW, "hold", True, True, False),
        (WITHDRAW, "hold", False, True, False),
        (WITHDRAW, "resend", False, True, True),
    ],
)
async def test_only_what_may_be_done_twice_is_done_again_against_the_setting(
    kind: BroadcastKind, in_doubt: str, hold: bool, on_telegram: bool, by_mail: bool
):
    """To change a message twice is the same as once; by mail a change is a letter of its own."""
    found = [planned(channel(), kind, in_doubt=in_doubt, hold=hold).resend for channel in (telegram, email)]
    assert found == [on_telegram, by_mail]


@pytest.mark.parametrize(
    ("kind", "targets", "done", "steps", "sends"),
    [
        (SEND, (), (), 1, True),
        (CORRECT, ("5",), (), 1, False),
        (CORRECT, ("5", "6"), (), 2, False),
        (CORRECT, (), (), 1, True),
        (WITHDRAW, ("5", "6"), ("5",), 2, False),
    ],
)
async def test_each_message_is_a_step_and_only_a_new_one_is_seen_twice(
    kind: BroadcastKind, targets: tuple[str, ...], done: tuple[str, ...], steps: int, sends: bool
):
    claim = Claim(1, 1, 2, "7", 0, done, targets)
    plan, by_mail = planned(telegram(), kind), planned(email(), kind)
    assert (plan.steps(claim), plan.sends(claim), by_mail.sends(claim)) == (steps, sends, True)


@pytest.mark.parametrize(("kind", "left"), [(SEND, ("5",)), (CORRECT, ("5",)), (WITHDRAW, ())])
async def test_what_was_taken_away_is_not_remembered(kind: BroadcastKind, left: tuple[str, ...]):
    assert planned(telegram(), kind).remaining(("5", "6")) == left
