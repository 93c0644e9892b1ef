"""One request of a respondent: who it is by the token in the path, and what is said when nothing is open."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from pages.entering import address_of, begun
from pages.paths import PREFIX
from pages.rendering import notice
from pages.site import SITE, Site
from pages.texts import texts
from storage.contacts import ContactInfo, contact_at
from storage.enums import ChannelName
from storage.participations import took_part
from storage.surveys import agreed_surveys
from surveys.fieldwork import Sender, Standing
from surveys.links import CASE, pseudonym
from surveys.questionnaire import Question
from surveys.words import words


@dataclass(frozen=True, slots=True)
class Visit:
    """Inside one transaction; ``standing`` is None when nothing is open any more."""

    session: AsyncSession
    site: Site
    token: str
    contact: ContactInfo
    standing: Standing | None
    now: datetime

    @property
    def home(self) -> str:
        """The path of the respondent's own page."""
        return f"{PREFIX}/r/{self.token}"

    @property
    def sender(self) -> Sender:
        case = self.standing.case_id if self.standing else None
        return Sender(once=((ChannelName.WEB, self.contact.address), *(((CASE, str(case)),) if case else ())))


@asynccontextmanager
async def visit(request: web.Request) -> AsyncIterator[Visit]:
    """The visit of whoever has the token; a post locks the contact, so that two tabs go one after the other.

    404 for a token that is nobody's.
    """
    site, token = request.app[SITE], request.match_info["token"]
    opened = site.database.transaction if request.method == "POST" else site.database.reading
    async with opened() as session:
        contact = await contact_at(session, ChannelName.WEB, address_of(token))
        if contact is None:
            raise web.HTTPNotFound
        yield Visit(session, site, token, contact, await begun(session, site, contact), site.clock())


def to(path: str) -> web.Response:
    """On to another page, by GET."""
    return web.Response(status=303, headers={"Location": path})


def question_at(standing: Standing, number: str) -> Question | None:
    """The question that a form or a path names by its position; None for a forged number."""
    questions = standing.questionnaire.questions
    if not number.isascii() or not number.isdecimal() or len(number) > 6 or int(number) >= len(questions):
        return None
    return questions[int(number)] if questions[int(number)].asked else None


async def nothing_open(visit: Visit) -> web.Response:
    """What became of a response that is not open any more."""
    found = await agreed_surveys(visit.session, visit.contact.id)
    language = visit.contact.language
    own, said = words(language), texts(language)
    if not found:
        raise web.HTTPNotFound
    info = found[0]
    if info.key is None or not info.takes_answers(visit.now):
        return notice(language, own.closed)
    if await took_part(visit.session, info.id, pseudonym(info.key, ChannelName.WEB, visit.contact.address)):
        return notice(language, own.taken, more=said.may_close)
    return notice(language, said.gone)


def closed(visit: Visit) -> web.Response:
    """What is said at every page of a survey that takes no answers any more."""
    language = visit.standing.questionnaire.language if visit.standing else visit.contact.language
    return notice(language, words(language).closed)
