"""`loa import officials`: every form of a list, every mistake by its row, re-imports that never double anybody."""

import csv
import io
import unicodedata
from itertools import permutations

import pytest
from openpyxl import Workbook

from storage.contacts import met
from storage.enums import ChannelName
from tests.cli.conftest import OFFICIALS, Cli
from tests.conftest import NOW

PERSONS = "SELECT id, name, title, unit, level, province, commune, areas FROM persons ORDER BY id"
CONTACTS = "SELECT person_id, channel, address FROM contacts ORDER BY person_id, channel"
TABLE = list(csv.reader(io.StringIO(OFFICIALS)))


def workbook(rows: list[list[str]]) -> bytes:
    """As Excel keeps it: numbers as numbers."""
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append([int(cell) if cell.isdigit() else cell or None for cell in row])
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def written(rows: list[list[str]], delimiter: str = ",", newline: str = "\n") -> str:
    kept = io.StringIO()
    csv.writer(kept, delimiter=delimiter, lineterminator=newline).writerows(rows)
    return kept.getvalue()


FORMS: dict[str, tuple[str, bytes]] = {
    "CSV": ("a.csv", OFFICIALS.encode()),
    "CSV with a byte order mark": ("a.csv", b"\xef\xbb\xbf" + OFFICIALS.encode()),
    "CSV with semicolons and Windows line ends": ("a.csv", written(TABLE, ";", "\r\n").encode()),
    "Excel": ("a.XLSX", workbook(TABLE)),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_same_list_in_every_form_gives_the_same_officials(cli: Cli, form: str):
    name, content = FORMS[form]

    told = cli.reads("import", "officials", cli.file(name, content))

    assert told == {"rows": 3, "added": 3, "updated": 0, "unchanged": 0, "contacts_added": 4}
    assert cli.sql(PERSONS) == [
        (1, "Nguyễn Văn An", "Trưởng phòng", "Sở Nội vụ", "province", "01", "", 0),
        (2, "Lê Thị Bình", "Chuyên viên", "UBND phường Ba Đình", "commune", "01", "00004", 0),
        (3, "Trần Văn Cường", "Chủ tịch", "UBND phường Hải Châu", "commune", "48", "20242", 0),
    ]
    assert cli.sql(CONTACTS) == [
        (1, "email", "an@hanoi.gov.vn"), (1, "telegram", "1001"), (2, "telegram", "1002"),
        (3, "email", "cuong@danang.gov.vn"),
    ]  # fmt: skip


def test_the_same_list_again_changes_nothing(cli: Cli):
    path = cli.file("a.csv", OFFICIALS)
    cli.says("import", "officials", path)
    before = cli.rows()

    said = cli.says("import", "officials", path)

    assert said == "3 officials: 0 added, 0 updated, 3 unchanged; 0 new addresses\n"
    assert cli.rows() == before


def test_a_changed_list_updates_whom_it_names_and_leaves_what_they_chose(cli: Cli):
    cli.says("import", "officials", cli.file("a.csv", OFFICIALS))
    cli.sql("UPDATE persons SET subscribed = :no, areas = 5 WHERE id = 1", no=False)
    before = cli.rows()["persons"]

    told = cli.reads("import", "officials", cli.file("b.csv", (
        "họ tên,chức danh,cơ quan,cấp,tỉnh,xã,telegram,email\n"
        "Nguyễn Văn An,Phó Giám đốc,Sở Nội vụ,tỉnh,Hà Nội,,1001,\n"
        "Lê Thị Bình,Chuyên viên,UBND phường Ba Đình,xã,Hà Nội,Ba Đình,,Binh@HaNoi.gov.vn\n"
    )))  # fmt: skip

    assert told == {"rows": 2, "added": 0, "updated": 1, "unchanged": 1, "contacts_added": 1}
    changed = list(before[0])
    changed[2] = "Phó Giám đốc"
    assert cli.rows()["persons"] == [tuple(changed), *before[1:]]
    assert cli.sql("SELECT person_id FROM contacts WHERE address = 'binh@hanoi.gov.vn'") == [(2,)]


def test_two_rows_alike_are_two_people_and_stay_two_in_whatever_order_they_come_again(cli: Cli):
    heading = "họ tên,đơn vị,chức vụ,telegram\n"
    rows = ["Lê Thị Hoa,Sở Y tế,A,\n", "Lê Thị Hoa,Sở Y tế,A,\n", "Lê Thị Hoa,Sở Y tế,B,1001\n"]
    cli.says("import", "officials", cli.file("a.csv", heading + "".join(rows)))
    before = cli.rows()
    assert [row[1:3] for row in before["persons"]] == [("Lê Thị Hoa", "A"), ("Lê Thị Hoa", "A"), ("Lê Thị Hoa", "B")]

    for order in permutations(rows):
        told = cli.reads("import", "officials", cli.file("a.csv", heading + "".join(order)))
        assert told == {"rows": 3, "added": 0, "updated": 0, "unchanged": 3, "contacts_added": 0}
        assert cli.rows() == before


def test_namesakes_keep_their_own_titles_and_get_their_own_new_ones(cli: Cli):
    heading = "họ tên,đơn vị,chức vụ\n"
    path = cli.file("a.csv", heading + "Lê Thị Hoa,Sở Y tế,Bác sĩ\nLê Thị Hoa,Sở Y tế,Kế toán\n")

    said = [cli.says("import", "officials", path) for _ in range(2)]
    cli.file("a.csv", heading + "Lê Thị Hoa,Sở Y tế,Trưởng phòng\nLê Thị Hoa,Sở Y tế,Phó phòng\n")
    said.append(cli.says("import", "officials", path))

    assert said == [
        "2 officials: 2 added, 0 updated, 0 unchanged; 0 new addresses\n",
        "2 officials: 0 added, 0 updated, 2 unchanged; 0 new addresses\n",
        "2 officials: 0 added, 2 updated, 0 unchanged; 0 new addresses\n",
    ]
    assert cli.sql("SELECT id, title FROM persons ORDER BY id") == [(1, "Trưởng phòng"), (2, "Phó phòng")]


def test_decomposed_letters_are_the_same_name(cli: Cli):
    cli.says("import", "officials", cli.file("a.csv", OFFICIALS))
    before = cli.rows()

    cli.says("import", "officials", cli.file("a.csv", unicodedata.normalize("NFD", OFFICIALS)))

    assert cli.rows() == before


def test_whoever_wrote_to_the_bot_before_becomes_the_official_of_that_address(cli: Cli):
    cli.work(lambda session: met(session, ChannelName.TELEGRAM, ["1001"], NOW))

    told = cli.reads("import", "officials", cli.file("a.csv", "họ tên,telegram\nNguyễn Văn An,1001\n"))

    assert told == {"rows": 1, "added": 1, "updated": 0, "unchanged": 0, "contacts_added": 0}
    assert cli.sql(CONTACTS) == [(1, "telegram", "1001")]


def test_two_rows_with_addresses_of_one_person_are_refused(cli: Cli):
    cli.says("import", "officials", cli.file("a.csv", OFFICIALS))
    rows = "họ tên,telegram,email\nNguyễn Văn An,1001,\nPhạm Thị Dung,,an@hanoi.gov.vn\n"

    assert cli.refuses("import", "officials", cli.file("b.csv", rows)) == (
        "loa: b.csv: the rows of 'Nguyễn Văn An' and 'Phạm Thị Dung' have addresses of one person, #1; "
        "make one row of them; nothing was imported"
    )


def test_five_thousand_rows_come_and_come_again(cli: Cli):
    rows = [["họ tên", "đơn vị", "telegram", "email"]]
    rows += [[f"Cán bộ {n}", f"Đơn vị {n % 300}", str(100_000 + n), f"cb{n}@gov.vn"] for n in range(5000)]
    path = cli.file("a.xlsx", workbook(rows))

    first, again = cli.reads("import", "officials", path), cli.reads("import", "officials", path)

    assert first == {"rows": 5000, "added": 5000, "updated": 0, "unchanged": 0, "contacts_added": 10_000}
    assert again == {"rows": 5000, "added": 0, "updated": 0, "unchanged": 5000, "contacts_added": 0}
    assert cli.sql("SELECT count(*), count(DISTINCT invitation) FROM persons") == [(5000, 5000)]
    assert cli.says("grant", "editor", 3001, "--name", "Trần Thị Hoa") == "Trần Thị Hoa (#5001) is now editor\n"


ROWS: dict[str, str] = {
    ",Sở Nội vụ,,,,,,": "row 2, column name: is empty",
    "An,,huyện,,,,,": "row 2, column level: 'huyện' is none of central, province, commune",
    "An,,,Bông Lai,,,,": "row 2, column province: there is no province 'Bông Lai'",
    "An,,,Hà Nội,Hải Châu,,,": "row 2, column commune: there is no one commune 'Hải Châu' in Hà Nội",
    "An,,,,Hải Châu,,,": (
        "row 2, column commune: there is no one commune 'Hải Châu'; give the province too, or its code"
    ),
    "An,,,,,@an,,": "row 2, column telegram: '@an' is no numeric id",
    "An,,,,,,an@hanoi,": "row 2, column email: 'an@hanoi' is no e-mail address",
    "An,,,,,,,Y tế": "row 2, column areas: there is no area 'Y tế'",
}


def test_a_mistake_is_told_by_row_and_column(plain: Cli):
    heading = "họ tên,đơn vị,cấp,tỉnh,xã,telegram,email,lĩnh vực\n"

    said = {
        row: plain.refuses("import", "officials", plain.file("a.csv", f"{heading}{row}\nBình,,,,,,,\n"))
        for row in ROWS
    }

    assert said == {row: f"loa: a.csv: nothing was imported:\n  {problem}" for row, problem in ROWS.items()}


def test_all_mistakes_are_told_at_once_up_to_fifty(cli: Cli):
    rows = "".join(f"Cán bộ {n},x{n}\n" for n in range(53))

    said = cli.refuses("import", "officials", cli.file("a.csv", f"họ tên,telegram\n{rows}")).splitlines()

    assert len(said) == 52
    assert (said[1], said[50], said[51]) == (
        "  row 2, column telegram: 'x0' is no numeric id",
        "  row 51, column telegram: 'x49' is no numeric id",
        "  and 3 more",
    )


FILES: dict[str, tuple[str, bytes, str]] = {
    "empty": ("a.csv", b"", "the file is empty"),
    "only a heading": ("a.csv", "họ tên\n".encode(), "there is a heading but no row below it"),
    "no name": ("a.csv", "đơn vị\nA\n".encode(), "row 1: there is no column 'name' (họ tên)"),
    "unknown column": (
        "a.csv",
        "họ tên,lương\nAn,1\n".encode(),
        "row 1: unknown column 'lương'; known are name, title, unit, level, province, commune, telegram, zalo, "
        "phone, zalo_ok, email, areas",
    ),
    "an address twice": (
        "a.csv", "họ tên,telegram\nAn,1\nBình,1\n".encode(), "row 3, column telegram: 1 stands in row 2 too"
    ),
    "UTF-16": (
        "a.csv", "họ tên\nAn\n".encode("utf-16"), "not UTF-8 (byte 0); in Excel save as 'CSV UTF-8'"
    ),
    "no workbook": ("a.xlsx", b"name\nAn\n", "not an Excel workbook (.xlsx)"),
    "a damaged workbook": ("a.xlsx", workbook(TABLE)[:3000], "not an Excel workbook (.xlsx)"),
    "an old workbook": ("a.xls", b"\xd0\xcf\x11\xe0", "cannot read .xls; known are .csv and .xlsx"),
}  # fmt: skip


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_is_no_list_is_refused_with_what_to_do(plain: Cli, case: str):
    name, content, problem = FILES[case]

    said = plain.refuses("import", "officials", plain.file(name, content))

    assert said == f"loa: {name}: nothing was imported:\n  {problem}"


def test_a_file_that_is_not_there_is_refused(plain: Cli):
    said = plain.refuses("import", "officials", plain.folder / "gone.csv")

    assert said.splitlines()[-1] == "Error: Invalid value for 'FILE': File 'gone.csv' does not exist."
