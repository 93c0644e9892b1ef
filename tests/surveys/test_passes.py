"""Passes to the staff's page: good until their time, for what they say, and only if we wrote them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.passes import Pass, page_of, read, written

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
KEY = b"k" * 32
MADE = Pass("s", 12, NOW + timedelta(hours=12))


@given(st.sampled_from("sp"), st.integers(1, 10**18 - 1), st.integers(1, 10**6))
def test_a_pass_says_what_it_was_written_for(kind: str, id: int, seconds: int):
    made = Pass(kind, id, NOW + timedelta(seconds=seconds))
    assert read(written(made, KEY), KEY, NOW) == made
    assert read(written(made, KEY), KEY, made.until) is None
    assert read(written(made, KEY), b"another", NOW) is None


@pytest.mark.parametrize(
    "said",
    [
        "", "s12", written(MADE, KEY).replace("s12", "s13"), written(MADE, KEY).replace("s12", "p12"),
        written(MADE, KEY) + "x", " " + written(MADE, KEY), written(MADE, KEY).replace("s12", "s１２"),
        written(MADE, KEY).replace(str(int(MADE.until.timestamp())), str(int(MADE.until.timestamp()) + 1)),
    ],
)  # fmt: skip
def test_what_was_changed_is_no_pass(said: str):
    assert read(said, KEY, NOW) is None


def test_a_page_has_three_addresses():
    home = "https://loa.example.vn/"
    assert [page_of(home, 3), page_of(home, 3, shown="x"), page_of(home, 3, app=True)] == [
        "https://loa.example.vn/k/3", "https://loa.example.vn/k/3/staff?t=x", "https://loa.example.vn/k/3/app",
    ]  # fmt: skip
