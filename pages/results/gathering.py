"""Everything that one results page tells, read in one transaction and worked out after it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from storage.counters import periods
from storage.geography import province_of
from storage.surveys import SurveyInfo
from surveys.catalogue import Catalogue
from surveys.comments import Comments, comments
from surveys.counting import figures_of
from surveys.disclosure import FEW, FEWEST
from surveys.fieldreport import Fieldwork, fieldwork
from surveys.files.material import weighed
from surveys.groups import background, counts_by_option
from surveys.index import Figure, Index, index
from surveys.parts import Parts, parts_shown
from surveys.public import public
from surveys.report import Report, earlier, report
from surveys.sums import Counts

WAVES = 6
"""So many surveys at most are drawn one after the other."""


class Audience(StrEnum):
    """Who looks at results."""

    PUBLIC = "public"
    STAFF = "staff"

    @property
    def fewest(self) -> int:
        """A figure of fewer people is not shown to them."""
        return FEW if self is Audience.PUBLIC else FEWEST


class Kind(StrEnum):
    """What the people are parted by, as an address says it."""

    PROVINCE = "p"
    MONTH = "m"
    GROUP = "g"


@dataclass(frozen=True, slots=True)
class Division:
    """The people of a survey in parts, each person in one; ``question`` is the one that parts them into groups."""

    kind: Kind
    question: str
    counts: Mapping[str, Counts]
    parts: Parts

    def key(self, code: str) -> str:
        """How an address names a part: 'p:01', 'm:2026-11', 'g:gender:2'."""
        return ":".join(filter(None, (self.kind, self.question, code)))


@dataclass(frozen=True, slots=True)
class Read:
    """What was read: the ``waves`` are this survey and those before it that may be seen, the oldest first."""

    report: Report
    waves: tuple[Report, ...]
    months: Mapping[str, Counts]
    groups: Mapping[str, Mapping[str, Counts]]
    fieldwork: Fieldwork
    comments: tuple[Comments, ...]
    raked: Report | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """Figures for one audience, with ``divisions`` into parts."""

    audience: Audience
    report: Report
    waves: tuple[Report, ...]
    divisions: tuple[Division, ...]
    fieldwork: Fieldwork
    comments: tuple[Comments, ...] = ()
    """For staff only."""
    raked: Report | None = None
    """The same survey under weights raked to the population, where its design has margins that can be met."""

    def division(self, kind: Kind) -> Division | None:
        return next((one for one in self.divisions if one.kind is kind), None)

    def chosen(self, key: str) -> "tuple[Division, str, Figure, Index | None] | None":
        """The part that an address names, its figure, and its factors and criteria where these may be shown."""
        for one in self.divisions:
            for code, figure in one.parts.figures.items():
                if one.key(code) == key:
                    return one, code, figure, self._detail(one, code, figure)
        return None

    def _detail(self, division: Division, code: str, figure: Figure) -> Index | None:
        """The overall figure stays that of the division's table: two that differ would tell what is hidden."""
        if code not in division.parts.detailed:
            return None
        made = self.report
        found = index(made.questionnaire, division.counts[code], made.design, whole=made.counts,
                      fewest=self.audience.fewest)  # fmt: skip
        return replace(found, overall=figure)


async def read(session: AsyncSession, catalogue: Catalogue, info: SurveyInfo, audience: Audience) -> Read:
    made = await report(session, catalogue, info)
    waves, at = [made], info
    while len(waves) < WAVES and (before := await earlier(session, catalogue, at)):
        at = before
        if audience is Audience.STAFF or before.results_public_at is not None:
            waves.insert(0, await report(session, catalogue, before))
    form = made.questionnaire
    months = {month: await figures_of(session, form, info.id, month) for month in await periods(session, info.id)}
    groups = await _groups(session, made, audience)
    said = await comments(session, catalogue, info) if audience is Audience.STAFF else ()
    said = tuple(one for one in said if one.people >= FEWEST)
    return Read(made, tuple(waves), months, groups, await fieldwork(session, info), said,
                await weighed(session, catalogue, made))  # fmt: skip


async def _groups(session: AsyncSession, made: Report, audience: Audience) -> dict[str, dict[str, Counts]]:
    """The counters of those who chose each option of each question about themselves; '0' is nothing chosen."""
    form = made.questionnaire
    asked = [question for question in background(form) if audience is Audience.STAFF or not question.sensitive]
    if not asked or not made.counts.n:
        return {}
    found = await counts_by_option(session, form, asked, made.survey.id, sums_of=None)
    orders = [(*range(1, len(question.options) + 1), 0) for question in asked]
    return {
        question.id: {str(option): of[option] for option in order if option in of and of[option].n}
        for question, order, of in zip(asked, orders, found, strict=True)
    }


def gathered(found: Read, audience: Audience) -> Gathered:
    """The figures, each hidden where this audience may not see it. It takes a while: not for the event loop."""
    made = seen(found.report, audience)
    of: dict[str, list[str]] = {}
    for unit in made.counts.sums:
        of.setdefault(province_of(unit), []).append(unit)
    places = {code: made.counts.among(units) for code, units in sorted(of.items())}
    divisions = [_divided(made, audience, Kind.PROVINCE, places)]
    divisions += [_divided(made, audience, Kind.GROUP, parts, id) for id, parts in found.groups.items()]
    divisions += [_divided(made, audience, Kind.MONTH, found.months)] if len(found.months) > 1 else []
    waves = tuple(made if one is found.report else seen(one, audience) for one in found.waves)
    return Gathered(audience, made, waves, tuple(divisions), found.fieldwork, found.comments,
                    _fit(found.raked, audience))  # fmt: skip


def _divided(
    made: Report, audience: Audience, kind: Kind, parts: Mapping[str, Counts], question: str = ""
) -> Division:  # fmt: skip
    shown = parts_shown(
        made.questionnaire, parts, whole=made.counts, design=made.design, fewest=audience.fewest
    )  # fmt: skip
    return Division(kind, question, parts, shown)


def _fit(found: Report | None, audience: Audience) -> Report | None:
    """Raked figures as an audience may see them."""
    if found is None or audience is Audience.STAFF:
        return found
    return replace(found, index=public(found.questionnaire, found.index))


def seen(made: Report, audience: Audience) -> Report:
    """The report with the figures that an audience may see."""
    if audience is Audience.STAFF:
        return made
    return replace(made, index=index(made.questionnaire, made.counts, made.design, fewest=audience.fewest))
