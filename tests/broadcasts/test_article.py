"""Articles in Markdown, and text as we keep it."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcasts.article import (
    LATEST_DATE_LINE,
    LONGEST_DATE_LINE,
    Article,
    BadArticle,
    blocks,
    clean,
    date_in,
    dateline,
    inline,
    markdown,
)
from channels.blocks import Block, Kind, Span, heading, item, paragraph, quote, row

WRITTEN = """\
# **Một cửa** liên thông
23/11/2026

Tỉnh đã *đơn giản hoá* **86 thủ tục**,
xem [danh mục](https://dichvucong.gov.vn/tim?a=1&b=2).

## Kết quả
- Giảm *một nửa* thời gian
* Không thu phí
> Người dân hài lòng.
"""


def test_markdown_becomes_an_article():
    made = markdown(WRITTEN)
    assert (made.headline, made.dated) == ("Một cửa liên thông", date(2026, 11, 23))
    assert made.body == (
        paragraph(
            "Tỉnh đã ", Span("đơn giản hoá", italic=True), " ", Span("86 thủ tục", bold=True), ", xem ",
            Span("danh mục", link="https://dichvucong.gov.vn/tim?a=1&b=2"), ".",
        ),
        heading("Kết quả"),
        item("Giảm ", Span("một nửa", italic=True), " thời gian"),
        item("Không thu phí"),
        quote("Người dân hài lòng."),
    )  # fmt: skip


def test_first_paragraph_is_the_headline_where_there_is_no_heading():
    made = markdown("Bản tin tuần\n\nNội dung ngày 1/2/2026.")
    assert (made.headline, made.dated, made.text) == ("Bản tin tuần", None, "Nội dung ngày 1/2/2026.")


@pytest.mark.parametrize("text", ["", " \n\n", "# Chỉ có tiêu đề", "Chỉ một dòng", "# A\n23/11/2026", "#\n\n#"])
def test_without_text_under_a_headline_there_is_no_article(text):
    with pytest.raises(BadArticle, match="there is no text under a headline"):
        markdown(text)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("thường", (Span("thường"),)),
        ("", ()),
        ("2 * 3 * 4", (Span("2 * 3 * 4"),)),
        ("2 * 3* 4", (Span("2 * 3* 4"),)),
        ("** đậm **", (Span("** đậm **"),)),
        ("a*b*c", (Span("a*b*c"),)),
        ("**chưa đóng", (Span("**chưa đóng"),)),
        ("[tên](javascript:alert(1))", (Span("[tên](javascript:alert(1))"),)),
        ("[tên](//evil.vn)", (Span("[tên](//evil.vn)"),)),
        ("<b>đậm</b> & <script>", (Span("<b>đậm</b> & <script>"),)),
        ("**<b>**", (Span("<b>", bold=True),)),
    ],
)
def test_only_our_few_signs_are_markup(text, spans):
    assert inline(text) == spans


@given(st.text(alphabet="ab *[]()h:/#>-\n1", max_size=60))
def test_no_word_is_lost_in_markup(text):
    def letters(written: str) -> list[str]:
        return [c for c in written if c in "ab1"]

    assert letters("".join(span.text for span in inline(text))) == letters(text) or "](http" in text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\u200bb\u202ec\u2066d\ufeff\u00ad", "abcd"),
        ("a\x00\x07\x1bb", "ab"),
        ("a\ue000b\uffffc", "abc"),
        ("a\xa0 \t b", "a b"),
        ("một\r\nhai\rba\x0bbốn\x0cnăm\x85sáu\u2028bảy\u2029tám", "một\nhai\nba\nbốn\nnăm\nsáu\nbảy\ntám"),
        (unicodedata.normalize("NFD", "Hoà giải"), "Hoà giải"),
        ("👍🏽 ❤️ 🇻🇳", "👍🏽 ❤️ 🇻🇳"),
    ],
)
def test_text_is_cleaned_of_what_cannot_be_seen(text, kept):
    assert clean(text) == kept


@given(st.text(max_size=200))
def test_clean_text_is_clean_already(text):
    once = clean(text)
    assert clean(once) == once
    assert not {unicodedata.category(c) for c in once if c != "\n"} & {"Cc", "Cf", "Co", "Cn"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Thứ hai - 01/04/2024 16:32", date(2024, 4, 1)),
        ("5-9-2026", date(2026, 9, 5)),
        ("31/02/2024 rồi 1/3/2024", date(2024, 3, 1)),
        ("31/02/2024", None),
        ("1090/KH-UBND", None),
        ("1/4/24", None),
        ("12/12/1999", None),
    ],
)
def test_date_is_found_in_a_line(text, found):
    assert date_in(text) == found


def test_lines_of_one_sentence_are_joined_and_bullets_are_items():
    lines = [
        "Tuyên truyền",
        "đối với các nội dung.",
        "viết thường nhưng câu trước đã hết",
        "- một",
        "• hai",
        "– ba",
        "Hết.",
    ]
    assert blocks(lines) == (
        paragraph("Tuyên truyền đối với các nội dung."),
        paragraph("viết thường nhưng câu trước đã hết"),
        item("một"), item("hai"), item("ba"),
        paragraph("Hết."),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("23/11/2026", date(2026, 11, 23)),
        ("Ngày 23/11/2026", date(2026, 11, 23)),
        ("Hà Nội, ngày 23/11/2026", date(2026, 11, 23)),
        ("Thành phố Huế, 23-11-2026.", date(2026, 11, 23)),
        ("Thứ hai - 01/04/2024 16:32", date(2024, 4, 1)),
        ("Có hiệu lực từ 01/01/2026.", None),
        ("Họp ngày 1/2/2026", None),
        ("12/2026", None),
        ("23/11/2026" + " " * 60 + ".", None),
    ],
)
def test_line_of_a_date_alone(line, found):
    assert dateline(line) == found


def test_short_paragraph_with_a_date_is_text():
    assert markdown("# Luật mới\n\nCó hiệu lực từ 01/01/2026.").text == "Có hiệu lực từ 01/01/2026."


def test_line_of_ten_thousand_signs_is_read():
    for sign in ("a", "*", "**", "[", "ậ", "[a](", "> ", "# ", "- "):
        made = markdown(f"# Tiêu đề\n\nNội dung {sign * (10_000 // len(sign))}")
        assert made.headline == "Tiêu đề"
    assert markdown("# T\n\n" + "x" * 10_000).body == (Block(Kind.PARAGRAPH, (Span("x" * 10_000),)),)


def test_only_the_first_date_near_the_top_is_the_article_s():
    assert markdown("# A\n\n1/2/2026\n\n3/2/2026\n\nchữ") == Article(
        "A", (paragraph("3/2/2026"), paragraph("chữ")), date(2026, 2, 1)
    )
    lines = [f"dòng {n}" for n in range(LATEST_DATE_LINE)]
    for at, dated in ((LATEST_DATE_LINE - 1, date(2026, 2, 1)), (LATEST_DATE_LINE, None)):
        written = ["# A", *lines[: at - 1], "1/2/2026", "hết"]
        made = markdown("\n\n".join(written))
        assert (made.dated, len(made.body)) == (dated, at + (dated is None))
    assert LATEST_DATE_LINE == 12


def test_a_line_of_a_date_is_short_and_may_count_its_readers():
    day = date(2026, 11, 23)
    assert [dateline("23/11/2026" + "." * n) for n in (LONGEST_DATE_LINE - 10, LONGEST_DATE_LINE - 9)] == [day, None]
    assert dateline("Thứ hai, 23/11/2026 | Lượt xem: 120 lần") == day
    assert dateline("Lượt xem: 120") is None


def test_a_line_is_joined_only_to_one_that_runs_on():
    assert blocks(["chữ thường đầu tiên", "nối tiếp", "Hoa đầu dòng", "- mục", "nối mục", "- mục hai"]) == (
        paragraph("chữ thường đầu tiên nối tiếp"), paragraph("Hoa đầu dòng"), item("mục nối mục"), item("mục hai"),
    )  # fmt: skip


def test_blocks_of_markdown_end_where_another_begins():
    written = (
        "# A\nchữ ngay dưới\ndòng hai\n## B\nchữ\n> trích\n- mục\nnối mục\n| a | b |\nchữ sau bảng\n\n\nđoạn mới"
    )
    assert markdown(written) == Article(
        "A",
        (
            paragraph("chữ ngay dưới dòng hai"), heading("B"), paragraph("chữ"), quote("trích"),
            item("mục nối mục"), row((Span("a"),), (Span("b"),)), paragraph("chữ sau bảng"), paragraph("đoạn mới"),
        ),
        None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "is_rule"), [("|---|", True), ("|:-:|---|", True), ("|-|-|", True), ("| a |", False), ("|---|a|", False)]
)
def test_the_rule_of_a_table_is_no_row(line: str, is_rule: bool):
    made = markdown(f"# A\n\n| Một |\n{line}\n| Hai |")
    assert len(made.body) == (2 if is_rule else 3)


def test_the_second_heading_is_none_of_the_headline():
    made = markdown("# *Một*\n\n# Hai\n\nchữ")
    assert (made.headline, made.body) == ("Một", (heading("Hai"), paragraph("chữ")))
    made = markdown("Mở đầu\n\n> trích")
    assert (made.headline, made.body) == ("Mở đầu", (quote("trích"),))
