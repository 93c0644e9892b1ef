"""Blocks as Telegram's HTML, and long texts as several messages of its size. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from html import escape

from channels.blocks import Block, Body, Kind, Span, cut, gap, listed, plain_text

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
JOINER = "\u200d"
"""Makes one emoji of several, a family of its members."""
MODIFIERS = frozenset(map(chr, [*range(0x1F3FB, 0x1F400), *range(0xE0020, 0xE0080)]))
"""Skin colours, and the letters that follow a black flag."""
FLAG_LETTERS = "".join(map(chr, range(0x1F1E6, 0x1F200)))
"""Two of these are one flag."""
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
    written, body = "", listed(body)
    for number, block in enumerate(body):
        written += (gap(body[number - 1], block) if number else "") + _block(block)
    return written


def split(body: Sequence[Block], limit: int = TEXT_LIMIT) -> list[Body]:
    """The body in parts of at most ``limit`` UTF-16 units each, parted between blocks, else between sentences."""
    parts: list[Body] = []
    here: list[Block] = []
    waiting = [block for block in listed(body) if block.text.strip()]
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
            waiting[:0] = [half for half in cut(block, _where_to_cut(block, limit)) if half.text.strip()]
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
    return space if space > fits // 3 else max(_between_signs(block.text, fits), 1)


def _between_signs(text: str, at: int) -> int:
    """The nearest place before ``at`` where no sign is cut through; ``at`` itself if there is none."""
    here = at
    while 0 < here < len(text) and _one_sign(text, here):
        here -= 1
    return here or at


def _one_sign(text: str, at: int) -> bool:
    """Whether the characters before and after ``at`` are seen as one: a letter and its mark, an emoji, a flag."""
    before, after = text[at - 1], text[at]
    if after in FLAG_LETTERS:
        return (at - len(text[:at].rstrip(FLAG_LETTERS))) % 2 == 1
    return JOINER in (before, after) or unicodedata.category(after) in {"Mn", "Mc", "Me"} or after in MODIFIERS
