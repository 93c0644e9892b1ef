"""What people wrote, by places that are large enough to be named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.surveys import survey
from surveys.answers import SKIPPED
from surveys.catalogue import Catalogue
from surveys.comments import Comments, comments, placed
from surveys.masking import PHONE
from tests.surveys.making import quick
from tests.surveys.test_fieldwork import UNHAPPY, answered
from tests.world import World

HANOI = ("00004", "00070", "00082")


@pytest.mark.parametrize(
    ("people", "named"),
    [
        ({"00004": 12, "00070": 15}, {"00004": "00004", "00070": "00070"}),
        ({"00004": 12, "00070": 3}, {"00004": "01", "00070": "01"}),
        ({"00004": 12, "00070": 3, "00082": 40}, {"00004": "01", "00070": "01", "00082": "00082"}),
        ({"00004": 12, "00070": 30, "20242": 4}, {"00004": "", "00070": "00070", "20242": ""}),
        ({"00004": 2, "20242": 3}, {"00004": "", "20242": ""}),
    ],
)
def test_a_small_place_is_named_only_together_with_others(people, named):
    assert placed(people) == named


@quick
@given(st.dictionaries(st.sampled_from([*HANOI, "20242", "20195", "25750"]), st.integers(1, 40), min_size=1))
def test_every_place_that_is_named_has_ten_and_nobody_stands_alone_behind_the_others(people: dict[str, int]):
    at = placed(people)

    for place in set(at.values()):
        units = [unit for unit, there in at.items() if there == place]
        assert sum(people[unit] for unit in units) >= min(10, sum(people.values()))
        assert place in people or len(units) > 1 or len(people) == 1


async def test_texts_are_masked_and_listed_by_place(loa: World):
    survey_id, _ = await loa.survey()
    for n in range(12):
        told = {**UNHAPPY, "why": f"Chờ lâu, gọi 09123456{n:02}" if n < 2 else SKIPPED}
        await answered(loa, survey_id, str(n), told)
    async with loa.database.reading() as session:
        info = await survey(session, survey_id)
        assert info is not None
        found = await comments(session, Catalogue(), info)

    assert found == (Comments("00004", 12, {"why": [f"Chờ lâu, gọi {PHONE}"] * 2}),)
    assert found[0].n == 2
