"""A recipient's own page under ``/m``, found by the token in their e-mail: areas, stop, resume, "đã đọc".

Nothing happens on GET, since scanners follow links; everything by POST, without login and without cookies. The
one-click POST of RFC 8058 comes from a mail program's server and not from a page of ours, so it is taken from anybody
who has the token, whatever the form of its body.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from broadcasts.areas import ALL, AREAS
from channels.email_tokens import About, Subject, read_url
from pages import mail_texts as texts
from pages.archive import ARCHIVE
from pages.forms import first
from pages.rendering import page
from pages.security import guarded, sent
from pages.site import SITE, Site
from storage import mail
from storage.broadcasts import mark_read
from storage.mail import Addressee
from storage.people import set_areas

OWN = "/m"
SECRET: web.AppKey[bytes] = web.AppKey("secret", bytes)
ONE_CLICK = "List-Unsubscribe"
LARGEST = 4096
"""Bytes of a body that are read before it is let be."""


def preferences(site: Site, secret: bytes) -> web.Application:
    """The pages, to be added under ``OWN``."""
    app = web.Application(middlewares=[from_anywhere, guarded])
    app[SITE], app[SECRET] = site, secret
    app.router.add_routes([
        web.get("/{token}", show),
        web.post("/{token}", change),
        web.get("/{token}/stop", stop_asked),
        web.post("/{token}/stop", stop),
        web.get("/{token}/read", read_asked),
        web.post("/{token}/read", read),
    ])  # fmt: skip
    return app


@web.middleware
async def from_anywhere(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """What says where it comes from is left out for the one-click address: its token is the permission."""
    if request.method == "POST" and request.path.endswith("/stop"):
        kept = [(name, value) for name, value in request.headers.items() if name not in ("Origin", "Sec-Fetch-Site")]
        request = request.clone(headers=kept)
    return await handler(request)


@dataclass(frozen=True, slots=True)
class Own:
    """Whose page it is, inside one transaction; ``who`` is None for an invitation to a survey."""

    session: AsyncSession
    site: Site
    home: str
    subject: Subject
    who: Addressee | None


@asynccontextmanager
async def own(request: web.Request) -> AsyncIterator[Own]:
    """404 for a token that is not ours or whose e-mail is not known any more."""
    site, token = request.app[SITE], request.match_info["token"]
    subject = read_url(request.app[SECRET], token)
    if subject is None:
        raise web.HTTPNotFound
    opened = site.database.transaction if request.method == "POST" else site.database.reading
    async with opened() as session:
        who = await mail.addressee(session, subject.id) if subject.about is About.DELIVERY else None
        if who is None and subject.about is About.DELIVERY:
            raise web.HTTPNotFound
        yield Own(session, site, f"{OWN}/{token}", subject, who)


def _page(here: Own, who: Addressee, *, told: str = "", areas: int | None = None) -> web.Response:
    chosen = (who.areas or ALL) if areas is None else areas
    shown = [(n, area.name, bool(chosen >> n & 1)) for n, area in enumerate(AREAS)]
    return page(
        "preferences", "vi", title=texts.PREFERENCES, home=here.home, who=who, areas=shown, told=told, t=texts
    )


async def show(request: web.Request) -> web.Response:
    async with own(request) as here:
        if here.who is None:
            return _asked(here)
        return _page(here, here.who)


async def change(request: web.Request) -> web.Response:
    """Save areas, or receive again."""
    form, _ = await sent(request)
    async with own(request) as here:
        if here.who is None:
            raise web.HTTPNotFound
        if first(form, "step") == "resume":
            await mail.resubscribe(here.session, here.who, here.site.clock())
            return _page(here, await _again(here), told=texts.RESUMED)
        numbers = [int(one) for one in form.get("area", ()) if one.isascii() and one.isdecimal() and len(one) < 3]
        chosen = sum(1 << n for n in set(numbers) if n < len(AREAS))
        if not chosen:
            return _page(here, here.who, told=texts.NONE_CHOSEN, areas=0)
        await set_areas(here.session, here.who.person_id, 0 if chosen == ALL else chosen)
        return _page(here, await _again(here), told=texts.SAVED)


async def _again(here: Own) -> Addressee:
    found = await mail.addressee(here.session, here.subject.id)
    assert found is not None
    return found


def _asked(here: Own) -> web.Response:
    survey = here.who is None
    return _button(
        here, texts.SURVEY_STOP_TITLE if survey else texts.STOP_TITLE,
        texts.SURVEY_STOP_ASKED if survey else texts.STOP_ASKED,
        button=texts.SURVEY_STOP if survey else texts.STOP, action=f"{here.home}/stop",
    )  # fmt: skip


def _button(here: Own, title: str, said: str, *, button: str = "", action: str = "", link: str = "",
            label: str = "") -> web.Response:  # fmt: skip
    return page("mail_step", "vi", title=title, sentence=said, button=button, action=action, link=link, label=label)


async def stop_asked(request: web.Request) -> web.Response:
    """Only a page with a button: whoever follows links does not unsubscribe anybody."""
    async with own(request) as here:
        return _asked(here)


async def stop(request: web.Request) -> web.Response:
    """Unsubscribe at once; pressed twice, it is the same."""
    await request.content.read(LARGEST)
    async with own(request) as here:
        if here.who is None:
            if not await mail.case_stops(here.session, here.subject.id):
                raise web.HTTPNotFound
            return _button(here, texts.SURVEY_STOP_TITLE, texts.SURVEY_STOPPED)
        await mail.unsubscribe(here.session, here.who, here.site.clock(), "e-mail page")
        return _button(here, texts.STOP_TITLE, texts.STOPPED, link=here.home, label=texts.TO_PREFERENCES)


def _bulletin(who: Addressee) -> str:
    return f"{ARCHIVE}/{who.bulletin_id}" if who.bulletin_id is not None else ""


async def read_asked(request: web.Request) -> web.Response:
    async with own(request) as here:
        if here.who is None or here.who.bulletin_id is None:
            raise web.HTTPNotFound
        if here.who.read:
            return _button(here, texts.READ, texts.READ_THANKS, link=_bulletin(here.who), label=texts.TO_BULLETIN)
        return _button(
            here, texts.READ_TITLE, texts.READ_WHY, button=texts.READ, action=f"{here.home}/read",
            link=_bulletin(here.who), label=texts.TO_BULLETIN,
        )  # fmt: skip


async def read(request: web.Request) -> web.Response:
    """The person says to have read it: their own word, the only sign of reading that is kept."""
    await sent(request)
    async with own(request) as here:
        if here.who is None or here.who.bulletin_id is None:
            raise web.HTTPNotFound
        await mark_read(here.session, here.who.bulletin_id, here.who.contact_id, here.site.clock())
        return _button(here, texts.READ, texts.READ_THANKS, link=_bulletin(here.who), label=texts.TO_BULLETIN)
