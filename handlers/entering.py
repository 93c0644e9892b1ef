"""How citizens come into a survey: a link opened or a code scanned, the question of age, consent, the language."""

from dataclasses import replace

from channels.blocks import bold, heading, paragraph, prose
from channels.message import Choice, Message, Style, in_place, say
from handlers import texts
from handlers.choices import token
from handlers.questions import ask
from handlers.turn import Turn
from storage import cases
from storage.contacts import forget_stranger, speak
from storage.enums import Mode
from storage.geography import place_name
from storage.surveys import SurveyInfo, consent_of, declared_adult
from surveys.admission import Lead, NotAdmitted, admit, consent, lead
from surveys.dispositions import Disposition
from surveys.fieldwork import Standing, begin
from surveys.links import CASE
from surveys.questionnaire import Questionnaire
from surveys.words import language_name, words


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


async def _age(turn: Turn, payload: str, entry: Lead) -> Message:
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


async def _entry(turn: Turn, payload: str) -> Lead | Message:
    """Where a payload leads, or what to say instead."""
    try:
        to = await lead(turn.session, payload)
        began = to.case is not None and any(standing.case_id == to.case.id for standing in turn.standings)
        me = (turn.contact.channel, turn.contact.address)
        await admit(turn.session, to, [me], began=began, now=turn.now)
    except NotAdmitted as no:
        return say(str(getattr(words(turn.contact.language), no.reason)))
    return to


def _begun(turn: Turn, entry: Lead) -> Standing | None:
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
    if await consent_of(turn.session, entry.info.id, turn.contact.id) is None:
        return await open_link(turn, payload)
    if standing := _begun(turn, entry):
        return [in_place(ask(standing))]
    shown = (await _form(turn, entry.info)).consent
    await consent(turn.session, entry.info.id, turn.contact.id, shown, turn.inbound.external_id, turn.now)
    origin = entry.origin(Mode.CHAT, turn.contact.language)
    standing = await begin(turn.session, turn.catalogue, entry.info, turn.contact.id, entry.unit, turn.now, origin)
    return [in_place(ask(standing))]


async def decline(turn: Turn, payload: str) -> list[Message]:
    """Not taking part is noted, and whoever says so is not reminded."""
    entry = await _entry(turn, payload)
    if isinstance(entry, Message):
        return [entry]
    given = await consent_of(turn.session, entry.info.id, turn.contact.id)
    if given is not None and given.agreed_at is None:
        given.declined_at = turn.now
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
