"""`loa survey`: opened, linked, closed."""

import io
import struct
import zlib
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
import segno

from storage.contacts import learn
from storage.surveys import survey
from surveys.links import SurveyLink, genuine, read
from tests.cli.conftest import Cli
from tests.world import SMALL

YEAR = datetime.now(UTC).year + 1
BORDER, SCALE = 3, 10


def known(cli: Cli) -> Cli:
    """The bot's name has been learned, as by 'loa run' or 'loa doctor'."""
    cli.work(lambda session: learn(session, "telegram username", "loa_bot"))
    return cli


def squares(png: bytes) -> list[list[bool]]:
    """The dark squares of a QR code in a PNG of one bit a pixel, read without its maker."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, data, width = 8, b"", 0
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        if kind == b"IHDR":
            width, _, depth, colour = struct.unpack(">IIBB", png[at + 8 : at + 18])
            assert (depth, colour) == (1, 0)
        data += png[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    raw, stride = zlib.decompress(data), (width + 7) // 8 + 1
    middle = range(BORDER * SCALE + SCALE // 2, width - BORDER * SCALE, SCALE)
    lines, above = [], bytes(stride)
    for at in range(0, len(raw), stride):
        kind, line = raw[at], raw[at : at + stride]
        assert kind in (0, 2), "only lines as they are, or as the difference to the line above"
        above = bytes((one + over) % 256 for one, over in zip(line, above, strict=True)) if kind == 2 else line
        lines.append(above)
    return [[not lines[y][1 + x // 8] >> (7 - x % 8) & 1 for x in middle] for y in middle]


def test_a_survey_is_opened_with_the_newest_version_and_listed(cli: Cli):
    cli.says("import", "questionnaire", cli.file("a.yaml", SMALL))
    cli.says("import", "questionnaire", cli.file("b.yaml", SMALL.replace("Phiếu nhỏ", "Phiếu mới")))

    opened = cli.reads("survey", "open", "small", "--title", " Hài lòng  2026 ", "--until", f"17:00 31/12/{YEAR}")
    said = cli.says("survey", "open", "small", "--title", "Không hạn")

    until = f"{YEAR}-12-31T17:00:00+07:00"
    assert opened == {"id": 1, "questionnaire": "small", "version": 2, "until": until}
    assert said == "survey 2 is open; links: loa survey link 2 --unit CODE\n"
    nobody = {"open": 0, "complete": 0, "ineligible": 0, "refused": 0}
    assert cli.reads("survey", "list") == [
        {"id": 2, "title": "Không hạn", "status": "open", "until": None, "responses": nobody},
        {"id": 1, "title": "Hài lòng 2026", "status": "open", "until": f"{YEAR}-12-31T10:00:00+00:00",
         "responses": nobody},
    ]  # fmt: skip
    assert cli.says("survey", "list") == "2\topen\t0 complete\tKhông hạn\n1\topen\t0 complete\tHài lòng 2026\n"


@pytest.mark.parametrize(
    ("unit", "place"), [("00004", "Phường Ba Đình, Thành phố Hà Nội"), ("48", "Thành phố Đà Nẵng")]
)
def test_a_link_is_short_signed_and_of_its_place(cli: Cli, unit: str, place: str):
    survey_id = known(cli).survey()

    told = cli.reads("survey", "link", survey_id, "--unit", unit)

    url = str(told.pop("url"))
    assert told == {"unit": unit, "place": place, "qr": None}
    assert url.startswith("https://t.me/loa_bot?start=")
    payload = url.partition("?start=")[2]
    assert len(payload) <= 64
    found, key = read(payload), cli.rows()["surveys"][0][5]
    assert isinstance(found, SurveyLink)
    assert (found.survey_id, found.unit, genuine(found, key)) == (survey_id, unit, True)
    assert cli.says("survey", "link", survey_id, "--unit", unit) == f"{place}\n{url}\n"


def test_qr_codes_hold_the_link(plain: Cli):
    survey_id = known(plain).survey()

    told = [plain.reads("survey", "link", survey_id, "--unit", "00004", "--qr", qr) for qr in ("a.png", "b.SVG")]

    assert [one["qr"] for one in told] == ["a.png", "b.SVG"]
    code = segno.make(told[0]["url"], error="m")
    wanted = [[bool(square) for square in line] for line in code.matrix]
    assert squares(Path("a.png").read_bytes()) == wanted
    drawn = ElementTree.parse("b.SVG").getroot()
    assert drawn.tag == "{http://www.w3.org/2000/svg}svg"
    assert drawn.get("width") == str((len(wanted) + 2 * BORDER) * SCALE)
    again = io.BytesIO()
    code.save(again, kind="svg", scale=SCALE, border=BORDER)
    assert Path("b.SVG").read_bytes() == again.getvalue()


LINKS = {
    (1, "--unit", "4"): "loa: --unit: there is no commune or province '4'; write a 5- or 2-digit official code",
    (1, "--unit", "99999"): (
        "loa: --unit: there is no commune or province '99999'; write a 5- or 2-digit official code"
    ),
    (1, "--unit", "00004", "--qr", "a.jpg"): "loa: --qr: a.jpg must end in .png or .svg",
    (1, "--unit", "00004", "--qr", "gone/a.png"): (
        "loa: --qr: gone/a.png cannot be written (No such file or directory); nothing was changed"
    ),
    (7, "--unit", "00004"): "loa: there is no survey 7; see 'loa survey list'",
}


def test_a_link_that_cannot_be_made_says_why(cli: Cli):
    known(cli).survey()

    assert {words: cli.refuses("survey", "link", *words) for words in LINKS} == LINKS


def test_a_link_needs_the_name_of_the_bot(plain: Cli):
    assert plain.refuses("survey", "link", plain.survey(), "--unit", "00004") == (
        "loa: the bot's name on Telegram is not known yet; run 'loa run' or 'loa doctor' once with a token"
    )


def test_the_link_to_the_form_on_the_web_needs_only_its_address(plain: Cli, monkeypatch: pytest.MonkeyPatch):
    survey_id = plain.survey()
    assert plain.refuses("survey", "link", survey_id, "--unit", "00004", "--web") == (
        "loa: --web: set LOA_WEB_URL to the public address of the web pages, https://… without a path"
    )
    monkeypatch.setenv("LOA_WEB_URL", "https://khaosat.example.vn/")

    url = str(plain.reads("survey", "link", survey_id, "--unit", "00004", "--web")["url"])

    assert url.startswith("https://khaosat.example.vn/s/k")
    found = read(url.removeprefix("https://khaosat.example.vn/s/"))
    assert isinstance(found, SurveyLink)
    info = plain.work(lambda session: survey(session, survey_id))
    assert info is not None
    assert info.key is not None
    assert (found.survey_id, found.unit, genuine(found, info.key)) == (survey_id, "00004", True)


OPENINGS = {
    ("none", "--title", "x"): (
        "loa: there is no questionnaire 'none' (there are: small); see 'loa import questionnaire'"
    ),
    ("small", "--title", " "): "loa: --title is empty; write what people are to see",
    ("small", "--title", "x", "--until", "hôm qua 8:00"): (
        "loa: what day is 'hom qua'? Write for example '8:00 thứ Hai', 'mai 8:00' or '14:30 25/11'"
    ),
    ("small", "--title", "x", "--until", "2020-01-01"): "loa: '2020-01-01' has passed already",
    ("small", "--title", "x", "--until", "now"): (
        "loa: --until: 'now' would close the survey at once; write a time ahead"
    ),
}


def test_a_survey_that_cannot_be_opened_says_why(cli: Cli):
    cli.survey()

    assert {words: cli.refuses("survey", "open", *words) for words in OPENINGS} == OPENINGS


def test_a_closed_survey_has_no_key_no_links_and_tells_staff_once(cli: Cli):
    survey_id = known(cli).survey()
    cli.staff()

    said = cli.says("survey", "close", survey_id)

    assert said == "survey 1 is closed; nobody who took part can be recognised any more\n"
    assert [(row[3], row[5]) for row in cli.rows()["surveys"]] == [("closed", None)]
    assert cli.sql("SELECT kind, subject_id, count(*) FROM notices GROUP BY kind, subject_id") == [
        ("survey closed", 1, 2)
    ]  # fmt: skip
    assert cli.refuses("survey", "close", survey_id) == "loa: survey 1 is closed already"
    assert cli.refuses("survey", "link", survey_id, "--unit", "00004") == (
        "loa: survey 1 is closed, so it has no links any more"
    )
    assert cli.refuses("survey", "close", 2) == "loa: there is no survey 2; see 'loa survey list'"
