"""`loa survey posters`: one page for each office, each with the link of its place; nothing written where one is wrong."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.geography import communes, place_name, provinces
from tests.cli.conftest import Cli
from tests.cli.test_surveys import known
from tests.surveys.paper import pages

YEAR = datetime.now(UTC).year + 1
OFFICE = "Trung tâm Phục vụ hành chính công, Phường Ba Đình"


def posters(path: str | Path) -> list[tuple[str, str]]:
    """The office and the unit code of each page."""
    made = [[line.words for line in page] for page in pages(Path(path).read_bytes())]
    return [
        (" ".join(words[3 : next(at for at, said in enumerate(words) if said.startswith("https://"))]), code)
        for words in made
        for code in [said.removeprefix("Mã đơn vị: ") for said in words if said.startswith("Mã đơn vị: ")]
    ]


def named(code: str) -> tuple[str, str]:
    return place_name(code).replace(",", ""), code


def test_a_poster_has_the_link_the_title_and_the_time(cli: Cli):
    known(cli).survey()
    cli.says("survey", "open", "small", "--title", "Ý kiến #1", "--until", f"17:00 31/12/{YEAR}")

    told = cli.reads("survey", "posters", 2, "--into", "a.pdf", "--unit", "00004")

    assert told == {"written": "a.pdf", "posters": 1, "until": told["until"]}
    assert datetime.fromisoformat(told["until"]) == datetime(YEAR, 12, 31, 10, tzinfo=UTC)
    (page,) = pages(Path("a.pdf").read_bytes())
    words = [line.words for line in page]
    url = cli.reads("survey", "link", 2, "--unit", "00004")["url"]
    assert (words[0], words[3:6]) == ("Ý kiến #1", ["Phường Ba Đình", "Thành phố Hà Nội", url])
    assert [said for said in words if said.startswith("Nhận")] == [f"Nhận ý kiến đến 17:00 ngày 31/12/{YEAR}"]


def test_places_are_units_a_province_or_all_provinces(plain: Cli):
    survey_id = known(plain).survey()

    said = plain.says("survey", "posters", survey_id, "--into", "u.PDF", "--unit", "48", "--unit", "00004")
    plain.says("survey", "posters", survey_id, "--into", "p.pdf", "--province", "04")
    plain.says("survey", "posters", survey_id, "--into", "all.pdf", "--all-provinces")

    assert said == "written: u.PDF, 2 posters\n"
    assert posters("u.PDF") == [named("48"), named("00004")]
    assert posters("p.pdf") == [named(one.code) for one in communes().values() if one.province == "04"]
    assert posters("all.pdf") == [named(code) for code in provinces()]


LISTS = {
    "a.txt": "\ufeff00004\n\n 00008 \n48",
    "b.csv": "code\n00004\n00008\n\n48\n",
    "c.csv": "\ufeffSTT;Mã đơn vị;Cơ quan\r\n1;00004;\r\n2;00008;\r\n3;48\r\n",
}


@pytest.mark.parametrize("name", LISTS)
def test_places_come_from_a_list(plain: Cli, name: str):
    survey_id = known(plain).survey()

    plain.says("survey", "posters", survey_id, "--into", "a.pdf", "--units", plain.file(name, LISTS[name]))

    assert posters("a.pdf") == [named("00004"), named("00008"), named("48")]


def test_offices_of_one_place_are_named_in_a_list(plain: Cli):
    survey_id = known(plain).survey()
    listed = plain.file("a.csv", f'cơ quan,mã\n"{OFFICE}",00004\n  Điểm   tiếp nhận số 2 ,00004\n,00004\n')

    said = plain.says("survey", "posters", survey_id, "--into", "a.pdf", "--units", listed)

    assert said == "written: a.pdf, 3 posters\n"
    assert posters("a.pdf") == [
        (OFFICE.replace(",", ""), "00004"), ("Điểm tiếp nhận số 2", "00004"), named("00004"),
    ]  # fmt: skip


TO = ("--into", "a.pdf")
WORDS = {
    (1, "--into", "a.png", "--unit", "00004"): "loa: --into: a.png must end in .pdf",
    (1, "--into", "gone/a.pdf", "--unit", "00004"): (
        "loa: --into: gone/a.pdf cannot be written (No such file or directory); nothing was changed"
    ),
    (1, *TO): "loa: for which offices? Give exactly one of --province, --units, --unit and --all-provinces",
    (1, *TO, "--all-provinces", "--province", "01"): (
        "loa: for which offices? Give exactly one of --province, --units, --unit and --all-provinces"
    ),
    (1, *TO, "--province", "02"): "loa: --province: there is no province '02'; write a 2-digit official code",
    (1, *TO, "--province", ""): "loa: --province: there is no province ''; write a 2-digit official code",
    (1, *TO, "--unit", "00004", "--unit", "4", "--unit", "00004"): (
        "loa: --unit: nothing was written:\n"
        "  there is no commune or province '4'; write a 5- or 2-digit official code with its zeros\n"
        "  '00004' is given twice"
    ),
    (7, *TO, "--unit", "00004"): "loa: there is no survey 7; see 'loa survey list'",
}


def test_posters_that_cannot_be_made_say_why(cli: Cli):
    known(cli).survey()

    assert {words: cli.refuses("survey", "posters", *words) for words in WORDS} == WORDS
    assert not Path("a.pdf").exists()


BAD: dict[str, tuple[str | bytes, str]] = {
    "a.txt": (
        "48\n4\n00008,Ngọc Hà\n48",
        "--units: a.txt: nothing was written:\n"
        "  row 2: there is no commune or province '4'; write a 5- or 2-digit official code with its zeros\n"
        "  row 3: there is no commune or province '00008,Ngọc Hà'; write a 5- or 2-digit official code with its zeros\n"
        "  row 4: '48' stands in row 1 too",
    ),
    "b.csv": (
        f"mã,cơ quan\n00004,{'x' * 161}\n,Sở\n",
        "--units: b.csv: nothing was written:\n"
        "  row 2: the office has 161 characters; at most 160 fit on a poster\n"
        "  row 3: there is no commune or province ''; write a 5- or 2-digit official code with its zeros",
    ),
    "c.csv": (
        "00004\n00008\n",
        "--units: c.csv: row 1: there is no column 'code' (mã); name the columns in the first row",
    ),
    "d.csv": ("", "--units: d.csv: row 1: there is no column 'code' (mã); name the columns in the first row"),
    "e.csv": ("code\n", "--units: e.csv: no unit stands in it; write one code on each line"),
    "f.txt": ("\n \n", "--units: f.txt: no unit stands in it; write one code on each line"),
    "g.xlsx": ("00004", "--units: g.xlsx must end in .csv or .txt"),
    "h.txt": (b"\xff\xfe", "--units: h.txt: not UTF-8 (byte 0); save it again as UTF-8"),
    "i.csv": (
        'code\n"00004\n',
        "--units: i.csv: line 2: unexpected end of data; is a quotation mark never closed?",
    ),
    "j.txt": (
        "x\n" * 60,
        "--units: j.txt: nothing was written:"
        + "".join(
            f"\n  row {row}: there is no commune or province 'x'; write a 5- or 2-digit official code with its zeros"
            for row in range(1, 51)
        )
        + "\n  and 10 more",
    ),
}


def test_a_bad_list_names_every_row_and_nothing_is_written(plain: Cli):
    survey_id = known(plain).survey()
    old = plain.file("a.pdf", "as it was")

    for name, (content, said) in BAD.items():
        listed = plain.file(name, content)
        assert plain.refuses("survey", "posters", survey_id, "--into", old, "--units", listed) == f"loa: {said}"
    assert old.read_text() == "as it was"


def test_a_closed_survey_and_a_bot_without_a_name_have_no_posters(plain: Cli):
    survey_id = plain.survey()
    asked = ("survey", "posters", survey_id, "--into", "a.pdf", "--unit", "00004")

    assert plain.refuses(*asked) == (
        "loa: the bot's name on Telegram is not known yet; run 'loa run' or 'loa doctor' once with a token"
    )
    known(plain).says("survey", "close", survey_id)
    assert plain.refuses(*asked) == "loa: survey 1 is closed, so it has no links any more"
    assert not Path("a.pdf").exists()
