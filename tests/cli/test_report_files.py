"""`loa report` into files: real numbers, text that never becomes a formula, and no interval of an open link."""

import json
import re
from pathlib import Path
from typing import Any

import openpyxl
from docx import Document
from docx.shared import Mm

from surveys.files.charts import MINUS
from surveys.report_words import OPEN_NOTE
from tests.cli.answers import INVITED, answered
from tests.cli.conftest import Cli

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "public_json.schema.json").read_text(encoding="utf-8"))
INTERVAL = re.compile(r"±|\d,\d+–\d")


def named(cli: Cli, title: str, design: str = INVITED) -> int:
    cli.survey()
    path = cli.file("design.yaml", design)
    return int(cli.reads("survey", "open", "small", "--title", title, "--design", path)["id"])


def sheets(path: Path) -> Any:
    return openpyxl.load_workbook(path)


def words_in(path: Path) -> str:
    paper = Document(str(path))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in paper.paragraphs), *cells])


def test_a_workbook_has_numbers_charts_and_no_formula(plain: Cli):
    survey_id = named(plain, '=HYPERLINK("http://x","y")')
    answered(plain, survey_id, "00004", satisfied=40, others=10)
    answered(plain, survey_id, "20242", satisfied=12, others=3)
    answered(plain, survey_id, "25750", satisfied=4, others=3)
    path = plain.folder / "a.xlsx"

    assert plain.reads("report", survey_id, "--xlsx", path) == {"survey": survey_id, "files": [str(path)]}

    book = sheets(path)
    assert book.sheetnames == [
        "Tổng hợp", "Yếu tố", "Tiêu chí", "Tỉnh, thành", "Xã, phường", "Theo tháng", "Chất lượng & tỷ lệ trả lời",
        "Phương pháp",
    ]  # fmt: skip
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert book["Tổng hợp"]["A1"].value.startswith("=HYPERLINK")
    assert book["Tổng hợp"]["A1"].quotePrefix
    whole = plain.reads("report", survey_id)["overall"]
    row = [cell.value for cell in book["Tổng hợp"][4]]
    assert row[1:4] == [whole["value"], whole["low"], whole["high"]]
    assert book["Tổng hợp"]["B4"].number_format == "0.00"
    place = {row[0].value: [cell.value for cell in row] for row in book["Tỉnh, thành"].iter_rows(min_row=4)}
    assert place["79"][2:] == [None, None, None, None, None, 7, None, None, "không hiện: quá ít phiếu"]
    assert place["48"][2:4] == [None, None]
    assert place["01"][2] == 80
    factors = book["Yếu tố"]
    bars = factors._charts[0].series[0].errBars
    assert bars.minus.numRef.f == "'Yếu tố'!$L$4:$L$4"
    assert factors.cell(row=4, column=MINUS).value > 0
    assert (factors.page_setup.orientation, factors.page_setup.paperSize, factors.print_title_rows) == (
        "landscape", 9, "$3:$3",
    )  # fmt: skip


def test_a_word_report_has_the_form_of_the_decree(plain: Cli):
    survey_id = named(plain, "Khảo sát mời")
    answered(plain, survey_id, "00004", satisfied=40, others=10)
    path = plain.folder / "a.docx"

    plain.says("report", survey_id, "--docx", path, "--agency", "Sở Nội vụ", "--signer", "Trần Hoa", "--place", "Huế")

    paper = Document(str(path))
    page = paper.sections[0]
    lengths = (page.page_width, page.left_margin, page.right_margin)
    assert [round(length / Mm(1)) if length is not None else None for length in lengths] == [210, 30, 15]
    assert page.different_first_page_header_footer
    assert "PAGE" in page.header._element.xml
    said = words_in(path)
    for part in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "SỞ NỘI VỤ", "BÁO CÁO", "Nơi nhận:",
                 "Trần Hoa", "Huế, ngày", "Chỉ số hài lòng chung là 80,00% (khoảng tin cậy 95%: "):  # fmt: skip
        assert part in said, part
    assert paper.tables[1].rows[0]._tr.xpath("w:trPr/w:tblHeader")
    (picture,) = paper.element.body.xpath("//wp:docPr")
    assert picture.get("descr").startswith("Biểu đồ chỉ số hài lòng theo yếu tố. Chỉ số hài lòng chung: 80,00% (")


def test_an_open_link_has_no_interval_in_any_file(plain: Cli):
    survey_id = plain.survey()
    answered(plain, survey_id, "00004", satisfied=40, others=10)
    paths = {name: plain.folder / f"a.{name}" for name in ("xlsx", "docx", "pdf", "json")}

    plain.says("report", survey_id, "--xlsx", paths["xlsx"], "--docx", paths["docx"], "--pdf", paths["pdf"],
               "--public-json", paths["json"])  # fmt: skip

    said = words_in(paths["docx"])
    assert INTERVAL.findall(said) == []
    assert OPEN_NOTE in said
    told = json.loads(paths["json"].read_text(encoding="utf-8"))
    assert told["survey"]["probability_sample"] is False
    assert {told["overall"][key] for key in ("margin", "low", "high", "effective_n", "interval")} == {None}
    assert OPEN_NOTE in told["method"]["statements"]
    pdf = paths["pdf"].read_bytes()
    assert pdf.startswith(b"%PDF")
    assert b"/StructTreeRoot" in pdf
    column = {cell.value for cell in sheets(paths["xlsx"])["Tổng hợp"]["C"][3:]}
    assert column == {None}


def test_changes_are_named_only_where_significant(plain: Cli):
    before, now = named(plain, "Đợt một"), named(plain, "Đợt hai")
    answered(plain, before, "00004", satisfied=120, others=80)
    answered(plain, now, "00004", satisfied=180, others=20)
    path = plain.folder / "a.docx"
    plain.says("report", now, "--docx", path, "--against", before)
    assert "Chung tăng 30,00 điểm % (khoảng tin cậy 95%: " in words_in(path)
    alike = named(plain, "Đợt ba")
    answered(plain, alike, "00004", satisfied=178, others=22)
    plain.says("report", alike, "--docx", path, "--against", now, "--force")
    assert "So với “Đợt hai”, không có khác biệt nào có ý nghĩa thống kê" in words_in(path)


def test_public_json_follows_its_schema_and_hides_below_thirty(plain: Cli):
    survey_id = named(plain, "Khảo sát mời")
    answered(plain, survey_id, "00004", satisfied=40, others=10)
    answered(plain, survey_id, "20242", satisfied=30, others=10)
    answered(plain, survey_id, "25750", satisfied=10, others=10)
    path = plain.folder / "a.json"
    plain.says("report", survey_id, "--public-json", path, "--licence", "CC BY 4.0")

    told = json.loads(path.read_text(encoding="utf-8"))

    assert problems(told, SCHEMA) == []
    assert (told["schema"], told["licence"]) == ("loa-public-results/2", "CC BY 4.0")
    assert told["overall"]["value"] == plain.reads("report", survey_id)["overall"]["value"]
    assert {one["code"]: one["hidden"] for one in told["provinces"]} == {"01": False, "48": True, "79": True}
    assert {one["n"] for one in told["provinces"] if one["hidden"]} == {None}
    broken = {**told, "overall": {**told["overall"], "n": "50"}}
    assert problems(broken, SCHEMA) == ["$.overall.n: str is none of integer, null"]


def test_files_are_whole_or_not_there_and_never_written_over_unasked(plain: Cli):
    survey_id = plain.survey()
    there = plain.file("a.pdf", "old")
    assert plain.refuses("report", survey_id, "--pdf", there) == (
        "loa: --pdf: a.pdf is there already; name another file, or add --force to write over it"
    )
    assert there.read_text(encoding="utf-8") == "old"
    assert plain.refuses("report", survey_id, "--docx", plain.folder / "no" / "a.docx").startswith(
        "loa: --docx: there is no folder no"
    )
    same = plain.folder / "b"
    assert plain.refuses("report", survey_id, "--docx", same, "--xlsx", same).startswith("loa: two formats cannot")
    assert plain.refuses("report", survey_id, "--raked", "--docx", same) == (
        "loa: --raked: files have raked figures beside the others anyhow; leave it out, or write no files"
    )
    plain.says("report", survey_id, "--pdf", there, "--force")
    assert there.read_bytes().startswith(b"%PDF")
    assert sorted(one.name for one in plain.folder.iterdir() if one.name.startswith(".a.")) == []


def test_a_file_for_spss_is_named_once(plain: Cli):
    survey_id = plain.survey()
    assert plain.refuses("export", survey_id) == "loa: nowhere to write to; add --into FOLDER, --sav FILE or both"
    answered(plain, survey_id, "00004", satisfied=3, others=1)
    path = plain.folder / "a.sav"
    assert plain.reads("export", survey_id, "--sav", path)["files"] == [str(path)]
    assert path.read_bytes()[:4] == b"$FL2"
    assert plain.refuses("export", survey_id, "--sav", path).startswith("loa: --sav: a.sav is there already")


TYPES = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool,
         "null": type(None)}  # fmt: skip


def problems(value: Any, schema: dict[str, Any], at: str = "$") -> list[str]:
    """What of a value does not follow the part of JSON Schema that ours uses."""
    if "$ref" in schema:
        return problems(value, SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], at)
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    fits = [k for k in kinds if isinstance(value, TYPES[k]) and not (isinstance(value, bool) and k != "boolean")]  # type: ignore[arg-type]  # types
    if kinds and not fits:
        return [f"{at}: {type(value).__name__} is none of {', '.join(kinds)}"]
    found = []
    if "const" in schema and value != schema["const"]:
        found.append(f"{at}: not {schema['const']}")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{at}: {value!r} is none of {schema['enum']}")
    if isinstance(value, dict):
        known = schema.get("properties", {})
        found += [f"{at}: {key} is missing" for key in schema.get("required", []) if key not in value]
        if schema.get("additionalProperties") is False:
            found += [f"{at}: {key} is unknown" for key in value if key not in known]
        for key, one in value.items():
            rest = schema.get("additionalProperties")
            found += problems(one, known.get(key, rest if isinstance(rest, dict) else {}), f"{at}.{key}")
    if isinstance(value, list):
        for number, one in enumerate(value):
            found += problems(one, schema.get("items", {}), f"{at}[{number}]")
    return found
