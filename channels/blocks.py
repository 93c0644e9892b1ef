"""Written text as data: blocks of styled spans, which each channel sets in its own way. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a block is; a LINE follows the block before it without a gap, ROWs in succession are one table.

    A LEAD is the first sentences of what the block before names: it follows without a gap, and may be shortened.
    """

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    LINE = "line"
    LEAD = "lead"
    ITEM = "item"
    QUOTE = "quote"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one style; ``link`` is an absolute URL."""

    text: str
    bold: bool = False
    italic: bool = False
    link: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One block; its text is the joined text of its spans and holds no blank lines."""

    kind: Kind
    spans: tuple[Span, ...]

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)


Body = tuple[Block, ...]
Part = str | Span


def bold(text: str) -> Span:
    return Span(text, bold=True)


def italic(text: str) -> Span:
    return Span(text, italic=True)


def _block(kind: Kind, parts: Iterable[Part]) -> Block:
    return Block(kind, tuple(Span(part) if isinstance(part, str) else part for part in parts))


def paragraph(*parts: Part) -> Block:
    return _block(Kind.PARAGRAPH, parts)


def heading(*parts: Part) -> Block:
    return _block(Kind.HEADING, parts)


def line(*parts: Part) -> Block:
    return _block(Kind.LINE, parts)


def lead(*parts: Part) -> Block:
    return _block(Kind.LEAD, parts)


def item(*parts: Part) -> Block:
    return _block(Kind.ITEM, parts)


def quote(*parts: Part) -> Block:
    return _block(Kind.QUOTE, parts)


CELL_END = "\t"
"""A span of this stands between two cells of a row."""
Cell = tuple[Span, ...]


def row(*cells: Sequence[Span]) -> Block:
    """A row of a table; the first row of a table holds its headings."""
    spans: list[Span] = []
    for number, cell in enumerate(cells):
        spans += [Span(CELL_END)] * bool(number)
        spans += [replace(span, text=span.text.replace(CELL_END, " ")) for span in cell]
    return Block(Kind.ROW, tuple(spans))


def cells(block: Block) -> list[Cell]:
    """The cells of a row."""
    found: list[list[Span]] = [[]]
    for span in block.spans:
        if span.text == CELL_END:
            found.append([])
        else:
            found[-1].append(span)
    return [tuple(cell) for cell in found]


def listed(body: Sequence[Block]) -> Body:
    """The same with tables as lists, for where none can be shown: "first cell – heading: value; heading: value"."""
    made: list[Block] = []
    head: list[Cell] | None = None
    for number, block in enumerate(body):
        if block.kind is not Kind.ROW:
            head = None
            made.append(block)
        elif head is None:
            head = cells(block)
            if not (number + 1 < len(body) and body[number + 1].kind is Kind.ROW):
                made.append(_as_item([()] * len(head), head))
        else:
            made.append(_as_item(head, cells(block)))
    return tuple(made)


def _as_item(head: Sequence[Cell], values: Sequence[Cell]) -> Block:
    spans: list[Span] = []
    for number, value in enumerate(values):
        if not "".join(span.text for span in value).strip():
            continue
        if spans:
            spans.append(Span(" – " if len(spans) == len(values[0]) and number else "; "))
        title = "".join(span.text for span in head[number]).strip() if number < len(head) else ""
        if title and number:
            spans.append(Span(f"{title}: "))
        spans += value
    return Block(Kind.ITEM, tuple(spans))


def prose(text: str) -> Body:
    """Plain text as blocks: a blank line begins a paragraph, a single line break a line."""
    blocks: list[Block] = []
    fresh = True
    for written in text.strip().splitlines():
        if not written.strip():
            fresh = True
            continue
        blocks.append((paragraph if fresh else line)(written.strip()))
        fresh = False
    return tuple(blocks)


def gap(before: Block, after: Block) -> str:
    """What stands between two blocks in running text."""
    close = (
        after.kind in (Kind.LINE, Kind.LEAD) or before.kind is Kind.HEADING or before.kind is after.kind is Kind.ITEM
    )
    return "\n" if close else "\n\n"


def plain_text(body: Sequence[Block]) -> str:
    """The text without any style; items begin with a bullet, tables are lists."""
    written, body = "", listed(body)
    for number, block in enumerate(body):
        between = gap(body[number - 1], block) if number else ""
        written += between + ("• " if block.kind is Kind.ITEM else "") + block.text
    return written


def to_json(body: Sequence[Block]) -> list[dict[str, Any]]:
    """Blocks as JSON: ``{"kind", "spans": [[text, flags, link]]}`` with flags of 'b' and 'i'."""
    return [
        {"kind": str(b.kind), "spans": [[s.text, "b" * s.bold + "i" * s.italic, s.link] for s in b.spans]}
        for b in body
    ]


def from_json(written: list[dict[str, Any]]) -> Body:
    return tuple(
        Block(Kind(b["kind"]), tuple(Span(text, "b" in f, "i" in f, link) for text, f, link in b["spans"]))
        for b in written
    )


def cut(block: Block, at: int) -> tuple[Block, Block]:
    """A block as two, parted after ``at`` characters, styles intact; the second begins without white space."""
    head: list[Span] = []
    tail: list[Span] = []
    for span in block.spans:
        room = at - sum(len(s.text) for s in head)
        if not tail and len(span.text) <= room:
            head.append(span)
            continue
        if not tail and room > 0:
            head.append(replace(span, text=span.text[:room]))
            span = replace(span, text=span.text[room:])
        text = span.text if tail else span.text.lstrip()
        if text:
            tail.append(replace(span, text=text))
    kind = Kind.PARAGRAPH if block.kind in (Kind.HEADING, Kind.ITEM) else block.kind
    return Block(block.kind, tuple(head)), Block(kind, tuple(tail))
