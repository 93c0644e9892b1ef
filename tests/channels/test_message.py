"""Messages and what a broadcast freezes of them."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.blocks import paragraph
from channels.message import (
    Choice,
    Message,
    SendError,
    Style,
    content_json,
    digest,
    from_content,
    in_place,
    say,
)
from storage.enums import Reason
from tests.channels.making import bodies

choices = st.builds(
    Choice, st.text("abc:0123456789-_", min_size=1, max_size=64), st.text(max_size=9), st.sampled_from(Style)
)
messages = st.builds(
    Message, bodies, st.lists(st.lists(choices, min_size=1, max_size=3).map(tuple), max_size=3).map(tuple)
)


@settings(deadline=None, max_examples=50)
@given(messages)
def test_frozen_content_is_the_same_message_again(message):
    assert from_content(json.loads(json.dumps(content_json(message)))) == message


@pytest.mark.parametrize("token", ["", "x" * 65, "đ" * 33])
def test_token_that_no_button_holds_is_refused(token):
    with pytest.raises(ValueError, match="is not of 1 to 64 bytes"):
        Choice(token, "Nút")


@pytest.mark.parametrize("token", ["x", "x" * 64, "đ" * 32])
def test_token_of_64_bytes_is_taken(token):
    assert Choice(token, "Nút").token == token


def test_digest_is_that_of_content_and_audience_together():
    content = content_json(say("Bản tin", (Choice("rd:1", "Đã đọc"),)))
    same = json.loads(json.dumps(content))
    assert digest(content, "all") == digest(same, "all")
    changed = [
        digest(content, "cấp=xã"),
        digest(content_json(say("Bản tin.", (Choice("rd:1", "Đã đọc"),))), "all"),
        digest(content_json(say("Bản tin", (Choice("rd:2", "Đã đọc"),))), "all"),
        digest(content_json(say("Bản tin", (Choice("rd:1", "Đã đọc", Style.PRIMARY),))), "all"),
    ]
    assert len({digest(content, "all"), *changed}) == 5
    assert len(digest(content, "all")) == 64


def test_choices_are_those_of_all_rows_in_order():
    first, second, third = (Choice(str(n), str(n)) for n in range(3))
    assert say("Chọn", (first, second), (third,)).choices == (first, second, third)


def test_message_in_place_replaces_and_says_the_same():
    assert in_place(say("A")) == Message((paragraph("A"),), replaces=True)


def test_send_error_says_why():
    error = SendError(Reason.THROTTLED, "Too Many Requests", retry_after=3.5)
    assert (str(error), error.retry_after, error.moved_to) == ("throttled: Too Many Requests", 3.5, None)
