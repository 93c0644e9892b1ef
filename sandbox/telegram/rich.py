"""Rich messages: checked as the Bot API describes them, as plain text, and as safe HTML for the page."""

from __future__ import annotations

from html import escape
from typing import Any

from sandbox.telegram.errors import bad_request
from sandbox.telegram.html import is_link, utf16_length
from sandbox.telegram.params import Params

LONGEST, MOST_BLOCKS, MOST_COLUMNS, DEEPEST = 32_768, 500, 20, 16
STYLES = {"bold": "b", "italic": "i", "underline": "u", "strikethrough": "s", "code": "code"}
Json = dict[str, Any]


def rich_message(params: Params) -> tuple[Json, ...]:
    """The blocks of `rich_message` as they are kept; refused where they are not of a known shape or too many."""
    given = params.parsed("rich_message")
    blocks = given.get("blocks") if isinstance(given, dict) else None
    if not isinstance(blocks, list) or not blocks:
        raise bad_request("rich message must be non-empty; only blocks are known here")
    kept = tuple(_block(block, 1) for block in blocks)
    if sum(map(_count, kept)) > MOST_BLOCKS:
        raise bad_request("too many blocks in the rich message")
    if utf16_length(plain(kept)) > LONGEST:
        raise bad_request("rich message is too long")
    return kept


def _count(block: Json) -> int:
    inner = [*block.get("blocks", ()), *(b for item in block.get("items", ()) for b in item["blocks"])]
    return 1 + sum(map(_count, inner))


def _inner(block: Json, depth: int) -> list[Json]:
    blocks = block.get("blocks")
    if not isinstance(blocks, list) or not blocks:
        raise bad_request("block must contain blocks")
    return [_block(one, depth + 1) for one in blocks]


def _block(block: Any, depth: int) -> Json:
    if not isinstance(block, dict) or depth > DEEPEST:
        raise bad_request("can't parse InputRichBlock")
    match block.get("type"):
        case "paragraph":
            return {"type": "paragraph", "text": _checked(block.get("text"))}
        case "heading" if block.get("size") in range(1, 7):
            return {"type": "heading", "text": _checked(block.get("text")), "size": block["size"]}
        case "divider":
            return {"type": "divider"}
        case "blockquote":
            return {"type": "blockquote", "blocks": _inner(block, depth)}
        case "list" if isinstance(block.get("items"), list) and block["items"]:
            return {"type": "list", "items": [{"label": "•", "blocks": _inner(one, depth)} for one in block["items"]]}
        case "table" if isinstance(block.get("cells"), list) and block["cells"]:
            marks = {name: True for name in ("is_bordered", "is_striped", "is_compact") if block.get(name)}
            return {"type": "table", "cells": [_row(row) for row in block["cells"]], **marks}
    raise bad_request("can't parse InputRichBlock: unsupported block type or missing field")


def _row(row: Any) -> list[Json]:
    if not isinstance(row, list) or not 0 < len(row) <= MOST_COLUMNS:
        raise bad_request("wrong number of columns in the table")
    for cell in row:
        if cell.get("align") not in ("left", "center", "right") or cell.get("valign") not in (
            "top",
            "middle",
            "bottom",
        ):
            raise bad_request("can't parse RichBlockTableCell: wrong alignment")
    return [{**cell, "text": _checked(cell.get("text", ""))} for cell in row]


def _checked(text: Any) -> Any:
    match text:
        case str():
            return text
        case list():
            return [_checked(one) for one in text]
        case {"type": "url", "text": inner, "url": str(url)} if is_link(url):
            return {"type": "url", "text": _checked(inner), "url": url}
        case {"type": str(kind), "text": inner} if kind in STYLES:
            return {"type": kind, "text": _checked(inner)}
    raise bad_request("can't parse RichText")


def plain(blocks: tuple[Json, ...] | list[Json]) -> str:
    """Only the words, a line for each block or row."""
    lines: list[str] = []
    for block in blocks:
        if "text" in block:
            lines.append(_words(block["text"]))
        lines += [plain(item["blocks"]) for item in block.get("items", ())]
        lines += [plain(block["blocks"])] if "blocks" in block else []
        lines += ["\t".join(_words(cell["text"]) for cell in row) for row in block.get("cells", ())]
    return "\n".join(lines)


def _words(text: Any) -> str:
    if isinstance(text, str):
        return text
    return "".join(map(_words, text)) if isinstance(text, list) else _words(text["text"])


def to_html(blocks: tuple[Json, ...] | list[Json]) -> str:
    """The blocks in the page's own few tags."""
    return "".join(map(_shown, blocks))


def _shown(block: Json) -> str:
    match block["type"]:
        case "heading":
            return f"<h3>{_styled(block['text'])}</h3>"
        case "divider":
            return "<hr>"
        case "blockquote":
            return f"<blockquote>{to_html(block['blocks'])}</blockquote>"
        case "list":
            items = [to_html(item["blocks"]) for item in block["items"]]
            return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"
        case "table":
            return f"<table>{''.join(map(_shown_row, block['cells']))}</table>"
    return f"<p>{_styled(block['text'])}</p>"


def _shown_row(row: list[Json]) -> str:
    tags = [("th" if cell.get("is_header") else "td", _styled(cell["text"])) for cell in row]
    return f"<tr>{''.join(f'<{tag}>{said}</{tag}>' for tag, said in tags)}</tr>"


def _styled(text: Any) -> str:
    if isinstance(text, str):
        return escape(text, quote=False)
    if isinstance(text, list):
        return "".join(map(_styled, text))
    if text["type"] == "url":
        return f'<a href="{escape(text["url"])}">{_styled(text["text"])}</a>'
    return f"<{STYLES[text['type']]}>{_styled(text['text'])}</{STYLES[text['type']]}>"
