"""Written text as data: made of prose, kept as JSON, parted without losing a style."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.blocks import (
    Block,
    Kind,
    Span,
    bold,
    cut,
    from_json,
    gap,
    heading,
    italic,
    item,
    line,
    paragraph,
    plain_text,
    prose,
    quote,
    to_json,
)
from tests.channels.making import bodies, made_blocks


def signs(block: Block) -> list[tuple[str, bool, bool, str]]:
    """Every sign with its style, white space apart."""
    return [(c, s.bold, s.italic, s.link) for s in block.spans for c in s.text if not c.isspace()]


def test_prose_has_paragraphs_and_lines():
    assert prose("\nMột\nhai  \n\n \n ba\r\n\r\nbốn\n") == (
        paragraph("Một"), line("hai"), paragraph("ba"), paragraph("bốn"),
    )  # fmt: skip


@pytest.mark.parametrize("text", ["", "\n \n", "\t"])
def test_prose_of_nothing_is_nothing(text):
    assert prose(text) == ()


def test_plain_text_keeps_every_word_and_marks_items():
    body = (
        heading("Đầu"),
        paragraph("Một ", bold("hai")),
        line("ba"),
        item("bốn"),
        item(italic("năm")),
        quote("sáu"),
    )
    assert plain_text(body) == "Đầu\nMột hai\nba\n\n• bốn\n• năm\n\nsáu"


@pytest.mark.parametrize(
    ("before", "after", "between"),
    [
        (paragraph("a"), paragraph("b"), "\n\n"),
        (paragraph("a"), line("b"), "\n"),
        (heading("a"), paragraph("b"), "\n"),
        (paragraph("a"), heading("b"), "\n\n"),
        (item("a"), item("b"), "\n"),
        (paragraph("a"), item("b"), "\n\n"),
        (item("a"), paragraph("b"), "\n\n"),
        (quote("a"), quote("b"), "\n\n"),
    ],
)
def test_gap_between_blocks(before, after, between):
    assert gap(before, after) == between


@settings(deadline=None, max_examples=50)
@given(bodies)
def test_json_brings_everything_back(body):
    assert from_json(json.loads(json.dumps(to_json(body)))) == body


@settings(deadline=None, max_examples=50)
@given(made_blocks, st.data())
def test_cutting_loses_no_sign_and_no_style(block, data):
    at = data.draw(st.integers(0, len(block.text)))
    head, tail = cut(block, at)
    assert head.text == block.text[:at]
    assert signs(head) + signs(tail) == signs(block)
    assert tail.text == block.text[at:].lstrip()


def test_cutting_takes_white_space_only_from_the_cut():
    body = paragraph("một hai ", bold(" ba"), italic(" bốn "))
    assert cut(body, 4) == (paragraph("một "), paragraph("hai ", bold(" ba"), italic(" bốn ")))
    assert cut(body, 8) == (paragraph("một hai "), paragraph(bold("ba"), italic(" bốn ")))


@pytest.mark.parametrize(
    ("kind", "after"),
    [
        (Kind.PARAGRAPH, Kind.PARAGRAPH), (Kind.LINE, Kind.LINE), (Kind.QUOTE, Kind.QUOTE),
        (Kind.HEADING, Kind.PARAGRAPH), (Kind.ITEM, Kind.PARAGRAPH),
    ],
)  # fmt: skip
def test_rest_of_a_heading_or_of_an_item_begins_no_new_one(kind, after):
    assert cut(Block(kind, (Span("một hai"),)), 4) == (Block(kind, (Span("một "),)), Block(after, (Span("hai"),)))
