"""Which questions stand on one page: one, or some rows of a matrix. Pure, and the same for every answer."""

from itertools import pairwise

from surveys.journey import Journey
from surveys.questionnaire import Kind, Question, Questionnaire

MOST_ROWS = 10
Sheet = tuple[Question, ...]


def _abreast(first: Question, other: Question) -> bool:
    """Whether both are rows of one matrix, and always asked together."""
    alike = (first.group, first.heading, first.options, first.ask_if) == (
        other.group, other.heading, other.options, other.ask_if,
    )  # fmt: skip
    plain = first.kind is other.kind is Kind.ONE and first.filter is other.filter is None
    return bool(first.group) and alike and plain and not (first.image or other.image)


def _evenly(rows: list[Question]) -> list[Sheet]:
    """At most ten rows to a page, and no page with a single one left over."""
    pages = -(-len(rows) // MOST_ROWS)
    size, more = divmod(len(rows), pages)
    ends = [size * n + min(n, more) for n in range(pages + 1)]
    return [tuple(rows[begin:end]) for begin, end in pairwise(ends)]


def sheets(questionnaire: Questionnaire) -> list[Sheet]:
    """All pages in order; a row after which nothing more may be asked is the last of its page."""
    runs: list[list[Question]] = []
    for question in questionnaire.questions:
        if not question.asked:
            continue
        if runs and _abreast(runs[-1][0], question) and runs[-1][-1].ends_if is None:
            runs[-1].append(question)
        else:
            runs.append([question])
    return [sheet for run in runs for sheet in _evenly(run)]


def path(questionnaire: Questionnaire, here: Journey) -> list[Sheet]:
    """The pages as far as this person has come, the one to fill in now at last."""
    there = {question.id for question in here.reachable}
    return [sheet for sheet in sheets(questionnaire) if any(question.id in there for question in sheet)]


def sheet_with(pages: list[Sheet], question: Question) -> int:
    """Where among these pages the question stands; ValueError if on none."""
    for number, sheet in enumerate(pages):
        if question in sheet:
            return number
    raise ValueError(question.id)
