"""Reports that come back: what they say is read, and everything else is let be."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reports import LARGEST, report
from sandbox.mail.reports import report as made

ORIGINAL = b"Subject: x\r\n\r\nbody"


def written(status: str, said: str = "550 no", action: str = "failed") -> bytes:
    return made(to="b@x.vn", recipient="lan@x.vn", status=status, said=said, original=ORIGINAL).replace(
        b"Action: failed", f"Action: {action}".encode()
    )


@pytest.mark.parametrize(
    ("status", "said", "read", "final"),
    [
        ("5.1.1", "550 unknown", "5.1.1", True),
        ("5.1.10", "550 no", "5.1.10", True),
        ("5.2.1", "550 disabled", "5.2.1", True),
        ("5.4.4", "host not found", "5.4.4", True),
        ("5.2.2", "552 full", "5.2.2", False),
        ("5.7.1", "550 spam", "5.7.1", False),
        ("4.2.2", "452 full", "4.2.2", False),
        ("5.0.0", "550 5.1.1 unknown", "5.1.1", True),
        ("5.0.0", "550 nobody knows", "5.0.0", False),
    ],
)  # fmt: skip
def test_a_report_says(status, said, read, final):
    found = report(written(status, said))
    assert found is not None
    assert (found.status, found.final) == (read, final)


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_what_is_no_failure_is_let_be(action):
    assert report(written("4.4.7", action=action)) is None


def test_two_copies_of_a_report_are_one():
    raw = written("5.1.1")
    one, again, other = report(raw), report(raw), report(written("5.1.1"))
    assert one is not None
    assert other is not None
    assert one == again
    assert one.key != other.key


def test_a_report_with_a_huge_original_is_read_at_its_beginning():
    found = report(written("5.1.1") + b"x" * (LARGEST * 3))
    assert found is not None
    assert found.status == "5.1.1"


@settings(deadline=None)
@given(st.binary(max_size=2000))
def test_rubbish_is_no_report(raw):
    assert report(raw) is None


@settings(deadline=None)
@given(st.integers(0, 1200), st.binary(min_size=1, max_size=40))
def test_a_damaged_report_breaks_nothing(at, junk):
    whole = written("5.1.1")
    found = report(whole[:at] + junk + whole[at + len(junk) :])
    assert found is None or found.status[0] in "245"
