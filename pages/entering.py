"""How somebody comes into a survey on the web: a link opened, the question of age, consent.

The rules are the chat's. Of whoever only opens a link nothing is kept, and a single-use link counts as opened only
once a button was pressed: mail programs and scanners open links, too. A respondent is known by a random token alone,
whose digest is the address of the contact; for a single-use link its code is that token, so that the link itself
leads back. A browser keeps the token in a cookie, one for each survey.

What is not enforced: somebody who throws the cookie away, or takes another browser, can answer an open link again.
Where every person must count once, invite people (single-use links), which is enforced.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from pages.site import Site
from storage import cases
from storage.contacts import ContactInfo, contact_at, met, speak
from storage.enums import ChannelName, Mode
from storage.surveys import SurveyInfo, consent_of, declared_adult
from surveys.admission import Lead, admit, consent, lead
from surveys.dispositions import Disposition
from surveys.fieldwork import Standing, begin, standings
from surveys.links import read
from surveys.questionnaire import Questionnaire

TOKEN_BYTES = 16
TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a link leads, for whom, and what stands there in which language; ``token`` is '' for somebody new."""

    info: SurveyInfo
    unit: str
    original: Questionnaire
    form: Questionnaire
    token: str
    case: cases.CaseInfo | None = None
    contact: ContactInfo | None = None
    standing: Standing | None = None


def new_token() -> str:
    """128 random bits, 22 of ``A-Za-z0-9_-``."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def address_of(token: str) -> str:
    """What we keep of a token, from which nobody gets back to it."""
    return hashlib.sha256(token.encode()).hexdigest()[:32]


def cookie_of(payload: str) -> str:
    """The cookie of an open link's survey; '' for a single-use link, which leads back by itself."""
    link = read(payload)
    return f"loa-{link.survey_id}" if link else ""


async def arrive(session: AsyncSession, site: Site, payload: str, kept: str, language: str, now: datetime) -> Entry:
    """Where a link leads for whoever has the cookie ``kept``; NotAdmitted says why nowhere."""
    to = await lead(session, payload)
    info, unit, case = to.info, to.unit, to.case
    token = case.code if case else kept if TOKEN.fullmatch(kept) else ""
    contact = await contact_at(session, ChannelName.WEB, address_of(token)) if token else None
    standing = await begun(session, site, contact) if contact else None
    if standing is not None and standing.survey.id != info.id:
        token, contact, standing = "", None, None
    who = [(str(ChannelName.WEB), address_of(token))] if token else []
    await admit(session, to, who, began=standing is not None, now=now)
    original = await site.catalogue.get(session, info.questionnaire_id)
    spoken = original.spoken(language or (contact.language if contact else ""))
    return Entry(info, unit, original, spoken, token, case, contact, standing)


async def begun(session: AsyncSession, site: Site, contact: ContactInfo) -> Standing | None:
    """The open response of a respondent on the web."""
    found = (await standings(session, site.catalogue, {contact.id: contact.language})).get(contact.id, ())
    return next((standing for standing in found if standing.mode is Mode.WEB), None)


async def agree(session: AsyncSession, site: Site, entry: Entry, now: datetime) -> str:
    """Keep the consent with its version, its words and the time, and begin a response; the respondent's token.

    Somebody who presses the button twice goes on with the response that they have.
    """
    token = entry.token or new_token()
    contact = (await met(session, ChannelName.WEB, [address_of(token)], now))[address_of(token)]
    if await begun(session, site, contact) is not None:
        return token
    evidence = f"web {now:%Y-%m-%dT%H:%M:%SZ}"
    await declared_adult(session, entry.info.id, contact.id, evidence, now)
    await consent(session, entry.info.id, contact.id, entry.form.consent, evidence, now)
    language = entry.form.language if entry.original.translations else contact.language
    if language != contact.language:
        await speak(session, contact.id, language)
    origin = Lead(entry.info, entry.unit, entry.case).origin(Mode.WEB, language)
    await begin(session, site.catalogue, entry.info, contact.id, entry.unit, now, origin)
    return token


async def decline(session: AsyncSession, entry: Entry, now: datetime) -> None:
    """Not taking part is noted of whoever was drawn or is known; of somebody unknown there is nothing to note."""
    if entry.contact is not None:
        given = await consent_of(session, entry.info.id, entry.contact.id)
        if given is not None and given.agreed_at is None:
            given.declined_at = now
    if entry.case is not None and entry.standing is None:
        await cases.become(session, entry.case.id, Disposition.REFUSED)
