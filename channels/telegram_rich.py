"""Blocks as a rich message of the Bot API (10.1 and later): headings, lists, quotes and tables as such. Pure.

Old apps show a placeholder in its place. Tried against the sandbox, never against live Telegram.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from channels.blocks import Block, Kind, Span, cells
from channels.telegram_text import units

LONGEST, MOST_BLOCKS, MOST_COLUMNS = 32_768, 500, 20
"""Characters, blocks and columns of a table that one message takes."""
HEADING_SIZE = 3
"""From 1, the largest, to 6."""
SHOWN_BETTER = (Kind.HEADING, Kind.ITEM, Kind.QUOTE, Kind.ROW)
Json = dict[str, Any]


def rich(body: Sequence[Block]) -> Json | None:
    """The body as an InputRichMessage; None where plain HTML says it as well, or it is too much for one message."""
    columns = max((len(cells(block)) for block in body if block.kind is Kind.ROW), default=0)
    pieces = len(body) + sum(block.kind is Kind.ITEM for block in body)
    if not any(block.kind in SHOWN_BETTER for block in body) or columns > MOST_COLUMNS or pieces > MOST_BLOCKS:
        return None
    if sum(units(block.text) for block in body) > LONGEST:
        return None
    return {"blocks": list(_blocks(body)), "skip_entity_detection": True}


def _blocks(body: Sequence[Block]) -> Iterator[Json]:
    for kind, group in groupby(body, lambda block: block.kind):
        match kind:
            case Kind.HEADING:
                yield from ({"type": "heading", "text": _text(b.spans), "size": HEADING_SIZE} for b in group)
            case Kind.ITEM:
                yield {"type": "list", "items": [{"blocks": [_paragraph(block)]} for block in group]}
            case Kind.QUOTE:
                yield {"type": "blockquote", "blocks": [_paragraph(block) for block in group]}
            case Kind.ROW:
                yield {"type": "table", "cells": _table([cells(block) for block in group]), "is_bordered": True}
            case _:
                yield from (_paragraph(block) for block in group)


def _paragraph(block: Block) -> Json:
    return {"type": "paragraph", "text": _text(block.spans)}


def _table(rows: Sequence[Sequence[Sequence[Span]]]) -> list[list[Json]]:
    """Rows of equal length; the first holds the headings, where there is another one."""
    width = max(len(row) for row in rows)
    return [
        [
            {"text": _text(row[at] if at < len(row) else ()), "align": "left", "valign": "top",
             **({"is_header": True} if number == 0 and len(rows) > 1 else {})}
            for at in range(width)
        ]
        for number, row in enumerate(rows)
    ]  # fmt: skip


def _text(spans: Sequence[Span]) -> Any:
    """Styled text: a string where there is one style, else a list."""
    said = [_span(span) for span in spans if span.text]
    return said[0] if len(said) == 1 else said or ""


def _span(span: Span) -> Any:
    said: Any = span.text
    if span.italic:
        said = {"type": "italic", "text": said}
    if span.bold:
        said = {"type": "bold", "text": said}
    return {"type": "url", "text": said, "url": span.link} if span.link else said
