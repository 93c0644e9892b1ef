"""One text in four renderings: a table where one can be shown, a list of the same words where not; real articles."""

import re
import unicodedata
from pathlib import Path

import pytest

from broadcasts.article import markdown
from broadcasts.reading import read
from channels.blocks import Body, Kind, Span, bold, from_json, heading, listed, paragraph, plain_text, row, to_json
from channels.email_text import Page, html_of, text_of
from channels.message import Message
from channels.telegram_rich import rich
from channels.telegram_text import html, split, units
from channels.zalo_text import TEXT_LIMIT, Hints, laid_out
from pages.archive import grouped

REAL = sorted((Path(__file__).parents[3] / "shared" / "input" / "bulletin").glob("*.txt"))
HINTS = Hints("Nhắn số:", "Hoặc nhắn:")
TABLE = (
    paragraph("Kết quả tháng 11:"),
    row((Span("Đơn vị"),), (Span("Hồ sơ"),), (Span("Đúng hạn"),)),
    row((bold("Sở Nội vụ"),), (Span("120"),), (Span("98 % <tốt>"),)),
    row((Span("Xã Ân Thi"),), (), (Span("95 %", link="https://example.vn/a_b(c)"),)),
    paragraph("Hết bảng 👩‍👩‍👧."),
)
AS_LIST = "Kết quả tháng 11:\n\n• Sở Nội vụ – Hồ sơ: 120; Đúng hạn: 98 % <tốt>\n• Xã Ân Thi – Đúng hạn: 95 %\n\nHết bảng 👩‍👩‍👧."


def words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFC", text))


def test_a_table_is_a_list_in_telegram_zalo_and_plain_text():
    clear = AS_LIST.replace("95 %", "95 % (https://example.vn/a_b(c))")

    assert plain_text(TABLE) == AS_LIST
    assert [plain_text(part) for part in split(TABLE)] == [AS_LIST]
    assert html(TABLE).splitlines()[2] == "• <b>Sở Nội vụ</b> – Hồ sơ: 120; Đúng hạn: 98 % &lt;tốt&gt;"
    assert laid_out(Message(TABLE), HINTS, most=0).texts == (clear,)
    assert text_of(Page(TABLE)) == AS_LIST.replace("95 %", "95 % <https://example.vn/a_b(c)>") + "\n"


def test_a_table_is_a_table_in_e_mail_archive_and_rich_messages():
    made = html_of(Page(TABLE), "Bản tin")

    assert [len(re.findall(rf"<{tag}\b", made)) for tag in ("th", "td")] == [3, 6 + made_by_layout(made)]
    assert [kind for kind, _ in grouped(TABLE)] == ["paragraph", "row", "paragraph"]
    assert from_json(to_json(TABLE)) == TABLE
    shown = rich(TABLE)
    assert shown is not None
    assert [block["type"] for block in shown["blocks"]] == ["paragraph", "table", "paragraph"]


def made_by_layout(made: str) -> int:
    """Cells of the tables in which the letter itself is set."""
    return len(re.findall(r"<td\b[^>]*class=[\"'](around|row)\b", made))


def test_a_row_alone_and_a_row_after_another_text_are_not_lost():
    alone = (row((Span("Một"),), (Span("Hai"),)),)

    assert plain_text(alone) == "• Một – Hai"
    assert listed(listed(TABLE)) == listed(TABLE)


def test_markdown_tables_are_read_and_the_rule_is_not_text():
    made = markdown("# Tin\n\nMở đầu.\n\n| Đơn vị | Hồ sơ |\n|---|:-:|\n| **Sở A** | 12 |\n\nKết.")

    assert made.body == (
        paragraph("Mở đầu."),
        row((Span("Đơn vị"),), (Span("Hồ sơ"),)),
        row((bold("Sở A"),), (Span("12"),)),
        paragraph("Kết."),
    )


def fits(body: Body) -> None:
    """Every rendering says all words, in order, in parts of the network's size."""
    wanted = words(plain_text(body))
    assert words(" ".join(plain_text(part) for part in split(body))) == wanted
    assert all(units(plain_text(part)) <= 4096 for part in split(body))
    texts = laid_out(Message(body), HINTS).texts
    assert words(" ".join(texts)) == wanted
    assert max(len(text) for text in texts) <= TEXT_LIMIT
    assert all(text == unicodedata.normalize("NFC", text) for text in texts)
    assert words(text_of(Page(body))) == wanted


@pytest.mark.parametrize(
    "body",
    [
        TABLE[:3],
        (heading("Dấu rời"), paragraph(unicodedata.normalize("NFD", "Cải cách hành chính ở xã. " * 300))),
        (heading("🇻🇳 Tin"), paragraph("👩‍👩‍👧‍👦" * 400), paragraph("xã " * 2000)),
        (paragraph("Không có liên kết."),),
    ],
)
def test_hard_texts_keep_their_words_on_every_channel(body: Body):
    fits(body)


@pytest.mark.skipif(not REAL, reason="the real articles are not here")
def test_real_articles_keep_their_words_on_every_channel():
    for path in REAL:
        article = read(path)
        assert Kind.ROW not in {block.kind for block in article.body}
        fits((heading(article.headline), *article.body))
