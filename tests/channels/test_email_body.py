"""Bodies rendered once: any text comes out as it went in, with each recipient's token in its places."""

from email import message_from_bytes, policy

from hypothesis import given, settings
from hypothesis import strategies as st

from channels.email_body import body, quoted
from channels.email_tokens import STANDS_FOR
from channels.message import File

TOKEN = "T" * 22
LETTERS = st.characters(codec="utf-8", exclude_categories=["Cc"])
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def read(chunks: tuple[bytes, ...]):
    return message_from_bytes(TOKEN.encode().join(chunks), policy=policy.default)


@settings(deadline=None)
@given(st.lists(st.text(LETTERS | st.just("\n"), max_size=300), max_size=4))
def test_any_text_is_read_as_it_was_written(pieces):
    text = STANDS_FOR.join(pieces)
    found = read(body(text, f"<p>{text}</p>", None, None)).get_body(("plain",))
    assert found.get_content().replace("\r\n", "\n").rstrip("\n") == text.replace(STANDS_FOR, TOKEN).rstrip("\n")


@settings(deadline=None)
@given(st.text(LETTERS, max_size=500))
def test_no_line_is_longer_than_76(text):
    assert max(map(len, quoted(f"{text}{STANDS_FOR}{text}").split(b"\r\n"))) <= 76


def test_a_body_is_parted_at_each_token():
    assert len(body(f"a {STANDS_FOR} b", f"<a href='{STANDS_FOR}'>{STANDS_FOR}</a>", None, None)) == 4


def test_a_picture_is_inline_and_a_document_attached():
    found = read(
        body(
            "chữ",
            "<img src='cid:picture'>",
            File("bìa.png", PNG, "image/png"),
            File("số 47.pdf", b"%PDF", "application/pdf"),
        )
    )
    assert found.get_content_type() == "multipart/mixed"
    shown = {part.get_content_type(): part for part in found.walk()}
    picture, document = shown["image/png"], shown["application/pdf"]
    assert (picture.get_content_disposition(), picture["Content-ID"], picture.get_payload(decode=True)) == (
        "inline",
        "<picture>",
        PNG,
    )
    assert (document.get_content_disposition(), document.get_filename()) == ("attachment", "số 47.pdf")
    assert found.get_body(("html",)).get_content().strip() == "<img src='cid:picture'>"


def test_the_name_of_a_file_cannot_add_headers():
    named = 'a"b\r\nX-Evil: c.pdf'
    whole = body("chữ", "<p>chữ</p>", None, File(named, b"%PDF", "application/pdf"))
    document = next(part for part in read(whole).walk() if part.get_content_type() == "application/pdf")
    assert (document["X-Evil"], document.get_content_disposition()) == (None, "attachment")
    assert b"filename*=utf-8''a%22b%0D%0AX-Evil%3A%20c.pdf\r\n" in b"".join(whole)


def test_every_line_ends_as_mail_wants_it():
    whole = b"".join(body("a\r\nb\nc", "<p>a</p>", None, File("a.pdf", PNG, "application/pdf")))
    assert quoted("a\r\nb\nc") == b"a\r\nb\r\nc\r\n"
    assert set(whole.replace(b"\r\n", b"")) & set(b"\r\n") == set()
