"""A message as Zalo can show it: plain text of 2,000 characters a part, up to five buttons, the rest typed. Pure.

Tried against the sandbox, never against live Zalo.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from channels.blocks import Block, Body, Kind, Span, line, listed, plain_text
from channels.linked import addresses_of_lines
from channels.message import Choice, Link, Message, Style, no_link
from channels.sentences import cut_short
from channels.telegram_text import split

TEXT_LIMIT = 2000
"""Characters of one message, counted after NFC; a longer one is refused, not cut."""
MOST_BUTTONS = 5
TITLE_LIMIT = 100
SHORTEST_LEAD = 60
"""Characters; where there is no room for so many, an article's first sentences are left out."""
TOKEN_MARK = "loa:"
"""What a button's payload begins with: a tap comes back as a text, and nobody types this by chance."""
PICTURES = re.compile(r"^[^\w(]+\s*")


@dataclass(frozen=True, slots=True)
class Hints:
    """What we say before what may be typed; sentences stand with the other sentences."""

    numbers: str
    words: str


@dataclass(frozen=True, slots=True)
class Button:
    """A button: what it says, and the payload of its tap, or the address that it opens."""

    title: str
    payload: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Laid:
    """A message laid out: texts in order, the buttons under the last one, and what may be typed instead.

    ``bodies`` are the blocks of the texts, but for what may be typed.
    """

    texts: tuple[str, ...]
    bodies: tuple[Body, ...] = ()
    buttons: tuple[Button, ...] = ()
    typed: tuple[tuple[str, str], ...] = ()


def composed(text: str) -> str:
    """Text in NFC, in which Zalo counts."""
    return unicodedata.normalize("NFC", text)


def in_clear(body: Sequence[Block]) -> Body:
    """The same blocks with every link's address written out, and nothing styled; in NFC."""
    return tuple(Block(block.kind, (Span(composed("".join(map(_span, block.spans)))),)) for block in listed(body))


def _span(span: Span) -> str:
    if not span.link or span.link.rstrip("/") == span.text.strip().rstrip("/"):
        return span.text
    return f"{span.text.rstrip()} ({span.link})"


def links(body: Sequence[Block]) -> list[tuple[str, str]]:
    """What is linked: text and address, in order, each address once."""
    found: dict[str, str] = {}
    for block in body:
        for span in block.spans:
            if span.link and span.text.strip():
                found.setdefault(span.link, composed(span.text.strip()))
    return [(text, url) for url, text in found.items()]


def _without_links(body: Sequence[Block]) -> Body:
    return tuple(replace(block, spans=tuple(replace(span, link="") for span in block.spans)) for block in body)


def with_addresses(message: Message, link: Link) -> Body:
    """What is said, with the address of each line that leads somewhere below it."""
    body = message.written
    leads_to = addresses_of_lines(body, message.choices, link)
    made: list[Block] = []
    for place, block in enumerate(body):
        made.append(block)
        at = place - 1 if block.kind is Kind.LEAD else place
        if at in leads_to and not (place == at and place + 1 < len(body) and body[place + 1].kind is Kind.LEAD):
            made.append(line(leads_to[at]))
    return tuple(made)


def fitted(body: Body, room: int) -> Body:
    """Leads shortened alike, as much as it takes for everything to fit into so many characters; else without them.

    What does not fit even so is left as it is: it takes several messages in any case.
    """
    longest = max((len(block.text) for block in body if block.kind is Kind.LEAD), default=0)
    for most in range(max(longest, SHORTEST_LEAD), SHORTEST_LEAD - 1, -10):
        cut = tuple(
            replace(block, spans=(Span(cut_short(block.text, most)),)) if block.kind is Kind.LEAD else block
            for block in body
        )
        if len(plain_text(in_clear(cut))) <= room:
            return cut
    bare = tuple(block for block in body if block.kind is not Kind.LEAD)
    return bare if len(plain_text(in_clear(bare))) <= room else body


def laid_out(message: Message, hints: Hints, *, most: int = MOST_BUTTONS, link: Link = no_link) -> Laid:
    """Lay a message out with at most ``most`` buttons; links become buttons where there is room for all of them."""
    shown, listed, words = shared(message.choices, most)
    body, opening = with_addresses(message, link), []
    linked = links(body)
    if linked and len(shown) + len(linked) <= most and all(len(text) <= TITLE_LIMIT for text, _ in linked):
        body = _without_links(body)
        opening = [Button(text, url=url) for text, url in linked]
    menu, typed = _menu(listed, words, hints)
    bodies = split(in_clear(fitted(body, TEXT_LIMIT - len(menu) - 2)), TEXT_LIMIT)
    texts = [composed(plain_text(part)) for part in bodies]
    if menu and texts and len(texts[-1]) + 2 + len(menu) <= TEXT_LIMIT:
        texts[-1] += "\n\n" + menu
    elif menu:
        texts += [composed(plain_text(part)) for part in split(in_clear(_lines(menu)), TEXT_LIMIT)]
    buttons = [Button(composed(choice.label), TOKEN_MARK + choice.token) for choice in shown]
    if buttons and not texts:
        texts = ["…"]
    return Laid(tuple(texts), tuple(bodies), (*buttons, *opening), tuple(typed))


def _lines(menu: str) -> Body:
    return tuple(Block(Kind.LINE, (Span(line),)) for line in menu.splitlines() if line)


def shared(choices: Sequence[Choice], most: int) -> tuple[list[Choice], list[Choice], list[Choice]]:
    """Which choices are buttons, which are numbered in the text, and which are typed as words.

    All are buttons where all fit. Else answers go first; if there are too many of them they are numbered, and what
    stands out (done, read, next) keeps a button. Ways out come last.
    """
    fit = [choice for choice in choices if len(choice.label) <= TITLE_LIMIT]
    if len(choices) <= most and len(fit) == len(choices):
        return list(choices), [], []
    ways = [choice for choice in choices if choice.aside]
    answers = [choice for choice in choices if not choice.aside]
    shown, listed = answers, []
    if len(answers) > most or any(len(choice.label) > TITLE_LIMIT for choice in answers):
        shown = [choice for choice in answers if choice.style is not Style.PLAIN][:most]
        listed = [choice for choice in answers if choice not in shown]
    room = most - len(shown)
    keep = [way for way in ways if len(way.label) <= TITLE_LIMIT][:room]
    words = [way for way in ways if way not in keep]
    return [*shown, *keep], listed, words


def _menu(listed: Sequence[Choice], words: Sequence[Choice], hints: Hints) -> tuple[str, list[tuple[str, str]]]:
    """The lines that say what may be typed, and what it means; a label that is a number is its own number."""
    lines: list[str] = []
    typed: list[tuple[str, str]] = []
    bare = [PICTURES.sub("", choice.label).strip() for choice in listed]
    if listed and all(label.isdecimal() for label in bare):
        lines.append(f"{hints.numbers} {', '.join(choice.label for choice in listed)}")
        typed = [(label, choice.token) for label, choice in zip(bare, listed, strict=True)]
    elif listed:
        lines.append(hints.numbers)
        for number, choice in enumerate(listed, 1):
            lines.append(f"{number}. {choice.label}")
            typed.append((str(number), choice.token))
    if words:
        called = [(PICTURES.sub("", choice.label).strip() or choice.label, choice) for choice in words]
        lines.append(f"{hints.words} {' · '.join(label for label, _ in called)}")
        typed += [(label, choice.token) for label, choice in called]
    return "\n".join(lines), typed
