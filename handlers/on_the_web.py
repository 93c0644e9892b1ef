"""The way from the chat to a survey's results on the web: a page inside Telegram, or a signed link for a day."""

from datetime import timedelta

from channels.message import Choice, Message, say
from handlers import staff_texts as texts
from handlers.choices import token
from handlers.turn import Turn
from storage import secrets
from storage.audit import note
from storage.people import roles
from storage.surveys import survey
from surveys.passes import MAY_SEE, RESULTS, Pass, page_of, written

HOURS = 12


async def button(turn: Turn, survey_id: int) -> tuple[tuple[Choice, ...], ...]:
    """A row with the button, for who may see the page; none where nobody has said under what address it is found."""
    if not turn.home or turn.person is None or not await roles(turn.session, turn.person.id) & MAY_SEE:
        return ()
    app = page_of(turn.home, survey_id, app=True) if turn.home.startswith("https://") else ""
    return ((Choice(token("svp", survey_id), texts.WEB_TAB, app=app),),)


async def link(turn: Turn, survey_id: str) -> list[Message]:
    """The link to the page, where it cannot be opened inside the chat."""
    if turn.person is None or not await roles(turn.session, turn.person.id) & MAY_SEE:
        return [Message(toast=texts.NO_ROLE)]
    info = await survey(turn.session, int(survey_id))
    if info is None or not turn.home:
        return [say(texts.NO_SURVEYS)]
    key = await secrets.made_secret(turn.session, RESULTS)
    shown = written(Pass("s", info.id, turn.now + timedelta(hours=HOURS)), key)
    await note(turn.session, turn.person.name, "link to results", f"survey {info.id}", turn.now, f"{HOURS} h")
    return [say(texts.WEB_LINK.format(title=info.title, hours=HOURS, url=page_of(turn.home, info.id, shown=shown)))]
