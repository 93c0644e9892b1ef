"""Everything that a report in files tells, gathered once, so that every format says the same."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from storage.counters import periods
from storage.geography import communes
from storage.surveys import SurveyInfo
from surveys.catalogue import Catalogue
from surveys.change import Change
from surveys.circumstances import period
from surveys.counting import figures_of
from surveys.disclosure import FEWEST
from surveys.fieldreport import Fieldwork, fieldwork
from surveys.index import Figure
from surveys.public import divided
from surveys.raked import CannotRake, raked
from surveys.report import Report, compared, report
from surveys.sums import Counts

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """What an agency puts around a report; '' leaves a place for it."""

    agency: str = ""
    parent: str = ""
    place: str = ""
    signer: str = ""
    position: str = ""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the database knows; ``now`` is local."""

    report: Report
    fieldwork: Fieldwork
    months: Mapping[str, Counts]
    before: Report | None
    period: str
    now: datetime
    raked: Report | None = None
    """The same under weights raked to the population, where the design has margins that can be met."""


@dataclass(frozen=True, slots=True)
class Material:
    """The figures of all tables; ``communes`` is empty where units are no communes."""

    report: Report
    fieldwork: Fieldwork
    provinces: Mapping[str, Figure]
    communes: Mapping[str, Figure]
    months: Mapping[str, Figure]
    before: Report | None
    changes: Mapping[str, Change]
    period: str
    now: datetime
    raked: Report | None = None


async def weighed(session: AsyncSession, catalogue: Catalogue, made: Report) -> Report | None:
    """The report with raked figures; None where the design has no margins or they cannot be met."""
    if not made.design.margins or not made.index.n:
        return None
    try:
        return await raked(session, catalogue, made)
    except CannotRake as error:
        log.warning("survey %d is reported without raked figures: %s", made.survey.id, error)
        return None


async def gather(
    session: AsyncSession, catalogue: Catalogue, info: SurveyInfo, *, zone: ZoneInfo, now: datetime,
    against: SurveyInfo | None = None,
) -> Gathered:  # fmt: skip
    """All that has to be asked of the database; ``against`` is an earlier survey with the same questionnaire."""
    made = await report(session, catalogue, info)
    before = await report(session, catalogue, against) if against is not None else None
    named = await periods(session, info.id)
    form = made.questionnaire
    months = {
        month: await figures_of(session, form, info.id, month) if len(named) > 1 else made.counts for month in named
    }
    work = await fieldwork(session, info)
    other = await weighed(session, catalogue, made)
    return Gathered(made, work, months, before, period(info, zone), now.astimezone(zone), other)


def worked_out(found: Gathered, *, fewest: int = FEWEST) -> Material:
    """The tables of it, fit for staff, or with ``fewest`` of thirty for everybody; it takes a while."""
    everybody = fewest != FEWEST
    made = found.report.for_everybody() if everybody else found.report

    def fit(figures: Mapping[str, Figure]) -> Mapping[str, Figure]:
        return divided(found.report.index, figures) if everybody else figures

    smaller = any(unit in communes() for unit in made.counts.sums)
    return Material(
        report=made,
        fieldwork=found.fieldwork,
        provinces=fit(made.by_place(communes=False, fewest=fewest)),
        communes=fit(made.by_place(communes=True, fewest=fewest)) if smaller else {},
        months=fit(made.by_month(found.months, fewest=fewest)),
        before=found.before,
        changes=compared(found.report, found.before) if found.before is not None else {},
        period=found.period,
        now=found.now,
        raked=found.raked.for_everybody() if everybody and found.raked is not None else found.raked,
    )


async def material(found: Gathered, *, fewest: int = FEWEST) -> Material:
    """The same off the event loop."""
    return await asyncio.to_thread(worked_out, found, fewest=fewest)
