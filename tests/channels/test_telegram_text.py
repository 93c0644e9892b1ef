"""Telegram's HTML and its limit: nothing people wrote is markup, nothing is lost, nothing is cut through."""

from html import unescape
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.blocks import (
    Block,
    Body,
    Kind,
    Span,
    bold,
    heading,
    italic,
    item,
    line,
    paragraph,
    plain_text,
    prose,
    quote,
)
from channels.telegram_text import TEXT_LIMIT, html, split, units
from tests.channels.making import bodies

FAMILY, FLAG, WAVE, LETTER = "👨‍👩‍👧‍👦", "🇻🇳", "👋🏽", "e\u0323\u0302"
many = settings(deadline=None, max_examples=60)
xml_bodies = bodies.filter(
    lambda body: all(c == "\n" or c == "\t" or " " <= c < "\ufffe" or c > "\uffff" for c in plain_text(body))
)


def shown(written: str) -> str:
    """What a reader of the markup sees."""
    return "".join(ElementTree.fromstring(f"<m>{written}</m>").itertext())


def styled(body: Body) -> list[tuple[str, bool, bool, str]]:
    return [(c, s.bold, s.italic, s.link) for b in body for s in b.spans for c in s.text if not c.isspace()]


@pytest.mark.parametrize(
    ("text", "length"), [("", 0), ("abc", 3), ("tiếng Việt", 10), ("👍", 2), (FAMILY, 11), (FLAG, 4), ("𝒳", 2)]
)
def test_length_is_counted_as_telegram_counts(text, length):
    assert units(text) == length


def test_styles_become_tags():
    body = (
        heading("Số 47"), paragraph("Một ", bold("hai"), " ", italic("ba"), Span("bốn", bold=True, italic=True)),
        line(Span("xem", link="https://a.vn/?x=1&y=2")), item("năm"), quote("sáu"),
    )  # fmt: skip
    assert html(body) == (
        "<b>Số 47</b>\nMột <b>hai</b> <i>ba</i><b><i>bốn</i></b>\n"
        '<a href="https://a.vn/?x=1&amp;y=2">xem</a>\n\n• năm\n\n<blockquote>sáu</blockquote>'
    )


@pytest.mark.parametrize(
    "words",
    ["<b>", "</b>", "&", "&lt;", "<script>alert(1)</script>", "<a href='x'>", "a < b > c", '"', "<tg-spoiler>"],
)
@pytest.mark.parametrize("made", [paragraph, heading, line, item, quote])
def test_what_people_wrote_is_never_markup(words, made):
    written = html((made(words),))
    assert shown(written) == ("• " if made is item else "") + words
    tags = {element.tag for element in ElementTree.fromstring(f"<m>{written}</m>").iter()} - {"m"}
    assert tags == {heading: {"b"}, quote: {"blockquote"}}.get(made, set())


def test_link_cannot_leave_its_attribute():
    written = html((paragraph(Span("x", link="https://a.vn/\"><script>'")),))
    (element,) = ElementTree.fromstring(f"<m>{written}</m>")
    assert (element.tag, element.attrib) == ("a", {"href": "https://a.vn/\"><script>'"})


@many
@given(xml_bodies)
def test_markup_shows_exactly_the_plain_text(body):
    assert shown(html(body)) == plain_text(body)


@many
@given(bodies, st.sampled_from([20, 64, 200, TEXT_LIMIT]))
def test_parts_fit_and_lose_neither_sign_nor_style(body, limit):
    parts = split(body, limit)
    for part in parts:
        assert 0 < units(plain_text(part)) <= limit
        assert plain_text(part).strip()
    assert [sign for part in parts for sign in styled(part)] == styled(body)


@pytest.mark.parametrize(
    "sign", [FAMILY, FLAG, WAVE, LETTER, "👍", "❤\ufe0f", "3\ufe0f\u20e3", "🏴\U000e0067\U000e007f"]
)
@pytest.mark.parametrize("before", ["", "x", "xx", "xxx", "🇻"])
def test_sign_of_several_characters_is_never_cut_through(sign, before):
    body = (paragraph(before + "." * 3 + sign * 3000),)
    parts = [plain_text(part) for part in split(body)]
    assert "".join(parts) == plain_text(body)
    assert all(units(part) <= TEXT_LIMIT for part in parts)
    for part in parts:
        assert part.removeprefix(before + "...").replace(sign, "") == ""


def test_sign_longer_than_a_message_is_cut_all_the_same():
    body = (paragraph("a" + "\u0323" * 9000),)
    parts = [plain_text(part) for part in split(body)]
    assert "".join(parts) == plain_text(body)
    assert [units(part) for part in parts] == [4096, 4096, 809]


def test_text_of_exactly_the_limit_is_one_part():
    for text in ("x" * 4096, "👍" * 2048):
        assert split((paragraph(text),)) == [(paragraph(text),)]
        assert [units(plain_text(part)) for part in split((paragraph(text + "y"),))] == [4096, 1]


def test_parts_end_between_blocks_then_sentences_then_words():
    blocks = (paragraph("a" * 3000), paragraph("b" * 3000))
    assert split(blocks) == [(blocks[0],), (blocks[1],)]

    sentence = "Hồ sơ được trả đúng hẹn. "
    first, second = (plain_text(part) for part in split((paragraph(sentence * 200),)))
    assert (first[-1:], second[:5], len(first) + len(second)) == (" ", "Hồ sơ", 25 * 200)

    word = "nghiêng "
    first, second = (plain_text(part) for part in split((paragraph(word * 600),)))
    assert (first[-7:], second[:8]) == ("nghiêng", word)


def test_heading_goes_with_what_it_heads():
    body = (paragraph("a" * 3000), heading("Kết quả"), paragraph("b" * 3000))
    assert split(body) == [body[:1], body[1:]]


def test_item_that_is_too_long_has_one_bullet():
    parts = split((item("mục " * 2000),))
    assert [plain_text(part)[:2] for part in parts] == ["• ", "mụ"]
    assert units(plain_text(parts[0])) <= TEXT_LIMIT


def test_style_goes_on_in_the_next_part():
    link = Span("từ " * 3000, bold=True, italic=True, link="https://a.vn")
    for part in split((paragraph("Xem: ", link),)):
        assert all(span.link == "https://a.vn" and span.bold for span in part[0].spans if span.text != "Xem: ")


@pytest.mark.parametrize("body", [(), (paragraph(""),), (paragraph(" "), heading("\n")), prose("  ")])
def test_nothing_to_say_has_no_parts(body):
    assert split(body) == []


@pytest.mark.parametrize(
    "text", ["x" * 4096 + "  ", " " * 5000 + "x", "x" + " " * 9000, "x" * 4096 + " " * 4096 + "y"]
)
def test_blank_text_makes_no_part_of_its_own(text):
    parts = split((paragraph(text),))
    assert all(plain_text(part).strip() for part in parts)
    assert "".join(plain_text(part) for part in parts).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize("sign", ["x", "ậ", "👍", ".", ". ", "<", "&", "\u202e", "\u200b"])
def test_line_of_ten_thousand_signs_is_sent_whole(sign):
    body = (Block(Kind.PARAGRAPH, (Span(sign * 10_000),)),)
    written = [html(part) for part in split(body)]
    assert "".join(unescape(part) for part in written).replace(" ", "") == (sign * 10_000).replace(" ", "")
