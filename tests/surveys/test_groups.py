"""The index by what people told of themselves: domains of the whole, none of which can be worked out from the others."""

from datetime import UTC, datetime

import pytest

from storage.database import Database
from storage.enums import ResponseStatus
from storage.surveys import questionnaire_named, survey
from storage.tables import Response
from surveys.answers import SKIPPED, Answer
from surveys.catalogue import Catalogue, publish
from surveys.counting import mend
from surveys.design import from_dict
from surveys.fieldwork import open_survey
from surveys.groups import NO_ANSWER, Grouping, background, by_group
from surveys.packing import pack
from surveys.report import report
from tests.surveys.making import SHIPPED, shipped

FORM = """\
key: grouped
title: Phiếu theo nhóm
intro: Vài câu hỏi ngắn.
consent: {version: "1", text: "Đồng ý?"}
thanks: Xin cảm ơn ông/bà!
scales: {satisfaction: {options: [Không, Vừa, Có], satisfied: [3]}}
index:
  domains: [{id: service, label: Dịch vụ}]
  factors: [{id: access, domain: service, label: Tiếp cận}]
questions:
  - {id: sex, text: "Giới tính?", options: [Nam, Nữ], optional: true}
  - {id: job, text: "Nghề?", options: [Nông dân, Công nhân, Khác], optional: true}
  - id: q
    kind: matrix
    text: Mức độ hài lòng
    scale: satisfaction
    rows: [{id: c1, text: Dễ tìm, factor: access}, {id: c2, text: Sạch, factor: access}]
"""
Person = tuple[str, int | None, int | None, int, float]
"""Unit, sex, job, answer to both criteria, weight."""


async def asked(database: Database, people: list[Person], recruiting: str = "invited", **design: object) -> int:
    """A survey with these people; its id."""
    now, catalogue = datetime.now(UTC), Catalogue()
    async with database.transaction() as session:
        form, _, _ = await publish(session, FORM, now)
        named = await questionnaire_named(session, form.key)
        assert named is not None
        id = await open_survey(
            session, named[0], "Khảo sát", None, now, from_dict({"recruiting": recruiting, **design})
        )
        for number, (unit, sex, job, level, weight) in enumerate(people, 1):
            given: dict[str, Answer] = {"sex": sex or SKIPPED, "job": job or SKIPPED, "c1": level, "c2": level}
            session.add(Response(id=id * 10_000 + number, survey_id=id, unit=unit, answers=pack(form, given)[0],
                                 status=ResponseStatus.COMPLETE, started_at=now, touched_at=now, weight=weight))  # fmt: skip
        await session.flush()
        await mend(session, catalogue, id)
    return id


async def groups_of(database: Database, survey_id: int, fewest: int = 10) -> tuple[Grouping, ...]:
    catalogue = Catalogue()
    async with database.reading() as session:
        info = await survey(session, survey_id)
        assert info is not None
        return await by_group(session, catalogue, await report(session, catalogue, info), fewest=fewest)


async def test_a_questionnaire_without_criteria_has_groups_without_figures(database: Database):
    now, catalogue = datetime.now(UTC), Catalogue()
    head, _, rest = FORM.partition("index:")
    source = (
        head.replace("grouped", "plain") + "questions:" + rest.partition("questions:")[2].partition("  - id: q")[0]
    )
    async with database.transaction() as session:
        form, _, _ = await publish(session, source, now)
        named = await questionnaire_named(session, "plain")
        assert named is not None
        id = await open_survey(session, named[0], "Khảo sát", None, now, from_dict({"recruiting": "open"}))
        for number in range(40):
            session.add(Response(id=number, survey_id=id, unit="00001", answers=pack(form, {"sex": 1, "job": 2})[0],
                                 status=ResponseStatus.COMPLETE, started_at=now, touched_at=now, weight=1.0))  # fmt: skip
        await session.flush()
        await mend(session, catalogue, id)

    assert all(figure.value is None for group in await groups_of(database, id) for figure in group.figures.values())


async def test_each_group_is_a_domain_of_the_whole(database: Database):
    people: list[Person] = [
        (f"0000{1 + n % 2}", 1 + n % 3 % 2, 1 + n % 3, 3 if n % 5 else 1, 1 + n % 4) for n in range(120)
    ]
    sexes, jobs = await groups_of(database, await asked(database, people))

    assert [(g.question, g.label, list(g.figures)) for g in (sexes, jobs)] == [
        ("sex", "Giới tính?", ["Nam", "Nữ"]), ("job", "Nghề?", ["Nông dân", "Công nhân", "Khác"]),
    ]  # fmt: skip
    men = [(w, level == 3) for _, sex, _, level, w in people if sex == 1]
    nam = sexes.figures["Nam"]
    share = sum(w for w, happy in men if happy) / sum(w for w, _ in men)
    assert nam.n == len(men)
    assert nam.value == pytest.approx(100 * share)
    variance = 0.0
    for unit in ("00001", "00002"):
        z = [w * ((level == 3) - share) * (sex == 1) for u, sex, _, level, w in people if u == unit]
        mean = sum(z) / len(z)
        variance += len(z) / (len(z) - 1) * sum((one - mean) ** 2 for one in z) / sum(w for w, _ in men) ** 2
    assert nam.error == pytest.approx(100 * variance**0.5, rel=1e-12)
    assert nam.df == len(men) - 2


async def test_a_small_group_takes_another_one_with_it_and_who_said_nothing_is_a_group(database: Database):
    people: list[Person] = [("00001", 1 + n % 2, 1, 3, 1.0) for n in range(40)]
    people += [("00001", None, 2, 1, 1.0)] * 12 + [("00001", None, 3, 1, 1.0)] * 3
    sexes, jobs = await groups_of(database, await asked(database, people))

    assert {name: (f.n, f.value is None) for name, f in sexes.figures.items()} == {
        "Nam": (20, False), "Nữ": (20, False), NO_ANSWER: (15, False),
    }  # fmt: skip
    assert {name: (f.n, f.value is None) for name, f in jobs.figures.items()} == {
        "Nông dân": (40, False), "Công nhân": (12, True), "Khác": (3, True),
    }  # fmt: skip
    sexes, _ = await groups_of(database, await asked(database, people), fewest=16)
    assert [f.value is None for f in sexes.figures.values()] == [True, False, True]


async def test_an_open_link_has_no_error_and_a_new_response_is_seen(database: Database):
    people: list[Person] = [("00001", 1 + n % 2, 1, 3 if n % 4 else 1, 1.0) for n in range(40)]
    first = await groups_of(database, survey_id := await asked(database, people, "open"))
    assert [f.error for g in first for f in g.figures.values()] == [None] * 3
    assert await groups_of(database, survey_id) == first
    async with database.transaction() as session:
        form = await Catalogue().get(session, 1)
        given: dict[str, Answer] = {"sex": 1, "job": 1, "c1": 1, "c2": 1}
        now = datetime.now(UTC)
        session.add(Response(id=1, survey_id=survey_id, unit="00001", answers=pack(form, given)[0], started_at=now,
                             status=ResponseStatus.COMPLETE, touched_at=now))  # fmt: skip
        await session.flush()
        await mend(session, Catalogue(), survey_id)

    assert (await groups_of(database, survey_id))[0].figures["Nam"].n == 21


def test_opinions_and_rows_of_a_matrix_are_no_groups():
    found = {path.stem: [q.id for q in background(shipped(path))] for path in SHIPPED}

    assert found["sipas-2026"][:5] == ["gender", "ethnicity", "age", "education", "occupation"]
    assert found["sipas-short"] == ["gender", "age", "occupation", "submission"]
