"""The pages before the first question: what the survey is, the question of age, consent."""

from aiohttp import web

from pages.entering import Entry, agree, arrive, cookie_of, decline, new_token
from pages.forms import first
from pages.paths import PREFIX
from pages.rendering import notice, page
from pages.security import sent
from pages.site import SITE, Site
from pages.visiting import to
from storage import cases
from storage.geography import place_name
from surveys.admission import NotAdmitted
from surveys.words import words

COOKIE_SECONDS = 180 * 24 * 3600


def _told(request: web.Request) -> tuple[Site, str, str, str]:
    """The site, the link's payload, the cookie of its survey, and the language that the path names."""
    payload = request.match_info["payload"]
    kept = request.cookies.get(cookie_of(payload), "") if cookie_of(payload) else ""
    return request.app[SITE], payload, kept, request.match_info.get("language", "")


async def enter(request: web.Request) -> web.Response:
    """A link was opened: on with the response at hand, or first the question of age. Nothing is written."""
    site, payload, kept, language = _told(request)
    async with site.database.reading() as session:
        try:
            entry = await arrive(session, site, payload, kept, language, site.clock())
        except NotAdmitted as no:
            return _no_entry(no, language)
    if entry.standing is not None:
        return to(f"{PREFIX}/r/{entry.token}")
    return _page("age", request, entry)


def _no_entry(no: NotAdmitted, language: str) -> web.Response:
    sentence = str(getattr(words(language), no.reason))
    return notice(language, sentence, status=404 if no.reason == "unknown_link" else 200)


def _page(name: str, request: web.Request, entry: Entry) -> web.Response:
    form = entry.form
    title = entry.info.title if form.language == "vi" else form.title
    return page(
        name, form.language, title=title, form=form, place=place_name(entry.unit), action=request.path,
        link=f"{PREFIX}/{request.match_info['payload']}", languages=entry.original.languages, spoken=form.language,
    )  # fmt: skip


async def act(request: web.Request) -> web.Response:
    """A button before the first question; each of them may be pressed twice."""
    form, _ = await sent(request)
    step, adult = first(form, "step"), first(form, "adult") == "yes"
    site, payload, kept, language = _told(request)
    async with site.database.transaction() as session:
        now = site.clock()
        try:
            entry = await arrive(session, site, payload, kept, language, now)
        except NotAdmitted as no:
            return _no_entry(no, language)
        if entry.case is not None:
            await cases.opened(session, entry.case.id)
        own = words(entry.form.language)
        if step == "minor":
            return notice(entry.form.language, own.under_age)
        if step == "decline":
            await decline(session, entry, now)
            return notice(entry.form.language, own.declined)
        if entry.standing is not None:
            return to(f"{PREFIX}/r/{entry.token}")
        if step == "agree" and adult:
            token = await agree(session, site, entry, now)
            return _keeping(request, to(f"{PREFIX}/r/{token}"), entry, token)
    if step == "adult":
        return _keeping(request, _page("consent", request, entry), entry, entry.token or new_token())
    return _page("age", request, entry)


def _keeping(request: web.Request, answer: web.Response, entry: Entry, token: str) -> web.Response:
    """The answer with the token in a cookie: whoever presses twice comes to one response, not to two."""
    if entry.case is None:
        answer.set_cookie(
            cookie_of(request.match_info["payload"]), token, path=PREFIX, max_age=COOKIE_SECONDS, httponly=True,
            samesite="Lax", secure=request.app[SITE].is_secret(request),
        )  # fmt: skip
    return answer
