"""The ways in to the staff's page: a signed link, or Telegram's word for who opens it; then a cookie for a while."""

from datetime import datetime, timedelta

from aiohttp import web

from pages.forms import first
from pages.results.init_data import vouched
from pages.results.rendering import way_in
from pages.results.site import RESULTS_SITE
from pages.security import sent
from pages.site import SITE
from pages.visiting import to
from storage import secrets
from storage.contacts import contact_at
from storage.enums import ChannelName
from storage.people import roles
from surveys.passes import MAY_SEE, PREFIX, RESULTS, Pass, read, written

STAYS = timedelta(hours=1)
"""So long is a cookie good that Telegram's word was given for."""
PERSON, SURVEY = "p", "s"


def cookie_of(kind: str, survey_id: int) -> str:
    return "k" if kind == PERSON else f"k{survey_id}"


async def by_link(request: web.Request, survey_id: int, token: str) -> str | None:
    """The cookie that a signed link is exchanged for; None if the link is forged, another survey's or over.

    The page itself follows in the same answer: one more way to and fro is what a slow phone waits longest for. Its
    script takes the link out of the address.
    """
    site = request.app[SITE]
    now = site.clock()
    async with site.database.reading() as session:
        key = await secrets.secret(session, RESULTS)
    shown = read(token, key, now) if key else None
    if shown is None or (shown.kind, shown.id) != (SURVEY, survey_id):
        return None
    assert key is not None
    return _cookie(request, survey_id, shown, key, now)


async def by_app(request: web.Request) -> web.Response:
    """The page that a Mini App opens; its script hands over what Telegram says in the address's last part."""
    return way_in(request, refused=False)


async def hand_over(request: web.Request) -> web.Response:
    """What Telegram says of who opened the Mini App: if it is so and they may see results, let them in."""
    survey_id = int(request.match_info["survey"])
    form, _ = await sent(request)
    init_data = first(form, "init_data")
    site = request.app[SITE]
    now = site.clock()
    telegram_id = vouched(init_data, request.app[RESULTS_SITE].bot_token, now)
    if telegram_id is None:
        return way_in(request, refused=True)
    async with site.database.transaction() as session:
        contact = await contact_at(session, ChannelName.TELEGRAM, str(telegram_id))
        person_id = contact.person_id if contact and not contact.stopped else None
        if person_id is None or not await roles(session, person_id) & MAY_SEE:
            return way_in(request, refused=True)
        key = await secrets.made_secret(session, RESULTS)
    answer = to(f"{PREFIX}/{survey_id}/staff" + (f"?lang={request.query['lang']}" if _asks(request) else ""))
    answer.headers.add("Set-Cookie", _cookie(request, survey_id, Pass(PERSON, person_id, now + STAYS), key, now))
    return answer


def _cookie(request: web.Request, survey_id: int, shown: Pass, key: bytes, now: datetime) -> str:
    """Telegram's web client frames the page, and browsers keep cookies of a framed page only if these say so, which
    they may over https alone."""
    framed = "SameSite=None; Secure; Partitioned" if request.app[SITE].is_secret(request) else "SameSite=Lax"
    seconds = max(int((shown.until - now).total_seconds()), 1)
    kept = f"{cookie_of(shown.kind, survey_id)}={written(shown, key)}"
    return f"{kept}; Max-Age={seconds}; Path={PREFIX}; HttpOnly; {framed}"


def _asks(request: web.Request) -> bool:
    return request.query.get("lang") in ("vi", "en")


async def may_see(request: web.Request, survey_id: int) -> bool:
    """Whether whoever asks has a pass that is good: for the survey, or for a person whose role lets them still."""
    site = request.app[SITE]
    shown = [request.cookies.get(cookie_of(kind, survey_id), "") for kind in (SURVEY, PERSON)]
    if not any(shown):
        return False
    async with site.database.reading() as session:
        key = await secrets.secret(session, RESULTS)
        passes = [read(one, key, site.clock()) for one in shown] if key else []
        for one in passes:
            if one is not None and (one.kind, one.id) == (SURVEY, survey_id):
                return True
            if one is not None and one.kind == PERSON and await roles(session, one.id) & MAY_SEE:
                return True
    return False
