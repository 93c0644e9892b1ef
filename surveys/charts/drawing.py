"""What all pictures are drawn with: words as XML takes them and as wide as they get, a sheet with head and foot."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from surveys.charts.palette import Palette

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NARROW, WIDE = frozenset("iljtfrI.,;:'|!()[] ·–-"), frozenset("mwMWQOĐ@%")
LEADING = 1.36
"""From one line of words to the next, in sizes of the letters."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is drawn on: ``type`` is the size of the smallest letters, the measure of everything else.

    Without a ``height`` it is as tall as it needs. One that is ``headed`` shows its title and notes; on a page these
    stand beside it instead.
    """

    width: int
    height: int | None
    type: float
    headed: bool

    @property
    def left(self) -> float:
        return 2.5 * self.type if self.headed else 2.0

    @property
    def right(self) -> float:
        return self.width - self.left

    @property
    def letters(self) -> float:
        """How much wider than ours the letters may be that it is shown with: a page has those of its reader."""
        return 1.0 if self.headed else 1.15


PICTURE = Sheet(1080, 1350, 24, headed=True)
"""A picture in chat: as a phone shows it at a third of its size, the letters are still eight points."""
PAGE = Sheet(440, None, 14, headed=False)
"""Inline on a page, from the width of a phone up."""


@dataclass(frozen=True, slots=True)
class Said:
    """The words around a picture; ``description`` is for those who do not see it, the notes stand at the foot."""

    title: str
    subtitle: str = ""
    notes: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """Where between head and foot there is room, and what stands above and below it in lines."""

    top: float
    foot: float
    height: float
    subtitle: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def plain(said: str) -> str:
    """Text without control characters, which not even escaping makes legal in XML."""
    return NOT_XML.sub("", said)


def escaped(said: str) -> str:
    """The same without markup."""
    return escape(plain(said))


def width_of(said: str, size: float, *, bold: bool = False) -> float:
    """About how wide words get in our letters, rather too wide than too narrow."""
    wide = 0.0
    for sign in unicodedata.normalize("NFD", said):
        if unicodedata.combining(sign):
            continue
        if sign in NARROW:
            wide += 0.34
        elif sign in WIDE:
            wide += 0.9
        else:
            wide += 0.68 if sign.isupper() else 0.585
    return wide * size * (1.05 if bold else 1.0)


def shortened(said: str, size: float, width: float, *, bold: bool = False) -> str:
    """The words as far as they fit into a width, with an ellipsis if not all do."""
    if width_of(said, size, bold=bold) <= width:
        return said
    while said and width_of(said + "…", size, bold=bold) > width:
        said = said[:-1]
    return said.rstrip() + "…"


def wrapped(said: str, size: float, width: float) -> list[str]:
    """The words in lines that fit into a width; a word that is too long alone is shortened."""
    lines: list[str] = []
    for word in said.split():
        if lines and width_of(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(shortened(word, size, width))
    return lines


def text(x: float, y: float, size: float, said: str, *, fill: str, weight: int = 400, anchor: str = "") -> str:
    """Words with their base line at y; ``anchor`` is '', 'middle' or 'end'."""
    anchored = f' text-anchor="{anchor}"' if anchor else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{fill}" font-weight="{weight}"{anchored}>'
        f"{escaped(said)}</text>"
    )


def box(x: float, y: float, width: float, height: float, *, fill: str, round_: float = 0) -> str:
    rounded = f' rx="{round_:g}"' if round_ else ""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{height:.1f}"{rounded} fill="{fill}"/>'


def stroke(path: str, *, colour: str, width: float, dashes: str = "") -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path d="{path}" stroke="{colour}" stroke-width="{width:g}" fill="none"{dashed}/>'


def whisker(low: float, high: float, y: float, palette: Palette, unit: float) -> list[str]:
    """An interval as a line with ends, light around so that it is seen on any colour."""
    half = unit * 0.34
    end = f"{y - half:.1f}v{2 * half:.1f}"
    path = f"M{low:.1f} {y:.1f}H{high:.1f}M{low:.1f} {end}M{high:.1f} {end}"
    return [
        stroke(path, colour=palette.paper, width=unit * 0.29),
        stroke(path, colour=palette.ink, width=unit * 0.125),
    ]


def hatch(id: str, palette: Palette, size: float) -> str:
    """The pattern of what is hidden, to be named ``url(#id)``."""
    return (
        f'<pattern id="{id}" width="{size:g}" height="{size:g}" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="{size:g}" height="{size:g}" fill="{palette.paper}"/>'
        f'<rect width="{size * 0.35:g}" height="{size:g}" fill="{palette.soft}"/></pattern>'
    )


def room(said: Said, sheet: Sheet, natural: float) -> Room:
    """Where there is room on a sheet for what would naturally be so tall."""
    unit = sheet.type
    if not sheet.headed:
        return Room(0.0, natural, natural)
    notes = tuple(line for note in said.notes for line in wrapped(note, unit, sheet.right - sheet.left))
    subtitle = wrapped(said.subtitle, unit * 1.08, sheet.right - sheet.left)
    if len(subtitle) > 2:
        subtitle = [subtitle[0], shortened(" ".join(subtitle[1:]), unit * 1.08, sheet.right - sheet.left)]
    top = unit * (5.1 + 1.45 * len(subtitle))
    below = unit * (1.5 + LEADING * len(notes))
    height = float(sheet.height) if sheet.height is not None else top + natural + below
    return Room(top, height - below, height, tuple(subtitle), notes)


def drawn(said: Said, sheet: Sheet, palette: Palette, inside: Room, parts: Sequence[str], *, defs: str = "") -> str:
    """The whole SVG: what it is for those who do not see it, head, the parts, notes."""
    unit, wide = sheet.type, sheet.right - sheet.left
    made = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {sheet.width} {inside.height:.0f}" '
        f'width="{sheet.width}" height="{inside.height:.0f}" role="img" font-family="{palette.font}">',
        f"<title>{escaped(said.title)}</title>",
        f"<desc>{escaped(said.description or said.subtitle or said.title)}</desc>",
    ]
    made += [f"<defs>{defs}</defs>"] if defs else []
    made.append(f'<rect width="{sheet.width}" height="{inside.height:.0f}" fill="{palette.paper}"/>')
    if sheet.headed:
        size = unit * 1.6
        made += [
            f'<rect width="{sheet.width}" height="{unit * 0.6:.0f}" fill="{palette.accent}"/>',
            text(sheet.left, unit * 3.4, size, shortened(said.title, size, wide, bold=True), fill=palette.ink,
                 weight=700),
            *(text(sheet.left, unit * (5.2 + 1.45 * n), unit * 1.08, line, fill=palette.soft)
              for n, line in enumerate(inside.subtitle)),
        ]  # fmt: skip
    made += parts
    made += [
        text(sheet.left, inside.foot + unit * (1.4 + LEADING * n), unit, note, fill=palette.soft)
        for n, note in enumerate(inside.notes)
    ]
    return "".join([*made, "</svg>"])
