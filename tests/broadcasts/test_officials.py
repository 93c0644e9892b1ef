"""Lists of officials as offices keep them; each mistake with its row and its column."""

import re
import unicodedata
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import Workbook

from broadcasts.officials import read
from storage.enums import ChannelName
from storage.lists import BadList
from storage.officials import Official

HOA = Official(
    name="Trần Thị Hoa", title="Chủ tịch", unit="UBND phường Ba Đình", level="commune", province="01", commune="00004",
    areas=0b101, addresses=((ChannelName.TELEGRAM, "1001"), (ChannelName.EMAIL, "hoa@hanoi.gov.vn")),
)  # fmt: skip
NAM = Official(
    name="Lê Quốc Nam", title="", unit="Bộ Nội vụ", level="central", province="", commune="", areas=None,
    addresses=((ChannelName.ZALO_OA, "77"),),
)  # fmt: skip
HEADING = ["STT", "Họ và tên", "Chức vụ", "Đơn vị công tác", "Cấp", "Tỉnh, thành phố", "Xã, phường", "ID Telegram",
           "ID Zalo", "Thư điện tử", "Lĩnh vực quan tâm", "Ghi chú"]  # fmt: skip
ROWS = [
    ["1", "Trần  Thị Hoa", "Chủ tịch", "UBND phường Ba Đình", "xã", "TP. Hà Nội", "Phường Ba Đình", "1001", "",
     "Hoa@HaNoi.gov.vn", "TTHC|chỉ đạo", "x"],
    [""] * 12,
    ["2", "Lê Quốc Nam", "", "Bộ Nội vụ", "Trung ương", "", "", "", "77", "", "", ""],
]  # fmt: skip


def csv(path: Path, rows: list[list[str]], delimiter: str = ";", encoding: str = "utf-8") -> Path:
    path.write_text("\r\n".join(delimiter.join(row) for row in rows) + "\r\n", encoding=encoding)
    return path


def as_excel_writes(saved: Path, path: Path) -> None:
    """The same workbook with every number as a float: Excel keeps 1001 as 1.001E3 where it likes to."""
    with ZipFile(saved) as before, ZipFile(path, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            if name.startswith("xl/worksheets/"):
                content = re.sub(rb't="n"><v>(\d+)</v>', rb't="n"><v>\1.0</v>', content)
            after.writestr(name, content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_vietnamese_list_with_semicolons(tmp_path: Path, encoding: str, form: str):
    rows = [[unicodedata.normalize(form, cell) for cell in row] for row in [HEADING, *ROWS]]  # type: ignore[arg-type]
    assert read(csv(tmp_path / "a.csv", rows, encoding=encoding)) == [HOA, NAM]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_list_with_commas_and_quoted_cells(tmp_path: Path, encoding: str):
    path = tmp_path / "a.CSV"
    path.write_text(
        "name,title,unit,level,province,commune,telegram,email,areas\n"
        'Trần Thị Hoa,Chủ tịch,UBND phường Ba Đình,commune,1,4,1001,hoa@hanoi.gov.vn,"TTHC,CDDH"\n',
        encoding=encoding,
    )
    assert read(path) == [HOA]


def test_columns_may_stand_in_any_order_and_be_left_out(tmp_path: Path):
    path = csv(tmp_path / "a.csv", [["* E-mail:", "HỌ TÊN"], ["a@b.vn", "An"], ["", "Bình", "thừa"]])
    assert read(path) == [
        Official("An", "", "", "", "", "", None, ((ChannelName.EMAIL, "a@b.vn"),)),
        Official("Bình", "", "", "", "", "", None, ()),
    ]


def test_workbook_gives_numbers_as_floats(tmp_path: Path):
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["Họ tên", "telegram", "zalo", "Tỉnh", "Xã", "Cấp"])
    sheet.append(["Trần Thị Hoa", 1001.0, 7_000_000_000_000_000, 1.0, 4, "xã"])
    sheet.append([None] * 6)
    sheet.append(["Lê Quốc Nam", "-100123", None, "01", "00070", None])
    path = tmp_path / "a.xlsx"
    workbook.save(tmp_path / "saved.xlsx")
    as_excel_writes(tmp_path / "saved.xlsx", path)
    assert read(path) == [
        Official(
            "Trần Thị Hoa", "", "", "commune", "01", "00004", None,
            ((ChannelName.TELEGRAM, "1001"), (ChannelName.ZALO_OA, "7000000000000000")),
        ),
        Official("Lê Quốc Nam", "", "", "", "01", "00070", None, ((ChannelName.TELEGRAM, "-100123"),)),
    ]  # fmt: skip
    path.rename(tmp_path / "closed.xlsx")


@pytest.mark.parametrize(
    ("heading", "row", "problem"),
    [
        ("name", "", "there is a heading but no row below it"),
        ("name;level", ";xã", "row 2, column name: is empty"),
        ("name;level", "An;huyện", "row 2, column level: 'huyện' is none of central, province, commune"),
        ("name;province", "An;Sài Gòn Mới", "row 2, column province: there is no province 'Sài Gòn Mới'"),
        ("name;province;commune", "An;Hà Nội;Xuân Hoà", "row 2, column commune: there is no one commune 'Xuân Hoà' in Hà Nội"),
        ("name;commune", "An;Ba Đình", "row 2, column commune: there is no one commune 'Ba Đình'; give the province too, or its code"),
        ("name;province;commune", "An;48;00004", "row 2, column commune: there is no one commune '00004' in Đà Nẵng"),
        ("name;areas", "An;TTHC|bóng đá", "row 2, column areas: there is no area 'bóng đá'"),
        ("name;telegram", "An;@an", "row 2, column telegram: '@an' is no numeric id"),
        ("name;telegram", "An;²", "row 2, column telegram: '²' is no numeric id"),
        ("name;telegram", "An;--5", "row 2, column telegram: '--5' is no numeric id"),
        ("name;telegram", "An;1001.5", "row 2, column telegram: '1001.5' is no numeric id"),
        ("name;zalo", "An;0912 345", "row 2, column zalo: '0912 345' is no numeric id"),
        ("name;email", "An;an@gov", "row 2, column email: 'an@gov' is no e-mail address"),
        ("name;email", "An;an gov.vn", "row 2, column email: 'an gov.vn' is no e-mail address"),
        ("name;zalo", "An;7\nBình;7", "row 3, column zalo: 7 stands in row 2 too"),
        ("name;email", "An;A@b.vn\n\nBình;a@B.vn", "row 4, column email: a@b.vn stands in row 2 too"),
        ("tuổi;name", "5;An", "row 1: unknown column 'tuổi'; known are name, title, unit, level, province, commune, telegram, zalo, phone, zalo_ok, email, areas"),
        ("stt;title", "1;An", "row 1: there is no column 'name' (họ tên)"),
    ],
)  # fmt: skip
def test_mistake_is_told_with_row_and_column(tmp_path: Path, heading: str, row: str, problem: str):
    path = tmp_path / "a.csv"
    path.write_text(f"{heading}\n{row}\n", encoding="utf-8")
    with pytest.raises(BadList) as caught:
        read(path)
    assert caught.value.problems == [problem]


def test_all_mistakes_are_told_and_nobody_is_taken(tmp_path: Path):
    path = csv(
        tmp_path / "a.csv", [["name", "telegram", "level"], ["", "x", "y"], ["An", "1", "xã"], ["Bình", "1", ""]]
    )
    with pytest.raises(BadList) as caught:
        read(path)
    assert caught.value.problems == [
        "row 2, column name: is empty",
        "row 2, column level: 'y' is none of central, province, commune",
        "row 2, column telegram: 'x' is no numeric id",
        "row 4, column telegram: 1 stands in row 3 too",
    ]


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.csv", b"", "the file is empty"),
        ("a.csv", "họ tên\nAn".encode("utf-16"), "not UTF-8 (byte 0); in Excel save as 'CSV UTF-8'"),
        (
            "a.csv",
            b'name\n"' + b"x" * 140_000 + b"\n",
            "line 2: field larger than field limit (131072); is a quotation mark",
        ),
        ("a.xlsx", b"", "not an Excel workbook (.xlsx)"),
        ("a.xlsx", b"junk", "not an Excel workbook (.xlsx)"),
        ("a.xls", b"junk", "cannot read .xls; known are .csv and .xlsx"),
        ("a", b"junk", "cannot read a file without an ending; known are .csv and .xlsx"),
    ],
)
def test_file_that_is_no_list_is_refused(tmp_path: Path, name: str, content: bytes, problem: str):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadList) as caught:
        read(path)
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].startswith(problem)


def test_damaged_workbook_is_read_or_refused(tmp_path: Path):
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["name"])
    sheet.append(["An"])
    path = tmp_path / "a.xlsx"
    workbook.save(path)
    whole = path.read_bytes()
    for at in range(0, len(whole), len(whole) // 40):
        for damaged in (whole[:at], whole[:at] + bytes(8) + whole[at + 8 :]):
            path.write_bytes(damaged)
            try:
                assert len(read(path)) == 1
            except BadList:
                pass


def test_hostile_cells_are_only_text(tmp_path: Path):
    name = "=HYPERLINK('http://a.vn') <script> & \u202e"
    made = read(csv(tmp_path / "a.csv", [["name", "unit"], [name, "x" * 10_000]]))
    assert (made[0].name, len(made[0].unit)) == (name.strip(), 10_000)


def test_a_quotation_mark_that_is_never_closed_swallows_nobody(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text('name,unit\n"Nguyễn An,Sở A\nTrần Bình,Sở B\n', encoding="utf-8")

    with pytest.raises(BadList) as caught:
        read(path)

    assert caught.value.problems == ["line 3: unexpected end of data; is a quotation mark never closed?"]
