"""Blocks as Telegram's HTML, and long texts as several messages of its size. Pure."""

import re
from collections.abc import Sequence
from html import escape

from channels.blocks import Block, Body, Kind, Span, cut, gap, plain_text

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
SENTENCE_END = re.compile(r"[.!?…;:]['\")”’]*\s+")


def units(text: str) -> int:
    """Length as Telegram counts it: UTF-16 code units, after the markup is taken out."""
    return len(text.encode("utf-16-le")) // 2


def _span(span: Span) -> str:
    written = escape(span.text, quote=False)
    if span.italic:
        written = f"<i>{written}</i>"
    if span.bold:
        written = f"<b>{written}</b>"
    if span.link:
        written = f'<a href="{escape(span.link)}">{written}</a>'
    return written


def _block(block: Block) -> str:
    written = "".join(_span(span) for span in block.spans)
    match block.kind:
        case Kind.HEADING:
            return f"<b>{escape(block.text, quote=False)}</b>"
        case Kind.ITEM:
            return f"• {written}"
        case Kind.QUOTE:
            return f"<blockquote>{written}</blockquote>"
        case _:
            return written


def html(body: Sequence[Block]) -> str:
    """Blocks in Telegram's HTML; every text is escaped, so nothing that people wrote becomes markup."""
    written = ""
    for number, block in enumerate(body):
        written += (gap(body[number - 1], block) if number else "") + _block(block)
    return written


def split(body: Sequence[Block], limit: int = TEXT_LIMIT) -> list[Body]:
    """The body in parts of at most ``limit`` UTF-16 units each, parted between blocks, else between sentences."""
    parts: list[Body] = []
    here: list[Block] = []
    waiting = list(body)
    while waiting:
        block = waiting.pop(0)
        if units(plain_text([*here, block])) <= limit:
            here.append(block)
        elif here:
            if here[-1].kind is Kind.HEADING and len(here) > 1:
                waiting[:0] = [here.pop(), block]
            else:
                waiting.insert(0, block)
            parts.append(tuple(here))
            here = []
        else:
            head, tail = cut(block, _where_to_cut(block, limit))
            waiting[:0] = [head, tail]
    return [*parts, tuple(here)] if here else parts


def _where_to_cut(block: Block, limit: int) -> int:
    """How many characters of a too long block fit, ending at a sentence, else at a word, else anywhere."""
    room = limit - units(plain_text([block])) + units(block.text)
    fits, counted = 0, 0
    for character in block.text:
        counted += 2 if ord(character) > 0xFFFF else 1
        if counted > room:
            break
        fits += 1
    text = block.text[:fits]
    ends = [match.end() for match in SENTENCE_END.finditer(block.text[: fits + 1]) if match.end() <= fits]
    if ends and ends[-1] > fits // 3:
        return ends[-1]
    space = text.rfind(" ")
    return space if space > fits // 3 else max(fits, 1)
