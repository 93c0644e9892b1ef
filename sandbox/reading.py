"""How a person reads one message of the bot and what they would do with it; nothing is known but the screen."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.persona import Persona
from sandbox.questionnaire import Item, Survey, plain
from sandbox.telegram.chats import Message

_TICKS = "✅☑✔"
_MARK = re.compile(r"^[^\w]+")
_NUMBER = re.compile(r"^\d+\ufe0f?\u20e3?\s*[.):\-–—]*\s*")


@dataclass(frozen=True, slots=True)
class Phrases:
    """Words on the screen that mean: go on, finished choosing, leave out, and the end."""

    agree: tuple[str, ...] = ("Tôi từ 18 tuổi", "Đồng ý", "Gửi phiếu", "Bắt đầu")
    done: tuple[str, ...] = ("Xong",)
    skip: tuple[str, ...] = ("Bỏ qua",)
    thanks: tuple[str, ...] = ("Cảm ơn",)


@dataclass(frozen=True, slots=True)
class Button:
    """A button that can be tapped."""

    label: str
    data: str

    @property
    def ticked(self) -> bool:
        """Whether the label starts with a tick."""
        return self.label.lstrip()[:1] in _TICKS

    def names(self) -> set[str]:
        """The label as it stands, without marks in front, and without a number in front."""
        whole = plain(self.label)
        bare = _MARK.sub("", whole).strip()
        return {whole, bare, _NUMBER.sub("", bare).strip()}


@dataclass(frozen=True, slots=True)
class Reaction:
    """What to do: tap `data` or say `words`; `value` is the answer that this gives to `item`.

    None means that it was passed over. `key` names the reaction: the same key is never acted on twice.
    """

    key: tuple[Any, ...]
    data: str = ""
    words: str = ""
    item: str = ""
    value: Any = None
    agrees: str = ""
    ends: bool = False

    @property
    def message_id(self) -> int:
        """The message this is about; every key starts with it."""
        return int(self.key[0])


def buttons_of(message: Message) -> list[Button]:
    """Every button with data, in reading order."""
    rows = (message.keyboard.inline or {}).get("inline_keyboard", [])
    return [
        Button(raw["text"], raw["callback_data"])
        for row in rows
        for raw in row
        if "callback_data" in raw and not raw.get("disabled")
    ]


def _with_phrase(buttons: list[Button], phrases: tuple[str, ...]) -> Button | None:
    folded = [phrase.casefold() for phrase in phrases]
    return next((b for b in buttons if any(phrase in b.label.casefold() for phrase in folded)), None)


def items_on(text: str, survey: Survey, answered: Collection[str]) -> Iterator[Item]:
    """Items whose text stands here: those not yet answered first, then the longest."""
    found = [item for item in survey.items if item.text in text]
    found = [item for item in found if not any(item.text != o.text and item.text in o.text for o in found)]
    return iter(sorted(found, key=lambda item: (item.id in answered, -len(item.text))))


def _options(item: Item, buttons: list[Button]) -> dict[int, Button]:
    named = {name: button for button in reversed(buttons) for name in button.names()}
    by_label = {n: named[label] for n, label in enumerate(item.options, 1) if label in named}
    for cut, button in named.items():
        if cut.endswith("…") and len(cut) > 1:
            begun = [n for n, label in enumerate(item.options, 1) if label.startswith(cut[:-1].rstrip())]
            if len(begun) == 1:
                by_label.setdefault(begun[0], button)
    if by_label:
        return by_label
    return {n: named[str(n)] for n in range(1, len(item.options) + 1) if str(n) in named}


def _choose(item: Item, message: Message, persona: Persona, phrases: Phrases) -> Reaction | None:
    buttons = buttons_of(message)
    offered = _options(item, buttons)
    if not offered:
        return None
    done = _with_phrase([b for b in buttons if b not in offered.values()], phrases.done)
    here = message.id, item.id
    if item.kind == "several":
        wanted = [n for n in persona.options(item) if n in offered] or [min(offered)]
        missing = [n for n in wanted if not offered[n].ticked]
        if missing:
            return Reaction((*here, message.version), data=offered[missing[0]].data)
        key = *here, "done"
        return Reaction(key, data=done.data, item=item.id, value=tuple(wanted)) if done else None
    wish = persona.option(item)
    wish = wish if wish in offered else min(offered)
    if offered[wish].ticked and done:
        return Reaction((*here, "done"), data=done.data)
    return Reaction((*here, "choose"), data=offered[wish].data, item=item.id, value=wish)


def _write(item: Item, message: Message, persona: Persona, phrases: Phrases) -> Reaction | None:
    buttons = buttons_of(message)
    skip = _with_phrase(buttons, phrases.skip)
    words = persona.words(item)
    if skip and words is None:
        return Reaction((message.id, item.id, "skip"), data=skip.data, item=item.id)
    if not skip and _with_phrase(buttons, phrases.agree):
        # a summary that repeats the question, with a button to send everything
        return None
    words = words or persona.words(Item(item.id, item.kind, item.text)) or ""
    return Reaction((message.id, item.id, "write"), words=words, item=item.id, value=words)


def decide(
    message: Message,
    survey: Survey,
    *,
    persona: Persona,
    phrases: Phrases,
    answered: Collection[str],
    agreed: Collection[str],
) -> Reaction | None:
    """What this person would do on seeing this message; None when it calls for nothing.

    `answered` are the items they have dealt with, `agreed` the go-on buttons they have tapped: under the
    thanks such a button offers to begin anew, while a new one still wants the form to be sent.
    """
    text = plain(message.text)
    for item in items_on(text, survey, answered):
        if item.options:
            reaction = _choose(item, message, persona, phrases)
        elif item.id in answered and message.version:
            # an old question whose keyboard went, or a summary: nobody writes the same words again
            continue
        else:
            reaction = _write(item, message, persona, phrases)
        if reaction:
            return reaction
    thanked = answered and any(phrase.casefold() in text.casefold() for phrase in phrases.thanks)
    agree = _with_phrase(buttons_of(message), phrases.agree)
    if thanked and (agree is None or agree.label in agreed):
        return Reaction((message.id, "thanks"), ends=True)
    if agree is None:
        return None
    return Reaction((message.id, message.version, "agree"), data=agree.data, agrees=agree.label)
