"""How fieldwork stands: what became of everybody, response rates, quotas, break-offs, modes, and the quality."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from sqlalchemy.ext.asyncio import AsyncSession

from storage import cases, quotas
from storage import responses as rows
from storage.enums import CaseStatus, Mode, ResponseStatus
from storage.surveys import SurveyInfo, consent_counts
from surveys import design as designs
from surveys.answers import Answer
from surveys.catalogue import Catalogue
from surveys.design import Recruiting
from surveys.dispositions import Disposition, OpenRates, Rates, rates
from surveys.packing import unpack
from surveys.quality import Flag
from surveys.questionnaire import Questionnaire


@dataclass(frozen=True, slots=True)
class Fieldwork:
    """Everything that is counted while people are asked; ``rates`` of a sample, ``opened`` of an open link."""

    dispositions: Mapping[Disposition, int]
    rates: Rates | None
    opened: OpenRates | None
    invitations: Mapping[CaseStatus, int]
    quotas: Mapping[str, tuple[int, int]]
    break_offs: Mapping[str, int]
    modes: Mapping[Mode, int]
    flags: Mapping[Flag, int]
    excluded: int


async def fieldwork(session: AsyncSession, info: SurveyInfo) -> Fieldwork:
    """The state of one survey."""
    states = await rows.states(session, info.id)
    by_mode: dict[Mode, int] = {}
    flags: dict[Flag, int] = {}
    for (status, mode, mask), n in states.items():
        if status is not ResponseStatus.COMPLETE:
            continue
        by_mode[mode] = by_mode.get(mode, 0) + n
        for flag in Flag:
            flags[flag] = flags.get(flag, 0) + n * bool(mask & flag)
    recruiting = designs.read(info.design).recruiting
    dispositions = await _dispositions(session, info, recruiting, states)
    opened = None
    if recruiting is Recruiting.OPEN:
        adults, agreed = await consent_counts(session, info.id)
        done = dispositions.get(Disposition.COMPLETE, 0)
        away = dispositions.get(Disposition.INELIGIBLE, 0)
        opened = OpenRates(opened=adults, agreed=agreed, partial=max(agreed - done - away, 0), complete=done)
    return Fieldwork(
        dispositions=dispositions,
        rates=rates(dispositions) if recruiting is not Recruiting.OPEN else None,
        opened=opened,
        invitations=await cases.invitation_counts(session, info.id),
        quotas=await quotas.quotas(session, info.id),
        break_offs=await rows.break_offs(session, info.id),
        modes=by_mode,
        flags=flags,
        excluded=await rows.excluded(session, info.id),
    )


async def _dispositions(
    session: AsyncSession, info: SurveyInfo, recruiting: Recruiting,
    states: Mapping[tuple[ResponseStatus, Mode, int], int],
) -> dict[Disposition, int]:  # fmt: skip
    """Of a sample from its cases, else from the responses."""
    if recruiting is Recruiting.INVITED:
        found = await cases.dispositions(session, info.id)
        return {Disposition(name): n for name, n in found.items()}
    of = {
        ResponseStatus.COMPLETE: Disposition.COMPLETE, ResponseStatus.OPEN: Disposition.PARTIAL,
        ResponseStatus.INELIGIBLE: Disposition.INELIGIBLE, ResponseStatus.REFUSED: Disposition.REFUSED,
    }  # fmt: skip
    counted: dict[Disposition, int] = {}
    for (status, _, _), n in states.items():
        counted[of[status]] = counted.get(of[status], 0) + n
    return counted


@dataclass(frozen=True, slots=True)
class InterviewerQuality:
    """One interviewer's work: how many, how long (median, minutes), how satisfied their people are (percent), and
    how many of their responses are flagged."""

    interviewer_id: int
    complete: int
    minutes: float
    satisfied: float | None
    quick: int
    straight: int
    duplicate: int


@dataclass(frozen=True, slots=True)
class InterviewerEffect:
    """How alike the people of one interviewer answer: the intraclass correlation ``rho`` of their satisfied shares,
    and what that does to the variance, 1 + (m - 1) rho (Kish 1962, JASA 57:92-115)."""

    interviewers: tuple[InterviewerQuality, ...]
    rho: float | None
    design_effect: float | None


async def interviewer_effect(session: AsyncSession, catalogue: Catalogue, info: SurveyInfo) -> InterviewerEffect:
    """From the answers of complete interviews themselves."""
    form = await catalogue.get(session, info.questionnaire_id)
    theirs: dict[int, list[tuple[rows.CompleteResponse, float | None]]] = {}
    for one in await rows.complete_responses(session, info.id):
        if one.interviewer_id is not None:
            share = satisfied_share(form, unpack(form, one.answers, {}))
            theirs.setdefault(one.interviewer_id, []).append((one, share))
    made = tuple(
        InterviewerQuality(
            interviewer_id=id,
            complete=len(done),
            minutes=median(one.seconds for one, _ in done) / 60,
            satisfied=_mean([share for _, share in done if share is not None]),
            quick=sum(bool(one.flags & Flag.QUICK) for one, _ in done),
            straight=sum(bool(one.flags & Flag.STRAIGHT) for one, _ in done),
            duplicate=sum(bool(one.flags & Flag.DUPLICATE) for one, _ in done),
        )
        for id, done in sorted(theirs.items())
    )
    rho = intraclass([[share for _, share in done if share is not None] for done in theirs.values()])
    mean_load = sum(one.complete for one in made) / len(made) if made else 0.0
    return InterviewerEffect(made, rho, 1 + (mean_load - 1) * rho if rho is not None else None)


def satisfied_share(form: Questionnaire, answers: Mapping[str, Answer]) -> float | None:
    """Percent of satisfied among one person's valid answers to criteria."""
    valid = [(q, a) for q in form.criteria if isinstance(a := answers.get(q.id), int)]
    return 100 * sum(a in q.satisfied for q, a in valid) / len(valid) if valid else None


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def intraclass(groups: list[list[float]]) -> float | None:
    """The intraclass correlation from a one-way analysis of variance (Fisher 1925; groups of unequal size as in
    Snedecor & Cochran 1989, §13.3), not below 0; None where there are no two groups or nothing varies."""
    groups = [group for group in groups if group]
    n, k = sum(map(len, groups)), len(groups)
    if k < 2 or n <= k:
        return None
    grand = sum(map(sum, groups)) / n
    between = sum(len(group) * (sum(group) / len(group) - grand) ** 2 for group in groups) / (k - 1)
    within = sum((value - sum(group) / len(group)) ** 2 for group in groups for value in group) / (n - k)
    size = (n - sum(len(group) ** 2 for group in groups) / n) / (k - 1)
    spread = between + (size - 1) * within
    return max(0.0, (between - within) / spread) if spread > 0 else None
