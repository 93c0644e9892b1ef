"""What responses add up to."""

from surveys.sums import OVERALL, Sums, Tally, parts_of, sums_of
from tests.surveys.counted import FOUR, ONE, counted, crowd


def test_one_response_adds_to_each_part_that_it_answers():
    assert parts_of(FOUR, {"c1": 4, "c2": 3, "c4": 5}) == {
        OVERALL: sums_of(2, 3), "domain:p": sums_of(1, 2), "factor:a": sums_of(1, 2),
        "domain:s": sums_of(1, 1), "factor:b": sums_of(0, 0), "factor:c": sums_of(1, 1),
    }  # fmt: skip


def test_weight_and_being_inside_are_told_apart():
    assert sums_of(2, 3, 0.5) == Sums(1, 0.5, 1, 1.5, 1, 1.5, 2.25, 0.25, 1)
    assert sums_of(0, 0, 2) == Sums(1, 2, 0, 0, 0, 0, 0, 4, 0)


def test_valid_answers_are_told_from_what_says_nothing():
    counts = counted(ONE, [("01", {"c1": 5}), ("01", {"c1": 2}), ("01", {"c1": -1}), ("01", {"c1": 0})], [1, 2, 4, 8])
    assert counts.valid("01", "c1") == Tally(2, 3, 5)
    assert counts.valid("01", "c1", frozenset({4, 5})) == Tally(1, 1, 1)
    assert counts.valid("04", "c1") == Tally()


def test_units_are_chosen_from_the_whole():
    counts = counted(ONE, crowd(10, 0, "01") + crowd(0, 10, "04"))
    assert (counts.n, counts.among(["04"]).n, counts.among(["79"]).n) == (20, 10, 0)
