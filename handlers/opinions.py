"""What citizens wrote, in chat: masked, by place with counts, one page in the place of the other; for staff."""

from collections.abc import Sequence

from channels.blocks import Block, bold, italic, item, line, paragraph, quote
from channels.message import Choice, Message, say
from channels.telegram_text import units
from handlers import staff_texts as texts
from handlers.choices import token
from handlers.texts import number
from handlers.turn import Turn
from storage.geography import place_name
from storage.people import roles
from storage.surveys import SurveyInfo, survey
from surveys.comments import Comments, comments
from surveys.disclosure import FEWEST
from surveys.passes import MAY_SEE
from surveys.questionnaire import Questionnaire

PLACES_AT_ONCE = 8
LONGEST = 600
"""A longer text is cut here; the page on the web has the whole of it."""
MOST = 2400
"""So many signs of texts, as Telegram counts them, stand in one message."""
Said = tuple[str, str]
"""A question and a text."""
Rows = tuple[tuple[Choice, ...], ...]


async def button(turn: Turn, survey_id: int) -> tuple[tuple[Choice, ...], ...]:
    """A row with the button, for who may read comments; none for others."""
    if turn.person is None or not await roles(turn.session, turn.person.id) & MAY_SEE:
        return ()
    return ((Choice(token("svc", survey_id), texts.COMMENTS_TAB),),)


async def show(turn: Turn, survey_id: str, place: str = "", page: str = "0") -> list[Message]:
    """The places with their counts (``place`` 0 or none), or what was written at one of them, from 1."""
    if turn.person is None or not await roles(turn.session, turn.person.id) & MAY_SEE:
        return [Message(toast=texts.NO_ROLE)]
    info = await survey(turn.session, int(survey_id))
    if info is None:
        return [say(texts.NO_SURVEYS)]
    found = [one for one in await comments(turn.session, turn.catalogue, info) if one.people >= FEWEST]
    form = await turn.catalogue.get(turn.session, info.questionnaire_id)
    chosen = int(place or 0)
    if chosen and chosen <= len(found):
        made = _of_place(info, form, found, chosen, int(page))
    else:
        made = _of_all(info, found, int(page))
    return [Message(*made, replaces=bool(place))]


def _of_all(info: SurveyInfo, found: Sequence[Comments], page: int) -> tuple[tuple[Block, ...], Rows]:
    body: list[Block] = [paragraph(bold(texts.COMMENTS_TITLE.format(title=info.title)))]
    back = (Choice(token("sv", info.id), texts.COMMENTS_TO_RESULTS),)
    if not found:
        return (*body, line(texts.NO_COMMENTS)), (back,)
    pages = [found[at : at + PLACES_AT_ONCE] for at in range(0, len(found), PLACES_AT_ONCE)]
    page = min(page, len(pages) - 1)
    body.append(line(texts.COMMENTS_COUNT.format(n=number(sum(one.n for one in found)), places=number(len(found)))))
    counted = [(_name(one), number(one.n)) for one in pages[page]]
    body += [item(texts.COMMENTS_AT.format(place=name, n=n)) for name, n in counted]
    body.append(paragraph(italic(texts.COMMENTS_NOTE)))
    first = page * PLACES_AT_ONCE + 1
    buttons = [
        (Choice(token("svc", info.id, at, 0), texts.COMMENTS_AT.format(place=name[:48], n=n)),)
        for at, (name, n) in enumerate(counted, first)
    ]
    return tuple(body), (*buttons, *_turning(info, 0, page, len(pages)), back)


def _of_place(
    info: SurveyInfo, form: Questionnaire, found: Sequence[Comments], chosen: int, page: int
) -> tuple[tuple[Block, ...], Rows]:  # fmt: skip
    one = found[chosen - 1]
    said = [(question, _cut(text)) for question, told in one.texts.items() for text in told]
    pages = _pages(said)
    page = min(page, len(pages) - 1)
    body: list[Block] = [paragraph(bold(texts.COMMENTS_AT.format(place=_name(one), n=number(one.n))))]
    asked = ""
    for question, text in pages[page]:
        body += [paragraph(italic(form.question(question).label))] if question != asked else []
        body.append(quote(text))
        asked = question
    body.append(paragraph(italic(texts.COMMENTS_NOTE)))
    back = (Choice(token("svc", info.id, 0, (chosen - 1) // PLACES_AT_ONCE), texts.COMMENTS_TO_PLACES),)
    return tuple(body), (*_turning(info, chosen, page, len(pages)), back)


def _turning(info: SurveyInfo, place: int, page: int, pages: int) -> Rows:
    row = tuple(
        Choice(token("svc", info.id, place, to), f"{mark} {to + 1}/{pages}")
        for to, mark in ((page - 1, "◀"), (page + 1, "▶"))
        if 0 <= to < pages
    )
    return (row,) if row else ()


def _pages(said: Sequence[Said]) -> list[list[Said]]:
    """The texts in their order, as many to a page as there is room for, at least one."""
    pages: list[list[Said]] = [[]]
    taken = 0
    for one in said:
        if pages[-1] and taken + units(one[1]) > MOST:
            pages.append([])
            taken = 0
        pages[-1].append(one)
        taken += units(one[1])
    return pages


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def _name(one: Comments) -> str:
    return place_name(one.place) if one.place else texts.COMMENTS_ELSEWHERE
