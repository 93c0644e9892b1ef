"""Counters of many responses at once are those of one after the other, to the last digit."""

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.counters import SUMS, Answers, Parts, steps
from surveys.answers import Answer
from surveys.columns import matrix
from surveys.counting import counted, counts_of, criteria_values
from surveys.exact import Table, summed
from surveys.exact import steps as many_steps
from surveys.grid import grid_of
from surveys.layout import ONE_BYTE, fold
from surveys.packing import pack, unpack
from surveys.questionnaire import Question, Questionnaire
from surveys.sums import parts_of
from surveys.tallying import Tally
from tests.surveys.counted import FOUR, criterion, form
from tests.surveys.making import answers_to, questionnaires, quick

WEIGHTS = st.one_of(st.just(1.0), st.floats(0.01, 1e5), st.sampled_from([1 / 3, 0.1, 98765.4321, 1e6]))
WEIGHTED = form(criterion("c1", "a", 0.3), criterion("c2", "a", 1.7), criterion("c3", "b", 1 / 3))
Row = tuple[str, bytes, float]


def one_by_one(asked: Questionnaire, responses: Iterable[Row]) -> tuple[Answers, Parts]:
    """The counters as the bot keeps them: every response unpacked, and added in whole numbers of Python."""
    answers: Answers = {}
    sums: Parts = {}
    for unit, packed, weight in responses:
        told = unpack(asked, packed, {})
        here = answers.setdefault(unit, {})
        for question, value in counted(asked, told):
            n, w, w2 = here.setdefault(question, {}).get(value, (0, 0, 0))
            here[question][value] = n + 1, w + steps(weight), w2 + steps(weight * weight)
        parts = sums.setdefault(unit, {})
        for part, added in parts_of(asked, criteria_values(asked, told), weight).items():
            (n, inside), seven = parts.get(part, ((0, 0), (0,) * len(SUMS)))
            together = tuple(old + steps(getattr(added, name)) for old, name in zip(seven, SUMS, strict=True))
            parts[part] = (n + added.responses, inside + added.inside), together
    return {unit: found for unit, found in answers.items() if found}, sums


def at_once(asked: Questionnaire, responses: list[Row], block: int) -> tuple[Answers, Parts]:
    units = sorted({unit for unit, _, _ in responses})
    tally = Tally(asked)
    for at in range(0, len(responses), block):
        some = responses[at : at + block]
        where = np.array([units.index(unit) for unit, _, _ in some], dtype=np.int64)
        tally.add(where, matrix(asked, [packed for _, packed, _ in some]), np.array([w for _, _, w in some]))
    return tally.answers(units), tally.sums(units)


@st.composite
def many(draw: st.DrawFn, asked: Questionnaire) -> list[Row]:
    rows = []
    for _ in range(draw(st.integers(1, 12))):
        answers: dict[str, Answer] = {}
        for question in asked.questions:
            if question.asked and draw(st.integers(0, 4)):
                answers[question.id] = draw(answers_to(question, settled=True))
        rows.append((draw(st.sampled_from("abc")), pack(asked, answers)[0], draw(WEIGHTS)))
    return rows


@quick
@given(st.data(), st.integers(1, 13))
def test_counters_are_those_of_one_response_after_the_other(data: st.DataObject, block: int):
    asked = data.draw(st.one_of(questionnaires(), st.sampled_from([FOUR, WEIGHTED])))
    responses = data.draw(many(asked))

    assert at_once(asked, responses, block) == one_by_one(asked, responses)


@quick
@given(st.lists(st.floats(0, 1e15), min_size=1, max_size=30))
def test_numbers_are_rounded_to_the_same_steps(values: list[float]):
    whole, rest = many_steps(np.array(values))

    assert [w * 2**42 + r for w, r in zip(whole.tolist(), rest.tolist(), strict=True)] == [steps(v) for v in values]


@quick
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2**57)), min_size=1, max_size=30))
def test_sums_by_key_are_exact(pairs: list[tuple[int, int]]):
    keys, numbers = (np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True))

    assert summed(keys, numbers, 4).tolist() == [sum(n for key, n in pairs if key == at) for at in range(4)]


def test_a_table_of_very_many_keys_is_the_same(monkeypatch: pytest.MonkeyPatch):
    few, many_ = Table(3), Table(3)
    blocks = [
        (np.array([0, 5, 5]), np.array([1, 1, 1]), np.array([7, 8, 9]), np.array([2**42 - 1, 2**41, 2**41])),
        (np.array([5, 8]), np.array([1, 1]), np.array([1, 2]), np.array([3, 2**42 - 1])),
    ]
    for keys, *columns in blocks:
        few.add(keys, 9, columns, rests=(2,))
    monkeypatch.setattr("surveys.exact.MANY_KEYS", 1)
    for keys, *columns in blocks:
        many_.add(keys, 9, columns, rests=(2,))

    def plain(table: Table) -> dict[int, tuple[int, int]]:
        return {key: (n, whole * 2**42 + rest) for key, (n, whole, rest) in table.rows().items()}

    assert few.dense(9).tolist() == many_.dense(9).tolist()
    assert few.dense(9)[0].tolist() == many_.dense(9)[0].tolist() == [1, 0, 0, 0, 0, 3, 0, 0, 1]
    assert (
        plain(few) == plain(many_) == {0: (1, 7 * 2**42 + 2**42 - 1), 5: (3, 19 * 2**42 + 3), 8: (1, 3 * 2**42 - 1)}
    )


@quick
@given(st.data())
def test_folded_responses_count_like_the_others(data: st.DataObject):
    asked = data.draw(st.one_of(questionnaires(), st.just(FOUR)))
    responses = data.draw(many(asked))
    mixed = [(unit, fold(asked, packed) if data.draw(st.booleans()) else packed, w) for unit, packed, w in responses]

    assert at_once(asked, mixed, 5) == one_by_one(asked, responses)


@quick
@given(st.data())
def test_grids_are_those_of_the_counters(data: st.DataObject):
    asked = data.draw(st.sampled_from([FOUR, WEIGHTED]))
    responses = data.draw(many(asked))
    ways = [data.draw(st.integers(0, 2)) for _ in responses]
    tally, units = Tally(asked), ["a", "b", "c"]
    where = np.array([3 * units.index(unit) + way for (unit, _, _), way in zip(responses, ways, strict=True)])
    tally.add(where, matrix(asked, [packed for _, packed, _ in responses]), np.array([w for _, _, w in responses]))

    for way, grid in enumerate(tally.grids(units, 3)):
        among = [one for one, its in zip(responses, ways, strict=True) if its == way]
        wanted = grid_of(counts_of(*one_by_one(asked, among)), asked)
        order = [wanted.at[unit] for unit in grid.units]
        assert set(grid.units) == set(wanted.units)
        assert grid.answers == pytest.approx(wanted.answers[order], rel=1e-14)
        assert (grid.sums == wanted.sums[order]).all()


def test_answers_of_another_length_are_refused():
    with pytest.raises(ValueError, match="3 bytes for a questionnaire of 2"):
        matrix(FOUR, [b"\x01\x02\x03"])


def test_options_of_two_bytes_are_told_apart():
    asked = form(Question("place", "Ở đâu?", options=tuple(f"Nơi {n}" for n in range(ONE_BYTE + 60)), optional=True))
    rows = [("a", pack(asked, {"place": n})[0], 1.0) for n in (1, 250, 253, 254, 255, 256, 310)]

    assert at_once(asked, rows, 3) == one_by_one(asked, rows)
