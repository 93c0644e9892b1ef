"""Letters laid out: nothing that people wrote is markup, nothing is fetched, and a button is said once."""

import re
from html.parser import HTMLParser

import pytest

from channels.blocks import Body, Span, bold, heading, item, lead, line, paragraph, quote, row
from channels.email_text import Foot, Page, _inliner, html_of, page_of, subject_of, text_of
from channels.message import Choice, File, Message, Style

HOSTILE = "x</p><script>alert(1)</script>'\"&amp;<img src=x onerror=x>"
FOOT = Foot("Vì có tên.", (("Ngừng nhận", "https://x.vn/stop"),))


class Read(HTMLParser):
    """What a mail reader takes from the markup."""

    def __init__(self, written: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(written)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def values(self, tag: str, name: str) -> list[str | None]:
        return [attrs.get(name) for one, attrs in self.tags if one == tag]

    @property
    def text(self) -> str:
        return "".join(self.words)


def named(page: Page, subject: str = "Số 47") -> set[str]:
    return {tag for tag, _ in Read(html_of(page, subject)).tags}


@pytest.mark.parametrize("made", [paragraph, heading, line, lead, item, quote])
def test_what_people_wrote_is_no_markup(made):
    plain, hostile = Page((made("chữ"),)), Page((made(HOSTILE),))
    assert named(hostile) == named(plain)
    shown = Read(html_of(hostile, "Số 47")).text
    assert shown.count(HOSTILE) == (1 if made is heading else 2)  # the beginning is shown in lists of letters, too


def test_cells_of_a_table_are_no_markup():
    page = Page((row((Span("Một"),)), row((Span(HOSTILE),))))
    assert Read(html_of(page, "Số 47")).text.count(HOSTILE) == 2
    assert "script" not in named(page)


@pytest.mark.parametrize(
    "page",
    [
        Page((paragraph("chữ"),), foot=Foot(HOSTILE)),
        Page((paragraph("chữ"),), foot=Foot("", ((HOSTILE, "https://x.vn"),))),
        Page((paragraph("chữ"),), buttons=((HOSTILE, "https://x.vn", Style.PLAIN),)),
        Page((paragraph(f"1. {HOSTILE}"),), of_lines={0: "https://x.vn"}),
        Page((paragraph(f"{HOSTILE}. chữ"),), of_lines={0: "https://x.vn"}),
    ],
    ids=["why", "link", "button", "line", "number"],
)
def test_what_stands_around_is_no_markup(page):
    read = Read(html_of(page, "Số 47"))
    assert HOSTILE in read.text
    assert not {"script", "img"} & {tag for tag, _ in read.tags}


def test_a_subject_is_no_markup():
    read = Read(html_of(Page((paragraph("chữ"),)), HOSTILE))
    assert (HOSTILE in read.text, {"script", "img"} & {tag for tag, _ in read.tags}) == (True, set())


@pytest.mark.parametrize(
    "page",
    [
        Page((paragraph(Span("chữ", link="https://x.vn/'onclick='x")),)),
        Page((paragraph("chữ"),), foot=Foot("", (("Ngừng", "https://x.vn/'onclick='x"),))),
        Page((paragraph("chữ"),), buttons=(("Đọc", "https://x.vn/'onclick='x", Style.PLAIN),)),
        Page((paragraph("1. chữ"),), of_lines={0: "https://x.vn/'onclick='x"}),
    ],
    ids=["span", "foot", "button", "line"],
)
def test_an_address_cannot_leave_its_attribute(page):
    read = Read(html_of(page, "Số 47"))
    assert read.values("a", "href") == ["https://x.vn/'onclick='x"]
    assert read.values("a", "onclick") == [None]


def test_what_is_said_of_a_picture_cannot_leave_its_attribute():
    read = Read(html_of(Page((paragraph("chữ"),), picture="x' onerror='y"), "Số 47"))
    assert (read.values("img", "alt"), read.values("img", "onerror")) == (["x' onerror='y"], [None])


def test_nothing_is_fetched_from_elsewhere_while_a_letter_is_laid_out(tmp_path):
    """A style sheet of somebody else, should one ever come into a letter, is not read."""
    style = tmp_path / "a.css"
    style.write_text("p { color: #123456 }")
    made = _inliner().inline(f"<html><head><link rel='stylesheet' href='{style.as_uri()}'></head><p>chữ</p></html>")
    assert "#123456" not in made


def test_what_cannot_stand_in_a_tag_is_kept_for_small_screens():
    assert "@media" in html_of(Page(()), "")


def test_an_empty_letter_is_laid_out():
    assert text_of(Page(())) == "\n"
    assert subject_of(()) == ""
    read = Read(html_of(Page(()), ""))
    assert [tag for tag, _ in read.tags if tag in {"ul", "h1", "img", "a"}] == []


def test_a_button_whose_address_stands_by_a_line_above_is_left_out():
    said = Message(
        (paragraph("1. Một"), paragraph("2. Hai"), paragraph("Hết")),
        ((Choice("a", "1"), Choice("b", "2")), (Choice("c", "📖 Đọc"), Choice("d", "Thêm"), Choice("e", "Không"))),
    )
    links = {"a": "https://x.vn/1", "b": "", "c": "https://x.vn/c", "d": "https://x.vn/1", "e": ""}
    page = page_of(said, lambda choice: links[choice.token], FOOT)
    assert (page.of_lines, page.buttons) == (
        {0: "https://x.vn/1"}, (("Đọc", "https://x.vn/c", Style.PLAIN),),
    )  # fmt: skip
    assert text_of(page) == (
        "1. Một\n   https://x.vn/1\n\n2. Hai\n\nHết\n\nĐọc:\nhttps://x.vn/c\n\n-- \n"
        "Vì có tên.\nNgừng nhận: https://x.vn/stop\n"
    )
    assert Read(html_of(page, "")).values("a", "href") == ["https://x.vn/1", "https://x.vn/c", "https://x.vn/stop"]


def test_a_picture_is_named_and_none_is_not():
    shown = Message((paragraph("chữ"),), picture=File("bìa.png", b"", "image/png"))
    assert [page_of(one, lambda _: "", FOOT).picture for one in (shown, Message(shown.body))] == ["bìa.png", ""]


@pytest.mark.parametrize(
    ("body", "subject"),
    [
        ((heading("📢 Bản tin"), line("Số 47")), "Bản tin – Số 47"),
        ((heading("📢 Bản tin"), paragraph("Số 47")), "Bản tin"),
        ((heading("📢 Bản tin"),), "Bản tin"),
        ((paragraph("Mở đầu"), heading("Bản tin"), line("Số 47")), "Bản tin – Số 47"),
        ((paragraph("👉 Mở đầu"), line("Số 47")), "Mở đầu"),
    ],
)
def test_a_letter_is_called_after_its_first_heading(body: Body, subject: str):
    assert subject_of(body) == subject


def test_lists_and_tables_end_where_something_else_begins():
    body = (item("a"), item("b"), paragraph("c"), row((Span("d"),)), row((Span("e"),)), item("f"), row((Span("g"),)))
    made = re.sub(r" style=\"[^\"]*\"", "", html_of(Page(body), ""))
    shown = made[made.index("<ul>") : made.index("</ul>", made.index("f</li>")) + 5]
    assert re.sub(r"</?tbody>", "", shown) == (
        '<ul><li>a</li><li>b</li></ul><p>c</p><table class="data"><tr><th>d</th></tr><tr><td>e</td></tr></table>'
        "<ul><li>f</li></ul>"
    )
    assert made.count('class="data"') == 2
    assert "<th>g</th>" in made


def test_styles_links_and_line_ends_are_kept():
    body = (paragraph(bold("a"), Span("b", italic=True), Span("c\nd", link="https://x.vn")), quote("e"), lead("f"))
    made = re.sub(r" style=\"[^\"]*\"", "", html_of(Page(body), ""))
    assert '<p><strong>a</strong><em>b</em><a href="https://x.vn">c<br>d</a></p>' in made
    assert '<blockquote>e</blockquote><p class="lead">f</p>' in made
    assert text_of(Page(body)) == "abc\nd <https://x.vn>\n\n> e\nf\n"


def test_buttons_stand_out_as_they_are_meant():
    page = Page((), buttons=(("a", "https://x.vn/a", Style.PLAIN), ("b", "https://x.vn/b", Style.PRIMARY)))
    assert re.findall(r'class="(button[^"s]*)"', html_of(page, "")) == ["button", "button main"]


def test_only_the_beginning_is_shown_beforehand():
    page = Page((heading("Bản tin"), paragraph("x" * 110), paragraph("y")))
    shown = re.findall(r'class="preview"[^>]*>([^<]*)<', html_of(page, ""))
    assert shown == ["x" * 110]
