"""Counters of weighted responses: exact in whatever order they came about, and taken out again without a trace."""

import random

import pytest
from sqlalchemy import select

from storage.counters import Cell
from storage.responses import Origin
from storage.surveys import survey
from storage.tables import AnswerCount, IndexSums
from surveys.answers import SKIPPED, Answer, Picked
from surveys.catalogue import Catalogue
from surveys.counting import count, counters, figures_of, mend, recount
from surveys.fieldwork import set_exclusions
from surveys.grid import grid_of
from surveys.index import index
from surveys.quality import Flag
from surveys.sums import OVERALL
from tests.surveys.test_fieldwork import HAPPY, UNHAPPY, answered
from tests.surveys.test_managed import begun, sent
from tests.world import World

WEIGHTS = (0.1, 1 / 3, 1234.567, 1.0, 0.7, 17.0, 98765.4321, 0.0123456789)


def given(dice: random.Random) -> dict[str, Answer]:
    levels: list[Answer] = [1, 2, 3, 4, 5, SKIPPED]
    criteria = {id: dice.choice(levels) for id in ("c1", "c2")}
    return {"nation": 1, "way": Picked(frozenset({dice.randint(1, 3)})), **criteria, "visits": 2}


async def test_sums_do_not_depend_on_the_order_and_leave_nothing_behind(loa: World):
    """Thirty people in, in two orders, and all of them out again, in another one."""
    first, _ = await loa.survey()
    second, _ = await loa.survey()
    dice = random.Random(4)
    people = [(given(dice), dice.choice(WEIGHTS) * dice.random(), f"0000{dice.randint(1, 2)}") for _ in range(30)]
    async with loa.database.transaction() as session:
        form = await Catalogue().get(session, 1)
        for answers, weight, unit in people:
            await count(session, Cell(first, "2026-11", unit), form, answers, weight=weight)
        shuffled = dice.sample(people, len(people))
        for answers, weight, unit in shuffled:
            await count(session, Cell(second, "2026-11", unit), form, answers, weight=weight)
        assert await counters(session, first) == await counters(session, second)
        for answers, weight, unit in shuffled:
            await count(session, Cell(first, "2026-11", unit), form, answers, weight=weight, times=-1)
        assert (await counters(session, first)).sums == {}
        for table in (AnswerCount, IndexSums):
            names = [c.name for c in table.__table__.columns if not c.primary_key]
            kept = await session.execute(select(*(getattr(table, name) for name in names)).filter_by(survey_id=first))
            assert {value for row in kept for value in row} == {0}


async def test_the_weight_of_a_case_counts_and_a_recount_is_the_same_to_the_last_digit(loa: World):
    survey_id, _ = await loa.survey(design={"recruiting": "invited"})
    for n, weight in enumerate(WEIGHTS):
        standing = await begun(loa, survey_id, str(n), HAPPY if n % 2 else UNHAPPY, Origin(weight=weight))
        await sent(loa, standing, str(n))

    async with loa.database.reading() as session:
        kept = await counters(session, survey_id)
        assert kept == await recount(session, Catalogue(), survey_id)
        form = await Catalogue().get(session, 1)
        summed = await figures_of(session, form, survey_id)
    total = kept.total(OVERALL)
    assert {unit: dict(parts) for unit, parts in summed.sums.items()} == kept.sums
    assert grid_of(summed, form).answers == pytest.approx(grid_of(kept, form).answers, rel=1e-15)
    assert (total.responses, total.inside) == (8, 8)
    assert (total.w, total.w2) == pytest.approx((sum(WEIGHTS), sum(w * w for w in WEIGHTS)))
    happy = sum(WEIGHTS[1::2])
    assert kept.valid("00004", "c1", form.question("c1").satisfied).w == pytest.approx(happy)
    nation = kept.answers["00004"]["nation"]
    assert {value: tally.n for value, tally in nation.items()} == {0: 4, 1: 4}
    assert (nation[0].w, nation[0].w2) == pytest.approx((happy, sum(w * w for w in WEIGHTS[1::2])))
    assert index(form, kept).n == 8


async def test_a_weighted_response_that_is_kept_out_leaves_the_others_as_they_were(loa: World):
    survey_id, _ = await loa.survey(design={"recruiting": "invited"})
    await sent(loa, await begun(loa, survey_id, "1", HAPPY, Origin(weight=1 / 3)), "1")
    async with loa.database.reading() as session:
        before = await counters(session, survey_id)
    await sent(loa, await begun(loa, survey_id, "2", UNHAPPY, Origin(weight=0.7), seconds=1), "2")

    async with loa.database.transaction() as session:
        info = await survey(session, survey_id)
        assert info is not None
        assert await set_exclusions(session, Catalogue(), info, Flag.QUICK) == (1, 1)

    async with loa.database.reading() as session:
        assert await counters(session, survey_id) == before == await recount(session, Catalogue(), survey_id)


async def test_wrong_counters_are_made_anew_from_the_answers(loa: World):
    survey_id, _ = await loa.survey()
    for n in range(3):
        await answered(loa, survey_id, str(n), HAPPY)
    async with loa.database.transaction() as session:
        right = await counters(session, survey_id)
        form = await Catalogue().get(session, 1)
        await count(session, Cell(survey_id, "2026-10", "00004"), form, given(random.Random(1)))
        assert await counters(session, survey_id) != await recount(session, Catalogue(), survey_id)
        assert await mend(session, Catalogue(), survey_id) == 3
        assert await counters(session, survey_id) == right
        assert await counters(session, survey_id, "2026-11") == right
