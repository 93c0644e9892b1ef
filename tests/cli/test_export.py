"""`loa export`: files that tell everything about the answers and nothing about who gave them."""

import csv
from pathlib import Path
from typing import Any

from storage.enums import Mode
from tests.cli.answers import answered, opened
from tests.cli.conftest import Cli

DESIGN = 'recruiting: invited\ntargets: {"01": 20}\npopulations: {"01": 4000, "48": 300}\n'


def rows(path: Path) -> list[dict[str, str]]:
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))


def exported(cli: Cli, survey_id: int, *words: Any) -> dict[str, list[dict[str, str]]]:
    folder = cli.folder / f"out{len(words)}"
    told = cli.reads("export", survey_id, "--into", folder, *words)
    assert sorted(told["files"]) == sorted(str(path) for path in folder.iterdir())
    return {path.stem: rows(path) for path in folder.glob("*.csv")}


def test_every_response_stands_there_by_codes_with_its_circumstances(cli: Cli):
    survey_id = opened(cli, DESIGN)
    answered(cli, survey_id, "00004", satisfied=3, others=0, weight=0.1)
    answered(cli, survey_id, "20242", satisfied=0, others=2, mode=Mode.INTERVIEW, why="=1+1")
    cli.says("survey", "exclude", survey_id, "quick")

    found = exported(cli, survey_id)

    assert set(found) == {"responses", "design", "questions"}
    happy = {
        "day": "2026-11-23", "unit": "00004", "province": "01", "stratum": "01", "mode": "chat", "language": "vi",
        "weight": "0.1", "flags": "quick", "excluded": "1", "nation": "", "way": "1", "c1": "5", "c2": "5", "why": "",
        "visits": "1",
    }  # fmt: skip
    sad = happy | {"unit": "20242", "province": "48", "stratum": "20242", "mode": "interview", "weight": "1.0",
                   "c1": "2", "c2": "2", "why": "1"}  # fmt: skip
    assert sorted(found["responses"], key=lambda row: row["unit"]) == [happy] * 3 + [sad] * 2
    assert found["design"] == [
        {"stratum": stratum, "population": population, "target": target, "responses": "0", "recruiting": "invited"}
        for stratum, population, target in (("01", "4000", "20"), ("20242", "", ""), ("48", "300", ""))
    ]
    assert found["questions"][2] == {
        "id": "c1", "column": "c1", "text": "Dễ tìm nơi làm thủ tục", "kind": "one", "factor": "access",
        "options": "1=Rất không hài lòng | 2=Không hài lòng | 3=Bình thường | 4=Hài lòng | 5=Rất hài lòng",
        "domain": "service", "satisfied": "4 5", "weight": "1.0",
    }  # fmt: skip


def test_what_people_wrote_is_apart_and_no_formula(plain: Cli):
    survey_id = opened(plain)
    answered(plain, survey_id, "20242", satisfied=0, others=3, why="=HYPERLINK(1)")

    found = exported(plain, survey_id, "--texts")

    assert found["texts"] == [{"question": "why", "text": "'=HYPERLINK(1)"}] * 3
    assert "HYPERLINK" not in str(found["responses"])
    readme = (plain.folder / "out1" / "README.txt").read_text(encoding="utf-8-sig")
    assert "dấu nháy đơn (')" in readme
    assert "tự chọn tham gia" not in readme


def test_rows_stand_in_another_order_each_time(plain: Cli):
    survey_id = opened(plain)
    for n in range(30):
        answered(plain, survey_id, f"{n:05}", satisfied=1, others=0)
    orders = [
        [row["unit"] for row in exported(plain, survey_id, *words)["responses"]] for words in ((), ("--texts",))
    ]
    assert orders[0] != orders[1]
    assert sorted(orders[0]) == sorted(orders[1])


def test_an_export_of_an_open_link_says_so(plain: Cli):
    survey_id = plain.survey()
    exported(plain, survey_id)
    assert "tự chọn tham gia" in (plain.folder / "out0" / "README.txt").read_text(encoding="utf-8-sig")
    assert plain.sql("SELECT actor, action, subject, detail FROM audit") == [
        ("operator", "export", f"survey {survey_id}", "0 responses")
    ]


def test_an_export_goes_into_a_new_folder_only(plain: Cli):
    survey_id = plain.survey()
    plain.file("full/old.csv", "x")
    assert plain.refuses("export", survey_id, "--into", plain.folder / "full") == (
        "loa: --into: full is not empty; name a new folder"
    )
    assert plain.refuses("export", 9, "--into", "new") == "loa: there is no survey 9; see 'loa survey list'"
