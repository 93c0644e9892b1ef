"""Where a respondent stands (lộ trình trả lời): a function of questionnaire and answers, and of nothing else. Pure.

Idea: forms-runner's journey and eq-questionnaire-runner's path finder; conditions only skip and only look back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from surveys.answers import SKIPPED, Answer, Answers, Picked, Ranked, Rejected, accepted, settled, value_of
from surveys.expression import Expression, Scope
from surveys.questionnaire import CHOOSING, Kind, Question, Questionnaire
from surveys.xpath import Value, text

__all__ = [
    "SKIPPED", "Answer", "Answers", "Journey", "Picked", "Ranked", "Rejected", "accepted", "back", "journey",
    "offered", "record", "values",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Journey:
    """The questions answered so far on the path, and the one to ask now; None when there is none left to ask."""

    answered: tuple[Question, ...]
    next: Question | None
    steps: int
    """How many questions the path has in all, as far as the answers decide it."""
    ended_by: Question | None = None
    """The question whose answer ended it early: the person is not among those whom the survey is for."""

    @property
    def reachable(self) -> tuple[Question, ...]:
        return self.answered + ((self.next,) if self.next else ())


def _applies(question: Question, seen: Mapping[str, Value]) -> bool:
    if question.ask_if is not None and not question.ask_if.holds(Scope(seen)):
        return False
    return question.filter is None or bool(_offered(question, seen))


def _ends(question: Question, answer: Answer, seen: Mapping[str, Value]) -> bool:
    """Whether nothing more is asked after this answer."""
    return question.ends_if is not None and question.ends_if.holds(Scope(seen, this=value_of(question, answer)))


def journey(questionnaire: Questionnaire, answers: Answers) -> Journey:
    answered: list[Question] = []
    seen: dict[str, Value] = {}
    coming: Question | None = None
    steps = 0
    for question in questionnaire.questions:
        if question.calculation is not None:
            seen[question.id] = text(question.calculation.value(Scope(seen)))
            continue
        if not _applies(question, seen):
            continue
        steps += 1
        if coming is not None:
            continue
        answer = answers.get(question.id)
        if answer is None or not settled(answer):
            coming = question
            continue
        answered.append(question)
        seen[question.id] = value_of(question, answer)
        if question.ends_if is not None and _ends(question, answer, seen):
            return Journey(tuple(answered), None, len(answered), question)
    return Journey(tuple(answered), coming, steps)


def values(questionnaire: Questionnaire, answers: Answers) -> dict[str, Value]:
    """The answers on the path and all calculations, as expressions see them."""
    seen: dict[str, Value] = {}
    for question in questionnaire.questions:
        if question.calculation is not None:
            seen[question.id] = text(question.calculation.value(Scope(seen)))
        elif (answer := answers.get(question.id)) is not None and settled(answer) and _applies(question, seen):
            seen[question.id] = value_of(question, answer)
    return seen


def _offered(question: Question, seen: Mapping[str, Value]) -> tuple[int, ...]:
    everything = range(1, len(question.options) + 1)
    if question.filter is None:
        return tuple(everything)
    columns = question.columns or ({},) * len(question.options)
    return tuple(n for n in everything if question.filter.holds(Scope(seen, columns=columns[n - 1])))


def offered(questionnaire: Questionnaire, answers: Answers, question: Question) -> tuple[int, ...]:
    """The options among which this person chooses."""
    return _offered(question, values(questionnaire, answers) if question.filter is not None else {})


def _fitting(
    questionnaire: Questionnaire, answers: Answers, question: Question, answer: Answer, today: date
) -> Answer:
    """The answer as it will be kept, held against what is offered and against the constraint; or Rejected."""
    there = offered(questionnaire, answers, question) if question.filter is not None else ()
    kept = accepted(question, answer, offered=len(there) or None)
    if question.kind in CHOOSING and question.filter is not None:
        chosen = {kept} if isinstance(kept, int) else kept.options if isinstance(kept, Picked) else set()
        if isinstance(kept, Ranked):
            chosen = set(kept.order)
        if chosen - set(there):
            raise Rejected("no_such_option")
    if question.constraint is not None and settled(kept) and (value := value_of(question, kept)) != "":
        seen = values(questionnaire, answers)
        if not question.constraint.holds(Scope({**seen, question.id: value}, this=value, today=today)):
            raise Rejected("constraint", question.constraint_said)
    return kept


def record(
    questionnaire: Questionnaire, answers: Answers, question_id: str, answer: Answer, *, today: date = date.max
) -> dict[str, Answer]:
    """Answer the next question, or amend one that is answered; answers that left the path fall away.

    ``today`` is for constraints such as "not in the future".
    """
    kept = _on_path(questionnaire, answers)
    coming = journey(questionnaire, kept).next
    if question_id not in kept and (coming is None or question_id != coming.id):
        raise Rejected("not_asked")
    question = questionnaire.question(question_id)
    return _on_path(questionnaire, {**answers, question_id: _fitting(questionnaire, kept, question, answer, today)})


def back(questionnaire: Questionnaire, answers: Answers) -> dict[str, Answer]:
    """The answers without the one before the question asked now, so that it is asked again; ticks stand, not sent."""
    here = journey(questionnaire, answers)
    undone = {question.id for question in (*here.answered[-1:], here.next) if question}
    kept = {id: answer for id, answer in answers.items() if id not in undone}
    for question in here.answered[-1:]:
        if isinstance(ticked := answers[question.id], Picked):
            kept[question.id] = replace(ticked, done=False)
    return _on_path(questionnaire, kept)


def _on_path(questionnaire: Questionnaire, answers: Answers) -> dict[str, Answer]:
    """The answers to what is asked. Ticks that are not sent yet count as they stand, and an answer that is missing
    leaves those after it alone: whoever amends an early question must not lose eighty later ones.

    Answers after one that ends the questionnaire stay, too, in case it was a slip; they are not on the journey."""
    kept: dict[str, Answer] = {}
    seen: dict[str, Value] = {}
    for question in questionnaire.questions:
        if question.calculation is not None:
            seen[question.id] = text(question.calculation.value(Scope(seen)))
            continue
        answer = answers.get(question.id)
        if answer is None or not _applies(question, seen) or not _still_offered(question, answer, seen):
            continue
        if question.constraint is None or _still_fits(question, question.constraint, answer, seen):
            kept[question.id] = answer
            counted = replace(answer, done=True) if isinstance(answer, Picked | Ranked) else answer
            seen[question.id] = value_of(question, counted)
    return kept


def _still_fits(question: Question, constraint: Expression, answer: Answer, seen: Mapping[str, Value]) -> bool:
    """Whether a constraint that looks at earlier answers holds as they are now; one that is missing says nothing."""
    earlier = constraint.references - {question.id}
    if (
        not earlier
        or any(seen.get(id, "") == "" for id in earlier)
        or "today" in constraint.calls
        or not settled(answer)
    ):
        return True
    value = value_of(question, answer)
    return value == "" or constraint.holds(Scope({**seen, question.id: value}, this=value))


def _still_offered(question: Question, answer: Answer, seen: Mapping[str, Value]) -> bool:
    if question.filter is None:
        return True
    there = set(_offered(question, seen))
    match answer:
        case int(chosen) if question.kind is Kind.ONE:
            return chosen in there
        case Picked(options, _):
            return options <= there
        case Ranked(order, _):
            return set(order) <= there
        case _:
            return True
