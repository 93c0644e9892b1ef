"""Forms with mistakes: each is told with its place and what to do, all of them together, and never by a traceback."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveys.xlsform.problems import BadForm
from surveys.xlsform.reading import read
from tests.surveys.xlsform.forms import SETTINGS, excel, table, taken, told

YES_NO = """
| list_name | name | label |
| yn        | y    | Có    |
| yn        | n    | Không |
"""


def one(column: str, said: str, type: str = "text") -> str:
    """A form whose second question is wrong in one column; the first is select_one, and called used."""
    survey = f"""
        | type          | name | label | {column} |
        | select_one yn | used | Đã?   |          |
        | {type}        | q    | Câu   | {said}   |
        | text          | last | Cuối  |          |
    """
    return table(survey, YES_NO)


def typed(type: str) -> str:
    return one("x", "", type).replace("| x |", "| hint |")


BROKEN: dict[str, tuple[str, list[str]]] = {
    "datetime": (typed("dateTime"), [
        "sheet survey, row 3, column type: a chat cannot ask datetime; ask for the day (date) and the time (time) in two questions"]),
    "barcode": (typed("barcode"), [
        "sheet survey, row 3, column type: a chat cannot ask barcode; ask for the number under it as text"]),
    "geotrace": (typed("geotrace"), [
        "sheet survey, row 3, column type: a chat cannot ask geotrace; ask for one point with geopoint"]),
    "geoshape": (typed("q geoshape"), [
        "sheet survey, row 3, column type: a chat cannot ask geoshape; ask for one point with geopoint"]),
    "video": (typed("add video prompt"), [
        "sheet survey, row 3, column type: a chat cannot ask video; ask for a photo, or for a file"]),
    "osm": (typed("osm tags"), [
        "sheet survey, row 3, column type: a chat cannot ask osm; ask for one point with geopoint"]),
    "audit": (typed("audit"), [
        "sheet survey, row 3, column type: a chat cannot ask audit; take the row out; every answer is kept with its time anyway"]),
    "background-audio": (typed("background-audio"), [
        "sheet survey, row 3, column type: a chat cannot ask background-audio; take the row out; nobody is recorded unasked"]),
    "csv-external": (typed("csv-external"), [
        "sheet survey, row 3, column type: a chat cannot ask csv-external; write the choices on the sheet choices"]),
    "xml-external": (typed("xml-external"), [
        "sheet survey, row 3, column type: a chat cannot ask xml-external; write the choices on the sheet choices"]),
    "choices from a file": (typed("select_one_from_file xa.csv"), [
        "sheet survey, row 3, column type: a chat cannot ask select_one_from_file; "
        "write the choices on the sheet choices and use select_one"]),
    "choices from a file, spelled with blanks": (typed("select multiple from file xa.csv"), [
        "sheet survey, row 3, column type: a chat cannot ask select_multiple_from_file; "
        "write the choices on the sheet choices and use select_multiple"]),
    "external choices": (typed("select_one_external xa"), [
        "sheet survey, row 3, column type: a chat cannot ask select_one_external; "
        "write the choices on the sheet choices and use select_one"]),
    "a type misspelled": (typed("intger"), [
        "sheet survey, row 3, column type: there is no type 'intger'; 'integer' may be meant"]),
    "a type that nobody knows": (typed("xyz"), [
        "sheet survey, row 3, column type: there is no type 'xyz'; see the types of XLSForm"]),
    "a select without its list": (typed("select_one"), [
        "sheet survey, row 3, column type: 'select_one' names no list of choices; write for example 'select_one list'"]),
    "a list that is not there": (typed("select_one yesno"), [
        "sheet survey, row 3, column type: there is no list 'yesno' on the sheet choices; there are: yn"]),
    "no type": (typed(""), ["sheet survey, row 3, column type: there is no type; write one, for example text"]),
    "a repeat": (
        table("""
            | type | name | label | relevant |
            | begin repeat | r | Người | |
            | barcode | b | Mã | |
            | end repeat | | | |
            | text | q | Câu | ${b} = '1' |
        """),
        ["sheet survey, row 2, column type: a chat cannot ask a repeat; "
         "write the questions out as often as they may be needed, each with a name of its own"],
    ),
    "a loop": (
        table("| type | name | label |\n| begin loop over yn | r | Lặp |\n| end loop | | |\n| text | q | Câu |", YES_NO),
        ["sheet survey, row 2, column type: a chat cannot ask a loop; "
         "write the questions out for each choice, each with a name of its own"],
    ),
    "a group of another program": (
        table("| type | name | label |\n| begin_score | r | Điểm |\n| end_score | | |\n| text | q | Câu |"),
        ["sheet survey, row 2, column type: a chat cannot ask a score; write a group of select_one questions that share a list"],
    ),
    "a group never closed": (table("| type | name | label |\n| begin group | g | Nhóm |\n| text | q | Câu |"), [
        "sheet survey, row 2, column type: this group is never closed; write 'end_group' after its last question"]),
    "a group never opened": (table("| type | name | label |\n| text | q | Câu |\n| end_group | | |"), [
        "sheet survey, row 3, column type: this closes a group that was not opened; take the row out"]),
    "no name": (table("| type | name | label |\n| text | | Câu |"), [
        "sheet survey, row 2, column name: the question has no name; write one, for example q1"]),
    "a name of two words": (table("| type | name | label |\n| text | câu 1 | Câu |"), [
        "sheet survey, row 2, column name: 'câu 1' is no name; write 'câu_1': letters, digits and _, a letter first"]),
    "a name that begins with a digit": (table("| type | name | label |\n| text | 1a | Câu |"), [
        "sheet survey, row 2, column name: '1a' is no name; write 'q_1a': letters, digits and _, a letter first"]),
    "a name used twice": (table("| type | name | label |\n| text | q | Câu |\n| text | q | Hai |"), [
        "sheet survey, row 3, column name: the name 'q' stands in row 2 already; use another one"]),
    "no label": (table("| type | name | label |\n| text | q | |"), [
        "sheet survey, row 2, column label: there is no label, so nothing could be asked; write one"]),
    "an answer quoted": (one("hint", "Chào ${used}"), [
        "sheet survey, row 3, column hint: an answer is quoted in a sentence; write the sentence without ${…}"]),
    "a name in other letters": (one("relevant", "${Used} = 'y'"), [
        "sheet survey, row 3, column relevant: ${Used} is written otherwise where it is asked; write ${used}"]),
    "a name that is nowhere": (one("relevant", "${gone} = 'y'"), [
        "sheet survey, row 3, column relevant: there is no question 'gone'; ask it in an earlier row, or mend the name"]),
    "no name in the brackets": (one("relevant", "${ } = 'y'"), [
        "sheet survey, row 3, column relevant: ${} names no question; write the name of one between the brackets"]),
    "a question asked later": (one("relevance", "${last} = 'y'"), [
        "sheet survey, row 3, column relevance: 'last' is not asked before this; move it up"]),
    "its own answer": (one("relevant", "${q} = 'y'"), [
        "sheet survey, row 3, column relevant: 'q' looks at its own answer; that is for constraint"]),
    "a choice that is none": (one("relevant", "selected(${used}, 'yes')"), [
        "sheet survey, row 3, column relevant: 'yes' is no choice of 'used'; its choices are y, n"]),
    "a name without brackets": (one("relevant", "used = 'y'"), [
        "sheet survey, row 3, column relevant: 'used' names nothing; write ${used} for the answer to a question"]),
    "a group in a condition": (
        table("""
            | type | name | label | relevant |
            | begin group | g | Nhóm | |
            | text | a | Câu | |
            | end group | | | |
            | text | q | Câu | ${g} = '1' |
        """),
        ["sheet survey, row 5, column relevant: 'g' is a group; name one of its questions"],
    ),
    "a device in a condition": (
        table("| type | name | label | relevant |\n| deviceid | d | | |\n| text | q | Câu | ${d} = '1' |"),
        ["sheet survey, row 3, column relevant: 'd' is filled in by a device, which a chat has not; ask for it, or leave it out"],
    ),
    "a condition of a group": (
        table("| type | name | label | relevant |\n| begin group | g | Nhóm | ${q} = 1 |\n| text | q | Câu | |\n| end group | | | |"),
        ["sheet survey, row 2, column relevant: 'q' is not asked before this; move it up"],
    ),
    "today in a condition": (one("relevant", "today() > '2026-01-01'"), [
        "sheet survey, row 3, column relevant: today() would change what is asked from one day to the next; "
        "use it only in a constraint"]),
    "now": (one("constraint", ". <= now()"), [
        "sheet survey, row 3, column constraint: a chat knows no now(…); write today(), in a constraint"]),
    "instance": (one("choice_filter", "instance('x')/items/item[name=1]", "select_one yn"), [
        "sheet survey, row 3, column choice_filter: a chat knows no instance(…); use choice_filter with columns of the sheet choices"]),
    "choice-name": (one("relevant", "jr:choice-name(${used}, '${used}') = 'Có'"), [
        "sheet survey, row 3, column relevant: a chat knows no jr:choice-name(…); write the sentence without the label of a choice"]),
    "indexed-repeat": (one("relevant", "indexed-repeat(${used}, ${used}, 1) = 'y'"), [
        "sheet survey, row 3, column relevant: a chat knows no indexed-repeat(…); there are no repeats; name the question itself"]),
    "position": (one("relevant", "position(..) = 1"), [
        "sheet survey, row 3, column relevant: a chat knows no position(…); there are no repeats; leave it out"]),
    "once": (one("calculation", "once(1)", "calculate"), [
        "sheet survey, row 3, column calculation: a chat knows no once(…); "
        "leave it out; a calculation is worked out from the answers each time"]),
    "pulldata": (one("calculation", "pulldata('a', 'b', 'c', 'd')", "calculate"), [
        "sheet survey, row 3, column calculation: a chat knows no pulldata(…); write the values as columns of the sheet choices"]),
    "an expression that breaks off": (one("constraint", ". > "), [
        "sheet survey, row 3, column constraint: it breaks off (in '. >', before character 4); mend it, or leave it out"]),
    "nothing to work out": (one("calculation", "", "calculate"), [
        "sheet survey, row 3, column calculation: there is nothing to work out; write an expression, or take the row out"]),
    "a column that choices have not": (one("choice_filter", "tinh = ${used}", "select_one yn"), [
        "sheet survey, row 3, column choice_filter: the choices have no column 'tinh'; their columns are: name"]),
    "a filter with or_other": (one("choice_filter", "name = 'y'", "select_one yn or_other"), [
        "sheet survey, row 3, column choice_filter: or_other does not go with a filter; write other as a choice"]),
    "a range from above": (one("parameters", "start=5 end=1", "range"), [
        "sheet survey, row 3, column parameters: this is no range; write for example start=1 end=10 step=1, start below end"]),
    "a range of words": (one("parameters", "start=một", "range"), [
        "sheet survey, row 3, column parameters: this is no range; write for example start=1 end=10 step=1, start below end"]),
    "neither yes nor no": (one("sensitive", "maybe"), [
        "sheet survey, row 3, column sensitive: 'maybe' is neither yes nor no; write yes or no"]),
    "no number": (one("weight", "nặng"), ["sheet survey, row 3, column weight: 'nặng' is no number; write one"]),
    "a weight of nothing": (one("weight", "0"), ["sheet survey, row 3: 'weight' must be a number above 0"]),
    "satisfied with what is no choice": (one("satisfied", "4", "select_one yn"), [
        "sheet survey, row 3, column satisfied: '4' is no choice; the choices are y, n"]),
    "a factor that is nowhere": (one("sipas_code", "F1", "select_one yn"), [
        "sheet survey, row 3, column sipas_code: there is no factor 'F1' on the sheet index; "
        "add a row with kind, id, domain and label"]),
    "two columns alike": (one("hint", "").replace("| label |", "| hint |"), [
        "sheet survey, row 1, column hint: this column is there twice; take one of them out",
    ]),
    "a choice twice": (table("| type | name | label |\n| select_one yn | q | Câu |", YES_NO + "| yn | y | Vâng |"), [
        "sheet choices, row 4, column name: 'y' is in list 'yn' twice, first in row 2; give it another name"]),
    "choices that read the same": (
        table("| type | name | label |\n| select_one yn | q | Câu |", YES_NO + "| yn | c | Có |"),
        ["sheet choices, row 4, column label: two choices of list 'yn' read the same; write them differently"],
    ),
    "a choice of two words": (
        table("| type | name | label |\n| select_one yn | q | Câu |", YES_NO + "| yn | rất tốt | Tốt |"),
        ["sheet choices, row 4, column name: the name 'rất tốt' has a blank; write 'rất_tốt'"],
    ),
    "a choice of no list": (table("| type | name | label |\n| select_one yn | q | Câu |", YES_NO + "| | c | Khác |"), [
        "sheet choices, row 4, column list_name: this choice has no list_name; write it, or take the row out"]),
    "too many to tick": (
        table("| type | name | label |\n| select_multiple l | q | Câu |",
              "| list_name | name | label |\n" + "\n".join(f"| l | c{n} | C {n} |" for n in range(61))),
        ["sheet survey, row 2, column type: list 'l' has more than 60 choices; split it into two questions"],
    ),
    "entities": (typed("text") + "| entities | list_name | label |\n| | trees | a |", [
        "sheet entities: a chat does not know this sheet; leave it out; answers make no lists here"]),
    "choices kept outside": (typed("text") + "| external_choices | list_name | name |\n| | a | b |", [
        "sheet external_choices: a chat does not know this sheet; write its rows on the sheet choices"]),
    "an index without its domain": (
        typed("text") + "| index | kind | id | domain | label |\n| | factor | F1 | D | Yếu tố |\n| | lĩnh vực | D | | Tên |",
        ["sheet index, row 2, column domain: there is no domain 'D'; name one in an earlier row",
         "sheet index, row 3, column kind: 'lĩnh vực' is neither domain nor factor; write one of these"],
    ),
    "nothing asked": (table("| type | name | label |\n| start | s | |"), [
        "sheet survey: nothing is asked; write a question in a row of its own"]),
    "no survey": (SETTINGS, [
        "there is no sheet 'survey' (there are: settings); name the sheet with the questions so"]),
    "all at once": (
        table("""
            | type | name | label | relevant | required |
            | barcode | a | Mã | | |
            | text | b c | Câu | ${x} = 1 | |
            | select_one z | d | | | |
        """),
        ["sheet survey, row 2, column type: a chat cannot ask barcode; ask for the number under it as text",
         "sheet survey, row 3, column name: 'b c' is no name; write 'b_c': letters, digits and _, a letter first",
         "sheet survey, row 3, column relevant: there is no question 'x'; ask it in an earlier row, or mend the name",
         "sheet survey, row 4, column label: there is no label, so nothing could be asked; write one",
         "sheet survey, row 4, column type: there is no list 'z' on the sheet choices; there are: none"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_mistake_is_told_with_its_place_and_what_to_do(case, tmp_path):
    form, problems = BROKEN[case]
    assert told(tmp_path, form) == problems


FILES: dict[str, tuple[str, bytes, str]] = {
    "no workbook": ("a.xlsx", b"key: a", "this is no Excel workbook; open it in Excel and save it as .xlsx"),
    "half a workbook": (
        "a.xlsx", excel(table("| type |\n| text |"))[:900],
        "the workbook cannot be read (File is not a zip file); open it in Excel and save it as .xlsx"),
    "no old workbook": (
        "a.xls", b"abc", "the workbook cannot be read (Unsupported format, or corrupt file: Expected BOF record; found "
        "b'abc'); open it in Excel and save it as .xlsx"),
    "no UTF-8": ("a.md", b"| survey \xff|", "not UTF-8 (byte 9); save it again as UTF-8"),
    "no table": ("a.md", b"survey", "there is no sheet 'survey' (there are: none); name the sheet with the questions so"),
    "nothing": ("a.csv", b"", "there is no sheet 'survey' (there are: none); name the sheet with the questions so"),
}  # fmt: skip


@pytest.mark.parametrize("case", FILES)
def test_file_that_is_no_form_is_told_so(case, tmp_path):
    name, content, problem = FILES[case]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadForm) as caught:
        read(path)
    assert [str(one) for one in caught.value.problems] == [problem]
    assert str(caught.value) == problem


CELLS = st.sampled_from([
    "", "text", "q", "begin group", "end group", "begin repeat", "select_one yn", "select_one yn or_other", "range",
    "start=a", "calculate", "${q}", "${", "1", "y", "type", "name", "label", "label::en", "relevant", "constraint",
    "choice_filter", "required", "yn", "list_name", "rank yn", "note", "hidden", "\x0b", "'", "0" * 400, "phonenumber",
])  # fmt: skip
GRID = st.lists(st.lists(CELLS, max_size=6), max_size=6)


@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(GRID, GRID, GRID)
def test_any_form_is_read_or_refused_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, survey, choices, about
):
    sheets = {"survey": [["type", "name", "label"], *survey], "choices": choices, "settings": about}
    lines = [[name if n == 0 else "", *row] for name, rows in sheets.items() for n, row in enumerate(rows)]
    path: Path = tmp_path_factory.getbasetemp() / "any.md"
    path.write_text("\n".join("| " + " | ".join(line) + " |" for line in lines), encoding="utf-8")
    try:
        said: list[object] = [read(path).source]
    except BadForm as error:
        said = list(error.problems)
    assert all(said)
    assert said


def test_a_form_in_markdown_tells_the_lines_of_its_file(tmp_path):
    path = tmp_path / "a.md"
    path.write_text(
        "# Phiếu\n\n" + table("| type | name | label |\n| ---- | --- | --- |\n| barcode | q | Câu |"),
        encoding="utf-8",
    )
    with pytest.raises(BadForm, match=r"^sheet survey, row 5, column type: a chat cannot ask barcode; "):
        read(path)


def test_notes_come_with_the_problems(tmp_path):
    with pytest.raises(BadForm) as caught:
        taken(tmp_path, table("| type | name | label |\n| start | s | |\n| barcode | q | Câu |"))
    assert [note.row for note in caught.value.notes] == [2]
