"""Text and entities as safe HTML for the page: only Telegram's own tags, everything else escaped."""

from __future__ import annotations

from html import escape

from sandbox.telegram.html import Entity, is_link

_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
}


def _pair(entity: Entity, covered: str) -> tuple[str, str] | None:
    """Opening and closing tag of one entity."""
    kind = entity["type"]
    if kind in _TAGS:
        return f"<{_TAGS[kind]}>", f"</{_TAGS[kind]}>"
    url = entity.get("url", "") if kind == "text_link" else covered if kind == "url" else ""
    if not url or not is_link(url):
        return None
    return f'<a href="{escape(url)}">', "</a>"


def to_html(text: str, entities: tuple[Entity, ...]) -> str:
    """HTML with line breaks as they are; offsets count UTF-16 units, overlaps are cut at borders."""
    if not entities:
        return escape(text, quote=False)
    units = text.encode("utf-16-le")

    def piece(begin: int, end: int) -> str:
        return units[begin * 2 : end * 2].decode("utf-16-le", errors="replace")

    size = len(units) // 2
    spans = [(e["offset"], min(size, e["offset"] + e["length"]), e) for e in entities]
    borders = sorted({0, size, *(s[0] for s in spans), *(s[1] for s in spans)})
    out: list[str] = []
    open_spans: list[tuple[int, tuple[str, str]]] = []
    pending = sorted(spans, key=lambda span: (span[0], -span[1]))
    for here, there in zip(borders, [*borders[1:], size], strict=True):
        while open_spans and open_spans[-1][0] <= here:
            out.append(open_spans.pop()[1][1])
        while pending and pending[0][0] == here:
            begin, end, entity = pending.pop(0)
            if open_spans:
                end = min(end, open_spans[-1][0])
            pair = _pair(entity, piece(begin, end))
            if pair and end > here:
                out.append(pair[0])
                open_spans.append((end, pair))
        out.append(escape(piece(here, there), quote=False))
    return "".join(out)
