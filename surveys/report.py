"""All that is told with the figures of a survey: who answered and how, what was left out, how it was weighed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from storage import responses as rows
from storage.enums import Mode, ResponseStatus
from storage.geography import province_of
from storage.surveys import SurveyInfo, response_counts, surveys
from surveys import design as designs
from surveys.catalogue import Catalogue
from surveys.change import Change, changes
from surveys.counting import figures_of
from surveys.design import Design
from surveys.disclosure import FEWEST
from surveys.estimation.effects import kish_of_sums
from surveys.index import Figure, Index, breakdown, index
from surveys.public import public
from surveys.published import Published, beside
from surveys.quality import ALWAYS_OUT, Flag
from surveys.questionnaire import Questionnaire
from surveys.sums import OVERALL, Counts


@dataclass(frozen=True, slots=True)
class Raking:
    """That weights were raked ``over`` these questions, what they then cost (Kish), and where they were cut."""

    over: tuple[str, ...]
    effect: float
    trim: float | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of one survey with their circumstances; ``excluded`` counts by what speaks against a response."""

    survey: SurveyInfo
    questionnaire: Questionnaire
    design: Design
    counts: Counts
    index: Index
    responses: Mapping[ResponseStatus, int]
    modes: Mapping[Mode, int]
    excluded: Mapping[Flag, int]
    kept_out: int
    raking: Raking | None = None
    """Told where ``index`` is raked (``surveys.raked``); what else is told comes from counters, which never are."""

    @property
    def weights_effect(self) -> float | None:
        """What unequal weights cost (Kish): 1 where all weigh the same, None where nobody answered."""
        if self.raking is not None:
            return self.raking.effect
        total = self.counts.total(OVERALL)
        return kish_of_sums(total.responses, total.w, total.w2) if total.responses else None

    @property
    def weighted(self) -> bool:
        effect = self.weights_effect
        return effect is not None and effect > 1 + 1e-12

    @property
    def beside(self) -> Published | None:
        """The published national figure that this one may be held against."""
        return beside(self.questionnaire.series, self.survey.opened_at.year)

    def by_place(self, *, communes: bool, fewest: int = FEWEST) -> dict[str, Figure]:
        """The overall figure of each province, or of each unit; see ``surveys.index.breakdown``.

        ValueError beside raked figures.
        """
        if self.raking is not None:
            raise ValueError("raked figures and others are not for one table")
        of: dict[str, list[str]] = {}
        for unit in self.counts.sums:
            of.setdefault(unit if communes else province_of(unit), []).append(unit)
        parts = {code: self.counts.among(units) for code, units in sorted(of.items())}
        inside = {unit: province_of(unit) for unit in parts} if communes else None
        return breakdown(
            self.questionnaire, parts, whole=self.counts, design=self.design, inside=inside, fewest=fewest
        )

    def by_month(self, months: Mapping[str, Counts], *, fewest: int = FEWEST) -> dict[str, Figure]:
        """The overall figure of each month from its counters."""
        return breakdown(self.questionnaire, months, whole=self.counts, design=self.design, fewest=fewest)

    def for_everybody(self) -> "Report":
        """The same with only those figures that may be published."""
        return replace(self, index=public(self.questionnaire, self.index))


async def report(session: AsyncSession, catalogue: Catalogue, info: SurveyInfo) -> Report:
    """The state of one survey, from its counters."""
    questionnaire = await catalogue.get(session, info.questionnaire_id)
    design, counts = designs.read(info.design), await figures_of(session, questionnaire, info.id)
    modes: dict[Mode, int] = {}
    excluded: dict[Flag, int] = {}
    kept_out = 0
    for (status, mode, mask), n in (await rows.states(session, info.id)).items():
        if status is not ResponseStatus.COMPLETE:
            continue
        against = Flag(mask) & (design.exclude | ALWAYS_OUT)
        for flag in Flag:
            if flag & against:
                excluded[flag] = excluded.get(flag, 0) + n
        kept_out += n if against else 0
        modes[mode] = modes.get(mode, 0) + (0 if against else n)
    return Report(
        info, questionnaire, design, counts, index(questionnaire, counts, design),
        await response_counts(session, info.id), {mode: n for mode, n in modes.items() if n}, excluded, kept_out,
    )  # fmt: skip


async def earlier(session: AsyncSession, catalogue: Catalogue, info: SurveyInfo) -> SurveyInfo | None:
    """The last survey before this one with a questionnaire of the same key."""
    key = (await catalogue.get(session, info.questionnaire_id)).key
    for one in await surveys(session):
        before = (one.opened_at, one.id) < (info.opened_at, info.id)
        if before and (await catalogue.get(session, one.questionnaire_id)).key == key:
            return one
    return None


async def by_period(session: AsyncSession, made: Report, months: Sequence[str]) -> dict[str, Figure]:
    """The overall figure of each month."""
    return made.by_month(
        {month: await figures_of(session, made.questionnaire, made.survey.id, month) for month in months}
    )


def compared(later: Report, before: Report) -> Mapping[str, Change]:
    """How the figures of two surveys differ; of questionnaires of one key."""
    return changes(later.index, before.index)
