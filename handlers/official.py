"""What officials do: subscribe in two taps, choose areas, stop and come back."""

from broadcasts.areas import ALL, AREAS, of_mask
from channels.blocks import prose
from channels.message import Choice, Message, Style, in_place, say
from handlers import staff_texts, texts
from handlers.choices import token
from handlers.turn import Turn
from storage import people
from storage.contacts import belongs_to
from storage.enums import Role
from surveys.words import words

SUBSCRIBE = Choice(token("sub"), texts.SUBSCRIBE, Style.PRIMARY)
RESUBSCRIBE = Choice(token("sub"), texts.RESUBSCRIBE, Style.PRIMARY)
CHOOSE_AREAS = Choice(token("areas"), texts.CHOOSE_AREAS)
LATEST = Choice(token("last"), texts.LATEST)
ARCHIVE = Choice(token("arc", 0), texts.ARCHIVE)
STOP = Choice(token("stop"), texts.STOP)
STAFF_MENU = (
    Choice(token("ed"), staff_texts.MENU, Style.PRIMARY),
    Choice(token("svs"), staff_texts.SURVEYS, Style.PRIMARY),
)
INTERVIEWS = Choice(token("iv"), staff_texts.INTERVIEWS, Style.PRIMARY)
PROGRESS = Choice(token("ivp"), staff_texts.MY_PROGRESS)
MENU = ((LATEST, ARCHIVE), (CHOOSE_AREAS, STOP))


HELP_MENU = ((LATEST, ARCHIVE),)


def _desk(roles: frozenset[Role]) -> tuple[tuple[Choice, ...], ...]:
    """What staff find on their first screen, by what they may do."""
    in_the_field = {Role.INTERVIEWER, Role.SUPERVISOR}
    rows: list[tuple[Choice, ...]] = [STAFF_MENU] if roles - in_the_field else []
    if Role.INTERVIEWER in roles:
        rows.append((INTERVIEWS, PROGRESS))
    elif Role.SUPERVISOR in roles:
        rows.append((PROGRESS,))
    return tuple(rows)


async def welcome(turn: Turn) -> list[Message]:
    person = turn.person
    if person is None:
        return [say(texts.WELCOME, (SUBSCRIBE,))]
    desk = _desk(await people.roles(turn.session, person.id))
    if person.subscribed:
        return [say(texts.WELCOME_BACK.format(name=person.name), *desk, *MENU)]
    return [say(texts.WELCOME_STOPPED.format(name=person.name), *desk, (SUBSCRIBE,), (ARCHIVE,))]


async def subscribe(turn: Turn) -> list[Message]:
    """The second tap: from here on bulletins come."""
    person_id = turn.contact.person_id
    if person_id is None:
        person_id = await people.add_person(turn.session, turn.inbound.name or turn.contact.address, turn.now)
        await belongs_to(turn.session, turn.contact.id, person_id)
    await people.set_subscribed(turn.session, person_id, True, turn.now)
    return [in_place(say(texts.SUBSCRIBED, *MENU))]


async def invited(turn: Turn, code: str) -> list[Message]:
    """A single-use link was opened; nothing is taken before the person agrees."""
    found = await people.person_invited(turn.session, code)
    if found is None:
        return [say(texts.INVITATION_UNKNOWN)]
    person, used_at = found
    if used_at is not None:
        return await welcome(turn) if turn.contact.person_id == person.id else [say(texts.INVITATION_USED)]
    post = ", ".join(part for part in (person.title, person.unit) if part)
    greeting = texts.INVITED.format(name=person.name, post=f" ({post})" if post else "")
    return [say(greeting, (Choice(token("inv", code), texts.SUBSCRIBE, Style.PRIMARY),))]


async def accept(turn: Turn, code: str) -> list[Message]:
    found = await people.person_invited(turn.session, code)
    if found is None:
        return [say(texts.INVITATION_UNKNOWN)]
    person, _ = found
    if turn.contact.person_id != person.id:
        if not await people.use_invitation(turn.session, person.id, turn.now):
            return [in_place(say(texts.INVITATION_USED))]
        if turn.contact.person_id is not None:
            await people.set_subscribed(turn.session, turn.contact.person_id, False, turn.now)
        await belongs_to(turn.session, turn.contact.id, person.id)
    await people.set_subscribed(turn.session, person.id, True, turn.now)
    return [in_place(say(texts.SUBSCRIBED, *MENU))]


async def stop(turn: Turn) -> list[Message]:
    replies = []
    if turn.person is not None and turn.person.subscribed:
        await people.set_subscribed(turn.session, turn.person.id, False, turn.now)
        replies.append(in_place(say(texts.UNSUBSCRIBED, (RESUBSCRIBE,))))
    if turn.standings:
        resume = Choice(token("s", turn.standings[0].response_id), words(turn.contact.language).resume)
        replies.append(say(texts.SURVEY_PAUSED_TOO, (resume,)))
    return replies or [say(texts.NOT_SUBSCRIBED, (SUBSCRIBE,))]


def _areas_message(areas: int, toast: str = "") -> Message:
    shown = areas or ALL
    rows = tuple(
        (Choice(token("ar", n), f"{'✅' if shown >> n & 1 else '▫️'} {area.name}"),) for n, area in enumerate(AREAS)
    )
    done = (Choice(token("arx"), texts.DONE, Style.PRIMARY),)
    return Message(prose(texts.AREAS_ASKED), (*rows, done), replaces=True, toast=toast)


async def areas(turn: Turn) -> list[Message]:
    if turn.person is None:
        return await welcome(turn)
    return [_areas_message(turn.person.areas)]


async def toggle_area(turn: Turn, number: str) -> list[Message]:
    if turn.person is None or not number.isdigit() or int(number) >= len(AREAS):
        return await welcome(turn)
    chosen = (turn.person.areas or ALL) ^ (1 << int(number))
    toast = texts.AREAS_NONE if chosen == 0 else ""
    chosen = 0 if chosen == ALL else chosen
    await people.set_areas(turn.session, turn.person.id, chosen)
    return [_areas_message(chosen, toast)]


async def areas_done(turn: Turn) -> list[Message]:
    chosen = turn.person.areas if turn.person else 0
    named = "; ".join(area.name for area in of_mask(chosen)) if chosen else texts.ALL_AREAS
    return [in_place(say(texts.AREAS_DONE.format(areas=named), *MENU))]
