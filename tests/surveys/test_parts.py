"""What is hidden of provinces, months or groups cannot be worked out from all answers that a page gives about them."""

from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.geography import province_of
from surveys.index import Figure, index
from surveys.parts import Parts, parts_shown
from surveys.questionnaire import Questionnaire
from surveys.sums import Counts
from tests.surveys.counted import FOUR, Person, counted, criterion, form
from tests.surveys.test_disclosure import solved

UNITS = ("00004", "20194", "25750")
TWO = form(criterion("c1", "a"), criterion("c2", "b"))


def all_told(asked: Questionnaire, people: list[Person], fewest: int) -> dict[str, Figure]:
    """Every figure of the page: those of everybody, the table of provinces, and each province's own view."""
    counts = counted(asked, people)
    parts, shown = divided(asked, counts, fewest)
    told = dict(index(asked, counts, fewest=fewest).figures())
    told |= {f"at {code}": figure for code, figure in shown.figures.items()}
    for code in shown.detailed:
        inside = index(asked, parts[code], whole=counts, fewest=fewest).figures()
        told |= {f"{name} at {code}": figure for name, figure in inside.items() if name != "overall"}
    return told


def divided(asked: Questionnaire, counts: Counts, fewest: int) -> tuple[Mapping[str, Counts], Parts]:
    parts = {province_of(unit): counts.among([unit]) for unit in counts.sums}
    return parts, parts_shown(asked, parts, whole=counts, fewest=fewest)


def moves(asked: Questionnaire, people: list[Person], fewest: int) -> dict[str, dict[object, Fraction]]:
    """How each shown figure moves with the satisfied of each province and criterion."""
    first = {(unit, id): number for number, (unit, values) in enumerate(people) for id in values}
    before = all_told(asked, people, fewest)
    told: dict[str, dict[object, Fraction]] = {name: {} for name, f in before.items() if f.value is not None}
    for (unit, id), number in first.items():
        moved = [(u, {**values, id: 5}) if n == number else (u, values) for n, (u, values) in enumerate(people)]
        for name, figure in all_told(asked, moved, fewest).items():
            if figure.value:
                told[name][unit, id] = Fraction(figure.value / 100).limit_denominator(1_000_000)
    return told


def small_cells_solved(asked: Questionnaire, people: list[Person], fewest: int) -> list[tuple[str, str]]:
    """The cells of too few people whose satisfied share follows from what is told."""
    known = list(moves(asked, people, fewest).values())
    n: dict[tuple[str, str], int] = {}
    for unit, values in people:
        for id in values:
            n[unit, id] = n.get((unit, id), 0) + 1
    return [cell for cell, size in n.items() if size < fewest and solved(known, {cell: Fraction(1)})]


def answered(sizes: Mapping[str, Mapping[str, int]]) -> list[Person]:
    """People of whom in each unit so many answered each criterion, none of them satisfied."""
    return [
        (unit, {id: 1 for id, size in of.items() if n < size})
        for unit, of in sizes.items()
        for n in range(max(of.values(), default=0))
    ]


sizes = st.sampled_from([0, 1, 4, 8, 10, 13, 25])


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([TWO, FOUR]), st.lists(st.lists(sizes, min_size=4, max_size=4), min_size=3, max_size=3))
def test_no_small_cell_follows_from_all_answers_of_a_page(asked: Questionnaire, table: list[list[int]]):
    ids = [question.id for question in asked.criteria]
    people = answered({unit: dict(zip(ids, row, strict=False)) for unit, row in zip(UNITS, table, strict=True)})
    if people:
        assert small_cells_solved(asked, people, 10) == []


def test_one_small_cell_shuts_every_view_from_which_it_would_follow():
    """Beside the means of two provinces, the criteria of both together would already tell what three people said."""
    many = dict.fromkeys(("c1", "c2", "c3", "c4"), 25)
    people = answered({"00004": many, "20194": {**many, "c3": 12}, "25750": {**many, "c3": 3}})
    _, shown = divided(FOUR, counted(FOUR, people), 10)
    assert shown.detailed == frozenset()
    assert {figure.value is None for figure in shown.figures.values()} == {False}
    assert small_cells_solved(FOUR, people, 10) == []


@pytest.mark.parametrize(("fewest", "detailed"), [(10, {"01", "48", "79"}), (30, set())])
def test_the_public_sees_less_than_the_staff(fewest: int, detailed: set[str]):
    people = answered({unit: dict.fromkeys(("c1", "c2", "c3", "c4"), 20) for unit in UNITS})
    _, shown = divided(FOUR, counted(FOUR, people), fewest)
    assert shown.detailed == detailed
    assert {figure.value is None for figure in shown.figures.values()} == {not detailed}
