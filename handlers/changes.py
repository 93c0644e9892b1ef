"""What differs between two surveys with the same questionnaire, in chat."""

from channels.blocks import Block, heading, italic, line, paragraph
from channels.message import Message, say
from handlers import staff_texts as texts
from handlers.texts import decimal
from handlers.turn import Turn
from storage.people import roles
from storage.surveys import survey
from surveys.change import Change
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
    note = texts.CHANGE_NOTE.format(n=tested) if random else texts.CHANGE_OPEN_NOTE
    return [Message((*body, paragraph(italic(note))))]


def changed(made: Report, name: str, one: Change) -> str:
    """A difference as it is written behind its name: 'Chung: +1,20 điểm % (0,31; 2,09) ▲'."""
    return texts.CHANGE_LINE.format(name=name_of(made, name), difference=written(one))


def written(one: Change) -> str:
    """A difference as it is written."""
    interval = f" ({decimal(one.low)}; {decimal(one.high)})" if one.low is not None and one.high is not None else ""
    value = f"{'+' if one.value > 0 else ''}{decimal(one.value)}"
    return texts.DIFFERENCE.format(value=value, interval=interval, arrow=f" {one.arrow}" if one.arrow else "")


def name_of(made: Report, name: str) -> str:
    """What a figure is called that is named as in ``Index.figures``."""
    kind, _, id = name.partition(":")
    match kind:
        case "domain":
            return next(d.short or d.label for d in made.questionnaire.domains if d.id == id)
        case "factor":
            return next(f.short or f.label for f in made.questionnaire.factors if f.id == id)
        case "criterion":
            return made.questionnaire.question(id).label
    return texts.OVERALL_LINE.partition(":")[0]
