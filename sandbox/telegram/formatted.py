"""Text or caption of a call: parsed, checked for length, trimmed, with links and commands found."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from sandbox.telegram.errors import bad_request
from sandbox.telegram.html import Entity, Formatted, parse_html, utf16_length
from sandbox.telegram.params import Params

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024

_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"]+[^\s<>\".,;:!?)\]])"
    r"|(?<![\w/@])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?)(?![\w/])"
    r"|(?<![\w/@])(?P<mention>@[A-Za-z]\w{3,31})"
    r"|(?<![\w/#])(?P<hashtag>#\w*[^\W\d]\w*)"
)
_GIVEN = frozenset(
    [
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
        "blockquote",
        "expandable_blockquote",
        "date_time",
        "mention",
        "hashtag",
        "cashtag",
        "bot_command",
        "url",
        "email",
        "phone_number",
    ]
)


@lru_cache(maxsize=512)
def found_entities(text: str) -> tuple[Entity, ...]:
    """Links, commands, mentions and hashtags that Telegram marks by itself."""
    if not any(mark in text for mark in ("/", "@", "#")):
        return ()
    found: list[Entity] = []
    for match in _FOUND.finditer(text):
        offset = utf16_length(text[: match.start()])
        length = utf16_length(match.group())
        found.append({"offset": offset, "length": length, "type": str(match.lastgroup)})
    return tuple(found)


def _checked(text: str, given: list[Any]) -> Formatted:
    size = utf16_length(text)
    entities: list[Entity] = []
    for entity in given:
        if not isinstance(entity, dict) or entity.get("type") not in _GIVEN:
            raise bad_request('can\'t parse MessageEntity: Field "type" is invalid')
        try:
            offset, length = int(entity["offset"]), int(entity["length"])
        except (KeyError, TypeError, ValueError):
            raise bad_request('can\'t parse MessageEntity: Field "offset" must be a Number') from None
        if offset < 0 or length <= 0 or offset + length > size:
            # Telegram drops entities that reach outside the text
            continue
        kept = {key: value for key, value in entity.items() if value is not None}
        entities.append({**kept, "offset": offset, "length": length})
    entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return text, tuple(entities)


def _trimmed(text: str, entities: tuple[Entity, ...]) -> Formatted:
    short = text.rstrip()
    lead = len(short) - len(short.lstrip())
    if entities and lead:
        # white space that an entity covers stays, as in <pre>
        lead = min(lead, min(entity["offset"] for entity in entities))
    short = short[lead:]
    if short == text:
        return text, entities
    size, kept = utf16_length(short), []
    for entity in entities:
        offset = entity["offset"] - lead
        length = min(entity["length"], size - offset)
        if length > 0:
            kept.append({**entity, "offset": offset, "length": length})
    return short, tuple(kept)


def _with_found(text: str, entities: tuple[Entity, ...]) -> tuple[Entity, ...]:
    found = found_entities(text)
    if not found:
        return entities
    solid = [entity for entity in entities if entity["type"] in ("code", "pre", "text_link", "url")]
    extra = [
        entity
        for entity in found
        if not any(
            entity["offset"] < other["offset"] + other["length"]
            and other["offset"] < entity["offset"] + entity["length"]
            for other in solid
        )
    ]
    both = [*entities, *(entity for entity in extra if entity not in entities)]
    return tuple(sorted(both, key=lambda entity: (entity["offset"], -entity["length"])))


@lru_cache(maxsize=512)
def _from_markup(source: str, mode: str) -> Formatted:
    text, entities = source, tuple[Entity]()
    match mode.lower():
        case "":
            pass
        case "html":
            text, entities = parse_html(source)
        case _:
            raise bad_request("unsupported parse_mode")
    text, entities = _trimmed(text, entities)
    return text, _with_found(text, entities)


def formatted(params: Params | dict[str, Any], field: str, limit: int) -> Formatted:
    """The text in `field` with its entities; `caption` looks for caption_entities, `text` for entities."""
    values = params.values if isinstance(params, Params) else params
    source = Params(values).text(field).replace("\r\n", "\n")
    mode = Params(values).text("parse_mode")
    given = Params(values).array("entities" if field == "text" else "caption_entities")
    if given and not mode:
        text, entities = _trimmed(*_checked(source, given))
        text, entities = text, _with_found(text, entities)
    else:
        text, entities = _from_markup(source, mode)
    if field == "text" and not text:
        raise bad_request("message text is empty")
    if utf16_length(text) > limit:
        raise bad_request("message is too long" if field == "text" else "message caption is too long")
    return text, entities
