"""A message as consultation messages of an Official Account: rendered once, addressed a thousand times. Pure."""

import re
from dataclasses import dataclass
from typing import Any

from channels.blocks import Kind
from channels.linked import ONLY_NUMBER
from channels.message import File, Link, Message, no_link
from channels.zalo_text import PICTURES, Button, Hints, composed, laid_out, links

NUMBER = re.compile(r"\b\d{1,4}/\d{4}\b")
FILE_KINDS = (".pdf", ".doc", ".docx", ".csv")
"""What Zalo takes as a document."""
LONGEST = {"number": 30, "title": 90, "link": 200}
"""Characters of what is put into a template."""


@dataclass(frozen=True, slots=True)
class Part:
    """One call: its message; the file that it shows; and what a template would say in its place."""

    message: dict[str, Any]
    number: int
    about: tuple[str, str, str] = ("", "", "")
    """Number, title and link of what is said, for a template."""
    file: File | None = None
    kind: str = ""
    """image or file."""
    typed: tuple[tuple[str, str], ...] = ()


def parts_of(message: Message, hints: Hints, link: Link = no_link) -> tuple[Part, ...]:
    """Picture, texts, document; the last text carries the buttons. What Zalo takes no file of is left out."""
    laid, told = laid_out(message, hints, link=link), about(message, link)
    made: list[tuple[dict[str, Any], File | None, str]] = []
    if message.picture is not None:
        made.append(({}, message.picture, "image"))
    made += [({"text": text}, None, "") for text in laid.texts]
    if laid.buttons:
        made[-1][0]["attachment"] = {"type": "template", "payload": {"buttons": [_button(b) for b in laid.buttons]}}
    last = len(made) - 1
    if message.document is not None and message.document.name.lower().endswith(FILE_KINDS):
        made.append(({}, message.document, "file"))
    return tuple(
        Part(said, number, told, file, kind, laid.typed if number == last else ())
        for number, (said, file, kind) in enumerate(made)
    )


def _button(button: Button) -> dict[str, Any]:
    if button.url:
        return {"title": button.title, "type": "oa.open.url", "payload": {"url": button.url}}
    return {"title": button.title, "type": "oa.query.hide", "payload": button.payload}


def about(message: Message, link: Link = no_link) -> tuple[str, str, str]:
    """Number, title and link of a bulletin, as far as it says them; a button about all of it may lead there."""
    heads = [block.text for block in message.body if block.kind is Kind.HEADING]
    first = heads[0] if heads else message.body[0].text if message.body else ""
    whole = " ".join(block.text for block in message.body)
    number = found.group() if (found := NUMBER.search(whole)) else ""
    linked = [url for _, url in links(message.body)]
    linked += [url for choice in message.choices if not ONLY_NUMBER.match(choice.label) and (url := link(choice))]
    title = composed(PICTURES.sub("", first)).strip()
    return (number, title[: LONGEST["title"]], linked[0] if linked else "")
