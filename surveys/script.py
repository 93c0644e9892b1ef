"""Scripted respondents (người trả lời mẫu): people in a file, their answers, and what must become of them. Pure."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Any

from surveys.answers import Answer, Picked, Ranked, Rejected, accepted
from surveys.journey import journey, offered, record, values
from surveys.linting import numbers_in
from surveys.located import Located, load_located
from surveys.questionnaire import BadQuestionnaire, Kind, Question, Questionnaire
from surveys.written import answer_of
from surveys.xpath import number, text

KEYS = {"name", "answers", "otherwise", "expect", "today"}
EXPECTED = {"asked", "not_asked", "ends", "values", "rejects"}
COMPLETE, SCREENED_OUT = "complete", "screened out"
MOST_STEPS = 10_000


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a respondent fared otherwise than the script says; ``line`` is that of the respondent or the entry."""

    line: int
    name: str
    said: str


@dataclass(frozen=True, slots=True)
class Respondent:
    """One person of a script."""

    line: int
    name: str
    answers: Mapping[str, Any]
    expect: Mapping[str, Any]
    today: date
    otherwise: Any = None
    """What they say to a question that ``answers`` does not name."""


def read(source: str, questionnaire: Questionnaire) -> tuple[Respondent, ...]:
    """The respondents of a script; BadQuestionnaire says the line of what cannot be meant."""
    top = load_located(source)
    if not isinstance(top, Located) or not isinstance(top.get("respondents"), list):
        raise BadQuestionnaire("a script is a mapping with 'respondents:', a list")
    if (meant := str(top.get("questionnaire", questionnaire.key))) != questionnaire.key:
        raise BadQuestionnaire(f"the script is for the questionnaire {meant!r}, not for {questionnaire.key!r}")
    return tuple(_respondent(at, questionnaire) for at in top["respondents"])


def _respondent(at: Any, questionnaire: Questionnaire) -> Respondent:
    if not isinstance(at, Located):
        raise BadQuestionnaire(f"a respondent must be a mapping, not {at!r}")
    answers, expect = at.get("answers") or Located(), at.get("expect") or Located()
    for within, known in ((at, KEYS), (expect, EXPECTED)):
        if not isinstance(within, Located):
            raise BadQuestionnaire(f"line {at.line}: 'answers' and 'expect' must be mappings")
        if unknown := sorted(set(within) - known):
            raise BadQuestionnaire(
                f"line {within.line or at.line}: unknown key {unknown[0]!r}; known are {', '.join(sorted(known))}"
            )
    named = [*answers, *expect.get("asked", []), *expect.get("not_asked", []), *expect.get("rejects", {}),
             *expect.get("values", {})]  # fmt: skip
    if strange := [id for id in named if id not in questionnaire.position]:
        raise BadQuestionnaire(f"line {at.line}: there is no question {strange[0]!r}")
    today = at.get("today", date(2026, 11, 26))
    if not isinstance(today, date):
        raise BadQuestionnaire(f"line {at.line}: 'today' must be a day such as 2026-11-26")
    return Respondent(at.line, str(at.get("name", f"line {at.line}")), answers, expect, today, at.get("otherwise"))


def play(questionnaire: Questionnaire, respondent: Respondent) -> tuple[Difference, ...]:
    """Walk the journey with a respondent's answers and hold it against what the script expects."""
    found: list[Difference] = []

    def differs(said: str) -> None:
        found.append(Difference(respondent.line, respondent.name, said))

    answers: dict[str, Answer] = {}
    rejects: Mapping[str, Any] = respondent.expect.get("rejects", {})
    while (question := journey(questionnaire, answers).next) is not None:
        for wrong in _list(rejects.get(question.id, [])):
            try:
                record(questionnaire, answers, question.id, answer_of(question, wrong), today=respondent.today)
            except Rejected:
                continue
            differs(f"{question.id} takes {wrong!r}, which it should reject")
        written = respondent.answers.get(question.id, respondent.otherwise)
        if written is None and question.kind is not Kind.NOTE:
            break
        try:
            answers = record(
                questionnaire, answers, question.id, answer_of(question, written), today=respondent.today
            )
        except Rejected as error:
            differs(f"{question.id} does not take {written!r} ({error.said or error.reason})")
            break
    _compare(questionnaire, respondent, answers, differs)
    return tuple(found)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _compare(
    questionnaire: Questionnaire, respondent: Respondent, answers: Mapping[str, Answer], differs: Any
) -> None:
    expect = respondent.expect
    here = journey(questionnaire, answers)
    asked = {question.id for question in here.reachable}
    for id in expect.get("asked", []):
        if id not in asked:
            differs(f"{id} is not asked")
    for id in expect.get("not_asked", []):
        if id in asked:
            differs(f"{id} is asked")
    for id in respondent.answers:
        if id not in asked:
            differs(f"{id} is answered in the script and not asked")
    ends = SCREENED_OUT if here.ended_by else COMPLETE if here.next is None else f"stops at {here.next.id}"
    if ends != expect.get("ends", COMPLETE):
        differs(f"it ends as {ends!r}, not as {expect.get('ends', COMPLETE)!r}")
    seen = values(questionnaire, answers)
    for id, wanted in expect.get("values", {}).items():
        if text(seen.get(id, "")) != str(wanted):
            differs(f"{id} is {text(seen.get(id, ''))!r}, not {str(wanted)!r}")


def random_respondent(questionnaire: Questionnaire, seed: int) -> dict[str, Answer]:
    """Somebody who answers everything that they are asked, at random; the same for the same seed."""
    dice = random.Random(seed)
    answers: dict[str, Answer] = {}
    for _ in range(MOST_STEPS):
        question = journey(questionnaire, answers).next
        if question is None:
            return answers
        for _ in range(200):
            try:
                answers = record(
                    questionnaire, answers, question.id, _anything(questionnaire, answers, question, dice)
                )
                break
            except Rejected:
                continue
        else:
            raise BadQuestionnaire(f"question {question.id}: of 200 answers at random its constraint takes none")
    raise BadQuestionnaire("the journey does not end")


def _anything(form: Questionnaire, answers: Mapping[str, Answer], question: Question, dice: random.Random) -> Answer:
    options = offered(form, answers, question)
    match question.kind:
        case Kind.ONE:
            return dice.choice(options)
        case Kind.SEVERAL:
            return Picked(frozenset(dice.sample(options, dice.randint(1, len(options)))))
        case Kind.RANK:
            return Ranked(tuple(dice.sample(options, len(options))))
        case Kind.NUMBER | Kind.DECIMAL:
            least = dice.choice([question.lowest, *_near(form, answers, question)])
            most = min(question.highest, least + dice.choice([5, 100, 10**9]))
            return dice.randint(least, most) if question.kind is Kind.NUMBER else dice.uniform(least, most)
        case Kind.DATE:
            return date(2026, 1, 1).toordinal() - dice.randint(0, dice.choice([300, 30_000]))
        case Kind.TIME:
            return dice.randrange(24 * 60)
        case Kind.TEXT | Kind.FILE:
            return dice.choice(["Ý kiến", "0912345678", "an@example.vn", "12"])[: question.limit]
        case Kind.PLACE:
            return accepted(question, answer_of(question, f"{dice.uniform(8, 23):.5f} {dice.uniform(102, 110):.5f}"))
        case _:
            return 1


def _near(form: Questionnaire, answers: Mapping[str, Answer], question: Question) -> list[int]:
    """Where an answer may fit the constraint: below, at and above its numbers and the answers that it looks at."""
    if question.constraint is None:
        return []
    seen = values(form, answers)
    looked_at = [seen.get(id, "") for id in sorted(question.constraint.references)]
    ends = numbers_in(question.constraint) | {int(n) for one in looked_at if isfinite(n := number(one))}
    near = {end + off for end in ends for off in (-100, -5, 0, 1)}
    return [one for one in sorted(near) if question.lowest <= one <= question.highest]


def never_asked(questionnaire: Questionnaire, runs: Sequence[Mapping[str, Answer]]) -> tuple[str, ...]:
    """Questions that none of these respondents was asked."""
    asked = {question.id for answers in runs for question in journey(questionnaire, answers).reachable}
    return tuple(question.id for question in questionnaire.questions if question.asked and question.id not in asked)
