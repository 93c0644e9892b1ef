"""An article (bài) as it is read from a file, and what was cut away from it. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from channels.blocks import Block, Body, Kind, Span, heading, item, paragraph, plain_text, quote, row
from storage.geography import plain

DATE = re.compile(r"\b(\d{1,2})[/-](\d{1,2})[/-](20\d{2})\b")
DATE_LINE = re.compile(
    r"^([a-z]+( [a-z]+){0,3},)?[^a-z]*((thu (hai|ba|tu|nam|sau|bay)|chu nhat|ngay|cap nhat)\b)?[^a-z]*(am|pm)?\W*$"
)
"""A place and a date, and no word of the text."""
LONGEST_DATE_LINE = 60
LATEST_DATE_LINE = 12
"""A date further down than this many lines belongs to the text, not to the article."""
LINE_END = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
BULLET = re.compile(r"^\s*[-+*•–]\s+")
RULE = re.compile(r"^\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?$")
"""The line under the headings of a table in Markdown."""
ENDS = re.compile(r"[.!?:;…”\"')]$")
MARKUP = re.compile(
    r"\*\*(?=\S)(?P<bold>[^*\n]+)(?<=\S)\*\*|(?<![\w*])\*(?=\S)(?P<italic>[^*\n]+)(?<=\S)\*(?![\w*])|\[(?P<name>[^\]\n]+)\]\((?P<url>https?://[^\s)]+)\)"
)


@dataclass(frozen=True, slots=True)
class Cut:
    """A line that was left out: its number from 1, what it said, and what it was taken for."""

    line: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Article:
    """One article, ready to be stored; ``dated`` None when no date was found."""

    headline: str
    body: Body
    dated: date | None
    source: str = ""
    cuts: tuple[Cut, ...] = ()

    @property
    def text(self) -> str:
        return plain_text(self.body)


class BadArticle(ValueError):
    """A file that holds no article; the message says why."""


def clean(text: str) -> str:
    """NFC, no control or invisible characters, no runs of blanks."""
    text = LINE_END.sub("\n", unicodedata.normalize("NFC", text)).replace("\xa0", " ")
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf", "Co", "Cn"})
    return re.sub(r"[ \t]+", " ", kept)


def date_in(text: str) -> date | None:
    for day, month, year in DATE.findall(text):
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            continue
    return None


def dateline(line: str) -> date | None:
    """The date of a line that says nothing else."""
    said = plain(line).split("luot xem")[0]
    return date_in(line) if len(line) <= LONGEST_DATE_LINE and DATE_LINE.match(said) else None


def joined(lines: list[str]) -> list[str]:
    """Lines whose sentence runs on into the next one are joined with it."""
    whole: list[str] = []
    for line in lines:
        runs_on = whole and not ENDS.search(whole[-1]) and line[:1].islower() and not BULLET.match(line)
        if runs_on:
            whole[-1] += f" {line}"
        else:
            whole.append(line)
    return whole


def blocks(lines: list[str]) -> Body:
    """Plain lines as paragraphs and list items."""
    made: list[Block] = []
    for line in joined(lines):
        bulleted = BULLET.match(line)
        made.append(item(line[bulleted.end() :]) if bulleted else paragraph(line))
    return tuple(made)


def inline(text: str) -> tuple[Span, ...]:
    """Bold, italic and links of Markdown."""
    spans: list[Span] = []
    at = 0
    for found in MARKUP.finditer(text):
        if found.start() > at:
            spans.append(Span(text[at : found.start()]))
        match found.lastgroup:
            case "bold":
                spans.append(Span(found["bold"], bold=True))
            case "italic":
                spans.append(Span(found["italic"], italic=True))
            case _:
                spans.append(Span(found["name"], link=found["url"]))
        at = found.end()
    if at < len(text):
        spans.append(Span(text[at:]))
    return tuple(spans)


def markdown(text: str) -> Article:
    """An article in Markdown: the first heading is its headline; headings, lists, quotes, bold, italic, links."""
    headline = ""
    made: list[Block] = []
    dated: date | None = None
    for number, raw in enumerate(_paragraphs(clean(text))):
        if raw.startswith("#"):
            title = raw.lstrip("#").strip()
            if not headline:
                headline = "".join(span.text for span in inline(title))
            else:
                made.append(heading(*inline(title)))
        elif raw.startswith("|"):
            if not RULE.match(raw):
                made.append(row(*(inline(cell.strip()) for cell in raw.strip("|").split("|"))))
        elif raw.startswith(">"):
            made.append(quote(*inline(raw.lstrip("> "))))
        elif bulleted := BULLET.match(raw):
            made.append(Block(Kind.ITEM, inline(raw[bulleted.end() :])))
        elif number < LATEST_DATE_LINE and dated is None and (found := dateline(raw)):
            dated = found
        else:
            made.append(Block(Kind.PARAGRAPH, inline(raw)))
    if not headline and made:
        headline = made.pop(0).text
    if not headline or not made:
        raise BadArticle("there is no text under a headline")
    return Article(headline, tuple(made), dated)


def _paragraphs(text: str) -> list[str]:
    """Markdown's blocks: lines of one paragraph joined, list items and headings alone."""
    found: list[str] = []
    fresh = True
    for line in text.splitlines():
        stripped = line.strip()
        alone = stripped.startswith(("#", ">", "|")) or bool(BULLET.match(line))
        if not stripped:
            fresh = True
            continue
        if fresh or alone or found[-1].startswith(("#", "|")):
            found.append(stripped)
        else:
            found[-1] += f" {stripped}"
        fresh = False
    return found
