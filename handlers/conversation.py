"""One thing heard, the replies out: the same for every chat channel."""

import inspect
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from broadcasts.lifecycle import NotAllowed
from channels.message import Inbound, Message, say
from handlers import (
    afterwards,
    answering,
    bulletins,
    changes,
    editor,
    entering,
    incidents,
    interviewer,
    linking,
    official,
    on_the_web,
    opinions,
    report_files,
    results,
    sending,
    staff_texts,
    texts,
)
from handlers.choices import asked_lately, plain, stops, tidy, unpacked
from handlers.turn import Turn
from storage.contacts import CHANNELS_FACT, expect, fact, forget_message, met, restart
from storage.people import persons
from surveys.catalogue import Catalogue
from surveys.fieldwork import standings
from surveys.journey import journey
from surveys.questionnaire import Kind
from surveys.words import words

log = logging.getLogger(__name__)
Act = Callable[..., Awaitable[list[Message]]]

TOKENS: dict[str, Act] = {
    "sub": official.subscribe, "inv": official.accept, "stop": official.stop, "areas": official.areas,
    "ar": official.toggle_area, "arx": official.areas_done,
    "last": bulletins.latest, "bul": bulletins.show_bulletin, "art": bulletins.show_article,
    "rd": bulletins.read, "arc": bulletins.archive,
    "18": entering.of_age, "u18": entering.under_age, "ok": entering.agree, "no": entering.decline,
    "lgp": entering.speak_before, "svi": entering.invitation, "svn": entering.not_now,
    "a": answering.tap, "pg": answering.turn_page,
    "b": sending.go_back, "p": sending.pause, "s": sending.resume, "del": sending.delete, "send": sending.send,
    "look": sending.look_through, "e": sending.change, "lg": sending.speak_now,
    "iv": interviewer.menu, "ivb": interviewer.start, "ivy": interviewer.agreed, "ivn": interviewer.refused,
    "ivp": interviewer.progress, "ph": interviewer.ask_phone,
    "ed": editor.menu, "new": editor.new_draft, "bc": editor.card, "pv": editor.preview, "au": editor.ask_audience,
    "aus": editor.set_audience, "su": editor.submit, "ap": editor.approve_now, "apw": editor.ask_time,
    "apt": editor.approve_at, "rt": editor.ask_note, "pa": editor.pause, "re": editor.resume, "ca": editor.cancel,
    "cor": afterwards.ask_correction, "wd": afterwards.ask_withdrawal,
    "ru": afterwards.resend_unknown, "ac": afterwards.accept_unknown, "rp": editor.who_got_it,
    "svs": results.menu, "sv": results.show, "cr": results.criteria, "svf": results.factors, "svk": results.ranks,
    "svm": results.country, "svt": results.course, "svb": results.before, "svw": results.words, "svy": results.weekly,
    "svd": changes.show, "svc": opinions.show, "svp": on_the_web.link, "svx": report_files.ask,
    "lkc": linking.code, "lkp": linking.prefer,
}  # fmt: skip
ASKED: dict[str, Act] = {
    "aud": editor.set_audience, "apt": editor.approve_at, "rtn": editor.give_back, "cor": afterwards.correct,
    "wd": afterwards.withdraw, "ph": interviewer.give_phone,
}  # fmt: skip
"""What free text is taken for after we asked staff for some."""
SHOWN: dict[str, Act] = {"18": entering.age_typed, "ok": entering.consent_typed, "e": answering.amended}
"""What words are taken for while a citizen has one of these screens."""
WORDS: dict[str, Act] = {
    "bat dau": official.welcome, "dang ky": official.subscribe, "nhan lai": official.subscribe,
    "linh vuc": official.areas,
    "tin": bulletins.latest, "ban tin": bulletins.latest, "bantin": bulletins.latest,
    "kho": bulletins.archive, "luu tru": bulletins.archive, "ban tin cu": bulletins.archive,
    "ks": sending.resume, "khao sat": sending.resume, "khaosat": sending.resume, "tiep tuc": sending.resume,
    "phong van": interviewer.menu, "phongvan": interviewer.menu, "tien do": interviewer.progress,
    "tiendo": interviewer.progress,
    "kenh": linking.menu, "kenh nhan tin": linking.menu, "lien ket": linking.menu, "lienket": linking.menu,
    "su co": incidents.show, "suco": incidents.show,
    "bien tap": editor.menu, "bientap": editor.menu, "dot phat": editor.menu,
    "bao cao": results.menu, "baocao": results.menu, "ket qua": results.newest, "ketqua": results.newest,
}  # fmt: skip
WITH_CODES = {"inv", "18", "ok", "no", "lgp"}
CODE = re.compile(r"^[A-Za-z0-9_-]{1,64}$")
NUMBER = re.compile(r"^(\d{1,18}|yes|ok|[-?kxrty])$")
"""What the parts of a token look like: we made them, so anything else is none of ours."""
ALWAYS = {"ks"}
"""Understood even where free text is wanted."""
HELP = {"tro giup", "trogiup", "help", "huong dan", "?", "menu", "xin chao", "chao"}
BACK = {"lai", "quay lai", "back"}
SEARCH = "tim"


@cache
def _fits(act: Act, parts: int) -> bool:
    """Whether an act takes so many parts of a token."""
    try:
        inspect.signature(act).bind(None, *range(parts))
    except TypeError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Replies:
    """What is to be said back, and to which contact."""

    contact_id: int
    messages: list[Message]


def writes(turn: Turn) -> bool:
    """Whether the question that is open wants free text, in which words are no commands."""
    standing = next((one for one in turn.standings if one.survey.takes_answers(turn.now)), None)
    question = journey(standing.questionnaire, standing.answers).next if standing else None
    return question is not None and question.kind is Kind.TEXT


async def _help(turn: Turn, before: str = "") -> Message:
    """What may be said; of several channels only where there are several."""
    several = len((await fact(turn.session, CHANNELS_FACT) or "").split()) > 1
    said = f"{texts.HELP}\n{texts.HELP_WAYS}" if several else texts.HELP
    return say(before + said + await results.help_of(turn), *official.HELP_MENU)


class Conversation:
    """Understands what was said and acts on it, inside the caller's transaction."""

    def __init__(self, catalogue: Catalogue, zone: ZoneInfo, home: str = "") -> None:
        self._catalogue, self._zone, self._home = catalogue, zone, home

    async def hear(self, session: AsyncSession, inbounds: Sequence[Inbound], now: datetime) -> list[Replies]:
        """The replies to what different people said on one channel, one each.

        Their contacts are locked meanwhile, so that one person is heard in order. What is needed to answer is
        fetched for all at once.
        """
        if not inbounds:
            return []
        contacts = await met(session, inbounds[0].channel, [one.address for one in inbounds], now)
        people = await persons(session, [c.person_id for c in contacts.values() if c.person_id])
        responses = await standings(session, self._catalogue, {c.id: c.language for c in contacts.values()})
        replies = []
        for inbound in inbounds:
            contact = contacts[inbound.address]
            known = people.get(contact.person_id) if contact.person_id else None
            theirs = responses.get(contact.id, ())
            turn = Turn(session, contact, known, inbound, now, self._zone, self._catalogue, theirs, self._home)
            replies.append(await self._hear(turn))
        return replies

    async def _hear(self, turn: Turn) -> Replies:
        contact, inbound = turn.contact, turn.inbound
        if contact.stopped:
            await restart(turn.session, inbound.channel, inbound.address)
        if inbound.token and turn.person is not None:
            await forget_message(turn.session, contact.id, inbound.tapped_message)
        try:
            said = await (self._tapped(turn, inbound.token) if inbound.token else self._said(turn))
        except NotAllowed as error:
            log.info("contact %d: not allowed: %s", contact.id, error.reason)
            if contact.asked:
                await expect(turn.session, contact.id, "")
            why = staff_texts.NOT_ALLOWED[error.reason]
            said = [Message(toast=why, alert=True) if inbound.token else say(why)]
        return Replies(contact.id, said)

    async def _tapped(self, turn: Turn, written: str) -> list[Message]:
        kind, parts = unpacked(written)
        act = TOKENS.get(kind)
        if act is None:
            return [Message(toast=texts.OLD_BUTTON)]
        shape = CODE if kind in WITH_CODES else NUMBER
        if not all(shape.match(part) for part in parts) or not _fits(act, len(parts)):
            return [Message(toast=texts.OLD_BUTTON)]
        if turn.contact.asked:
            await expect(turn.session, turn.contact.id, "")
        return await act(turn, *parts)

    async def _said(self, turn: Turn) -> list[Message]:
        text = tidy(turn.inbound.text)
        said = plain(text).rstrip(".!")
        command = said.partition(" ")[0]
        asked = asked_lately(turn.contact.asked, turn.now)
        shown, parts = unpacked(asked)
        asked, amending = "" if shown in SHOWN else asked, shown == "e"
        if turn.contact.asked and (not asked or said.startswith("/") or stops(text)):
            await expect(turn.session, turn.contact.id, "")
        if command == "/start":
            return await self._started(turn, text.partition(" ")[2].strip())
        if stops(text):
            return [say(texts.NEVER_MIND)] if asked else await official.stop(turn)
        words = said.removeprefix("/")
        free = not said.startswith("/") and (asked or amending or writes(turn))
        if words in WORDS and (not free or words in ALWAYS):
            return await WORDS[words](turn)
        if words in HELP and not free:
            return [await _help(turn)]
        if code := linking.is_code(text.split()):
            return await linking.join(turn, code)
        if command.removeprefix("/") == SEARCH and not free:
            return await bulletins.search(turn, " ".join(text.split()[1:]))
        if asked and turn.person is not None:
            return await ASKED[shown](turn, *parts)
        if amending and said in BACK:
            return await sending.look_through(turn, parts[0])
        if shown in SHOWN:
            return await SHOWN[shown](turn, *parts)
        return await self._answered(turn, said)

    async def _answered(self, turn: Turn, said: str) -> list[Message]:
        """Whatever else is said while a question is open is an answer to it."""
        for standing in turn.standings:
            if standing.survey.takes_answers(turn.now):
                if said in BACK:
                    return await sending.go_back(turn, str(standing.response_id))
                at_end = await sending.typed_at_end(turn, standing) or await interviewer.phone_typed(turn, standing)
                return at_end or await answering.typed(turn, standing)
        if answering.gone(turn):
            return [say(words(turn.contact.language).survey_gone)]
        return [await _help(turn, texts.NOT_UNDERSTOOD if turn.inbound.text else "")]

    async def _started(self, turn: Turn, payload: str) -> list[Message]:
        if payload.startswith("i"):
            return await official.invited(turn, payload[1:])
        if payload.startswith(("k", "c")):
            return await entering.open_link(turn, payload)
        return await official.welcome(turn)
