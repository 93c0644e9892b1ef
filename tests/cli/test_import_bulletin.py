"""`loa import bulletin`: files in, guesses shown, a written issue.yaml read back, and nothing half-kept."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import yaml
from docx import Document

from tests.cli.conftest import Cli

PAGE = """\
Trang chủ | Giới thiệu
www.sonoivu.gov.vn
Tin khác
HÀ NỘI RÚT NGẮN THỜI GIAN GIẢI QUYẾT HỒ SƠ TẠI BỘ PHẬN MỘT CỬA
20/11/2026 | 08:15 AM
Lượt xem: 1.234
Từ đầu năm, Thành phố đã cắt giảm thời gian giải quyết thủ tục hành chính ở 214 thủ tục, nhờ đó người dân chờ ít hơn \
và hồ sơ trễ hẹn giảm rõ rệt so với năm trước.
- Hồ sơ đúng hẹn đạt 99,2%.
Tác giả: Minh Anh
Tin liên quan
Một bài khác về chuyển đổi số
"""
MARKDOWN = """\
# Đà Nẵng mở lớp bồi dưỡng công chức

18/11/2026

Công chức **một cửa** được bồi dưỡng về chế độ công vụ.
"""
TODAY = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()
ARTICLES = "SELECT position, area, headline, source FROM articles ORDER BY bulletin_id, position"


def word(cli: Cli, name: str = "c.docx") -> None:
    document = Document()
    document.add_heading("Huế số hóa hồ sơ, ký số trực tuyến", 0)
    document.add_paragraph("Dữ liệu hồ sơ được số hóa và ký số.")
    document.save(str(cli.folder / name))


def test_each_kind_of_file_becomes_an_article_and_what_was_cut_is_told(cli: Cli):
    page, text = cli.file("a.txt", PAGE), cli.file("b.md", MARKDOWN)
    word(cli)

    told = cli.reads("import", "bulletin", page, text, cli.folder / "c.docx")

    articles = told.pop("articles")
    assert told == {
        "number": 1, "year": TODAY.year, "date": str(TODAY), "title": "Bản tin cải cách hành chính", "picture": None,
        "document": None,
    }  # fmt: skip
    assert [(a["file"], a["date"], a["area"], a["area_guessed"], a["source"]) for a in articles] == [
        ("a.txt", "2026-11-20", "TTHC", True, "Minh Anh"),
        ("b.md", "2026-11-18", "CV", True, ""),
        ("c.docx", None, "CPDT", True, ""),
    ]
    assert [(cut["line"], cut["text"]) for cut in articles[0]["cut"]] == [
        (1, "Trang chủ | Giới thiệu"), (2, "www.sonoivu.gov.vn"), (3, "Tin khác"), (5, "20/11/2026 | 08:15 AM"),
        (6, "Lượt xem: 1.234"), (9, "Tác giả: Minh Anh"), (10, "Tin liên quan"), (11, "Một bài khác về chuyển đổi số"),
    ]  # fmt: skip
    assert cli.sql(ARTICLES) == [
        (1, "TTHC", "HÀ NỘI RÚT NGẮN THỜI GIAN GIẢI QUYẾT HỒ SƠ TẠI BỘ PHẬN MỘT CỬA", "Minh Anh"),
        (2, "CV", "Đà Nẵng mở lớp bồi dưỡng công chức", ""),
        (3, "CPDT", "Huế số hóa hồ sơ, ký số trực tuyến", ""),
    ]


def test_as_text_the_guesses_and_cuts_stand_under_each_headline(plain: Cli):
    said = plain.says("import", "bulletin", plain.file("a.txt", PAGE), plain.file("b.md", MARKDOWN))

    assert said.splitlines() == [
        f"Bulletin 1/{TODAY.year}, {TODAY:%d/%m/%Y}: Bản tin cải cách hành chính",
        "",
        "a.txt: HÀ NỘI RÚT NGẮN THỜI GIAN GIẢI QUYẾT HỒ SƠ TẠI BỘ PHẬN MỘT CỬA",
        "  20/11/2026 · Cải cách thủ tục hành chính (guessed) · 192 characters · Minh Anh",
        "  cut line 1 (above the article): Trang chủ | Giới thiệu",
        "  cut line 2 (a site's name): www.sonoivu.gov.vn",
        "  cut line 3 (above the article): Tin khác",
        "  cut line 5 (date): 20/11/2026 | 08:15 AM",
        "  cut line 6 (view counter): Lượt xem: 1.234",
        "  cut line 9 (credit): Tác giả: Minh Anh",
        "  cut line 10 (end of the article): Tin liên quan",
        "  cut line 11 (below “Tin liên quan”): Một bài khác về chuyển đổi số",
        "",
        "b.md: Đà Nẵng mở lớp bồi dưỡng công chức",
        "  18/11/2026 · Cải cách chế độ công vụ (guessed) · 51 characters",
        "",
        "To correct a guess: --write-issue issue.yaml, edit it, and import that file.",
    ]


def test_a_written_issue_is_read_back_from_its_own_folder_and_corrects_the_guesses(cli: Cli):
    page, text = cli.file("trang/a.txt", PAGE), cli.file("bài/b.md", MARKDOWN)
    issue = cli.file("số 47/issue.yaml", "")
    first = cli.reads("import", "bulletin", page, text, "--number", 47, "--write-issue", issue)
    before = cli.rows()

    again = cli.reads("import", "bulletin", issue)

    assert again == {**first, "articles": [{**article, "area_guessed": False} for article in first["articles"]]}
    assert [row[2:] for row in cli.rows()["articles"]] == [row[2:] for row in before["articles"]]
    assert cli.rows()["bulletins"] == before["bulletins"]

    said = yaml.safe_load(issue.read_text(encoding="utf-8"))
    said["title"] = "Bản tin tuần 47"
    said["articles"][1] |= {"area": "tổ chức bộ máy", "headline": "Lớp bồi dưỡng", "source": "Sở Nội vụ"}
    issue.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    cli.says("import", "bulletin", issue)

    assert cli.sql("SELECT number, title FROM bulletins") == [(47, "Bản tin tuần 47")]
    assert cli.sql(ARTICLES)[1] == (2, "BM", "Lớp bồi dưỡng", "Sở Nội vụ")


def test_without_a_number_it_is_the_next_one_and_with_a_known_one_it_takes_its_place(cli: Cli):
    page, text = cli.file("a.txt", PAGE), cli.file("b.md", MARKDOWN)

    numbers = [cli.reads("import", "bulletin", *files)["number"]
               for files in ((page, "--number", 46), (page,), (page, text, "--number", 46))]  # fmt: skip

    assert numbers == [46, 47, 46]
    counted = "SELECT b.number, count(*) FROM bulletins b JOIN articles a ON a.bulletin_id = b.id GROUP BY b.number"
    assert sorted(cli.sql(counted)) == [(46, 2), (47, 1)]


def test_a_bulletin_in_a_broadcast_is_replaced_only_after_that_is_cancelled(cli: Cli):
    cli.staff()
    page = cli.file("a.txt", PAGE)
    cli.says("import", "bulletin", page, "--number", 47)
    cli.says("broadcast", "draft", "--bulletin", 47, "--by", 3001)

    assert cli.refuses("import", "bulletin", page, "--number", 47) == (
        f"loa: bulletin 47/{TODAY.year} is used by broadcast 1 (draft); cancel that first "
        "('loa broadcast cancel 1 --by WHO') or give another --number"
    )

    cli.says("broadcast", "cancel", 1, "--by", 3001)
    assert cli.reads("import", "bulletin", page, "--number", 47)["number"] == 47


def test_a_bulletin_that_has_gone_out_is_replaced_only_to_correct_it(cli: Cli):
    cli.staff()
    page = cli.file("a.txt", PAGE)
    cli.says("import", "bulletin", page, "--number", 47)
    cli.says("broadcast", "draft", "--bulletin", 47, "--by", 3001)
    cli.sql("UPDATE broadcasts SET status = 'sent'")

    assert cli.refuses("import", "bulletin", page, "--number", 47) == (
        f"loa: bulletin 47/{TODAY.year} has gone out with broadcast 1 (sent); give another --number, or "
        "replace it with --correct and then correct what was sent: 'loa broadcast correct 1 --by WHO --note TEXT'"
    )
    before = cli.sql("SELECT id, headline FROM articles")
    cli.says("import", "bulletin", cli.file("b.txt", PAGE.replace("Hà Nội", "Hà Tĩnh")), "--number", 47, "--correct")
    after = cli.sql("SELECT id, headline FROM articles")
    assert [row[0] for row in after] == [row[0] for row in before]  # the buttons that were sent go on working


WRONG_ISSUES: dict[str, tuple[str, str]] = {
    "no articles": ("number: 1\n", "must have 'articles:', a list of entries with 'file:'"),
    "no mapping": ("- a.txt\n", "must have 'articles:', a list of entries with 'file:'"),
    "no file": ("articles:\n- area: TTHC\n", "article 1 has no 'file'"),
    "unknown keys": (
        "nummer: 1\narticles:\n- {file: b.md, titel: x}\n",
        "unknown key 'nummer'\n  issue.yaml: article 1: unknown key 'titel'",
    ),
    "number": ("number: 0\narticles: [{file: b.md}]\n", "'number' must be a whole number from 1 to 32767, not 0"),
    "high number": (
        "number: 40000\narticles: [{file: b.md}]\n", "'number' must be a whole number from 1 to 32767, not 40000"
    ),
    "year": ("year: abc\ndate: 2026-11-23\narticles: [{file: b.md}]\n", "'year' must be a year, as in 2026"),
    "date": ("date: 23/11/2026\narticles: [{file: b.md}]\n", "date '23/11/2026' is no date; write YYYY-MM-DD"),
    "impossible date": (
        "date: 2026-02-30\narticles: [{file: b.md}]\n", "cannot be read: day is out of range for month"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG_ISSUES)
def test_an_issue_file_with_a_mistake_is_refused_by_name(plain: Cli, case: str):
    source, problem = WRONG_ISSUES[case]
    plain.file("b.md", MARKDOWN)

    said = plain.refuses("import", "bulletin", plain.file("issue.yaml", source))

    assert said == f"loa: nothing was imported:\n  issue.yaml: {problem}"


def test_every_bad_file_is_named_and_the_good_ones_are_not_kept(cli: Cli):
    files = [
        cli.file("good.md", MARKDOWN),
        cli.file("empty.txt", ""),
        cli.file("title.md", "# Chỉ có tiêu đề\n"),
        cli.file("latin.txt", "Cải cách".encode("utf-16")),
        cli.file("fake.docx", "không phải Word"),
        cli.file("old.doc", "x"),
    ]

    assert cli.refuses("import", "bulletin", *files).splitlines() == [
        "loa: nothing was imported:",
        "  empty.txt: nothing is left after the page's furniture was cut away",
        "  title.md: there is no text under a headline",
        "  latin.txt: not UTF-8 (byte 0); save it again as UTF-8",
        "  fake.docx: not a Word document (.docx)",
        "  old.doc: cannot read .doc; known are .txt, .md, .docx",
    ]


def test_an_issue_names_missing_files_and_unknown_areas_with_what_to_write(plain: Cli):
    plain.file("b.md", MARKDOWN)
    issue = plain.file("issue.yaml", "articles:\n- file: gone.md\n- {file: b.md, area: Y tế, date: hôm qua}\n")

    assert plain.refuses("import", "bulletin", issue).splitlines() == [
        "loa: nothing was imported:",
        "  gone.md: No such file or directory",
        "  b.md: date 'hôm qua' is no date; write YYYY-MM-DD",
        "  b.md: there is no area 'Y tế'; write one of CDDH, TC, TTHC, BM, CV, TCC, CPDT",
    ]


def test_an_issue_file_comes_alone(plain: Cli):
    issue, text = plain.file("issue.yaml", "articles: [{file: b.md}]\n"), plain.file("b.md", MARKDOWN)

    said = plain.refuses("import", "bulletin", issue, text)

    assert said == (
        "loa: nothing was imported:\n  issue.yaml: give the issue file alone; it names its articles itself"
    )


def test_nothing_is_imported_when_the_issue_file_cannot_be_written(cli: Cli):
    text = cli.file("b.md", MARKDOWN)

    gone = cli.refuses("import", "bulletin", text, "--write-issue", cli.folder / "gone" / "issue.yaml")
    itself = cli.refuses("import", "bulletin", text, "--write-issue", text)

    assert gone == (
        "loa: --write-issue: gone/issue.yaml cannot be written (No such file or directory); nothing was changed"
    )
    assert itself == "loa: --write-issue: b.md must end in .yaml"
    assert text.read_text(encoding="utf-8") == MARKDOWN


def test_a_picture_and_a_document_travel_with_it(cli: Cli):
    page = cli.file("a.txt", PAGE)
    picture, document = page.parent / "bia.png", page.parent / "ban-tin.pdf"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"x" * 50)
    document.write_bytes(b"%PDF-1.7")

    told = cli.reads("import", "bulletin", page, "--number", 47, "--picture", picture, "--document", document)

    assert (told["picture"], told["document"]) == ("bia.png", "ban-tin.pdf")
    assert [row[0] for row in cli.sql("SELECT count(*) FROM files")] == [2]
    issue = cli.file("issue.yaml", "number: 48\npicture: bia.png\narticles:\n- file: a.txt\n")
    assert cli.reads("import", "bulletin", issue)["picture"] == "bia.png"


@pytest.mark.parametrize(
    ("option", "content", "why"),
    [
        ("--picture", b"GIF89a", "is no picture that can be sent; give a PNG or JPEG file"),
        ("--document", b"hello", "is no document that can be sent; give a PDF or .docx file"),
        (
            "--picture",
            b"\x89PNG\r\n\x1a\n" + b"x" * 10_485_760,
            "larger than 10 MB, the most that can be sent as picture",
        ),
    ],
)
def test_what_cannot_be_sent_is_refused_before_anything_is_kept(plain: Cli, option: str, content: bytes, why: str):
    wrong = plain.file("a.txt", PAGE).parent / "x.bin"
    wrong.write_bytes(content)
    said = plain.refuses("import", "bulletin", plain.file("a.txt", PAGE), option, wrong)
    assert said.startswith("loa: nothing was imported:\n")
    assert said.endswith(f"x.bin: {why}")
