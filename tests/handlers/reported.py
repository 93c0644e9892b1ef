"""Reports of made-up surveys, without a database: the shipped form in all provinces, some of them with few people."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime

from storage.enums import Mode, ResponseStatus, SurveyStatus
from storage.geography import communes
from storage.surveys import SurveyInfo
from surveys.design import Design, Recruiting
from surveys.index import index
from surveys.quality import Flag
from surveys.questionnaire import Questionnaire
from surveys.report import Report
from tests.surveys.counted import Person, counted
from tests.surveys.making import SHIPPED, shipped

TITLE = "Khảo sát mức độ hài lòng của người dân đối với sự phục vụ của cơ quan hành chính nhà nước năm 2026"
FORM = shipped(next(path for path in SHIPPED if path.stem == "sipas-2026"))


def commune_of(province: str) -> str:
    """The first commune of a province."""
    return next(one.code for one in communes().values() if one.province == province)


def crowd(people: Mapping[str, int], form: Questionnaire, *, happy: float, seed: int) -> list[Person]:
    """So many people in each province, who are happy with so large a share of the criteria, more or less."""
    chance = random.Random(seed)
    found: list[Person] = []
    for province, n in people.items():
        unit, here = commune_of(province), min(max(chance.gauss(happy, 0.05), 0.05), 0.98)
        for _ in range(n):
            own = min(max(chance.gauss(here, 0.2), 0.0), 1.0)
            found.append((unit, {q.id: 4 if chance.random() < own else 2 for q in form.criteria}))
    return found


def reported(
    people: Mapping[str, int], recruiting: Recruiting = Recruiting.INVITED, *, title: str = TITLE, happy: float = 0.83,
    year: int = 2026, seed: int = 1, form: Questionnaire = FORM, id: int = 1,
) -> Report:  # fmt: skip
    """The report of a survey with so many responses in each province."""
    opened = datetime(year, 9, 1, 1, tzinfo=UTC)
    info = SurveyInfo(id, 1, title, SurveyStatus.OPEN, b"k", opened, None, None, "")
    design = Design(recruiting=recruiting)
    made = counted(form, crowd(people, form, happy=happy, seed=seed))
    complete, out = sum(people.values()), 3 if people else 0
    responses = dict.fromkeys(ResponseStatus, 0) | {ResponseStatus.COMPLETE: complete + out}
    modes = {Mode.CHAT: complete} if people else {}
    excluded = {Flag.QUICK: out} if out else {}
    return Report(info, form, design, made, index(form, made, design), responses, modes, excluded, out)
