"""Where a respondent stands (lộ trình trả lời): a function of questionnaire and answers, and of nothing else. Pure.

Idea: forms-runner's journey and eq-questionnaire-runner's path finder; conditions only skip and only look back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

from surveys.questionnaire import Kind, Question, Questionnaire


class Skipped(Enum):
    """An answer that was left out on purpose."""

    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Picked:
    """Options chosen so far; ``done`` once the person said that these are all."""

    options: frozenset[int]
    done: bool = True


SKIPPED = Skipped.SKIPPED
Answer = int | str | Picked | Skipped
"""An option's number or a number, a text, picked options, or left out; a note that was read is 1."""
Answers = Mapping[str, Answer]


class Rejected(Exception):
    """The answer cannot be taken; ``reason`` is the key of a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Journey:
    """The questions answered so far on the path, and the one to ask now; None when all are answered."""

    answered: tuple[Question, ...]
    next: Question | None
    steps: int
    """How many questions the path has in all, as far as the answers decide it."""

    @property
    def reachable(self) -> tuple[Question, ...]:
        return self.answered + ((self.next,) if self.next else ())


def _applies(question: Question, seen: Answers) -> bool:
    for asked, wanted in question.ask_if.items():
        match seen.get(asked):
            case int(chosen) if chosen in wanted:
                continue
            case Picked(options, True) if options & wanted:
                continue
            case _:
                return False
    return True


def _settled(answer: Answer | None) -> bool:
    return answer is not None and not (isinstance(answer, Picked) and not answer.done)


def journey(questionnaire: Questionnaire, answers: Answers) -> Journey:
    answered: list[Question] = []
    seen: dict[str, Answer] = {}
    coming: Question | None = None
    steps = 0
    for question in questionnaire.questions:
        if not _applies(question, seen):
            continue
        steps += 1
        if coming is not None:
            continue
        answer = answers.get(question.id)
        if answer is None or not _settled(answer):
            coming = question
            continue
        answered.append(question)
        seen[question.id] = answer
    return Journey(tuple(answered), coming, steps)


def accepted(question: Question, answer: Answer) -> Answer:
    """The answer as it will be kept, or Rejected with the reason."""
    if answer is SKIPPED:
        if not question.optional and question.kind is not Kind.NOTE:
            raise Rejected("required")
        return answer
    match question.kind, answer:
        case Kind.ONE, int(chosen) if 1 <= chosen <= len(question.options):
            return answer
        case Kind.SEVERAL, Picked(options, done) if options <= set(range(1, len(question.options) + 1)):
            if done and not options and not question.optional:
                raise Rejected("pick_one_at_least")
            return answer
        case Kind.NUMBER, int(number):
            if not question.lowest <= number <= question.highest:
                raise Rejected("out_of_range")
            return answer
        case Kind.TEXT, str(text):
            if not text.strip():
                raise Rejected("required")
            if len(text) > question.limit:
                raise Rejected("too_long")
            return text.strip()
        case Kind.NUMBER, _:
            raise Rejected("not_a_number")
        case Kind.NOTE, _:
            return 1
        case _:
            raise Rejected("no_such_option")


def record(questionnaire: Questionnaire, answers: Answers, question_id: str, answer: Answer) -> dict[str, Answer]:
    """Answer the next question, or amend one that is answered; answers that left the path fall away."""
    here = journey(questionnaire, answers)
    if question_id not in {q.id for q in here.reachable} | _on_path(questionnaire, answers).keys():
        raise Rejected("not_asked")
    changed = {**answers, question_id: accepted(questionnaire.question(question_id), answer)}
    return _on_path(questionnaire, changed)


def back(questionnaire: Questionnaire, answers: Answers) -> dict[str, Answer]:
    """The answers without the one before the question asked now, so that it is asked again."""
    here = journey(questionnaire, answers)
    undone = {question.id for question in (*here.answered[-1:], here.next) if question}
    return _on_path(questionnaire, {id: answer for id, answer in answers.items() if id not in undone})


def _on_path(questionnaire: Questionnaire, answers: Answers) -> dict[str, Answer]:
    """The answers to what is asked. Ticks that are not sent yet count as they stand, and an answer that is missing
    leaves those after it alone: whoever amends an early question must not lose eighty later ones."""
    kept: dict[str, Answer] = {}
    seen: dict[str, Answer] = {}
    for question in questionnaire.questions:
        answer = answers.get(question.id)
        if answer is not None and _applies(question, seen):
            kept[question.id] = answer
            seen[question.id] = replace(answer, done=True) if isinstance(answer, Picked) else answer
    return kept
