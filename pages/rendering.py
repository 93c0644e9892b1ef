"""Templates made into answers: every value escaped, none forgotten, the language said."""

import re
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pages.paths import PREFIX
from pages.texts import LANGUAGES, texts
from surveys.words import language_name, words

HERE = Path(__file__).parent
STYLE = (HERE / "static" / "form.css").read_bytes()
STYLE_PATH = f"{PREFIX}/static/{sha256(STYLE).hexdigest()[:12]}/form.css"
"""It changes when the style does, so that browsers may keep it."""


def bare(label: str) -> str:
    """A label of the chat without the signs around it."""
    return re.sub(r"^[\W_\u2139]+|[\s\u25b6\ufe0f]+$", "", label)


def paragraphs(text: str) -> list[tuple[str, list[str]]]:
    """Plain text as blocks: ('p', [line]) for each line, ('ul', items) for lines that begin with a bullet."""
    blocks: list[tuple[str, list[str]]] = []
    for line in filter(None, (written.strip() for written in text.splitlines())):
        if line[:2] not in ("• ", "- ", "* "):
            blocks.append(("p", [line]))
        elif blocks and blocks[-1][0] == "ul":
            blocks[-1][1].append(line[2:].strip())
        else:
            blocks.append(("ul", [line[2:].strip()]))
    return blocks


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.filters.update(bare=bare, paragraphs=paragraphs, language_name=language_name)
    made.globals.update(style=STYLE_PATH, prefix=PREFIX)
    return made


def page(name: str, language: str, *, status: int = 200, **values: Any) -> web.Response:
    """A template filled in. ``language`` is that of the questionnaire; around it we speak our own where we must."""
    said = language if language in LANGUAGES else "vi"
    html = environment().get_template(f"{name}.html").render(
        said=texts(said), own=words(said), language=said, form_language=language or said, **values
    )  # fmt: skip
    return web.Response(text=html, content_type="text/html", charset="utf-8", status=status)


def notice(language: str, sentence: str, *, title: str = "", status: int = 200, more: str = "") -> web.Response:
    """A page that says one thing and asks nothing."""
    return page("notice", language, status=status, sentence=sentence, title=title, more=more)
