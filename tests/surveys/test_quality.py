"""Signs that a response may not say what it seems to say."""

import pytest

from surveys.answers import SKIPPED, Answer
from surveys.quality import LONGEST_PAUSE, Flag, Limits, Tempo, flags_of
from surveys.questionnaire import Question
from tests.surveys.making import questionnaire

LIMITS = Limits()
SCALE = ("Kém", "Vừa", "Tốt")


def form(factors: int = 2, each: int = 6):
    from dataclasses import replace

    from surveys.questionnaire import Domain, Factor

    questions = [
        Question(f"c{f}{n}", f"Tiêu chí {f}.{n}", options=SCALE, factor=f"f{f}", satisfied=frozenset({3}))
        for f in range(factors)
        for n in range(each)
    ]
    made = tuple(Factor(f"f{f}", "d", f"Yếu tố {f}") for f in range(factors))
    return replace(questionnaire(), questions=tuple(questions), factors=made, domains=(Domain("d", "Lĩnh vực"),))


@pytest.mark.parametrize(
    ("gaps", "tempo"),
    [
        ([(10, 1)], Tempo(10, 0)), ([(1.2, 1)], Tempo(1, 1)), ([(1.99, 1), (2.0, 1)], Tempo(4, 1)),
        ([(9, 5)], Tempo(9, 5)), ([(10, 5)], Tempo(10, 0)), ([(86_400, 1)], Tempo(LONGEST_PAUSE, 0)),
        ([(-5, 1)], Tempo(0, 1)), ([(1, 0)], Tempo(1, 0)),
    ],
)  # fmt: skip
def test_time_is_added_up_and_quick_answers_are_counted(gaps: list[tuple[float, int]], tempo: Tempo):
    so_far = Tempo()
    for seconds, items in gaps:
        so_far = so_far.after(seconds, items, LIMITS)
    assert so_far == tempo


@pytest.mark.parametrize(("quick", "flagged"), [(0, False), (5, False), (6, True), (12, True)])
def test_a_response_is_quick_once_half_of_its_answers_are(quick: int, flagged: bool):
    answers: dict[str, Answer] = {f"c{f}{n}": 1 + n % 3 for f in range(2) for n in range(6)}
    assert bool(flags_of(form(), answers, Tempo(60, quick), LIMITS) & Flag.QUICK) is flagged


@pytest.mark.parametrize(
    ("factors", "each", "odd", "flagged"),
    [(2, 6, None, True), (2, 6, 1, False), (2, 6, SKIPPED, True), (1, 12, None, False), (2, 4, None, False)],
)
def test_a_straight_line_is_one_answer_to_everything_in_two_factors(factors, each, odd, flagged):
    answers: dict[str, Answer] = {f"c{f}{n}": 3 for f in range(factors) for n in range(each)}
    if odd is not None:
        answers["c00"] = odd
    assert bool(flags_of(form(factors, each), answers, Tempo(600, 0), LIMITS) & Flag.STRAIGHT) is flagged


def test_nobody_is_flagged_for_nothing():
    assert flags_of(form(), {}, Tempo(), LIMITS) == Flag(0)
