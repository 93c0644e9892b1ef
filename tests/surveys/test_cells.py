"""Cells out of tables are the cells of the answers themselves, for every kind and every way of saying nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.answers import value_of
from surveys.cells import reader
from surveys.layout import folds
from surveys.packing import pack, unpack
from tests.surveys.making import answers_to, questionnaires, quick


@quick
@given(st.data())
def test_cells_are_those_of_the_unpacked_answers(data: st.DataObject):
    form = data.draw(questionnaires())
    cells = reader(form, form.questions, lambda question, answer: (question.id, answer))
    for _ in range(4):
        given_ = {q.id: data.draw(answers_to(q)) for q in form.questions if q.asked and data.draw(st.booleans())}
        packed, _ = pack(form, given_)
        answers = unpack(form, packed, {})
        assert cells(packed) == [(question.id, answers.get(question.id)) for question in form.questions]


@given(st.data())
@quick
def test_only_what_is_asked_for_is_read(data: st.DataObject):
    form = data.draw(questionnaires())
    packed, _ = pack(form, {form.questions[0].id: 1})
    told = reader(form, form.questions[:1], lambda question, answer: value_of(question, answer or 0))
    assert told(packed) == ["1"]
    with pytest.raises(ValueError):
        told(bytes(folds(form).size + 1))
