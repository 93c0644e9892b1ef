"""What becomes of a form: every type and column that a chat can ask, and what is noted of the rest."""

from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from pyxform.xls2xform import convert

from surveys.expression import parse as expression
from surveys.questionnaire import ConsentText, Domain, Factor, Kind, Question
from surveys.xlsform.languages import code
from surveys.xlsform.questions import OTHER, OTHER_SAID
from surveys.xlsform.reading import read
from tests.surveys.xlsform.forms import SETTINGS, excel, made, table, taken

YES_NO = """
| list_name | name | label |
| yn        | y    | Có    |
| yn        | n    | Không |
"""
WIDE: dict[str, Any] = {"lowest": -2_000_000_000, "highest": 2_000_000_000}
PHONE = {
    "constraint": expression("regex(., '[+]?[0-9][0-9 .-]{7,14}')"),
    "constraint_said": "Xin ông/bà ghi số điện thoại gồm 8 đến 15 chữ số.",
}
EMAIL = {
    "constraint": expression("regex(., '[^@ ]+@[^@ ]+[.][^@ .]{2,}')"),
    "constraint_said": "Xin ông/bà ghi địa chỉ thư điện tử, ví dụ: ten@vidu.vn.",
}
TENTHS = tuple(str(n) for n in range(1, 11))
TYPES: dict[str, tuple[Kind, dict[str, Any]]] = {
    "text": (Kind.TEXT, {}),
    "string": (Kind.TEXT, {}),
    "q string": (Kind.TEXT, {}),
    "integer": (Kind.NUMBER, WIDE),
    "int": (Kind.NUMBER, WIDE),
    "decimal": (Kind.DECIMAL, WIDE),
    "date": (Kind.DATE, {}),
    "time": (Kind.TIME, {}),
    "note": (Kind.NOTE, {}),
    "geopoint": (Kind.PLACE, {}),
    "photo": (Kind.FILE, {"accepts": "image"}),
    "image": (Kind.FILE, {"accepts": "image"}),
    "add photo prompt": (Kind.FILE, {"accepts": "image"}),
    "audio": (Kind.FILE, {"accepts": "audio"}),
    "file": (Kind.FILE, {"accepts": "file"}),
    "phonenumber": (Kind.TEXT, PHONE),
    "Email": (Kind.TEXT, EMAIL),
    "acknowledge": (Kind.ONE, {"options": ("Đã đọc",), "codes": ("OK",)}),
    "select_one yn": (Kind.ONE, {"options": ("Có", "Không"), "codes": ("y", "n")}),
    "Select One  yn": (Kind.ONE, {"options": ("Có", "Không"), "codes": ("y", "n")}),
    "select one from yn": (Kind.ONE, {"options": ("Có", "Không"), "codes": ("y", "n")}),
    "add select one prompt using yn": (Kind.ONE, {"options": ("Có", "Không"), "codes": ("y", "n")}),
    "select1 yn": (Kind.ONE, {"options": ("Có", "Không"), "codes": ("y", "n")}),
    "select_multiple yn": (Kind.SEVERAL, {"options": ("Có", "Không"), "codes": ("y", "n")}),
    "select all that apply from yn": (Kind.SEVERAL, {"options": ("Có", "Không"), "codes": ("y", "n")}),
    "rank yn": (Kind.RANK, {"options": ("Có", "Không"), "codes": ("y", "n")}),
    "range": (Kind.ONE, {"options": TENTHS}),
}  # fmt: skip


@pytest.mark.parametrize("type", TYPES)
def test_type_becomes_a_kind(type, tmp_path):
    kind, fields = TYPES[type]
    form = made(tmp_path, table(f"| type | name | label |\n| {type} | q | Câu |", YES_NO))
    assert form.questions == (Question("q", "Câu", kind, group="q", optional=True, **fields),)


COLUMNS: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "required": ("text", "required", "yes", {"optional": False}),
    "required, as a function": ("text", "Required", "TRUE()", {"optional": False}),
    "not required": ("text", "required", "no", {}),
    "hint": ("text", "hint", "Gợi ý", {"hint": "Gợi ý"}),
    "guidance": ("text", "guidance_hint", "Giải thích", {"explain": "Giải thích"}),
    "constraint": ("text", "constraint", ". != 'a'", {"constraint": expression(". != 'a'")}),
    "constraint that looks at the day": (
        "date", "bind::constraint", ". <= today()", {"constraint": expression(". <= today()")}),
    "bounds": ("integer", "constraint", ". >= 0 and . <= 120", {"lowest": 0, "highest": 120}),
    "bounds that exclude": ("integer", "constraint", ". > 0 and . < 120", {"lowest": 1, "highest": 119}),
    "one bound, below zero": ("integer", "constraint", ". >= -5", {"lowest": -5, "highest": WIDE["highest"]}),
    "more than bounds": ("integer", "constraint", ". > 0 or . = -1", {**WIDE, "constraint": expression(". > 0 or . = -1")}),
    "image": ("text", "media::image", "so-do.png", {"image": "so-do.png"}),
    "image without its prefix": ("text", "image", "so-do.png", {"image": "so-do.png"}),
    "relevance": ("text", "relevance", "true()", {"ask_if": expression("true()")}),
    "randomize": ("select_one yn", "parameters", "randomize = true, seed=5", {"shuffled": True}),
    "kept aside": ("text", "appearance", "multiline", {"extra": {"appearance": "multiline"}}),
    "shown only": ("text", "read_only", "yes", {"kind": Kind.NOTE}),
    "range in steps": (
        "range", "parameters", "start=0 end=100 step=5",
        {"kind": Kind.NUMBER, "lowest": 0, "highest": 100, "constraint": expression("(. - 0) mod 5 = 0")}),
    "range in parts": (
        "range", "parameters", "start=0.5;end=5;step=0.5",
        {"kind": Kind.DECIMAL, "lowest": 0, "highest": 5, "constraint": expression(". >= 0.5 and . <= 5")}),
    "range of eleven": ("range", "parameters", "start=0 end=10",
                        {"kind": Kind.ONE, "options": ("0", *TENTHS), "codes": ("0", *TENTHS)}),
    "range of twelve": ("range", "parameters", "start=0 end=11", {"kind": Kind.NUMBER, "lowest": 0, "highest": 11}),
    "short": ("text", "short", "Ngắn", {"short": "Ngắn"}),
    "weight": ("text", "weight", "1,5", {"weight": 1.5}),
    "limit": ("text", "limit", "20", {"limit": 20}),
    "min": ("integer", "min", "-3", {"lowest": -3, "highest": WIDE["highest"]}),
    "do not know": ("text", "dont_know", "có", {"unknown": True}),
    "not applicable": ("text", "not applicable", "x", {"inapplicable": True}),
    "sensitive": ("text", "Sensitive", "1", {"sensitive": True}),
    "satisfied": ("select_one yn", "satisfied", "y", {"satisfied": frozenset({1})}),
    "ends_if": ("integer", "ends_if", ". < 18", {**WIDE, "ends_if": expression(". < 18")}),
    "filter by name": (
        "select_one yn", "choice_filter", "name != 'n'",
        {"filter": expression("name != 'n'"), "columns": ({"name": "y"}, {"name": "n"})}),
}  # fmt: skip


@pytest.mark.parametrize("case", COLUMNS)
def test_column_becomes_a_field(case, tmp_path):
    type, column, said, fields = COLUMNS[case]
    kind, usual = TYPES[type]
    form = made(tmp_path, table(f"| type | name | label | {column} |\n| {type} | q | Câu | {said} |", YES_NO))
    whole: dict[str, Any] = {"kind": kind, "group": "q", "optional": True} | usual
    if type == "range":
        whole |= {"options": ()}
    assert form.questions == (Question("q", "Câu", **(whole | fields)),)


def test_groups_give_headings_and_conditions_to_what_they_hold(tmp_path):
    form = made(tmp_path, table("""
        | type             | name   | label     | relevant            | calculation |
        | select_one yn    | used   | Đã làm?   |                     |             |
        | begin group      | outer  | Phần 1    | ${used} = 'y'       |             |
        | integer          | times  | Mấy lần?  |                     |             |
        | begin_group      | inner  |           | ${times} > 1 or 1=2 |             |
        | text             | why    | Vì sao?   | ${times} < 9        |             |
        | calculate        | twice  |           |                     | ${times}*2  |
        | end_group        |        |           |                     |             |
        | end group        | outer  |           |                     |             |
        | text             | last   | Còn gì?   |                     |             |
    """, YES_NO))  # fmt: skip
    shown = [(q.id, q.group, q.heading, q.ask_if.source if q.ask_if else "") for q in form.questions]
    assert shown == [
        ("used", "used", "", ""),
        ("times", "outer", "Phần 1", "${used} = 'y'"),
        ("why", "inner", "Phần 1", "(${used} = 'y') and (${times} > 1 or 1=2) and (${times} < 9)"),
        ("twice", "inner", "Phần 1", ""),
        ("last", "last", "", ""),
    ]
    assert form.question("twice").calculation == expression(
        "if((${used} = 'y') and (${times} > 1 or 1=2), ${times}*2, '')"
    )


def test_languages_come_from_the_headings_and_the_own_one_from_the_settings(tmp_path):
    survey = """
        | type        | name | label::English (en) | label:Tiếng Việt | Hint::English (en) |
        | select_one l | q   | Which?              | Gì?              | Choose             |
        | text        | t    |                     | Góp ý            |                    |
    """
    choices = """
        | list name | value | label::English (en) | label::Tiếng Việt |
        | l         | 1     | One                 | Một               |
        | l         | 2     | Two                 | Hai               |
    """
    settings = """
        | settings | form_title | default_language | thanks::en | thanks::vi |
        |          | Phiếu      | Tiếng Việt (vi)  | Thanks     | Cảm ơn     |
    """
    form = made(tmp_path, table(survey, choices, settings))
    assert form.languages == ("vi", "en")
    assert form.questions == (
        Question("q", "Gì?", options=("Một", "Hai"), group="q", hint="Choose", optional=True),
        Question("t", "Góp ý", Kind.TEXT, group="t", optional=True),
    )
    english = form.spoken("en")
    assert [q.text for q in english.questions] == ["Which?", "Góp ý"]
    assert english.questions[0].options == ("One", "Two")
    assert (english.thanks, form.thanks, english.title) == ("Thanks", "Cảm ơn", "Phiếu")

    undecided = made(tmp_path, table(survey, choices, settings.replace("Tiếng Việt (vi)", "")))
    assert undecided.languages == ("en", "vi")


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("Tiếng Việt (vi)", "vi"), ("Vietnamese", "vi"), ("tiếng việt", "vi"), ("VI", "vi"), ("English", "en"),
        ("Tiếng  Anh", "en"), ("Français (fr-CA)", "fr-ca"), ("zh", "zh"), ("Tiếng Bahnar", "tieng-bahnar"),
    ],
)  # fmt: skip
def test_language_is_known_by_its_code_or_by_its_name(written, known):
    assert code(written) == known


def test_or_other_becomes_a_choice_and_a_question(tmp_path):
    form = made(tmp_path, table("""
        | type                        | name | label | required | relevant  |
        | select_one yn               | a    | A?    | yes      |           |
        | select_multiple yn or_other | b    | B?    | yes      | ${a}='y'  |
        | text                        | c    | C?    |          | ${b_other} != '' and selected(${b}, 'other') |
    """, YES_NO))  # fmt: skip
    assert form.questions[1:3] == (
        Question(
            "b", "B?", Kind.SEVERAL, ("Có", "Không", OTHER["vi"]), ("y", "n", "other"), group="b",
            ask_if=expression("${a}='y'"),
        ),
        Question("b_other", f"B? {OTHER_SAID['vi']}", Kind.TEXT, group="b", ask_if=expression("selected(${b}, 'other')")),
    )  # fmt: skip


def test_columns_of_choices_are_what_a_filter_looks_at(tmp_path):
    form = made(tmp_path, table("""
        | type           | name | label | choice_filter        |
        | select_one p   | tinh | Tỉnh? |                      |
        | select_one x   | xa   | Xã?   | code = ${tinh} or vi = '1' |
    """, """
        | list_name | name | label   | code | vi |
        | p         | 01   | Hà Nội  |      |    |
        | p         | 79   | HCM     |      |    |
        | x         | a    | Ba Đình | 01   | 1  |
        | x         | b    | Sài Gòn | 79   |    |
    """))  # fmt: skip
    assert form.questions == (
        Question("tinh", "Tỉnh?", options=("Hà Nội", "HCM"), codes=("01", "79"), group="tinh", optional=True),
        Question(
            "xa", "Xã?", options=("Ba Đình", "Sài Gòn"), codes=("a", "b"), group="xa", optional=True,
            columns=({"code": "01", "vi": "1"}, {"code": "79"}), filter=expression("code = ${tinh} or vi = '1'"),
        ),
    )  # fmt: skip


def test_hidden_values_count_in_conditions(tmp_path):
    form = made(tmp_path, table("""
        | type      | name | label | default | calculation   | relevant   |
        | hidden    | wave |       | 2       |               |            |
        | calculate | next |       |         | ${wave} + 1   |            |
        | hidden    | none |       |         |               |            |
        | text      | q    | Câu   |         |               | ${next} = 3 |
    """))  # fmt: skip
    sources = [q.calculation.source for q in form.questions if q.calculation]
    assert sources == ["'2'", "${wave} + 1", "''"]


def test_settings_and_index_say_all_that_a_questionnaire_needs(tmp_path):
    form = made(
        tmp_path,
        table(
            "| type | name | label | sipas_code | satisfied | required |\n| select_one yn | q | Câu | F1 | y | yes |",
            YES_NO,
            """
            | settings | form_title | form_id | intro | consent_text | consent_version | thanks | goodbye  |
            |          | Phiếu      | hp      | Mời   | Đồng ý?      | 2               | Cảm ơn | Tạm biệt |
            | index    | kind   | id | domain | label   | short |
            |          | domain | D  |        | Dịch vụ |       |
            |          | factor | F1 | D      | Yếu tố  | YT    |
            """,
        ),
    )
    assert (form.key, form.title, form.intro, form.thanks, form.goodbye) == (
        "hp",
        "Phiếu",
        "Mời",
        "Cảm ơn",
        "Tạm biệt",
    )
    assert form.consent == ConsentText("2", "Đồng ý?")
    assert (form.domains, form.factors) == ((Domain("D", "Dịch vụ"),), (Factor("F1", "D", "Yếu tố", "YT"),))
    assert form.criteria == form.questions


def test_what_a_form_does_not_say_is_said_in_our_words_and_noted(tmp_path):
    form = taken(tmp_path, table("| type | name | label |\n| text | q | Câu |", settings=""), "to-khai")
    assert [str(note) for note in form.notes] == [
        "sheet settings, row 2, column intro: the form does not say it, so a sentence of ours stands in; "
        "write it under settings, intro",
        "sheet settings, row 2, column consent_text: the form does not say it, so a sentence of ours stands in; "
        "read it, and have it approved",
        "sheet settings, row 2, column thanks: the form does not say it, so a sentence of ours stands in; "
        "write it under settings, thanks",
    ]
    assert "key: to-khai\n" in form.source


NOTES = {
    "filled in by a device": (
        "| type | name | label | x |\n| today | d | | |\n| email | m | | |\n| text | q | Câu | |",
        ["sheet survey, row 1, column x: this column is not used",
         "sheet survey, row 2, column type: today is filled in by a device, which a chat has not; the row is left out",
         "sheet survey, row 3, column type: email is filled in by a device, which a chat has not; the row is left out"],
    ),
    "kept and not used": (
        "| type | name | label | default | trigger | calculation | audio |\n"
        "| text | a | Câu | 5 | | once | |\n| text | q | Câu | | ${a} | | a.mp3 |",
        ["sheet survey, row 2, column default: a chat asks without an answer filled in; it is kept, and not used",
         "sheet survey, row 2, column calculation: the answer is given by the person; the calculation is not used",
         "sheet survey, row 3, column trigger: a chat has no triggers; it is kept, and not used",
         "sheet survey, row 3, column audio: audio beside a question is not shown"],
    ),
    "required under a condition": (
        "| type | name | label | required |\n| text | a | Câu | |\n| text | q | Câu | ${a} = '' |",
        ["sheet survey, row 3, column required: a question is required or not, under no condition; it may be left out"],
    ),
    "blanks in brackets": (
        "| type | name | label | relevant |\n| text | a | Câu | |\n| text | q | Câu | ${ a } = '' |",
        ["sheet survey, row 3, column relevant: ${ a } has blanks inside its brackets; write ${a}"],
    ),
    "a row that shows the scale": (
        "| type | name | label | appearance |\n| select_one yn | s | Thang | label |\n| select_one yn | q | Câu | list-nolabel |",
        ["sheet survey, row 2, column appearance: a row that only shows the scale is not asked"],
    ),
    "a language that is not complete": (
        "| type | name | label::vi | label::en |\n| text | q | Câu | |\n| text | r | Hai | Two |",
        ["sheet survey: 1 labels are not translated into 'en'; another language is shown"],
    ),
    "figures, which no language translates": (
        "| type | name | label::vi | label::en |\n| range | q | Câu | One |", [],
    ),
    "rows that are blank or switched off": (
        "| type | name | label | disabled |\n| | | | |\n| barcode | b | Mã | yes |\n| text | q | Câu | |", [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", NOTES)
def test_what_is_not_used_is_noted_with_its_place(case, tmp_path):
    survey, notes = NOTES[case]
    assert [str(note) for note in taken(tmp_path, table(survey, YES_NO)).notes] == notes


def test_choice_that_stands_twice_is_left_out_where_the_form_allows_it(tmp_path):
    choices = YES_NO + "| yn | y | Vâng |\n| yn | k | |"
    settings = SETTINGS.replace("| version |", "| allow_choice_duplicates |").replace(
        "|         | Mời", "| yes | Mời"
    )
    form = taken(tmp_path, table("| type | name | label |\n| select_one yn | q | Câu |", choices, settings))
    assert [str(note) for note in form.notes] == [
        "sheet choices, row 4, column name: 'y' is in list 'yn' twice; only the first is kept",
        "sheet choices, row 5: the choice 'k' has no label; its name is shown",
    ]
    assert made(
        tmp_path, table("| type | name | label |\n| select_one yn | q | Câu |", choices, settings)
    ).questions == (
        Question("q", "Câu", options=("Có", "Không", "k"), codes=("y", "n", "k"), group="q", optional=True),
    )


def test_conditions_are_those_that_the_reference_converter_reads(tmp_path):
    form = table("""
        | type               | name | label  | relevant                                     | constraint             | calculation |
        | integer            | age  | Tuổi   |                                              | . >= 18 or . = 0       |             |
        | select_multiple yn | m    | Nhiều  | ${age} > 20 and not(${age} = 30)             | count-selected(.) < 2  |             |
        | calculate          | c    |        |                                              |                        | count-selected(${m}) * 2 + ${age} div 2 |
        | text               | t    | Chữ    | selected(${m}, 'y') or ${c} != '' and 'a'="a" | regex(., '[a-z]{2,3}') |             |
    """, YES_NO)  # fmt: skip
    theirs = {row["name"]: row.get("bind", {}) for row in convert(excel(form))._pyxform["children"]}
    for question in made(tmp_path, form).questions:
        ours = (question.ask_if, question.constraint, question.calculation)
        keys = ("relevant", "constraint", "calculate")
        assert [one.source if one else None for one in ours] == [theirs[question.id].get(key) for key in keys]


def test_five_thousand_choices_are_read(tmp_path):
    choices = "| list_name | name | label |\n" + "\n".join(f"| l | c{n} | Xã {n} |" for n in range(5000))
    path = tmp_path / "phieu.md"
    path.write_text(table("| type | name | label |\n| select_one l | q | Xã? |", choices), encoding="utf-8")
    assert read(path).source.count("code: c") == 5000


def test_form_of_300_questions_is_read_in_seconds(tmp_path: Path):
    rows = "\n".join(f"| select_one yn | q{n} | Câu {n} | selected(${{q{n - 1}}}, 'y') |" for n in range(1, 300))
    content = excel(table(f"| type | name | label | relevant |\n| select_one yn | q0 | Câu | |\n{rows}", YES_NO))
    before = perf_counter()
    form = taken(tmp_path, content)
    took = perf_counter() - before
    assert form.source.count("ask_if") == 299
    assert took < 10
