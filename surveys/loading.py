"""Questionnaires as YAML: read with the line of every problem, matrices expanded into their rows."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from surveys.expression import BadExpression, Expression, any_chosen
from surveys.expression import parse as read_expression
from surveys.located import Located, fail, list_at, load_located, mapping_at, mappings_at, only_known, text_at
from surveys.questionnaire import (
    TEXT_LIMIT,
    BadQuestionnaire,
    ConsentText,
    Domain,
    Factor,
    Kind,
    Question,
    Questionnaire,
)

MATRIX = "matrix"
SHARED_KEYS = {"optional", "sensitive", "dont_know", "not_applicable"}
"""What a matrix may say for all its rows."""
ROW_KEYS = SHARED_KEYS | {"id", "text", "short", "hint", "explain", "factor", "weight", "image", "extra"}
QUESTION_KEYS = ROW_KEYS | {
    "kind", "options", "scale", "rows", "ask_if", "min", "max", "limit", "satisfied", "constraint", "constraint_said",
    "ends_if", "filter", "calculation", "shuffle", "accepts", "group", "heading",
}  # fmt: skip


def parse(source: str) -> Questionnaire:
    """A questionnaire from YAML; BadQuestionnaire says the line and what to mend."""
    top = load_located(source)
    if not isinstance(top, Located):
        raise BadQuestionnaire("the file must be a mapping that begins with 'key:' and 'title:'")
    languages = _languages(top)
    translations = {language: _parsed(spoken(top, language, languages), language) for language in languages[1:]}
    return replace(_parsed(spoken(top, languages[0], languages), languages[0]), translations=translations)


def _languages(top: Located) -> list[str]:
    """The language that it is written in, then those into which it is translated."""
    own = text_at(top, "language", default="vi")
    others = [str(language) for language in list_at(top, "languages")]
    return [own, *(language for language in others if language != own)]


def spoken(at: Any, language: str, languages: Sequence[str]) -> Any:
    """The same with every text that is given by language, as ``{vi: …, en: …}``, in one of them."""
    if isinstance(at, list):
        return [spoken(one, language, languages) for one in at]
    if not isinstance(at, Located):
        return at
    if at and set(at) <= set(languages):
        return at.get(language, at.get(languages[0], next(iter(at.values()))))
    made = Located({k: v if k in ("extra", "columns") else spoken(v, language, languages) for k, v in at.items()})
    made.line = at.line
    return made


def _parsed(top: Located, language: str) -> Questionnaire:
    consent = top.get("consent")
    if not isinstance(consent, Located):
        fail(top, "'consent' with 'version' and 'text' is missing")
    index = mapping_at(top, "index")
    questions: list[Question] = []
    for at in list_at(top, "questions"):
        questions += _questions(top, at, {question.id: question for question in questions})
    if not any(question.asked for question in questions):
        fail(top, "'questions' is empty")
    return Questionnaire(
        key=text_at(top, "key"),
        title=text_at(top, "title"),
        intro=text_at(top, "intro"),
        consent=ConsentText(text_at(consent, "version"), text_at(consent, "text")),
        thanks=text_at(top, "thanks"),
        goodbye=text_at(top, "goodbye", default=""),
        language=language,
        series=text_at(top, "series", default=""),
        questions=tuple(questions),
        factors=tuple(
            Factor(text_at(f, "id"), text_at(f, "domain"), text_at(f, "label"), text_at(f, "short", default=""))
            for f in mappings_at(index, "factors")
        ),
        domains=tuple(
            Domain(text_at(d, "id"), text_at(d, "label"), text_at(d, "short", default=""))
            for d in mappings_at(index, "domains")
        ),
    )


@dataclass(frozen=True, slots=True)
class Scale:
    """Options with their codes and columns, and which of them count as satisfied."""

    options: tuple[str, ...]
    codes: tuple[str, ...]
    columns: tuple[Mapping[str, str], ...]
    satisfied: frozenset[int]


def _scale(top: Located, at: Located) -> Scale:
    source = at
    if "scale" in at:
        source = mapping_at(mapping_at(top, "scales"), str(at["scale"]))
        if not source:
            fail(at, f"there is no scale {at['scale']!r} under 'scales'")
    satisfied = list_at(source, "satisfied")
    if not all(isinstance(code, int) for code in satisfied):
        fail(source, "'satisfied' must list option numbers")
    given = list_at(source, "options")
    rich = [option for option in given if isinstance(option, Located)]
    if rich and len(rich) < len(given):
        fail(source, "either all options are mappings with 'code' and 'label', or none")
    coded = any("code" in option for option in rich)
    labels = [text_at(option, "label") if isinstance(option, Located) else str(option) for option in given]
    return Scale(
        tuple(unicodedata.normalize("NFC", label).strip() for label in labels),
        tuple(str(option.get("code", n)) for n, option in enumerate(rich, 1) if coded),
        tuple(_columns(option) for option in rich),
        frozenset(satisfied),
    )


def _columns(option: Located) -> dict[str, str]:
    """What a filter may look at: keys of an option beside 'code' and 'label'; under 'columns', also such names."""
    columns = {key: value for key, value in option.items() if key not in ("code", "label", "columns")}
    return {key: str(value) for key, value in (columns | mapping_at(option, "columns")).items()}


def _questions(top: Located, at: Any, earlier: Mapping[str, Question]) -> Iterator[Question]:
    if not isinstance(at, Located):
        fail(top, f"a question must be a mapping, not {at!r}")
    only_known(at, QUESTION_KEYS)
    scale = _scale(top, at)
    if at.get("kind") != MATRIX:
        yield _question(at, at, _kind(at), scale, earlier)
        return
    if not list_at(at, "rows"):
        fail(at, "a matrix needs 'rows'")
    for row in mappings_at(at, "rows"):
        only_known(row, ROW_KEYS)
        yield _question(row, at, Kind.ONE, scale, earlier)


def _kind(at: Located) -> Kind:
    said = str(at.get("kind", Kind.CALCULATION if "calculation" in at else Kind.ONE))
    if said not in set(Kind):
        fail(at, f"unknown kind {said!r}; known are {', '.join(Kind)}, {MATRIX}")
    return Kind(said)


def _question(at: Located, around: Located, kind: Kind, scale: Scale, earlier: Mapping[str, Question]) -> Question:
    """One question; ``around`` is its matrix, or itself."""
    said = {key: bool(at.get(key, around.get(key, False))) for key in SHARED_KEYS}
    itself = around is at
    calculated = kind is Kind.CALCULATION
    try:
        return Question(
            id=text_at(at, "id"),
            text=text_at(at, "text", default="" if calculated else None),
            kind=kind,
            options=scale.options,
            codes=scale.codes,
            columns=scale.columns if any(scale.columns) else (),
            group=text_at(around, "group", default=text_at(around, "id")),
            heading=text_at(around, "heading", default="") if itself else text_at(around, "text"),
            short=text_at(at, "short", default=""),
            hint=text_at(at, "hint", default=""),
            explain=text_at(at, "explain", default=""),
            ask_if=_condition(around, "ask_if", earlier),
            constraint=_condition(at, "constraint", earlier),
            constraint_said=text_at(at, "constraint_said", default=""),
            filter=_condition(at, "filter", earlier),
            calculation=_condition(at, "calculation", earlier),
            ends_if=_ending(at, scale),
            optional=said["optional"],
            unknown=said["dont_know"],
            inapplicable=said["not_applicable"],
            sensitive=said["sensitive"],
            shuffled=bool(at.get("shuffle", False)),
            factor=text_at(at, "factor", default=""),
            satisfied=scale.satisfied,
            weight=float(at.get("weight", 1)),
            lowest=int(at.get("min", 0)),
            highest=int(at.get("max", 1_000_000)),
            limit=int(at.get("limit", TEXT_LIMIT)),
            image=text_at(at, "image", default=""),
            accepts=text_at(at, "accepts", default="file" if kind is Kind.FILE else ""),
            extra={key: str(value) for key, value in mapping_at(at, "extra").items()},
        )
    except (TypeError, ValueError, AttributeError) as error:
        if isinstance(error, BadQuestionnaire):
            raise
        fail(at, f"a number or a list of numbers is not one: {error}")


def _condition(at: Located, key: str, earlier: Mapping[str, Question]) -> Expression | None:
    """An expression, or a mapping of earlier questions to the numbers of the options that are waited for."""
    written = at.get(key)
    if written is None or written == {}:
        return None
    if not isinstance(written, Located):
        return _expression(at, key, str(written))
    wanted: dict[str, list[str]] = {}
    for id, numbers in written.items():
        asked = earlier.get(id)
        if asked is None:
            fail(at, f"{key} names {id!r}, which is not asked before it")
        wanted[id] = [_code(at, key, asked, int(number)) for number in numbers]
    return any_chosen(wanted)


def _code(at: Located, key: str, asked: Question, number: int) -> str:
    if not 1 <= number <= len(asked.options):
        fail(at, f"{key} waits for {[number]} of {asked.id!r}")
    return asked.code(number)


def _ending(at: Located, scale: Scale) -> Expression | None:
    """The answers after which nothing more is asked: an expression, or the numbers of options."""
    written = at.get("ends_if")
    if not isinstance(written, list):
        return _expression(at, "ends_if", str(written)) if written is not None else None
    codes = scale.codes or tuple(str(n) for n in range(1, len(scale.options) + 1))
    if strange := [n for n in written if not isinstance(n, int) or not 1 <= n <= len(codes)]:
        fail(at, f"ends_if lists {strange[0]!r}, which is no option's number")
    return read_expression(" or ".join(f"selected(., '{codes[n - 1]}')" for n in written))


def _expression(at: Located, key: str, written: str) -> Expression:
    try:
        return read_expression(written)
    except BadExpression as error:
        fail(at, f"'{key}': {error}")
