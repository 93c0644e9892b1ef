"""What differs between two surveys with the same questionnaire, in chat."""

from channels.blocks import Block, heading, italic, line, paragraph
from channels.message import Message, say
from handlers import staff_texts as texts
from handlers.turn import Turn
from storage.people import roles
from storage.surveys import survey
from surveys import report_words as words
from surveys.circumstances import changed
from surveys.report import Report, compared, report


async def show(turn: Turn, later: str, before: str) -> list[Message]:
    """What differs from another survey with the same questionnaire; nothing is called a change by chance."""
    if turn.person is None or not await roles(turn.session, turn.person.id):
        return [Message(toast=texts.NO_ROLE)]
    made: list[Report] = []
    for id in (later, before):
        info = await survey(turn.session, int(id))
        if info is None:
            return [say(texts.NO_SURVEYS)]
        made.append(await report(turn.session, turn.catalogue, info))
    new, old = made
    if new.questionnaire.key != old.questionnaire.key:
        return [Message(toast=texts.OLD)]
    found = compared(new, old)
    title = texts.CHANGE_TITLE.format(later=new.survey.title, earlier=old.survey.title)
    body: list[Block] = [heading(title), *(line(changed(new, name, one)) for name, one in found.items())]
    if not found:
        body.append(paragraph(texts.NO_CHANGES))
    tested = sum(one.p is not None for one in found.values())
    random = new.design.random and old.design.random
    note = words.CHANGE_NOTE.format(n=tested) if random else words.CHANGE_OPEN_NOTE
    return [Message((*body, paragraph(italic(note))))]
