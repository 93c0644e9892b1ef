"""One person on several channels: how bulletins reach them, which way they prefer, and a code that joins another.

A code is one of nine hundred million, void after a quarter of an hour or once used, and each guess costs a message.
"""

import secrets
from datetime import timedelta

from channels.blocks import Block, item, paragraph
from channels.message import Choice, Message, Style, in_place, say
from handlers import texts
from handlers.choices import token
from handlers.turn import Turn
from storage import people
from storage.audit import note
from storage.contacts import belongs_to
from storage.enums import ChannelName
from storage.link_codes import give_code, take_code

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXY"
"""Nothing that is taken for something else when it is read aloud."""
LENGTH = 6
LASTS = timedelta(minutes=15)
WORD = "lk"
"""What stands before a code."""


async def menu(turn: Turn, said: str = "") -> list[Message]:
    """The ways to this person, and what may be done about them."""
    if turn.person is None:
        return [say(texts.WAYS_NOT_SUBSCRIBED)]
    ways = await people.ways_to(turn.session, turn.person.id)
    preferred = await people.preferred(turn.session, turn.person.id)
    body: list[Block] = [paragraph(said)] if said else []
    body.append(paragraph(texts.WAYS_TITLE))
    for way in ways:
        mark = texts.WAY_CLOSED if way.stopped else texts.WAY_FIRST if way.channel == preferred else ""
        body.append(item(f"{texts.CHANNEL[way.channel]}{mark}"))
    open_ways = list(dict.fromkeys(way.channel for way in ways if not way.stopped))
    rows = [
        (Choice(token("lkp", list(ChannelName).index(channel)), texts.PREFER.format(channel=texts.CHANNEL[channel])),)
        for channel in open_ways
        if len(open_ways) > 1 and channel != preferred
    ]
    return [Message(tuple(body), (*rows, (Choice(token("lkc"), texts.GET_CODE, Style.PRIMARY),)), replaces=True)]


async def prefer(turn: Turn, number: str) -> list[Message]:
    """Bulletins come on this channel first from now on."""
    channels = list(ChannelName)
    if turn.person is None or not number.isdecimal() or int(number) >= len(channels):
        return await menu(turn)
    channel = channels[int(number)]
    if channel not in {way.channel for way in await people.ways_to(turn.session, turn.person.id) if not way.stopped}:
        return await menu(turn)
    await people.prefer(turn.session, turn.person.id, channel)
    return await menu(turn, texts.PREFERRED.format(channel=texts.CHANNEL[channel]))


async def code(turn: Turn) -> list[Message]:
    """A fresh code, to be said on the other channel."""
    if turn.person is None:
        return await menu(turn)
    made = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    await give_code(turn.session, turn.person.id, made, turn.now + LASTS)
    return [in_place(say(texts.CODE_SHOWN.format(code=made, minutes=int(LASTS.total_seconds() // 60))))]


async def join(turn: Turn, said: str) -> list[Message]:
    """A code was said here, so this address belongs to whoever was shown it.

    An address that belongs to another official, or to staff, is not taken away from them.
    """
    before = turn.person
    if before is not None and await people.is_official(turn.session, before.id):
        found = await take_code(turn.session, said, turn.now)
        if found == before.id:
            return await menu(turn, texts.JOINED_BEFORE)
        return [say(texts.CODE_UNKNOWN if found is None else texts.CODE_OF_ANOTHER.format(name=before.name))]
    person_id = await take_code(turn.session, said, turn.now)
    if person_id is None:
        return [say(texts.CODE_UNKNOWN)]
    if before is not None and before.id != person_id:
        await people.set_subscribed(turn.session, before.id, False, turn.now)
    await belongs_to(turn.session, turn.contact.id, person_id)
    channel = turn.contact.channel
    await note(turn.session, f"person {person_id}", "link", f"contact {turn.contact.id}", turn.now, channel)
    person = await people.person(turn.session, person_id)
    assert person is not None
    return [say(texts.JOINED.format(name=person.name, channel=texts.CHANNEL[channel]))]


def is_code(words: list[str]) -> str:
    """The code in 'LK K7Q2MX'; '' if these words are none."""
    if len(words) != 2 or words[0].casefold() != WORD:
        return ""
    written = words[1].upper()
    return written if len(written) == LENGTH and all(letter in LETTERS for letter in written) else ""
