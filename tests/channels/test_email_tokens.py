"""Tokens in e-mails: short, signed, for one purpose."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.email_tokens import (
    STANDS_FOR,
    URL_LENGTH,
    About,
    Purpose,
    Subject,
    address_token,
    read_address,
    read_url,
    url_token,
)

SECRET = b"k" * 32
ONE = Subject(About.DELIVERY, 4711)
subjects = st.builds(Subject, st.sampled_from([About.DELIVERY, About.CASE]), st.integers(0, 2**48 - 1))


@settings(deadline=None)
@given(subjects)
def test_a_token_leads_back_to_its_subject(subject):
    assert read_url(SECRET, url_token(SECRET, subject)) == subject
    written = address_token(SECRET, subject, Purpose.BOUNCE)
    assert read_address(SECRET, written, Purpose.BOUNCE) == subject
    assert read_address(SECRET, written.upper(), Purpose.BOUNCE) == subject


def test_what_staff_are_told_has_no_page_and_no_report():
    notice = Subject(About.NOTICE, 7)
    assert read_url(SECRET, url_token(SECRET, notice)) is None
    assert read_address(SECRET, address_token(SECRET, notice, Purpose.BOUNCE), Purpose.BOUNCE) is None


@settings(deadline=None)
@given(subjects)
def test_a_token_has_the_length_of_what_stands_for_it(subject):
    assert len(url_token(SECRET, subject)) == URL_LENGTH == len(STANDS_FOR)


def test_a_token_is_good_for_one_purpose():
    assert read_address(SECRET, address_token(SECRET, ONE, Purpose.BOUNCE), Purpose.STOP) is None
    assert read_url(SECRET, url_token(SECRET, ONE, Purpose.MESSAGE)) is None


def test_a_token_with_other_letters_in_it_is_nobodys():
    token = url_token(SECRET, ONE)
    assert [read_url(SECRET, f"{token[:5]}{sign}{token[5:]}") for sign in ("!", "\n", "é")] == [None] * 3


def test_a_token_of_another_secret_is_nobodys():
    assert read_url(b"x" * 32, url_token(SECRET, ONE)) is None


@settings(deadline=None)
@given(st.integers(0, URL_LENGTH - 1), st.sampled_from("AZ09_-"))
def test_a_changed_token_is_nobodys(at, letter):
    token = url_token(SECRET, ONE)
    changed = token[:at] + letter + token[at + 1 :]
    assert read_url(SECRET, changed) in (None, ONE)
    assert (read_url(SECRET, changed) == ONE) <= (changed[:-1] == token[:-1])


@pytest.mark.parametrize("token", ["", "x", "á" * 22, "=" * 22, "A" * 500, "A" * 22])
def test_rubbish_is_nobodys(token):
    assert read_url(SECRET, token) is None
    assert read_address(SECRET, token, Purpose.BOUNCE) is None
