"""Blocks as an e-mail: plain text, and HTML in a table layout that mail readers of all ages show alike. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path

from css_inline import CSSInliner

from channels.blocks import Block, Body, Kind, Span, cells, gap, listed
from channels.linked import addresses_of_lines
from channels.message import Link, Message, Style

STYLE = (Path(__file__).parent / "email.css").read_text(encoding="utf-8")
SIGNS = re.compile(r"^[^\w(“\"]+")
"""Pictures and arrows at the beginning of what is said in chat."""
PICTURE_ID = "picture"
PREVIEW = 110


@dataclass(frozen=True, slots=True)
class Foot:
    """What stands below: why it came, and links (label, address). ``kinds`` of greetings are the words' business."""

    why: str = ""
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One e-mail before it is laid out: blocks, buttons with their addresses, a picture's description."""

    body: Body
    buttons: tuple[tuple[str, str, Style], ...] = ()
    of_lines: dict[int, str] = field(default_factory=dict)
    """The address that a block leads to, by its number."""
    picture: str = ""
    foot: Foot = Foot()


def page_of(message: Message, link: Link, foot: Foot) -> Page:
    """A message as a page; buttons to which no address belongs are left out."""
    body = message.written
    of_lines = addresses_of_lines(body, message.choices, link)
    used = {"", *of_lines.values()}
    buttons = tuple(
        (SIGNS.sub("", choice.label), address, choice.style)
        for choice in message.choices
        if (address := link(choice)) not in used
    )
    return Page(body, buttons, of_lines, message.picture.name if message.picture else "", foot)


def subject_of(body: Sequence[Block]) -> str:
    """The first heading, else the first block, with the line that follows it; without pictures."""
    first = next((n for n, block in enumerate(body) if block.kind is Kind.HEADING), 0)
    said = SIGNS.sub("", body[first].text) if body else ""
    after = body[first + 1] if first + 1 < len(body) else None
    if body and body[first].kind is Kind.HEADING and after is not None and after.kind is Kind.LINE:
        said = f"{said} – {after.text}"
    return said


def text_of(page: Page) -> str:
    """Plain text, flowing as it was written; every link in clear."""
    written, body = "", listed(page.body)
    addresses = {id(page.body[number]): address for number, address in page.of_lines.items()}
    for number, block in enumerate(body):
        before = gap(body[number - 1], block) if number else ""
        spans = "".join(s.text + (f" <{s.link}>" if s.link else "") for s in block.spans)
        said = block.text if block.text == spans else spans
        if block.kind is Kind.HEADING:
            said = SIGNS.sub("", said)
        written += before + ("• " if block.kind is Kind.ITEM else "> " if block.kind is Kind.QUOTE else "") + said
        if address := addresses.get(id(block), ""):
            written += f"\n   {address}"
    for label, address, _ in page.buttons:
        written += f"\n\n{label}:\n{address}"
    foot = "\n".join([page.foot.why, *(f"{label}: {address}" for label, address in page.foot.links)])
    return f"{written}\n\n-- \n{foot}\n" if foot.strip() else f"{written}\n"


def html_of(page: Page, subject: str) -> str:
    """The whole document, its styles where mail readers look for them."""
    preview = " ".join(b.text for b in page.body if b.kind is not Kind.HEADING)[:PREVIEW]
    rows = "".join(f"<tr><td class='row'>{one}</td></tr>" for one in _rows(page))
    foot = "".join(f"<a href='{escape(a)}'>{escape(label)}</a> " for label, a in page.foot.links)
    made = (
        f"<!doctype html><html lang='vi'><head><meta charset='utf-8'>"
        f"<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<meta name='color-scheme' content='light'><title>{escape(subject)}</title><style>{STYLE}</style></head>"
        f"<body><div class='preview'>{escape(preview)}</div>"
        f"<table role='presentation' class='ground'><tr><td align='center' class='around'>"
        f"<table role='presentation' class='sheet' width='600'>{rows}</table>"
        f"<table role='presentation' class='foot' width='600'><tr><td class='row'>"
        f"<p>{escape(page.foot.why)}</p><p>{foot}</p></td></tr></table>"
        f"</td></tr></table></body></html>"
    )
    return _inliner().inline(made)


@cache
def _inliner() -> CSSInliner:
    return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def _rows(page: Page) -> Iterator[str]:
    if page.picture:
        yield f"<img class='picture' src='cid:{PICTURE_ID}' width='552' alt='{escape(page.picture)}'>"
    here: list[str] = []
    items: list[str] = []
    table: list[str] = []
    for number, block in enumerate(page.body):
        if table and block.kind is not Kind.ROW:
            here.append(_table(table))
            table = []
        if items and block.kind is not Kind.ITEM:
            here.append(f"<ul>{''.join(items)}</ul>")
            items = []
        if block.kind is Kind.ITEM:
            items.append(f"<li>{_spans(block.spans)}</li>")
            continue
        if block.kind is Kind.ROW:
            tag = "td" if table else "th"
            table.append("".join(f"<{tag}>{_spans(cell)}</{tag}>" for cell in cells(block)))
            continue
        here.append(_block(block, page.of_lines.get(number, "")))
    if items:
        here.append(f"<ul>{''.join(items)}</ul>")
    if table:
        here.append(_table(table))
    yield "".join(here)
    if page.buttons:
        yield "".join(_button(*one) for one in page.buttons)


def _table(rows: Sequence[str]) -> str:
    return f"<table class='data'>{''.join(f'<tr>{one}</tr>' for one in rows)}</table>"


def _block(block: Block, address: str) -> str:
    said = _spans(block.spans)
    if address:
        number, _, rest = block.text.partition(". ")
        return f"<p class='linked'>{escape(number)}. <a href='{escape(address)}'>{escape(rest)}</a></p>"
    match block.kind:
        case Kind.HEADING:
            return f"<h1>{_spans((Span(SIGNS.sub('', block.text)),))}</h1>"
        case Kind.QUOTE:
            return f"<blockquote>{said}</blockquote>"
        case Kind.LINE | Kind.LEAD:
            return f"<p class='{block.kind}'>{said}</p>"
        case _:
            return f"<p>{said}</p>"


def _spans(spans: Sequence[Span]) -> str:
    return "".join(_span(span) for span in spans)


def _span(span: Span) -> str:
    said = escape(span.text).replace("\n", "<br>")
    said = f"<strong>{said}</strong>" if span.bold else said
    said = f"<em>{said}</em>" if span.italic else said
    return f"<a href='{escape(span.link)}'>{said}</a>" if span.link else said


def _button(label: str, address: str, style: Style) -> str:
    kind = "button" if style is Style.PLAIN else "button main"
    return (
        f"<table role='presentation' class='buttons'><tr><td class='{kind}'>"
        f"<a href='{escape(address)}'>{escape(label)}</a></td></tr></table>"
    )
