"""A report as a Word document laid out as Decree 30/2020/NĐ-CP, appendix I, asks of administrative papers."""

import io
from typing import Any

from docx import Document
from docx.document import Document as Paper
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt, RGBColor
from docx.table import Table as Grid
from docx.text.paragraph import Paragraph

from surveys.charts.drawing import plain
from surveys.charts.raster import png
from surveys.files import picture, words
from surveys.files.material import Letter, Material
from surveys.files.story import Section, Table, story

FONT = "Times New Roman"
MARGINS = {"top_margin": Mm(20), "bottom_margin": Mm(20), "left_margin": Mm(30), "right_margin": Mm(15)}
TEXT, SMALL = Pt(14), Pt(11)
INDENT = Cm(1)
LEFT, CENTRE = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER
RIGHT, BOTH = WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY
TEXT_WIDTH = Mm(165)
BLACK = RGBColor(0, 0, 0)
SIDES = {words.INTERVAL: Mm(29), words.NOTE: Mm(27)}
"""Wider columns; all others are of 20 mm."""


def docx(material: Material, letter: Letter) -> bytes:
    """The whole report."""
    paper = Document()
    _page(paper, material)
    _head(paper, material, letter)
    _line(paper, words.TITLE, bold=True, before=Pt(18))
    subject = _line(paper, words.SUBJECT.format(title=material.report.survey.title), bold=True)
    _ruled(subject)
    for number, section in enumerate(story(material), 1):
        _section(paper, number, section, material)
    _foot(paper, letter)
    made = io.BytesIO()
    paper.save(made)
    return made.getvalue()


def _page(paper: Paper, material: Material) -> None:
    """A4 with the decree's margins and type; the number of each page but the first stands on top in the middle."""
    page = paper.sections[0]
    page.start_type = WD_SECTION.NEW_PAGE
    page.page_width, page.page_height = Mm(210), Mm(297)
    for name, length in MARGINS.items():
        setattr(page, name, length)
    page.header_distance = Mm(10)
    page.different_first_page_header_footer = True
    style = paper.styles["Normal"]
    style.font.name, style.font.size = FONT, TEXT
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:eastAsia", "w:cs", "w:hAnsi"):
        fonts.set(qn(script), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    style.element.get_or_add_rPr().append(language)
    number = page.header.paragraphs[0]
    number.alignment = CENTRE
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    number._p.append(field)
    paper.core_properties.title = plain(material.report.survey.title)[:250]
    paper.core_properties.author, paper.core_properties.language = "", "vi-VN"
    paper.core_properties.comments = ""


def _head(paper: Paper, material: Material, letter: Letter) -> None:
    """The agency and the number of the paper on the left; state, motto, place and date on the right."""
    table = _grid(paper, 2, (Mm(68), Mm(97)))
    left, right = table.rows[0].cells
    agency = plain(letter.agency).upper() or words.NO_AGENCY
    first = left.paragraphs[0]
    if letter.parent:
        _said(first, plain(letter.parent).upper(), size=Pt(13), alignment=CENTRE)
        first = left.add_paragraph()
    _ruled(_said(first, agency, size=Pt(13), bold=True, alignment=CENTRE), share=0.4, width=Mm(68))
    _said(left.add_paragraph(), words.NUMBER, size=Pt(13), alignment=CENTRE, before=Pt(4))
    _said(right.paragraphs[0], words.NATION, size=Pt(12), bold=True, alignment=CENTRE)
    motto = _said(right.add_paragraph(), words.MOTTO, size=Pt(13), bold=True, alignment=CENTRE)
    _ruled(motto, share=0.55, width=Mm(97))
    now = material.now
    dated = words.PLACE_AND_DATE.format(
        place=plain(letter.place) or words.NO_PLACE, day=f"{now.day:02}", month=f"{now.month:02}" if now.month < 3
        else now.month, year=now.year,
    )  # fmt: skip
    _said(right.add_paragraph(), dated, size=Pt(13), italic=True, alignment=CENTRE, before=Pt(4))


def _section(paper: Paper, number: int, section: Section, material: Material) -> None:
    heading = paper.add_paragraph(style="Heading 2")
    _said(heading, f"{number}. {section.title}", bold=True, before=Pt(10))
    heading.paragraph_format.first_line_indent = INDENT
    heading.paragraph_format.keep_with_next = True
    for said in section.paragraphs:
        one = _said(paper.add_paragraph(), plain(said), alignment=BOTH, before=Pt(4))
        one.paragraph_format.first_line_indent = INDENT
    if section.chart:
        _picture(paper, material)
    if section.table is not None:
        _table(paper, section.table)


def _picture(paper: Paper, material: Material) -> None:
    held = paper.add_paragraph()
    held.alignment, held.paragraph_format.keep_with_next = CENTRE, True
    held.paragraph_format.space_before = Pt(6)
    shape = held.add_run().add_picture(io.BytesIO(png(picture.svg(material), zoom=2)), width=TEXT_WIDTH)
    about = shape._inline.docPr
    about.set("descr", plain(picture.told(material)))
    about.set("title", plain(picture.caption(material)))
    _said(paper.add_paragraph(), picture.caption(material), size=Pt(12), italic=True, alignment=CENTRE)


def _table(paper: Paper, table: Table) -> None:
    """A table whose heading is said again on each page, and whose rows are never cut in two."""
    sides = tuple(SIDES.get(heading, Mm(20)) for heading in table.headings[1:])
    widths = (TEXT_WIDTH - sum(sides), *sides)
    grid = _grid(paper, len(table.headings), widths, lines=True)
    rows = [table.headings, *table.rows]
    for number, cells in enumerate(rows):
        row = grid.rows[0] if number == 0 else grid.add_row()  # type: ignore[no-untyped-call]  # the library leaves it untyped
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if number == 0:
            properties.append(OxmlElement("w:tblHeader"))
        for at, (cell, said) in enumerate(zip(row.cells, cells, strict=True)):
            cell.width = widths[at]
            strong = number == 0 or number - 1 in table.strong
            side_of = CENTRE if number == 0 else RIGHT if at and table.headings[at] != words.NOTE else LEFT
            _said(cell.paragraphs[0], plain(said), size=SMALL, bold=strong, alignment=side_of)
    paper.add_paragraph().paragraph_format.space_after = Pt(2)


def _foot(paper: Paper, letter: Letter) -> None:
    """Who gets it on the left, who signs it on the right."""
    paper.add_paragraph().paragraph_format.space_after = Pt(0)
    table = _grid(paper, 2, (Mm(75), Mm(90)))
    left, right = table.rows[0].cells
    _said(left.paragraphs[0], words.RECIPIENTS, size=Pt(12), bold=True, italic=True)
    for said in words.RECIPIENT_LINES:
        _said(left.add_paragraph(), said, size=Pt(11))
    _said(right.paragraphs[0], plain(letter.position).upper() or words.NO_POSITION, bold=True, alignment=CENTRE)
    _said(right.add_paragraph(), words.SIGNATURE, size=Pt(12), italic=True, alignment=CENTRE)
    signer = _said(right.add_paragraph(), plain(letter.signer) or words.NO_SIGNER, bold=True, alignment=CENTRE)
    signer.paragraph_format.space_before = Pt(64)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _grid(paper: Paper, columns: int, widths: tuple[Any, ...], *, lines: bool = False) -> Grid:
    table: Grid = paper.add_table(rows=1, cols=columns, style="Table Grid" if lines else None)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for cell, width in zip(table.rows[0].cells, widths, strict=True):
        cell.width = width
    return table


def _line(paper: Paper, said: str, *, bold: bool = False, before: Pt | None = None) -> Paragraph:
    return _said(paper.add_paragraph(), plain(said), bold=bold, alignment=CENTRE, before=before)


def _said(
    paragraph: Paragraph, said: str, *, size: Pt = TEXT, bold: bool = False, italic: bool = False,
    alignment: WD_ALIGN_PARAGRAPH = LEFT, before: Pt | None = None,
) -> Paragraph:  # fmt: skip
    run = paragraph.add_run(said)
    run.font.name, run.font.size, run.font.bold, run.font.italic = FONT, size, bold, italic
    run.font.color.rgb = BLACK
    paragraph.alignment = alignment
    paragraph.paragraph_format.space_before = before or Pt(0)
    paragraph.paragraph_format.space_after = Pt(0)
    return paragraph


def _ruled(paragraph: Paragraph, *, share: float = 0.35, width: Any = TEXT_WIDTH) -> None:
    """A short line in the middle below a paragraph: a border of an empty one that is indented on both sides."""
    rule = OxmlElement("w:p")
    paragraph._p.addnext(rule)
    line = Paragraph(rule, paragraph._parent)
    side = int(width * (1 - share) / 2)
    line.paragraph_format.left_indent = line.paragraph_format.right_indent = side
    line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(0)
    line.paragraph_format.line_spacing = Pt(4)
    borders, top = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    line._p.get_or_add_pPr().append(borders)
