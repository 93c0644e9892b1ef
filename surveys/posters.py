"""Posters with a QR code for one-stop offices: data in, PDF out. How they look stands in ``poster.typ``."""

import io
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import segno
import typst

from surveys.charts.raster import own_fonts

TEMPLATE = Path(__file__).parent / "poster.typ"
QUIET = 4
"""Modules of white around a QR code, as ISO/IEC 18004 asks for."""
LONGEST, LONGEST_SMALL = 160, 60
"""Characters that still fit in their place at its smallest size: names and titles; the code and the time."""


@dataclass(frozen=True, slots=True)
class Poster:
    """One page: whom it is about, and where its QR codes lead.

    What follows a comma in ``office`` stands smaller below it. ``code`` is the unit code, ``title`` the survey's,
    ``until`` a time as people read it; ``second_url`` is the form on the web, for those without the chat app.
    """

    office: str
    code: str
    url: str
    title: str
    until: str = ""
    second_url: str = ""


def pdf(posters: Sequence[Poster]) -> bytes:
    """A4 pages in the order given, one a poster; ValueError if there is none, or for a URL that no QR code holds."""
    if not posters:
        raise ValueError("no posters, so no pages")
    return typst.compile(TEMPLATE, format="pdf", font_paths=own_fonts(), sys_inputs=inputs(posters))


def inputs(posters: Sequence[Poster]) -> dict[str, str]:
    """What the template reads, as data: words, and the QR codes as SVG."""
    told = [
        {
            "office": _words(one.office, LONGEST), "title": _words(one.title, LONGEST),
            "code": _words(one.code, LONGEST_SMALL), "until": _words(one.until, LONGEST_SMALL),
            "url": one.url, "qr": qr(one.url),
            "second_url": one.second_url, "second": qr(one.second_url) if one.second_url else None,
        }
        for one in posters
    ]  # fmt: skip
    return {"posters": json.dumps(told)}


def qr(url: str) -> str:
    """The QR code of a URL as SVG: never a Micro QR code, which phones do not read; a quarter may be dirty."""
    drawn = io.BytesIO()
    segno.make_qr(url, error="q").save(drawn, kind="svg", border=QUIET, xmldecl=False)
    return drawn.getvalue().decode()


def _words(said: str, longest: int) -> str:
    """Text without signs that show nothing, cut where its place on the page ends."""
    plain = " ".join(unicodedata.normalize("NFC", said).split())
    shown = "".join(sign for sign in plain if sign.isprintable())
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"
