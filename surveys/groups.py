"""The overall figure by what people told of themselves: sex, age group, occupation and the like."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from storage.criteria import counts_in
from storage.packed import Page, counting_pages
from surveys.catalogue import Catalogue
from surveys.disclosure import FEWEST
from surveys.grid import grid_of
from surveys.index import Figure, breakdown
from surveys.questionnaire import Kind, Question, Questionnaire
from surveys.report import Report
from surveys.sums import OVERALL, Counts

NO_ANSWER = "Không trả lời"
"""Those who left the question out; without them the groups would not add up to all."""
MOST_GROUPS = 20
KEPT = 64
Key = tuple[Questionnaire, int, str, int, int]
_found: "dict[Key, tuple[Grouping, ...]]" = {}
"""What was last worked out, the newest last; a pass over a million answers takes seconds."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """The overall figure of those who chose each option of a question; ``figures`` are by the option's words."""

    question: str
    label: str
    figures: Mapping[str, Figure]


def background(form: Questionnaire) -> tuple[Question, ...]:
    """The questions by whose options people are grouped: one option each, no rows of a matrix, and no opinions."""
    rows = {row.id for question in form.questions for row in form.block(question)[1:]}
    rows |= {question.id for question in form.questions if len(form.block(question)) > 1}
    return tuple(
        question
        for question in form.questions
        if question.kind is Kind.ONE and 1 < len(question.options) <= MOST_GROUPS
        if not (question.factor or question.satisfied or question.id in rows)
    )


async def by_group(
    session: AsyncSession, catalogue: Catalogue, made: Report, *, fewest: int = FEWEST
) -> tuple[Grouping, ...]:
    """The overall figure of each group, one pass over the packed answers; in the order of the questionnaire.

    A group cuts through the strata, so it is a domain of the whole sample: everybody stays in the design. Groups of
    fewer than ``fewest`` people are hidden, and so many others of the same question that none can be worked out.
    """
    form = await catalogue.get(session, made.survey.questionnaire_id)
    asked = background(form)
    if not asked or not made.counts.n:
        return ()
    key = (form, made.survey.id, made.survey.design, fewest, await _state(session, made, asked))
    if key not in _found:
        parts = await counts_by_option(session, form, asked, made.survey.id)
        _found[key] = await asyncio.to_thread(_groupings, made, asked, parts, fewest)
        while len(_found) > KEPT:
            del _found[next(iter(_found))]
    return _found[key]


async def _state(session: AsyncSession, made: Report, asked: Sequence[Question]) -> int:
    """A number that differs as soon as any counter does that says who answered what."""
    grid = grid_of(made.counts, made.questionnaire)
    told = await counts_in(session, made.survey.id, [question.id for question in asked])
    return hash((grid.units, grid.answers.tobytes(), grid.sums.tobytes(), tuple(told)))


async def counts_by_option(
    session: AsyncSession, form: Questionnaire, asked: Sequence[Question], survey_id: int, *,
    sums_of: Collection[str] | None = (OVERALL,),
) -> list[dict[int, Counts]]:  # fmt: skip
    """For each question and each of its options the counters of those who chose it; 0 is nothing chosen.

    ``sums_of`` are the parts whose sums are wanted, all if None.
    """
    from surveys.blocks import Places
    from surveys.columns import chosen, column, read
    from surveys.tallying import Tally

    places, criteria = Places(), [question.id for question in form.criteria]
    tallies = [Tally(form, questions=criteria, parts=sums_of) for _ in asked]

    def add(page: Page) -> None:
        units = places.of([unit for unit, _, _, _ in page])
        packed, weights = read(form, page)
        for question, tally in zip(asked, tallies, strict=True):
            option = chosen(question, column(form, packed, question)).clip(0)
            tally.add(units * (len(question.options) + 1) + option, packed, weights)

    def told(question: Question, tally: Tally) -> dict[int, Counts]:
        grids = tally.grids(places.names, len(question.options) + 1)
        return {option: grid.counts() for option, grid in enumerate(grids)}

    async for page in counting_pages(session, survey_id):
        await asyncio.to_thread(add, page)
    return [await asyncio.to_thread(told, *pair) for pair in zip(asked, tallies, strict=True)]


def _groupings(
    made: Report, asked: Sequence[Question], parts: Sequence[Mapping[int, Counts]], fewest: int
) -> tuple[Grouping, ...]:
    """The figures; hidden where they could be told from the others."""
    found = []
    for question, by_option in zip(asked, parts, strict=True):
        named = {str(option): counts for option, counts in by_option.items()}
        figures = breakdown(made.questionnaire, named, whole=made.counts, design=made.design, fewest=fewest)
        order = [*range(1, len(question.options) + 1), 0]
        shown = {_words(question, option): figures[str(option)] for option in order if str(option) in figures}
        found.append(Grouping(question.id, question.label, shown))
    return tuple(found)


def _words(question: Question, option: int) -> str:
    """An option as people read it; with its code where two read the same."""
    if not option:
        return NO_ANSWER
    words = question.options[option - 1]
    return words if question.options.count(words) == 1 else f"{words} ({question.code(option)})"
