"""Article files of the kinds that editors have: saved pages as .txt, Markdown, Word."""

import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zipfile import BadZipFile

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from docx.text.hyperlink import Hyperlink
from docx.text.paragraph import Paragraph

from broadcasts.article import Article, BadArticle, clean, dateline, markdown
from broadcasts.furniture import article
from channels.blocks import Block, Kind, Span, row

KINDS = (".txt", ".md", ".docx")
NO_WORD = (
    PackageNotFoundError,
    LookupError,
    AttributeError,
    ValueError,
    BadZipFile,
    zlib.error,
    EOFError,
    SyntaxError,
)
"""What a file that is no Word document, or a damaged one, comes to; lxml's errors are SyntaxErrors."""


def read(path: Path) -> Article:
    """The article in a file; BadArticle names what is wrong with it."""
    match path.suffix.lower():
        case ".txt":
            return article(_text(path))
        case ".md":
            return markdown(_text(path))
        case ".docx":
            return _word(path)
        case other:
            raise BadArticle(f"cannot read {other or 'a file without an ending'}; known are {', '.join(KINDS)}")


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadArticle(f"not UTF-8 (byte {error.start}); save it again as UTF-8") from None


def _word(path: Path) -> Article:
    """Word: the first paragraph is the headline; bold, italic, links, lists, headings and tables are kept."""
    try:
        document = Document(str(path))
    except NO_WORD:
        raise BadArticle("not a Word document (.docx)") from None
    headline, dated = "", None
    made: list[Block] = []
    for paragraph in document.iter_inner_content():
        if isinstance(paragraph, Table):
            made += _rows(paragraph)
            continue
        text = clean(paragraph.text).strip()
        if not text:
            continue
        style = (paragraph.style.name if paragraph.style else None) or ""
        if not headline:
            headline = text
        elif dated is None and not made and (found := dateline(text)):
            dated = found
        elif style.startswith(("Heading", "Title")):
            made.append(Block(Kind.HEADING, (Span(text),)))
        else:
            spans = tuple(_spans(paragraph))
            kind = Kind.ITEM if style.startswith("List") else Kind.PARAGRAPH
            made.append(Block(kind, spans or (Span(text),)))
    if not headline or not made:
        raise BadArticle("there is no text under a headline")
    return Article(headline, tuple(made), dated)


def _rows(table: Table) -> Iterator[Block]:
    """The rows of a table; a cell that goes over several columns or rows is said once in each row."""
    for line in table.rows:
        merged = {id(cell._tc): cell for cell in line.cells}
        said = [tuple(s for p in cell.paragraphs for s in _with_space(p)) for cell in merged.values()]
        if any(said):
            yield row(*said)


def _with_space(paragraph: Paragraph) -> Iterator[Span]:
    yield from (replace(span, text=span.text.replace("\n", " ")) for span in _spans(paragraph))


def _spans(paragraph: Paragraph) -> Iterator[Span]:
    """The runs of a paragraph, those inside its links too."""
    for inner in paragraph.iter_inner_content():
        link = inner.url if isinstance(inner, Hyperlink) and inner.url.startswith(("http://", "https://")) else ""
        for run in inner.runs if isinstance(inner, Hyperlink) else [inner]:
            if text := clean(run.text):
                yield Span(text, bool(run.bold), bool(run.italic), link)
