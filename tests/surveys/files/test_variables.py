"""An SPSS file read back by another program says what was answered, for every kind of question."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyreadstat
from hypothesis import given
from hypothesis import strategies as st

from surveys.answers import SKIPPED, UNKNOWN, Picked, Ranked
from surveys.design import Design
from surveys.export import Export
from surveys.files.variables import spss
from surveys.packing import pack
from surveys.questionnaire import Kind, Question, Questionnaire
from tests.surveys.making import answers_to, questionnaire, questionnaires, quick
from tests.surveys.test_export import HANOI, INFO, NOW, response

FORM = questionnaire(
    Question("way", "Cách nộp hồ sơ?", Kind.SEVERAL, ("Trực tiếp", "Qua mạng")),
    Question("all", "Ông/bà hài lòng thế nào?", options=("Không", "Có"), optional=True, unknown=True),
    Question("order", "Điều gì quan trọng?", Kind.RANK, ("Nhanh", "Rẻ")),
    Question("day", "Ngày nào?", Kind.DATE), Question("hour", "Mấy giờ?", Kind.TIME),
    Question("times", "Mấy lần?", Kind.NUMBER, lowest=-200, highest=9),
    Question("why", "Vì sao?", Kind.TEXT, optional=True),
)  # fmt: skip


def read_back(form: Questionnaire, said: Sequence[Mapping[str, Any]], folder, *, user_missing: bool = True):
    made = [response(pack(form, one)[0], n, weight=1.5 + n) for n, one in enumerate(said)]
    path = folder / "a.sav"
    path.write_bytes(spss(Export(INFO, form, Design(), made, None), HANOI, NOW))
    return pyreadstat.read_sav(str(path), output_format="dict", user_missing=user_missing)


def test_answers_labels_and_missing_values_are_read_back(tmp_path):
    said: list[dict[str, Any]] = [
        {"way": Picked(frozenset({2})), "all": 2, "order": Ranked((2, 1)), "day": date(2026, 11, 2).toordinal(),
         "hour": 510, "times": -97, "why": "=1+1"},
        {"all": UNKNOWN, "times": 3},
        {"all": SKIPPED, "why": SKIPPED},
    ]  # fmt: skip
    told, meta = read_back(FORM, said, tmp_path)

    day = told.pop("question_day")
    columns = {
        name: [None if isinstance(v, float) and np.isnan(v) else v for v in values] for name, values in told.items()
    }
    assert columns["day"] == [date(2026, 11, 24)] * 3
    assert day[0] == date(2026, 11, 2)
    assert (columns["unit"], columns["province"]) == (["00004", "20242", "=1"], ["01", "48", ""])
    assert columns["weight"] == [1.5, 2.5, 3.5]
    assert (columns["way_1"], columns["way_2"]) == ([0, None, None], [1, None, None])
    assert (columns["order_1"], columns["order_2"]) == ([2, None, None], [1, None, None])
    assert columns["v_all"] == [2, -98, -97]
    assert columns["times"] == [-97, 3, None]
    assert columns["why"] == [1, None, -97]
    assert "=1+1" not in str(told)
    labels = dict(zip(meta.column_names, meta.column_labels, strict=True))
    assert (labels["v_all"], labels["way_2"]) == ("Ông/bà hài lòng thế nào?", "Cách nộp hồ sơ? – Qua mạng")
    assert meta.variable_value_labels["v_all"] == {
        1: "Không", 2: "Có", -97: "Bỏ qua", -98: "Không biết", -99: "Không áp dụng",
    }  # fmt: skip
    assert meta.variable_value_labels["province"] == {"01": "Thành phố Hà Nội", "48": "Thành phố Đà Nẵng"}
    assert meta.missing_ranges["times"][0] == {"lo": -201, "hi": -201}
    assert meta.mr_sets["way_set"]["variable_list"] == ["way_1", "way_2"]
    assert (meta.file_label, meta.file_encoding) == ("Thử", "UTF-8")


def test_what_says_nothing_is_missing_to_who_reads_it(tmp_path):
    told, _ = read_back(FORM, [{"all": UNKNOWN}, {"all": 1}], tmp_path, user_missing=False)
    assert not told["v_all"][0] or np.isnan(told["v_all"][0])
    assert told["v_all"][1] == 1


@quick
@given(st.data())
def test_any_survey_is_read_back_with_as_many_rows(tmp_path_factory, data: st.DataObject):
    form = data.draw(questionnaires())
    said = [
        {q.id: data.draw(answers_to(q)) for q in form.questions if q.asked and data.draw(st.booleans())}
        for _ in range(data.draw(st.integers(1, 12)))
    ]
    told, meta = read_back(form, said, tmp_path_factory.mktemp("sav"))
    assert meta.number_rows == len(said)
    for question in form.questions:
        if question.kind is Kind.ONE:
            given_ = [one.get(question.id) for one in said]
            read = told[question.id]
            assert [a for a in given_ if isinstance(a, int)] == [v for v in read if v is not None and v > 0]
