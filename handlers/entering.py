"""How citizens come into a survey: a link opened or a code scanned, the question of age, consent, the language."""

import re
from collections.abc import Sequence
from dataclasses import replace

from channels.blocks import bold, heading, paragraph, prose
from channels.message import Choice, Message, Style, in_place, say
from handlers import texts
from handlers.choices import asking, chosen, named, token
from handlers.questions import ask
from handlers.turn import Turn
from handlers.vietnamese import agrees, number
from storage import cases
from storage.contacts import expect, forget_stranger, speak
from storage.enums import Mode
from storage.geography import place_name
from storage.surveys import SurveyInfo, consent_of, declared_adult
from surveys.admission import Lead, NotAdmitted, admit, consent, lead
from surveys.dispositions import Disposition
from surveys.fieldwork import Standing, begin
from surveys.links import CASE
from surveys.questionnaire import Questionnaire
from surveys.words import Words, language_name, words

POLITELY = re.compile(r"(?i)\s+(?:ạ|a|nhé|nhe|nha)[\s.!]*$")
YOUNGEST, OF_AGE, OLDEST = 6, 18, 120
"""Years that somebody may say, and from which on they are asked."""


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
    await expect(turn.session, turn.contact.id, asking("18", payload, now=turn.now))
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
    await expect(turn.session, turn.contact.id, asking("ok", payload, now=turn.now))
    return [Message(body, ((yes,), (Choice(token("no", payload), said.consent_no),)), replaces=True)]


def _meant(said: str, yes: tuple[str, ...], no: tuple[str, ...]) -> bool | None:
    """Whether the first of two buttons is meant or the second: by label, place, other words for it, or a yes."""
    said = POLITELY.sub("", said)
    buttons, others = [Choice("y", yes[0]), Choice("n", no[0])], []
    others += [Choice("y", label) for label in yes[1:]] + [Choice("n", label) for label in no[1:]]
    meant = chosen(said, buttons) or named(said, others)
    return meant.token == "y" if meant else (True if agrees(said) else None)


async def age_typed(turn: Turn, payload: str) -> list[Message]:
    """The age in words or in years; in doubt it is asked for again."""
    said, text = words(turn.contact.language), turn.inbound.text
    meant = _meant(text, (said.age_yes, *said.of_age_too), (said.age_no, *said.under_age_too))
    if meant is None and (years := number(text)) is not None and YOUNGEST <= years <= OLDEST:
        meant = years >= OF_AGE
    match meant:
        case True:
            return await of_age(turn, payload)
        case False:
            return await under_age(turn)
    return _again(said, await open_link(turn, payload))


async def consent_typed(turn: Turn, payload: str) -> list[Message]:
    """Consent or refusal in words; in doubt what is to be consented to is shown again."""
    said = words(turn.contact.language)
    match _meant(turn.inbound.text, (said.consent_yes, *said.consent_too), (said.consent_no, *said.refusal_too)):
        case True:
            return await agree(turn, payload)
        case False:
            return await decline(turn, payload)
    return _again(said, await of_age(turn, payload))


def _again(said: Words, shown: Sequence[Message]) -> list[Message]:
    """The screen once more, with what to do."""
    trouble = paragraph(f"⚠ {said.rejected['no_such_option']}")
    return [replace(one, body=(trouble, *one.body)) for one in shown]


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
