"""`loa import questionnaire`: versions, the official form, and mistakes told by line."""

import copy
import json
from typing import Any

import pytest

from surveys.loading import parse
from tests.cli.conftest import Cli
from tests.world import QUESTIONNAIRES, SMALL

FORM: dict[str, Any] = {
    "title": "PHIẾU KHẢO SÁT Ý KIẾN",
    "respondent": "Người dân từ 18 tuổi trở lên",
    "demographics": [
        {"id": "gender", "label": "Giới tính", "options": ["Nam", "Nữ"]},
        {"id": "ethnicity", "label": "Dân tộc", "options": ["Kinh", "Khác"], "sensitive": True},
    ],
    "questions": [
        {"id": "q1", "type": "multi", "text": "Ông/bà biết tin qua đâu?", "options": ["Loa phường", "Mạng"]},
        {
            "id": "q4", "type": "matrix", "text": "Mức độ hài lòng",
            "scale": ["Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng"],
            "domains": {"D1": "Cung ứng dịch vụ"},
            "factors": [{"id": "F1", "domain": "D1", "vi": "Tiếp cận dịch vụ"}],
            "criteria": [
                {"n": 1, "factor": "F1", "text": "Biển hiệu dễ thấy", "explain": "Biển, sơ đồ."},
                {"n": 2, "factor": "F1", "text": "Đủ chỗ ngồi"},
            ],
        },
        {"id": "q9", "type": "text", "text": "Góp ý", "optional": True},
    ],
}  # fmt: skip
VERSIONS = "SELECT key, version, title FROM questionnaires ORDER BY id"


def test_each_change_becomes_a_version_and_the_same_again_does_not(cli: Cli):
    small, changed = cli.file("a.yaml", SMALL), cli.file("b.yaml", SMALL.replace("Phiếu nhỏ", "Phiếu nhỏ hơn"))

    told = [cli.reads("import", "questionnaire", path) for path in (small, small, changed, small)]

    common = {"key": "small", "questions": 6, "criteria": 2}
    assert told == [
        {**common, "version": 1, "new": True}, {**common, "version": 1, "new": False},
        {**common, "version": 2, "new": True}, {**common, "version": 1, "new": False},
    ]  # fmt: skip
    assert cli.sql(VERSIONS) == [("small", 1, "Phiếu nhỏ"), ("small", 2, "Phiếu nhỏ hơn")]


@pytest.mark.parametrize("name", sorted(path.name for path in QUESTIONNAIRES.glob("*.yaml")))
def test_what_comes_with_loa_is_imported_as_it_is(plain: Cli, name: str):
    told = plain.reads("import", "questionnaire", QUESTIONNAIRES / name)

    assert (told["key"], told["version"], told["new"]) == (name.removesuffix(".yaml"), 1, True)


def test_the_official_form_is_imported_and_converts_to_what_is_imported(cli: Cli):
    form = cli.file("form.json", json.dumps(FORM, ensure_ascii=False))
    before = cli.rows()

    assert cli.reads("import", "questionnaire", form, "--convert", "form.yaml") == {"written": "form.yaml"}
    assert cli.rows() == before

    found = parse((cli.folder / "form.yaml").read_text(encoding="utf-8"))
    assert [q.id for q in found.questions] == ["gender", "ethnicity", "q1", "c01", "c02", "q9"]
    assert [q.text for q in found.criteria] == ["Biển hiệu dễ thấy", "Đủ chỗ ngồi"]

    assert cli.says("import", "questionnaire", form) == (
        "sipas-official version 1 imported: 6 questions, 2 criteria\n"
    )
    assert cli.says("import", "questionnaire", cli.folder / "form.yaml") == (
        "sipas-official version 1 already there: 6 questions, 2 criteria\n"
    )


def without(key: str) -> dict[str, Any]:
    form = copy.deepcopy(FORM)
    del form[key]
    return form


FILES: dict[str, tuple[str, bytes, str]] = {
    "not YAML": ("a.yaml", b"key: [", "line 1: not YAML: expected the node content, but found '<stream end>'"),
    "a control character": (
        "a.yaml",
        b"key: \x00",
        "not YAML: unacceptable character #x0000: special characters are not allowed "
        'in "<unicode string>", position 5',
    ),
    "an impossible date": ("a.yaml", b"key: 2026-02-30", "day is out of range for month"),
    "no mapping": ("a.yaml", b"- a", "the file must be a mapping that begins with 'key:' and 'title:'"),
    "empty": ("a.yaml", b"", "the file must be a mapping that begins with 'key:' and 'title:'"),
    "no consent": ("a.yaml", b"key: a\n", "line 1: 'consent' with 'version' and 'text' is missing"),
    "an unknown key": (
        "a.yaml",
        SMALL.replace("min: 1", "least: 1").encode(),
        "line 24: unknown key 'least'; known are accepts, ask_if, calculation, constraint, constraint_said, "
        "dont_know, ends_if, explain, extra, factor, filter, group, heading, hint, id, image, kind, limit, max, min, "
        "not_applicable, optional, options, rows, satisfied, scale, sensitive, short, shuffle, text, weight",
    ),
    "a question asked later": (
        "a.yaml",
        SMALL.replace("ask_if: {c2: [1, 2]}", "ask_if: {visits: [1]}").encode(),
        "line 23: ask_if names 'visits', which is not asked before it",
    ),
    "not UTF-8": ("a.yaml", b"key: \xff", "not UTF-8 (byte 5); save it again as UTF-8"),
    "not JSON": ("a.json", b'{\n"a": ]', "line 2: not JSON: Expecting value"),
    "JSON of something else": (
        "a.json", b'{"title": "x"}', "this JSON has no 'questions', so it is not the official questionnaire"
    ),
    "an official form without its groups": (
        "a.json",
        json.dumps(without("demographics")).encode(),
        "this JSON has no 'demographics', so it is not the official questionnaire",
    ),
    "a number": (
        "a.json",
        b"5",
        "this JSON has not the shape of the official questionnaire: argument of type 'int' is not iterable",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FILES)
def test_a_mistake_is_told_by_file_and_line_and_nothing_is_kept_or_written(plain: Cli, case: str):
    name, content, problem = FILES[case]
    path = plain.file(name, content)

    assert plain.refuses("import", "questionnaire", path) == f"loa: {name}: {problem}"
    assert plain.refuses("import", "questionnaire", path, "--convert", "out.yaml") == f"loa: {name}: {problem}"
    assert not (plain.folder / "out.yaml").exists()


def test_a_conversion_is_written_only_as_yaml_and_only_where_that_is_possible(plain: Cli):
    form = plain.file("form.json", json.dumps(FORM))

    assert plain.refuses("import", "questionnaire", form, "--convert", "form.json") == (
        "loa: --convert: form.json must end in .yaml"
    )
    assert plain.refuses("import", "questionnaire", form, "--convert", "gone/form.yaml") == (
        "loa: --convert: gone/form.yaml cannot be written (No such file or directory); nothing was changed"
    )
    assert json.loads(form.read_text(encoding="utf-8")) == FORM


PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (640).to_bytes(4, "big") + (480).to_bytes(4, "big") + b"\x08\x02\0\0\0"


def test_a_picture_beside_the_form_is_kept_and_named_by_what_it_is(cli: Cli):
    cli.file("bien.png", PNG)
    form = cli.file("anh.yaml", SMALL.replace("{id: visits,", "{id: visits, image: bien.png,"))

    cli.says("import", "questionnaire", form)
    assert cli.says("import", "questionnaire", form).split()[2:4] == ["1", "already"]

    [(sha256, content)] = cli.sql("SELECT sha256, content FROM files")
    [(source,)] = cli.sql("SELECT source FROM questionnaires")
    assert bytes(content) == PNG
    assert parse(source).question("visits").image == f"{sha256} image/png bien.png"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("bien.png", None, "image: bien.png: No such file or directory"),
        ("bien.png", b"GIF89a", "image: bien.png: is no picture that can be sent; give a PNG or JPEG file"),
        ("a/bien.png", PNG, "image 'a/bien.png': a picture lies beside the form and is named without a folder"),
    ],
)
def test_a_picture_that_cannot_be_shown_keeps_the_form_out(cli: Cli, name: str, content: bytes | None, said: str):
    if content is not None:
        cli.file(name, content)
    form = cli.file("anh.yaml", SMALL.replace("{id: visits,", f"{{id: visits, image: {name},"))
    assert cli.refuses("import", "questionnaire", form) == f"loa: {said}"


def test_what_the_linter_calls_an_error_is_not_imported(cli: Cli):
    form = cli.file("a.yaml", SMALL.replace("ask_if: {c2: [1, 2]}", "ask_if: 'false()'"))
    assert cli.refuses("import", "questionnaire", form) == (
        "loa: a.yaml: nothing was imported:\n  why: is never asked: false() never holds; mend the condition or take the "
        "question out"
    )


def test_a_script_that_differs_keeps_the_form_out(cli: Cli):
    form = cli.file("a.yaml", SMALL)
    script = cli.file("s.yaml", "respondents:\n  - {name: Lan, answers: {nation: 1}}\n")
    assert cli.refuses("import", "questionnaire", form, "--script", script) == (
        "loa: a.yaml: nothing was imported:\n  s.yaml line 2, Lan: it ends as 'stops at way', not as 'complete'"
    )
