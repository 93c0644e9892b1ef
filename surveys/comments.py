"""What people wrote in their own words, with personal data masked, by place; for staff, and sent nowhere."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from storage.comments import people_by_unit, texts_by_unit
from storage.geography import province_of
from storage.surveys import SurveyInfo
from surveys.catalogue import Catalogue
from surveys.disclosure import FEWEST, hidden
from surveys.masking import masked
from surveys.questionnaire import Kind, Questionnaire


@dataclass(frozen=True, slots=True)
class Comments:
    """What was written at a ``place`` (a unit, or a province for the rest of it, '' for the rest of all).

    ``people`` are the responses that count there, ``texts`` the masked texts by question, in alphabetical order: that
    of arrival would tell who wrote after whom.
    """

    place: str
    people: int
    texts: Mapping[str, Sequence[str]]

    @property
    def n(self) -> int:
        return sum(map(len, self.texts.values()))


def written(form: Questionnaire) -> tuple[str, ...]:
    """The questions that are answered in one's own words, but for those about something sensitive."""
    return tuple(q.id for q in form.questions if q.kind is Kind.TEXT and not q.sensitive)


async def comments(
    session: AsyncSession, catalogue: Catalogue, info: SurveyInfo, *, fewest: int = FEWEST
) -> tuple[Comments, ...]:
    """Texts of complete responses that count, by place, those with the most first; places without any are left out.

    A place of fewer than ``fewest`` responses is not named: its texts stand with others of its province, and where
    these are too few or only one place, with those of all. Nobody can tell by what is named what is not.
    """
    form = await catalogue.get(session, info.questionnaire_id)
    people = await people_by_unit(session, info.id)
    rows = await texts_by_unit(session, info.id, written(form))
    return await asyncio.to_thread(_placed, form, people, rows, fewest)


def _placed(
    form: Questionnaire, people: Mapping[str, int], rows: Sequence[tuple[str, str, str]], fewest: int
) -> tuple[Comments, ...]:
    at = placed(people, fewest)
    there: dict[str, int] = {}
    for unit, n in people.items():
        there[at[unit]] = there.get(at[unit], 0) + n
    texts: dict[str, dict[str, list[str]]] = {}
    for unit, question, text in rows:
        texts.setdefault(at[unit], {}).setdefault(question, []).append(masked(text).strip())
    found = [
        Comments(place, there[place], {q: sorted(told[q]) for q in written(form) if q in told})
        for place, told in texts.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.n, one.place)))


def placed(people: Mapping[str, int], fewest: int = FEWEST) -> dict[str, str]:
    """For each unit the place under which its texts are listed: itself, its province, or '' with all others."""
    within: dict[str, list[str]] = {}
    for unit in people:
        within.setdefault(f"in {province_of(unit)}", []).append(unit)
    larger = {name: sum(people[unit] for unit in units) for name, units in within.items()}
    everybody = {**people, **larger, "all": sum(people.values())}
    gone = hidden(everybody, {"all": list(larger), **within}, fewest=fewest)

    def place(unit: str) -> str:
        province = province_of(unit)
        return unit if unit not in gone else "" if f"in {province}" in gone else province

    return {unit: place(unit) for unit in people}
