"""What can be said against a questionnaire before anybody is asked: branches that nobody reaches, labels that nobody
can read, scales that lead. Pure.

An ERROR makes the questionnaire unfit to be published; a WARNING is for its author to weigh.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from surveys.expression import Expression, Scope
from surveys.questionnaire import CHOOSING, Kind, Question, Questionnaire
from surveys.xpath import Value, text

MOST_COMBINATIONS = 20_000
LONG_LABEL = 60
POPUP = 190
CAPTION, MESSAGE = 1024, 4096
AT_ONCE = 10
ZALO_BUTTONS = 5
PERSONAL = ("họ tên", "họ và tên", "số điện thoại", "cccd", "căn cước", "địa chỉ nhà", "full name", "phone number")
POSITIVE = ("hài lòng", "tốt", "đồng ý", "dễ", "nhanh", "satisfied", "good", "agree", "easy")
NEGATIVE = ("không ", "chưa ", "kém", "xấu", "khó", "chậm", "dis", "bad", "poor", "not ", "hard")


class Weight(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about one question (or quota) with what to do about it."""

    question: str
    said: str
    remedy: str
    weight: Weight = Weight.WARNING


def lint(form: Questionnaire, *, quotas: Sequence[tuple[str, Expression]] = ()) -> tuple[Finding, ...]:
    """Everything that can be said against a questionnaire, in the order of its questions."""
    found: list[Finding] = []
    reached = _Reach(form)
    texts: dict[str, str] = {}
    for question in form.questions:
        found += reached.about(question)
        if question.asked:
            found += _readable(form, question)
            found += _scale(question)
            found += _honest(question)
            told = f"{question.heading}|{question.text}|{question.ask_if}"
            if told in texts:
                found.append(Finding(question.id, f"asks the same as {texts[told]}", "ask it once"))
            texts.setdefault(told, question.id)
    for name, condition in quotas:
        if reached.ever(condition) is False:
            said = f"quota {name!r}: nobody can be in it"
            found.append(Finding(name, said, "mend its condition", Weight.ERROR))
    found += _translated(form)
    return tuple(found)


def errors(form: Questionnaire) -> tuple[Finding, ...]:
    """Only what keeps it from being published."""
    return tuple(finding for finding in lint(form) if finding.weight is Weight.ERROR)


class _Reach:
    """Which conditions can hold, told by trying the answers to what they look at."""

    def __init__(self, form: Questionnaire) -> None:
        self._form = form
        self._dead: set[str] = set()

    def about(self, question: Question) -> Iterator[Finding]:
        ask_if = question.ask_if
        if ask_if is not None:
            outcomes = self._outcomes(ask_if)
            if outcomes == {False}:
                self._dead.add(question.id)
                said = f"is never asked: {ask_if.source} never holds"
                yield Finding(question.id, said, "mend the condition or take the question out", Weight.ERROR)
            elif outcomes == {True}:
                yield Finding(question.id, f"is always asked: {ask_if.source} always holds", "take the condition out")
        if question.filter is not None:
            yield from self._never_offered(question, question.filter)
        if question.constraint is not None and self._takes_nothing(question, question.constraint):
            said = f"takes no answer: {question.constraint.source} never holds"
            yield Finding(question.id, said, "mend the constraint", Weight.ERROR)
        if question.ends_if is not None and question.kind in CHOOSING:
            codes = [question.code(n) for n in range(1, len(question.options) + 1)]
            if (
                all(question.ends_if.holds(Scope({}, this=code)) for code in codes)
                and not question.ends_if.references
            ):
                said = "ends the questionnaire whatever is answered"
                yield Finding(question.id, said, "mend ends_if", Weight.ERROR)

    def ever(self, condition: Expression) -> bool | None:
        """Whether a condition can hold; None where that is not told by trying."""
        outcomes = self._outcomes(condition)
        return True in outcomes if outcomes else None

    def _outcomes(self, condition: Expression) -> set[bool]:
        """What the condition comes to over all answers; empty where there are too many to try."""
        ids = sorted(condition.references)
        possible: list[list[Value]] = []
        combinations = 1
        for id in ids:
            tried = self._possible(self._form.question(id), condition) if id in self._form.position else []
            if not tried:
                return set()
            possible.append(tried)
            combinations *= len(tried)
        if combinations > MOST_COMBINATIONS:
            return set()
        return {
            condition.holds(Scope(dict(zip(ids, chosen, strict=True)))) for chosen in itertools.product(*possible)
        }

    def _possible(self, question: Question, condition: Expression) -> list[Value]:
        """Answers worth trying, '' among them where nothing may be said; none where that is not known."""
        nothing: list[Value] = [""] if question.ask_if or question.optional or question.unknown else []
        if question.id in self._dead:
            return [""]
        codes = [question.code(n) for n in range(1, len(question.options) + 1)]
        match question.kind:
            case Kind.ONE:
                return [*codes, *nothing]
            case Kind.SEVERAL if len(codes) <= 10:
                picks = (itertools.combinations(codes, n) for n in range(1, len(codes) + 1))
                return [*(" ".join(pick) for some in picks for pick in some), *nothing]
            case Kind.NUMBER | Kind.DECIMAL:
                near = {n + d for n in numbers_in(condition) for d in (-1, 0, 1)} | {
                    question.lowest,
                    question.highest,
                }
                return [*(text(float(n)) for n in sorted(near) if question.lowest <= n <= question.highest), *nothing]
            case Kind.CALCULATION if question.calculation is not None:
                return list(self._calculated(question.calculation))
            case _:
                return []

    def _calculated(self, calculation: Expression) -> set[Value]:
        ids = sorted(calculation.references)
        possible = [self._possible(self._form.question(id), calculation) for id in ids]
        if not all(possible) or len(list(itertools.islice(itertools.product(*possible), 2001))) > 2000:
            return set()
        return {
            text(calculation.value(Scope(dict(zip(ids, chosen, strict=True)))))
            for chosen in itertools.product(*possible)
        }

    def _never_offered(self, question: Question, condition: Expression) -> Iterator[Finding]:
        ids = sorted(condition.references)
        possible = [self._possible(self._form.question(id), condition) for id in ids]
        if not all(possible):
            return
        scopes = [dict(zip(ids, chosen, strict=True)) for chosen in
                  itertools.islice(itertools.product(*possible), MOST_COMBINATIONS)]  # fmt: skip
        columns = question.columns or ({},) * len(question.options)
        if len(scopes) * len(columns) > 50 * MOST_COMBINATIONS:
            return
        for label, row in zip(question.options, columns, strict=True):
            if not any(condition.holds(Scope(scope, columns=row)) for scope in scopes):
                yield Finding(question.id, f"never offers {label!r}", "mend the filter or the option's columns")

    def _takes_nothing(self, question: Question, constraint: Expression) -> bool:
        if constraint.references - {question.id} or question.kind not in (*CHOOSING, Kind.NUMBER, Kind.DECIMAL):
            return False
        tried = self._possible(question, constraint)
        scopes = (Scope({question.id: one}, this=one, today=date(2026, 11, 26)) for one in tried if one != "")
        return bool(tried) and not any(constraint.holds(scope) for scope in scopes)


def numbers_in(condition: Expression) -> set[int]:
    """Whole numbers that stand in an expression."""
    return {int(float(found)) for found in re.findall(r"\d+(?:\.\d+)?", condition.source) if float(found) < 1e9}


def _readable(form: Questionnaire, question: Question) -> Iterator[Finding]:
    length = len(question.text) + len(question.heading) + len(question.hint)
    most = CAPTION if question.image else MESSAGE - 600
    if length > most:
        said = f"is {length} characters long, more than the {most} that fit on one screen"
        yield Finding(question.id, said, "shorten it", Weight.ERROR)
    for label in question.options:
        if len(label) > LONG_LABEL:
            said = f"the option {label[:30]!r}… has {len(label)} characters; a telephone shows about {LONG_LABEL}"
            yield Finding(question.id, said, "shorten it")
    if len(question.explain) > POPUP:
        said = f"the explanation has {len(question.explain)} characters; a pop-up shows {POPUP}"
        yield Finding(question.id, said, "shorten it, or use hint")
    if question.kind in CHOOSING and len(question.options) > AT_ONCE:
        yield Finding(question.id, f"{len(question.options)} options stand on several pages", "group or shorten them")
    if question.kind in CHOOSING and ZALO_BUTTONS < len(question.options) <= AT_ONCE and not form.criteria:
        said = f"{len(question.options)} options are more than the {ZALO_BUTTONS} buttons that Zalo shows"
        yield Finding(question.id, said, "people answer by number there")
    if question.kind is Kind.TEXT and question.limit > 1000:
        yield Finding(question.id, f"takes texts of {question.limit} characters", "1,000 are enough in a chat")


def _scale(question: Question) -> Iterator[Finding]:
    """Scales that lead: more steps on one side than on the other, or the satisfied ones not at the top."""
    if question.kind is not Kind.ONE:
        return
    sides = [_side(label) for label in question.options]
    good, bad = sides.count(1), sides.count(-1)
    if len(question.options) >= 3 and good + bad >= len(question.options) - 1 and good != bad:
        said = f"{good} options are positive and {bad} negative"
        yield Finding(question.id, said, "give both sides as many, so that the scale does not lead")
    top = set(range(len(question.options) - len(question.satisfied) + 1, len(question.options) + 1))
    if question.satisfied and question.satisfied not in (frozenset(top), frozenset(range(1, len(top) + 1))):
        said = f"satisfied are {sorted(question.satisfied)}, which are not at one end of the scale"
        yield Finding(question.id, said, "check the order of the options")


def _side(label: str) -> int:
    said = f"{label.casefold()} "
    if any(word in said for word in NEGATIVE):
        return -1
    return 1 if any(word in said for word in POSITIVE) else 0


def _honest(question: Question) -> Iterator[Finding]:
    said = f"{question.heading} {question.text}".casefold()
    warned = any(word in said for word in ("đừng ghi", "không ghi", "do not write"))
    if any(word in said for word in PERSONAL) and not warned and not question.sensitive:
        yield Finding(
            question.id, "asks who somebody is, on a form without names", "mark it sensitive, or leave it out"
        )
    if question.sensitive and not question.optional:
        yield Finding(question.id, "is sensitive and must be answered", "make it optional")


def _translated(form: Questionnaire) -> Iterator[Finding]:
    for language, other in form.translations.items():
        for question, spoken in zip(form.questions, other.questions, strict=True):
            pairs: Iterable[tuple[str, str]] = (
                (question.text, spoken.text), (question.heading, spoken.heading), (question.hint, spoken.hint),
                (question.explain, spoken.explain), (question.constraint_said, spoken.constraint_said),
                *zip(question.options, spoken.options, strict=True),
            )  # fmt: skip
            missing = [one for one, same in pairs if one and one == same and any(c.isalpha() for c in one)]
            if missing:
                more = f" and {len(missing) - 1} more are" if missing[1:] else " is"
                said = f"{missing[0][:40]!r}{more} not translated into {language}"
                yield Finding(question.id, said, "translate it")
        for name in ("title", "intro", "thanks", "goodbye"):
            if getattr(form, name) and getattr(form, name) == getattr(other, name):
                yield Finding(name, f"{name} is not translated into {language}", "translate it")
        if form.consent.text == other.consent.text:
            said = f"the text is not translated into {language}, and nobody agrees to what they cannot read"
            remedy = f"translate it, or leave {language} out of the languages"
            yield Finding("consent", said, remedy, Weight.ERROR)
