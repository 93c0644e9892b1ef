"""Reports raked to the margins of the design: figures, errors, what is told with them, and what is refused."""

from typing import Any

import pytest

from storage.database import Database
from storage.surveys import survey
from surveys.catalogue import Catalogue
from surveys.estimation.calibration import Calibration
from surveys.estimation.linear import Sample, estimate, share
from surveys.estimation.raking import Margin, post_stratify, rake
from surveys.raked import CannotRake, raked, told
from surveys.report import Report, report
from tests.surveys.test_groups import Person, asked

MARGINS: dict[str, dict[str, float]] = {"sex": {"1": 0.4, "2": 0.6}, "job": {"1": 300, "2": 300, "3": 400}}
PEOPLE: list[Person] = [
    (f"0000{1 + n % 2}", 1 + n % 3 % 2, 1 + n % 4 % 3, 3 if n % 5 else 1, 1.0 + n % 4) for n in range(120)
]


async def reported(database: Database, people: list[Person], design: dict[str, Any]) -> Report:
    survey_id, catalogue = await asked(database, people, **design), Catalogue()
    async with database.reading() as session:
        info = await survey(session, survey_id)
        assert info is not None
        return await raked(session, catalogue, await report(session, catalogue, info))


async def test_figures_and_errors_are_those_of_the_estimation(database: Database):
    made = await reported(database, PEOPLE, {"margins": MARGINS})

    weights = [w for *_, w in PEOPLE]
    margins = [
        Margin("sex", [str(sex) for _, sex, *_ in PEOPLE], {c: 1000 * n for c, n in MARGINS["sex"].items()}),
        Margin("job", [str(job) for _, _, job, *_ in PEOPLE], MARGINS["job"]),
    ]
    fitted: Calibration = rake(weights, margins)
    sample = Sample([unit for unit, *_ in PEOPLE], fitted.weights, calibration=fitted)
    found = share(sample, [float(level == 3) for *_, level, _ in PEOPLE], [1.0] * len(PEOPLE))
    assert found is not None
    theirs = estimate(sample, found)
    assert theirs.error is not None
    for figure in (made.index.overall, made.index.criteria["c1"], made.index.domains["service"]):
        assert (figure.n, figure.df) == (120, theirs.df)
        assert figure.value == pytest.approx(100 * theirs.value, rel=1e-12)
        assert figure.error == pytest.approx(100 * theirs.error, rel=1e-10)
    assert made.raking is not None
    assert made.raking.over == ("Giới tính?", "Nghề?")
    assert made.weights_effect == pytest.approx(120 * sum(w * w for w in fitted.weights) / sum(fitted.weights) ** 2)
    assert told(made).startswith("Gia quyền: quyền số được hiệu chỉnh theo cơ cấu dân số (Giới tính?, Nghề?); hệ số")
    with pytest.raises(ValueError, match="not for one table"):
        made.by_place(communes=False)


async def test_a_margin_of_crossed_questions_post_stratifies(database: Database):
    cells = {"1 * 1": 0.2, "1 * 2": 0.1, "1 * 3": 0.15, "2 * 1": 0.25, "2 * 2": 0.1, "2 * 3": 0.2}
    left_out: Person = ("00001", None, 2, 3, 2.0)
    made = await reported(database, [*PEOPLE, left_out], {"margins": {"sex*job": cells}})

    people, total = [*PEOPLE, left_out], sum(w for *_, w in [*PEOPLE, left_out])
    named = [f"{sex} * {job}" if sex else "" for _, sex, job, *_ in people]
    targets = {cell: share * (total - 2.0) for cell, share in cells.items()} | {"": 2.0}
    fitted = post_stratify([w for *_, w in people], Margin("cell", named, targets))
    sample = Sample([unit for unit, *_ in people], fitted.weights, calibration=fitted)
    found = share(sample, [float(level == 3) for *_, level, _ in people], [1.0] * len(people))
    assert found is not None
    theirs = estimate(sample, found)
    assert theirs.error is not None
    assert made.index.overall.value == pytest.approx(100 * theirs.value, rel=1e-12)
    assert made.index.overall.error == pytest.approx(100 * theirs.error, rel=1e-10)
    assert made.raking is not None
    assert made.raking.over == ("Giới tính?", "Nghề?")


async def test_an_open_link_is_raked_without_an_error(database: Database):
    made = await reported(database, PEOPLE, {"margins": MARGINS, "recruiting": "open"})

    assert made.index.overall.value is not None
    assert [f.error for f in made.index.figures().values()] == [None] * len(made.index.figures())


@pytest.mark.parametrize(
    ("design", "why"),
    [
        ({}, "the design has no margins"),
        (
            {"margins": {"sex*job": {"1*1": 0.2, "1*2": 0.2, "2*1": 0.2, "2*2": 0.2, "2*3": 0.2}}},
            "Giới tính? × Nghề?: people answered who are 'Nam × Khác', of whom no number",
        ),
        ({"margins": {"job": {"1": 0.5, "2": 0.5}}}, "Nghề?: people answered who are 'Khác', of whom no number"),
    ],
)
async def test_what_does_not_fit_is_said(database: Database, design, why):
    with pytest.raises(CannotRake) as raised:
        await reported(database, PEOPLE, design)
    assert str(raised.value).startswith(why)


async def test_a_category_that_nobody_chose_is_named(database: Database):
    people: list[Person] = [(unit, 1, job, level, w) for unit, _, job, level, w in PEOPLE]
    with pytest.raises(CannotRake, match=r"Giới tính.: nobody of category 'Nữ' answered; unite it with another one"):
        await reported(database, people, {"margins": MARGINS})
