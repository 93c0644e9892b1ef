"""A message as calls: what each carries, where the buttons stand, and where a text no longer fits below a picture."""

import json
from email import message_from_bytes, policy
from typing import Any

import pytest

from channels.blocks import Body, heading, paragraph
from channels.message import Choice, File, Message, Style
from channels.telegram_parts import Part, form, joined, parts_of, rest
from channels.telegram_text import CAPTION_LIMIT, TEXT_LIMIT

PHOTO, PAPER = File("a.png", b"png", "image/png"), File("a.pdf", b"pdf", "application/pdf")
ROWS = ((Choice("a", "Một"), Choice("b", "Hai", Style.DANGER)), (Choice("c", "Mở", app="https://x.vn"),))
KEYBOARD = {
    "inline_keyboard": [
        [{"text": "Một", "callback_data": "a"}, {"text": "Hai", "callback_data": "b", "style": "danger"}],
        [{"text": "Mở", "web_app": {"url": "https://x.vn"}}],
    ]
}


def said(text: str, **more: Any) -> tuple[str, str, dict[str, Any]]:
    return (
        "sendMessage",
        "",
        {"text": text, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}, **more},
    )


def seen(parts: tuple[Part, ...]) -> list[tuple[str, str, dict[str, Any]]]:
    """Method, field of the file, and the other fields."""
    assert all((part.kind == "") == (part.file is None) for part in parts)
    return [(part.method, part.kind, part.fields()) for part in parts]


def test_no_text_opens_a_preview_and_only_the_last_has_the_buttons():
    body = tuple(paragraph(letter * 3000) for letter in "abc")
    assert seen(parts_of(Message(body, ROWS))) == [
        said("a" * 3000), said("b" * 3000), said("c" * 3000, reply_markup=KEYBOARD),
    ]  # fmt: skip


def test_between_picture_and_document_the_last_text_has_the_buttons():
    body = (paragraph("a" * 3000), paragraph("b" * 3000))
    assert seen(parts_of(Message(body, ROWS, picture=PHOTO, document=PAPER))) == [
        ("sendPhoto", "photo", {}), said("a" * 3000), said("b" * 3000, reply_markup=KEYBOARD),
        ("sendDocument", "document", {}),
    ]  # fmt: skip


def test_a_short_text_stands_below_the_first_file_with_the_buttons():
    below = {"caption": "chữ", "parse_mode": "HTML", "reply_markup": KEYBOARD}
    body = (paragraph("chữ"),)
    assert seen(parts_of(Message(body, ROWS, picture=PHOTO, document=PAPER))) == [
        ("sendPhoto", "photo", below), ("sendDocument", "document", {}),
    ]  # fmt: skip
    assert seen(parts_of(Message(body, ROWS, document=PAPER))) == [("sendDocument", "document", below)]


def test_a_picture_alone_has_no_words_and_no_buttons():
    assert seen(parts_of(Message(picture=PHOTO))) == [("sendPhoto", "photo", {})]
    assert seen(parts_of(Message(rows=ROWS, picture=PHOTO))) == [("sendPhoto", "photo", {"reply_markup": KEYBOARD})]


def test_a_message_of_nothing_is_one_call():
    assert seen(parts_of(Message())) == [said("")]


@pytest.mark.parametrize("sign", ["x", "👍"])
def test_a_text_of_exactly_the_limit_stands_below_and_one_sign_more_does_not(sign: str):
    fits = sign * (CAPTION_LIMIT // (2 if sign == "👍" else 1))
    below, beside = (seen(parts_of(Message((paragraph(text),), picture=PHOTO))) for text in (fits, fits + "y"))
    assert below == [("sendPhoto", "photo", {"caption": fits, "parse_mode": "HTML"})]
    assert beside == [("sendPhoto", "photo", {}), said(fits + "y")]


@pytest.mark.parametrize("sign", ["x", "👍"])
def test_a_text_of_exactly_the_limit_is_one_call_and_one_sign_more_two(sign: str):
    fits = sign * (TEXT_LIMIT // (2 if sign == "👍" else 1))
    assert seen(parts_of(Message((paragraph(fits),), ROWS))) == [said(fits, reply_markup=KEYBOARD)]
    assert seen(parts_of(Message((paragraph(fits + "y"),), ROWS))) == [
        said(fits), said("y", reply_markup=KEYBOARD),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "method"),
    [((heading("Tin"), paragraph("chữ")), "sendRichMessage"), ((paragraph("chữ"),), "sendMessage")],
)
def test_only_what_has_a_form_is_a_rich_message_and_it_has_the_buttons(body: Body, method: str):
    shown = parts_of(Message(body, ROWS, picture=PHOTO, document=PAPER), as_rich=True)
    if method == "sendRichMessage":
        assert [part.method for part in shown] == ["sendPhoto", method, "sendDocument"]
        assert [part.fields().get("reply_markup") for part in shown] == [None, KEYBOARD, None]
    else:
        assert [part.method for part in shown] == ["sendPhoto", "sendDocument"]
    assert "sendRichMessage" not in [part.method for part in parts_of(Message(body))]


def test_fields_of_a_chat_stand_before_those_of_all():
    assert joined({"chat_id": 7}, rest({"text": "ậ"})) == '{"chat_id": 7,"text": "ậ"}'.encode()
    assert joined({"chat_id": 7}, rest({})) == b'{"chat_id": 7}'


@pytest.mark.parametrize("name", ['a"; x="b.png', "a\r\nX-Evil: b.png", "a\\b.png", "bìa.png"])
def test_the_name_of_a_file_cannot_leave_its_header(name: str):
    file = File(name, b"\r\n--png\x00", "image/png")
    body, kind = form({"chat_id": 7, "caption": "chữ", "reply_markup": KEYBOARD}, {"photo": file})
    read = message_from_bytes(b"Content-Type: " + kind + b"\r\n\r\n" + body, policy=policy.HTTP)
    fields = {str(part.get_param("name", header="content-disposition")): part for part in read.iter_parts()}
    assert list(fields) == ["chat_id", "caption", "reply_markup", "photo"]
    photo = fields["photo"]
    assert (photo["X-Evil"], photo.get_content_type()) == (None, "image/png")
    assert photo.get_payload(decode=True) == file.content
    called = name.translate({ord(sign): "_" for sign in '"\r\n\\'})
    assert f'name="photo"; filename="{called}"\r\n'.encode() in body
    assert [fields[one].get_payload(decode=True) for one in ("chat_id", "caption")] == [b"7", "chữ".encode()]
    written = fields["reply_markup"].get_payload(decode=True)
    assert isinstance(written, bytes)
    assert json.loads(written) == KEYBOARD
    assert body.endswith(b"--" + kind.partition(b"boundary=")[2] + b"--\r\n")
