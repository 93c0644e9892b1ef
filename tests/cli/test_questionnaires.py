"""`loa questionnaire export`, and forms brought in as XLSForm."""

import pytest
from pyxform.xls2xform import convert

from surveys.loading import parse
from tests.cli.conftest import Cli
from tests.surveys.xlsform.forms import excel, table
from tests.world import QUESTIONNAIRES, SMALL

FORM = table("""
    | type          | name | label           | x  |
    | start         | s    |                 |    |
    | select_one yn | used | Ông/bà dùng chưa? | a |
""", "| list_name | name | label |\n| yn | y | Rồi |\n| yn | n | Chưa |")  # fmt: skip
NOTES = (
    "note: sheet survey, row 1, column x: this column is not used\n"
    "note: sheet survey, row 2, column type: start is filled in by a device, which a chat has not; the row is left out\n"
)
BROKEN = table("| type | name | label |\n" + "\n".join(f"| barcode | b{n} | Mã |" for n in range(60)))


@pytest.mark.parametrize("name", ["thu.xlsx", "thu.md"])
def test_a_form_is_imported_with_notes_and_converts_to_what_is_imported(cli: Cli, name: str):
    form = cli.file(name, excel(FORM) if name.endswith("x") else FORM)

    done = cli.run("import", "questionnaire", form)
    assert (done.exit_code, done.stdout) == (0, "thu version 1 imported: 1 questions, 0 criteria\n")
    if name.endswith("x"):
        assert done.stderr == NOTES

    assert cli.run("import", "questionnaire", form, "--convert", "thu.yaml").stdout == "written: thu.yaml\n"
    assert cli.says("import", "questionnaire", cli.folder / "thu.yaml") == (
        "thu version 1 already there: 1 questions, 0 criteria\n"
    )


def test_problems_of_a_form_are_told_together_and_nothing_is_kept(plain: Cli):
    path = plain.file("hong.xlsx", excel(BROKEN))
    said = plain.refuses("import", "questionnaire", path).splitlines()
    assert said[0] == "loa: hong.xlsx: nothing was imported:"
    assert said[1:51] == [
        f"  sheet survey, row {n}, column type: a chat cannot ask barcode; ask for the number under it as text"
        for n in range(2, 52)
    ]
    assert said[51:] == ["  and 10 more"]


def test_a_questionnaire_is_written_as_it_is_kept_and_as_a_form_that_others_take(cli: Cli):
    changed = SMALL.replace("Phiếu nhỏ", "Phiếu nhỏ hơn")
    for source in (SMALL, changed):
        cli.says("import", "questionnaire", cli.file("small.yaml", source))

    assert cli.says("questionnaire", "export", "small", "--xlsform", "small.xlsx", "--yaml", "kept.yaml") == (
        "small version 2 written: small.xlsx, kept.yaml\n"
    )
    assert cli.reads("questionnaire", "export", "small", "--version", 1, "--yaml", "first.yaml") == {
        "key": "small", "version": 1, "written": ["first.yaml"]
    }  # fmt: skip
    assert (cli.folder / "kept.yaml").read_text(encoding="utf-8") == changed
    assert (cli.folder / "first.yaml").read_text(encoding="utf-8") == SMALL
    found = convert((cli.folder / "small.xlsx").read_bytes())._pyxform
    assert (found["title"], found["version"], found["id_string"]) == ("Phiếu nhỏ hơn", "2", "small")

    assert (
        cli.run("import", "questionnaire", "small.xlsx").stdout
        == "small version 3 imported: 6 questions, 2 criteria\n"
    )
    again = parse(cli.sql("SELECT source FROM questionnaires WHERE version = 3")[0][0])
    assert [(q.id, q.text, q.options) for q in again.questions] == [
        (q.id, q.text, q.options) for q in parse(changed).questions
    ]


@pytest.mark.parametrize("name", sorted(path.name for path in QUESTIONNAIRES.glob("*.yaml")))
def test_what_comes_with_loa_is_written_as_a_form(plain: Cli, name: str):
    plain.says("import", "questionnaire", QUESTIONNAIRES / name)
    plain.says("questionnaire", "export", name.removesuffix(".yaml"), "--xlsform", "a.xlsx")
    assert "<h:html" in convert((plain.folder / "a.xlsx").read_bytes()).xform


def test_what_cannot_be_written_is_said(plain: Cli):
    def refused(*words: object) -> str:
        return plain.refuses("questionnaire", "export", *words)

    assert refused("small") == "loa: nothing to write; give --xlsform FILE.xlsx, --yaml FILE.yaml, or both"
    assert refused("small", "--yaml", "a.yaml") == "loa: there is no questionnaire 'small' (there are: none yet)"
    plain.says("import", "questionnaire", plain.file("small.yaml", SMALL))
    assert refused("small", "--version", 2, "--yaml", "a.yaml") == (
        "loa: there is no questionnaire 'small' version 2 (there are: small version 1)"
    )
    assert refused("small", "--xlsform", "a.xls") == "loa: --xlsform: a.xls must end in .xlsx"
    assert refused("small", "--yaml", "a.txt") == "loa: --yaml: a.txt must end in .yaml"
    assert refused("small", "--xlsform", "gone/a.xlsx") == (
        "loa: --xlsform: gone/a.xlsx cannot be written (No such file or directory); nothing was changed"
    )
