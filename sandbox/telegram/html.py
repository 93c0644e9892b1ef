"""Telegram's HTML mode: text and entities out of markup, with Telegram's complaints at byte offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sandbox.telegram.errors import ApiError, bad_request

Entity = dict[str, Any]
Formatted = tuple[str, tuple[Entity, ...]]

_KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#[xX]([0-9a-fA-F]{1,7})|#([0-9]{1,7})|([A-Za-z]+));?")
_END = "\0"


def utf16_length(text: str) -> int:
    """The length in UTF-16 code units, which is how Telegram counts."""
    return len(text) + sum(1 for char in text if ord(char) > 0xFFFF) if not text.isascii() else len(text)


@dataclass(slots=True)
class _Open:
    tag: str
    argument: str
    offset: int
    begin: int


class _Parser:
    """One pass over the source; positions are characters, complaints are converted to bytes."""

    def __init__(self, source: str) -> None:
        self.source = source.replace(_END, "") + _END
        self.at = 0
        self.out: list[str] = []
        self.units = 0
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def error(self, text: str, position: int | None = None) -> ApiError:
        if position is not None:
            text += f" at byte offset {len(self.source[:position].encode())}"
        return bad_request(f"can't parse entities: {text}")

    @property
    def char(self) -> str:
        return self.source[self.at]

    def emit(self, char: str) -> None:
        self.out.append(char)
        self.units += 2 if ord(char) > 0xFFFF else 1

    def skip_spaces(self) -> None:
        while self.char.isspace():
            self.at += 1

    def take_until(self, stops: str) -> str:
        begin = self.at
        while self.char != _END and not self.char.isspace() and self.char not in stops:
            self.at += 1
        return self.source[begin : self.at]

    def reference(self) -> str | None:
        """The character behind an &...; reference, moving past it; None when it is a plain ampersand."""
        match = _REFERENCE.match(self.source, self.at)
        if match is None:
            return None
        hexadecimal, decimal, name = match.groups()
        if name:
            char = _NAMED.get(name)
        else:
            number = int(hexadecimal, 16) if hexadecimal else int(decimal)
            char = chr(number) if 0 < number < 0x10FFFF and not 0xD800 <= number < 0xE000 else None
        if char is not None:
            self.at = match.end()
        return char

    def attribute_value(self, begin: int) -> str:
        if self.char not in "'\"":
            start = self.at
            while self.char.isalnum() or self.char in ".-":
                self.at += 1
            if not self.char.isspace() and self.char not in f">{_END}":
                raise self.error("Unexpected end of name token", start)
            return self.source[start : self.at].lower()
        quote = self.char
        self.at += 1
        value: list[str] = []
        while self.char not in (quote, _END):
            known = self.reference() if self.char == "&" else None
            if known is None:
                known = self.char
                self.at += 1
            value.append(known)
        if self.char == _END:
            raise self.error("Unclosed start tag", begin)
        self.at += 1
        return "".join(value)

    def attributes(self, tag: str, begin: int) -> Iterator[tuple[str, str]]:
        while True:
            self.skip_spaces()
            if self.char == ">":
                return
            name = self.take_until("=>/\"'")
            if self.char == _END:
                raise self.error(f'Unclosed start tag "{tag}"', begin)
            if not name:
                raise self.error(f'Empty attribute name in the tag "{tag}"', begin)
            self.skip_spaces()
            if self.char != "=":
                yield name, ""
                continue
            self.at += 1
            self.skip_spaces()
            yield name, self.attribute_value(begin)
            if self.char == _END:
                raise self.error("Unclosed start tag", begin)

    def start_tag(self, begin: int) -> None:
        tag = self.take_until(">").lower()
        if self.char == _END:
            raise self.error("Unclosed start tag", begin)
        if tag not in _KINDS:
            raise self.error(f'Unsupported start tag "{tag}"', begin)
        argument = ""
        for name, value in self.attributes(tag, begin):
            match tag, name:
                case ("a", "href") | ("tg-emoji", "emoji-id"):
                    argument = value
                case "code", "class" if value.startswith("language-"):
                    argument = value.removeprefix("language-")
                case "span", "class" if value.startswith("tg-"):
                    argument = value.removeprefix("tg-")
                case "blockquote", "expandable":
                    argument = "expandable"
        if tag == "span" and argument != "spoiler":
            raise self.error('Tag "span" must have class "tg-spoiler"', begin)
        self.at += 1
        self.open.append(_Open(tag, argument, self.units, len(self.out)))

    def end_tag(self, begin: int) -> None:
        if not self.open:
            raise self.error("Unexpected end tag", begin)
        self.at += 1
        tag = self.take_until(">").lower()
        self.skip_spaces()
        if self.char != ">":
            raise self.error("Unclosed end tag", begin)
        self.at += 1
        opened = self.open.pop()
        if tag and tag != opened.tag:
            raise self.error(
                f"Unmatched end tag at byte offset {len(self.source[:begin].encode())}, "
                f'expected "</{opened.tag}>", found "</{tag}>"'
            )
        if self.units > opened.offset:
            self.close(opened)

    def close(self, opened: _Open) -> None:
        entity: Entity = {"offset": opened.offset, "length": self.units - opened.offset}
        entity["type"] = _KINDS[opened.tag]
        match opened.tag:
            case "a":
                url = opened.argument or "".join(self.out[opened.begin :])
                if not is_link(url):
                    return
                entity["url"] = url
            case "tg-emoji":
                entity["custom_emoji_id"] = opened.argument
            case "blockquote" if opened.argument:
                entity["type"] = "expandable_blockquote"
            case "code" if opened.argument:
                entity["language"] = opened.argument
        self.entities.append(entity)

    def parse(self) -> Formatted:
        while self.char != _END:
            begin, char = self.at, self.char
            if char == "<":
                self.at += 1
                if self.char == "/":
                    self.end_tag(begin)
                else:
                    self.start_tag(begin)
                continue
            known = self.reference() if char == "&" else None
            if known is None:
                known = char
                self.at += 1
            self.emit(known)
        if self.open:
            raise self.error(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        return "".join(self.out), tuple(_merged(self.entities))


def _merged(entities: list[Entity]) -> list[Entity]:
    """Sorted as Telegram sorts them, with <pre><code class=language-x> made one entity."""
    entities.sort(key=lambda entity: (entity["offset"], -entity["length"], entity["type"] != "pre"))
    merged: list[Entity] = []
    for entity in entities:
        last = merged[-1] if merged else {}
        same = (last.get("offset"), last.get("length")) == (entity["offset"], entity["length"])
        if entity["type"] == "code" and last.get("type") == "pre" and same:
            if "language" in entity:
                last["language"] = entity["language"]
            continue
        if entity["type"] == "code":
            entity.pop("language", None)
        merged.append(entity)
    return merged


def is_link(url: str) -> bool:
    """Whether Telegram would make a link of this address."""
    scheme, mark, rest = url.partition("://")
    if mark:
        return scheme.lower() in ("http", "https", "tg", "ton", "tonsite") and bool(rest)
    return scheme.startswith("mailto:") or ("." in scheme and " " not in scheme)


@lru_cache(maxsize=512)
def parse_html(source: str) -> Formatted:
    """Plain text and its entities; the same bulletin to 5,000 chats is parsed once."""
    return _Parser(source).parse()
