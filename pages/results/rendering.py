"""Results made into pages: templates filled in, files beside them, headers that let Telegram's client frame them."""

from base64 import b64encode
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from typing import Any

from aiohttp import web
from jinja2 import Environment
from markupsafe import Markup

from pages.rendering import HERE, environment
from pages.results.words import LANGUAGES, VI, Words, decimal, number
from surveys.charts.palette import css
from surveys.passes import PREFIX

STYLE = css() + (HERE / "static" / "results.css").read_text(encoding="utf-8")
"""It stands in every page, so that nothing is shown later for want of it; the policy names its digest."""
SCRIPTS = ("htmx.min.js", "app.js", "address.js")
STATIC = {name: ("text/javascript", (HERE / "static" / name).read_bytes()) for name in SCRIPTS}
PATHS = {
    name: f"{PREFIX}/static/{sha256(body).hexdigest()[:12]}/{name}" for name, (_, body) in STATIC.items()
}  # fmt: skip
"""They change when the files do, so that browsers may keep them."""
STYLE_DIGEST = b64encode(sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{STYLE_DIGEST}'; script-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors https://web.telegram.org https://*.telegram.org"
)


def language_of(request: web.Request) -> str:
    asked = request.query.get("lang", "vi")
    return asked if asked in LANGUAGES else "vi"


@cache
def templates() -> Environment:
    made = environment().overlay()
    made.filters.update(decimal=lambda value, said: decimal(said, value), number=lambda n, said: number(said, n))
    return made


def filled(name: str, language: str, **values: Any) -> str:
    said = LANGUAGES.get(language, VI)
    return templates().get_template(f"results/{name}.html").render(
        said=said, language=language, paths=PATHS, results=PREFIX, style_sheet=Markup(STYLE), **values
    )  # fmt: skip


def answered(html: str, *, status: int = 200) -> web.Response:
    headers = {"Content-Security-Policy": POLICY}
    return web.Response(text=html, content_type="text/html", charset="utf-8", status=status, headers=headers)


def told(request: web.Request, choose: Callable[[Words], tuple[str, str]], *, status: int) -> web.Response:
    """A page that says one thing and where to go on."""
    language = language_of(request)
    sentence, more = choose(LANGUAGES[language])
    return answered(filled("notice", language, sentence=sentence, more=more), status=status)


def way_in(request: web.Request, *, refused: bool) -> web.Response:
    html = filled("app", language_of(request), refused=refused, action=request.path)
    return answered(html, status=403 if refused else 200)
