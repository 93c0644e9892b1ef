"""Article files of every kind, whole and damaged."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from openpyxl import Workbook

from broadcasts.article import BadArticle
from broadcasts.reading import read
from channels.blocks import Block, Kind, Span, heading, item, paragraph, row


def link(paragraph_: Any, text: str, url: str) -> None:
    """A hyperlink as Word writes it."""
    made = OxmlElement("w:hyperlink")
    made.set(qn("r:id"), paragraph_.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    made.append(paragraph_.add_run(text)._r)
    paragraph_._p.append(made)


@pytest.fixture
def word(tmp_path: Path) -> Path:
    document = Document()
    document.add_paragraph("Một cửa liên thông", style="Title")
    document.add_paragraph("Hà Nội, ngày 23/11/2026")
    first = document.add_paragraph("Tỉnh đã ")
    first.add_run("đơn giản hoá").italic = True
    first.add_run(" 86 thủ tục").bold = True
    first.add_run("; xem ")
    link(first, "danh mục", "https://dichvucong.gov.vn/?a=1&b=2")
    link(first, " và tệp", "file:///C:/bi-mat.docx")
    document.add_paragraph(" ")
    document.add_paragraph("Kết quả", style="Heading 1")
    document.add_paragraph("Giảm <b>nửa</b> thời gian", style="List Bullet")
    document.add_paragraph("Không thu phí", style="List Number")
    path = tmp_path / "bai.docx"
    document.save(str(path))
    return path


def test_word_keeps_styles_links_lists_and_headings(word: Path):
    made = read(word)
    assert (made.headline, made.dated) == ("Một cửa liên thông", date(2026, 11, 23))
    assert made.body == (
        Block(
            Kind.PARAGRAPH,
            (
                Span("Tỉnh đã "), Span("đơn giản hoá", italic=True), Span(" 86 thủ tục", bold=True), Span("; xem "),
                Span("danh mục", link="https://dichvucong.gov.vn/?a=1&b=2"), Span(" và tệp"),
            ),
        ),
        heading("Kết quả"),
        item("Giảm <b>nửa</b> thời gian"),
        item("Không thu phí"),
    )  # fmt: skip


def test_markdown_and_saved_pages_are_told_by_their_ending(tmp_path: Path):
    (tmp_path / "a.MD").write_text("# Tiêu đề\n\nĐoạn **đậm**.", encoding="utf-8-sig")
    (tmp_path / "b.txt").write_text("Tiêu đề\nLượt xem : 5\nĐoạn **đậm**.", encoding="utf-8")
    written, saved = read(tmp_path / "a.MD"), read(tmp_path / "b.txt")
    assert (written.headline, written.body) == ("Tiêu đề", (paragraph("Đoạn ", Span("đậm", bold=True), "."),))
    assert (saved.headline, saved.body) == ("Tiêu đề", (paragraph("Đoạn **đậm**."),))


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.pdf", b"%PDF", "cannot read .pdf; known are .txt, .md, .docx"),
        ("a", b"x", "cannot read a file without an ending; known are .txt, .md, .docx"),
        ("a.txt", "Tiêu đề\nĐoạn".encode("utf-16"), "not UTF-8 (byte 0); save it again as UTF-8"),
        ("a.md", "# Tiêu đề".encode("cp1258", "replace"), "not UTF-8 (byte "),
        ("a.docx", b"", "not a Word document (.docx)"),
        ("a.docx", b"junk", "not a Word document (.docx)"),
        ("a.txt", b"", "nothing is left"),
        ("a.md", b"", "there is no text under a headline"),
    ],
)
def test_file_that_is_no_article_is_refused(tmp_path: Path, name: str, content: bytes, problem: str):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadArticle) as caught:
        read(path)
    assert str(caught.value).startswith(problem)


def test_empty_word_document_and_workbook_are_no_articles(tmp_path: Path):
    path = tmp_path / "a.docx"
    Document().save(str(path))
    with pytest.raises(BadArticle, match="there is no text under a headline"):
        read(path)
    Workbook().save(path)
    with pytest.raises(BadArticle, match="not a Word document"):
        read(path)


def test_damaged_word_document_is_read_or_refused(word: Path):
    whole = word.read_bytes()
    for at in range(0, len(whole), len(whole) // 40):
        for damaged in (whole[:at], whole[:at] + bytes(8) + whole[at + 8 :]):
            word.write_bytes(damaged)
            try:
                assert read(word).headline
            except BadArticle:
                pass


def test_word_tables_stand_where_they_stood_and_merged_cells_are_said_once(tmp_path: Path):
    document = Document()
    document.add_paragraph("Kết quả tháng 11")
    document.add_paragraph("Trước bảng.")
    table = document.add_table(2, 3)
    for place, text in enumerate(("Đơn vị", "Hồ sơ", "Đúng hạn")):
        table.cell(0, place).text = text
    table.cell(1, 0).text = "Sở Nội vụ"
    table.cell(1, 1).merge(table.cell(1, 2)).text = "chưa báo cáo"
    document.add_paragraph("Sau bảng.")
    document.save(str(tmp_path / "bang.docx"))

    assert read(tmp_path / "bang.docx").body == (
        paragraph("Trước bảng."),
        row((Span("Đơn vị"),), (Span("Hồ sơ"),), (Span("Đúng hạn"),)),
        row((Span("Sở Nội vụ"),), (Span("chưa báo cáo"),)),
        paragraph("Sau bảng."),
    )
