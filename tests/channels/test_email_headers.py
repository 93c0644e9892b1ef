"""Headers of an e-mail: what mail programs read must arrive as it was meant."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.email_headers import MOST_IN_SUBJECT, Letter, Sender, headers

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SENDER = Sender("Bản tin cải cách hành chính", "bantin@example.gov.vn")
LONG = "https://bantin.cai-cach-hanh-chinh.so-noi-vu.example.gov.vn/m/" + "A" * 22 + "/stop"


def letter(**more: str) -> Letter:
    return Letter("lan@xa.example.gov.vn", more.pop("subject", "Số 47"), "abc@example.gov.vn", AT, **more)


def read(written: bytes):
    return message_from_bytes(written + b"\r\n", policy=policy.default)


def test_headers_are_written_exactly():
    written = headers(SENDER, letter(one_click="https://x.vn/m/T/stop", mailto="stop+t@example.gov.vn", mailing="d"))
    assert written.decode().split("\r\n") == [
        "From: =?utf-8?b?QuG6o24gdGluIGPhuqNpIGPDoWNoIGjDoG5oIGNow61uaA==?=",
        " <bantin@example.gov.vn>",
        "To: <lan@xa.example.gov.vn>",
        "Subject: =?utf-8?b?U+G7kSA0Nw==?=",
        "Date: Mon, 23 Nov 2026 01:00:00 +0000",
        "Message-ID: <abc@example.gov.vn>",
        "List-Id: <bantin.example.gov.vn>",
        "List-Unsubscribe: <https://x.vn/m/T/stop>,",
        " <mailto:stop+t@example.gov.vn>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "Auto-Submitted: auto-generated",
        "Feedback-ID: d:bantin:loa:example.gov.vn",
        "",
    ]


def test_a_long_address_to_unsubscribe_stands_unbroken():
    assert len(LONG) > 76
    written = headers(SENDER, letter(one_click=LONG, mailto="stop+t@example.gov.vn"))
    assert f"List-Unsubscribe: <{LONG}>,\r\n".encode() in written


def test_without_pages_there_is_no_one_click():
    found = read(headers(SENDER, letter(mailto="stop+t@example.gov.vn")))
    assert (found["List-Unsubscribe"], found["List-Unsubscribe-Post"]) == ("<mailto:stop+t@example.gov.vn>", None)


def test_a_reply_refers_to_what_it_corrects():
    found = read(headers(SENDER, letter(in_reply_to="old@example.gov.vn")))
    assert found["In-Reply-To"] == found["References"] == "<old@example.gov.vn>"


@settings(deadline=None)
@given(st.text(max_size=140))
def test_any_subject_is_read_as_it_was_written(text):
    said = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    written = headers(SENDER, letter(subject=said))
    assert read(written)["Subject"] == said
    assert read(written)["To"] == "lan@xa.example.gov.vn"
    assert max(map(len, written.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("bad", ["lan@x.vn\r\nBcc: all@x.vn", "lan@x.vn>\n", "lân@x.vn", "a" * 960 + "@x.vn"])
def test_what_cannot_stand_in_an_address_is_refused(bad):
    with pytest.raises(ValueError):
        headers(SENDER, Letter(bad, "Số 47", "abc@x.vn", AT))


def test_a_subject_cannot_add_headers():
    found = read(headers(SENDER, letter(subject="Số 47\r\nBcc: all@x.vn")))
    assert (found["Bcc"], found["Subject"]) == (None, "Số 47 Bcc: all@x.vn")


def test_no_words_can_add_headers():
    found = read(headers(Sender("Loa\r\nBcc: all@x.vn", "bantin@x.vn"), letter(subject="No 47\r\nBcc: all@x.vn")))
    assert (found["Bcc"], found["Subject"]) == (None, "No 47 Bcc: all@x.vn")
    assert found["From"].addresses[0].display_name == "Loa Bcc: all@x.vn"


@pytest.mark.parametrize("name", ['So "Noi vu" \\ CCHC', "Sở Nội vụ", "A, B"])
def test_any_name_is_read_as_it_was_written(name):
    [sender] = read(headers(Sender(name, "bantin@x.vn"), letter()))["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (name, "bantin@x.vn")


def test_a_sender_without_a_name_is_an_address_alone():
    assert headers(Sender("", "bantin@x.vn"), letter()).startswith(b"From: <bantin@x.vn>\r\n")


def test_a_subject_ends_somewhere():
    assert read(headers(SENDER, letter(subject="x" * 500)))["Subject"] == "x" * MOST_IN_SUBJECT
