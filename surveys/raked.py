"""The index under weights that are raked to what is known of the population, by a pass over the packed answers."""

import asyncio
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from storage.packed import counting_pages
from surveys.catalogue import Catalogue
from surveys.design import Design, parts_of
from surveys.estimation.raking import NotConverged
from surveys.questionnaire import Questionnaire
from surveys.report import Raking, Report
from surveys.report_words import RAKED, decimal


class CannotRake(ValueError):
    """The margins of the design do not fit the responses; the message says which and what to do."""


async def raked(session: AsyncSession, catalogue: Catalogue, made: Report) -> Report:
    """The same report with raked figures: values, errors and effective n under the raked weights.

    Who left the question of a margin out keeps the share that they have. Errors are those of R's ``rake``: of the
    residuals from the margins. CannotRake where the design has no margins, or where they cannot be met.
    """
    if not made.design.margins:
        raise CannotRake("the design has no margins; say 'margins:' in the --design of the survey")
    if not made.index.n:
        raise CannotRake("nobody answered yet")
    form = await catalogue.get(session, made.survey.questionnaire_id)
    from surveys.raking_pass import Answered

    answered = Answered(form, made.design)
    async for page in counting_pages(session, made.survey.id):
        await asyncio.to_thread(answered.add, page)
    try:
        index, effect = await asyncio.to_thread(answered.index)
    except NotConverged as error:
        raise CannotRake(f"{error}; unite it with another one, or allow heavier weights by 'trim'") from None
    except ValueError as error:
        raise CannotRake(str(error)) from None
    over = tuple(form.question(id).label for id in weighed_by(form, made.design))
    return replace(made, index=index, raking=Raking(over, effect, made.design.trim))


def weighed_by(form: Questionnaire, design: Design) -> list[str]:
    """The questions of all margins, each once and in the order of the questionnaire."""
    return sorted({id for ids in design.margins for id in parts_of(ids)}, key=form.position.__getitem__)


def told(made: Report) -> str:
    """How raked figures were weighed, as people read it; '' of figures that are not."""
    if made.raking is None:
        return ""
    return RAKED.format(over=", ".join(made.raking.over), effect=decimal(made.raking.effect))
