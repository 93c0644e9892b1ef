"""How citizens come into a survey: a link opened or a code scanned, the question of age, consent, the language."""

import hashlib
from dataclasses import dataclass, replace

from channels.blocks import bold, heading, paragraph, prose
from channels.message import Choice, Message, Style, in_place, say
from handlers import texts
from handlers.choices import token
from handlers.questions import ask
from handlers.turn import Turn
from storage import cases
from storage import responses as rows
from storage.contacts import forget_stranger, speak
from storage.enums import Mode
from storage.geography import place_name
from storage.surveys import SurveyInfo, consent_of, declared_adult, survey
from surveys import design as designs
from surveys.design import Recruiting
from surveys.dispositions import Disposition
from surveys.fieldwork import Standing, begin
from surveys.links import CASE, genuine, pseudonym, read
from surveys.questionnaire import Questionnaire
from surveys.words import language_name, words


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a link leads: a survey at a unit, and for whom, if it is a single-use one."""

    info: SurveyInfo
    unit: str
    case: cases.CaseInfo | None = None


async def open_link(turn: Turn, payload: str) -> list[Message]:
    """A link was opened, or a QR code scanned: on with the response at hand, or first the question of age."""
    entry = await _entry(turn, payload)
    if isinstance(entry, Message):
        return [entry]
    if standing := _begun(turn, entry):
        return [ask(standing)]
    if entry.case is not None:
        await cases.opened(turn.session, entry.case.id)
    return [await _age(turn, payload, entry)]


async def _age(turn: Turn, payload: str, entry: Entry) -> Message:
    form = await _form(turn, entry.info)
    said = words(form.language)
    place = said.place.format(place=place_name(entry.unit))
    title = entry.info.title if form.language == "vi" else form.title
    body = (heading(title), *prose(form.intro), paragraph(place), paragraph(bold(said.age_asked)))
    yes = Choice(token("18", payload), said.age_yes, Style.PRIMARY)
    no = Choice(token("u18"), said.age_no)
    return Message(body, ((yes,), (no,), *await _other_languages(turn, payload, entry.info, form)))


async def _form(turn: Turn, info: SurveyInfo) -> Questionnaire:
    return (await turn.catalogue.get(turn.session, info.questionnaire_id)).spoken(turn.contact.language)


async def _other_languages(
    turn: Turn, payload: str, info: SurveyInfo, form: Questionnaire
) -> tuple[tuple[Choice, ...], ...]:
    languages = (await turn.catalogue.get(turn.session, info.questionnaire_id)).languages
    others = [
        Choice(token("lgp", payload, n), f"🌐 {language_name(language)}")
        for n, language in enumerate(languages)
        if language != form.language
    ]
    return (tuple(others),) if others else ()


async def _entry(turn: Turn, payload: str) -> Entry | Message:
    """Where a payload leads, or what to say instead."""
    said = words(turn.contact.language)
    found = await _case(turn, payload) if payload.startswith(CASE) else await _open(turn, payload)
    if found is None:
        return say(said.unknown_link)
    info = found.info
    if info.key is None or not info.takes_answers(turn.now):
        return say(said.closed)
    if found.case is None and designs.read(info.design).recruiting is not Recruiting.OPEN:
        return say(said.sample_only)
    who = [pseudonym(info.key, turn.contact.channel, turn.contact.address)]
    if found.case is not None:
        who.append(pseudonym(info.key, CASE, str(found.case.id)))
    for one in who:
        if await rows.took_part(turn.session, info.id, one):
            return say(said.taken)
    return found


async def _open(turn: Turn, payload: str) -> Entry | None:
    link = read(payload)
    info = await survey(turn.session, link.survey_id) if link else None
    if link is None or info is None or (info.key is not None and not genuine(link, info.key)):
        return None
    return Entry(info, link.unit)


async def _case(turn: Turn, payload: str) -> Entry | None:
    """A single-use link; somebody else's, once it is being answered."""
    case = await cases.case_of(turn.session, payload.removeprefix(CASE))
    info = await survey(turn.session, case.survey_id) if case else None
    if case is None or info is None:
        return None
    begun = await cases.open_cases(turn.session, [case.id])
    if begun and not any(standing.case_id == case.id for standing in turn.standings):
        return None
    return Entry(info, case.unit, case)


def _begun(turn: Turn, entry: Entry) -> Standing | None:
    """The person's own open response to this survey, which is not an interview that they take."""
    for standing in turn.standings:
        if standing.survey.id == entry.info.id and standing.mode is not Mode.INTERVIEW:
            return standing
    return None


async def under_age(turn: Turn) -> list[Message]:
    """Nothing is kept of somebody under 18."""
    await forget_stranger(turn.session, turn.contact.id)
    return [in_place(say(words(turn.contact.language).under_age))]


async def of_age(turn: Turn, payload: str) -> list[Message]:
    entry = await _entry(turn, payload)
    if isinstance(entry, Message):
        return [entry]
    await declared_adult(turn.session, entry.info.id, turn.contact.id, turn.inbound.external_id, turn.now)
    form = await _form(turn, entry.info)
    said = words(form.language)
    body = (heading(said.consent_title.format(version=form.consent.version)), *prose(form.consent.text))
    yes = Choice(token("ok", payload), said.consent_yes, Style.SUCCESS)
    return [Message(body, ((yes,), (Choice(token("no", payload), said.consent_no),)), replaces=True)]


async def agree(turn: Turn, payload: str) -> list[Message]:
    """Consent is recorded with its version, the words that were shown, and the message that said so."""
    entry = await _entry(turn, payload)
    if isinstance(entry, Message):
        return [entry]
    consent = await consent_of(turn.session, entry.info.id, turn.contact.id)
    if consent is None:
        return await open_link(turn, payload)
    if standing := _begun(turn, entry):
        return [in_place(ask(standing))]
    shown = (await _form(turn, entry.info)).consent
    consent.agreed_at, consent.agreed_evidence = turn.now, turn.inbound.external_id
    consent.declined_at = None
    consent.version, consent.text_digest = shown.version, hashlib.sha256(shown.text.encode()).hexdigest()
    origin = rows.Origin(
        Mode.CHAT, turn.contact.language, case_id=entry.case.id if entry.case else None,
        weight=entry.case.weight if entry.case else 1.0,
    )  # fmt: skip
    standing = await begin(turn.session, turn.catalogue, entry.info, turn.contact.id, entry.unit, turn.now, origin)
    return [in_place(ask(standing))]


async def decline(turn: Turn, payload: str) -> list[Message]:
    """Not taking part is noted, and whoever says so is not reminded."""
    entry = await _entry(turn, payload)
    if isinstance(entry, Message):
        return [entry]
    consent = await consent_of(turn.session, entry.info.id, turn.contact.id)
    if consent is not None and consent.agreed_at is None:
        consent.declined_at = turn.now
    if entry.case is not None and _begun(turn, entry) is None:
        await cases.become(turn.session, entry.case.id, Disposition.REFUSED)
    return [in_place(say(words(turn.contact.language).declined))]


async def invitation(turn: Turn, survey_id: str) -> list[Message]:
    """The button under an invitation: the single-use link of whoever got it."""
    code = await cases.code_for(turn.session, int(survey_id), turn.contact.channel, turn.contact.address)
    return await open_link(turn, CASE + code) if code else [Message(toast=texts.OLD_BUTTON)]


async def not_now(turn: Turn, survey_id: str) -> list[Message]:
    """The other button under an invitation."""
    code = await cases.code_for(turn.session, int(survey_id), turn.contact.channel, turn.contact.address)
    return await decline(turn, CASE + code) if code else [Message(toast=texts.OLD_BUTTON)]


async def speak_before(turn: Turn, payload: str, number: str) -> list[Message]:
    """Another language, chosen before the first question."""
    entry = await _entry(turn, payload)
    if isinstance(entry, Message):
        return [entry]
    languages = (await turn.catalogue.get(turn.session, entry.info.questionnaire_id)).languages
    if int(number) >= len(languages):
        return [Message(toast=texts.OLD_BUTTON)]
    return [in_place(await _age(await _speaking(turn, languages[int(number)]), payload, entry))]


async def _speaking(turn: Turn, language: str) -> Turn:
    await speak(turn.session, turn.contact.id, language)
    return replace(turn, contact=replace(turn.contact, language=language))
