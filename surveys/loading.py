"""Questionnaires as YAML: read with the line of every problem, matrices expanded into their rows."""

import unicodedata
from collections.abc import Iterator
from typing import Any, NoReturn

import yaml

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
ROW_KEYS = {"id", "text", "short", "explain", "optional", "sensitive", "factor", "weight"}
QUESTION_KEYS = ROW_KEYS | {"kind", "options", "scale", "rows", "ask_if", "min", "max", "limit", "satisfied"}


class Located(dict[str, Any]):
    """A mapping that remembers its line in the file."""

    line: int = 0


class _Loader(yaml.SafeLoader):
    pass


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Located:
    located = Located({str(key): value for key, value in loader.construct_mapping(node, deep=True).items()})
    located.line = node.start_mark.line + 1
    return located


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def _fail(at: Any, problem: str) -> NoReturn:
    where = f"line {at.line}: " if isinstance(at, Located) else ""
    raise BadQuestionnaire(where + problem)


def _text(at: Located, key: str, *, default: str | None = None) -> str:
    value = at.get(key, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        _fail(at, f"'{key}' must be a text" + ("" if key in at else "; it is missing"))
    return unicodedata.normalize("NFC", value).strip()


def _list(at: Located, key: str) -> list[Any]:
    value = at.get(key, [])
    if not isinstance(value, list):
        _fail(at, f"'{key}' must be a list")
    return value


def _mappings(at: Located, key: str) -> list[Located]:
    for value in _list(at, key):
        if not isinstance(value, Located):
            _fail(at, f"'{key}' must be a list of mappings, and {value!r} is none")
    return _list(at, key)


def _under(at: Located, key: str) -> Located:
    """The mapping under a key; an empty one where there is none."""
    value = at.get(key) or Located()
    if not isinstance(value, Located):
        _fail(at, f"'{key}' must be a mapping")
    return value


def _known(at: Located, keys: set[str]) -> None:
    if unknown := set(at) - keys:
        _fail(at, f"unknown key {sorted(unknown)[0]!r}; known are {', '.join(sorted(keys))}")


def parse(source: str) -> Questionnaire:
    """A questionnaire from YAML; BadQuestionnaire says the line and what to mend."""
    try:
        top = yaml.load(source, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadQuestionnaire(f"line {line}: not YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise BadQuestionnaire(f"not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(top, Located):
        raise BadQuestionnaire("the file must be a mapping that begins with 'key:' and 'title:'")
    consent = top.get("consent")
    if not isinstance(consent, Located):
        _fail(top, "'consent' with 'version' and 'text' is missing")
    index = _under(top, "index")
    questions = [question for at in _list(top, "questions") for question in _questions(top, at)]
    if not questions:
        _fail(top, "'questions' is empty")
    return Questionnaire(
        key=_text(top, "key"),
        title=_text(top, "title"),
        intro=_text(top, "intro"),
        consent=ConsentText(_text(consent, "version"), _text(consent, "text")),
        thanks=_text(top, "thanks"),
        questions=tuple(questions),
        factors=tuple(
            Factor(_text(f, "id"), _text(f, "domain"), _text(f, "label"), _text(f, "short", default=""))
            for f in _mappings(index, "factors")
        ),
        domains=tuple(
            Domain(_text(d, "id"), _text(d, "label"), _text(d, "short", default=""))
            for d in _mappings(index, "domains")
        ),
    )


def _scale(top: Located, at: Located) -> tuple[tuple[str, ...], frozenset[int]]:
    source = at
    if "scale" in at:
        source = _under(_under(top, "scales"), str(at["scale"]))
        if not source:
            _fail(at, f"there is no scale {at['scale']!r} under 'scales'")
    options = [str(option) for option in _list(source, "options")]
    satisfied = _list(source, "satisfied")
    if not all(isinstance(code, int) for code in satisfied):
        _fail(source, "'satisfied' must list option numbers")
    return tuple(unicodedata.normalize("NFC", option).strip() for option in options), frozenset(satisfied)


def _questions(top: Located, at: Any) -> Iterator[Question]:
    if not isinstance(at, Located):
        _fail(top, f"a question must be a mapping, not {at!r}")
    _known(at, QUESTION_KEYS)
    options, satisfied = _scale(top, at)
    if at.get("kind") != MATRIX:
        yield _question(at, at, _kind(at), options, satisfied)
        return
    if not _list(at, "rows"):
        _fail(at, "a matrix needs 'rows'")
    for row in _mappings(at, "rows"):
        _known(row, ROW_KEYS)
        yield _question(row, at, Kind.ONE, options, satisfied)


def _kind(at: Located) -> Kind:
    said = str(at.get("kind", Kind.ONE))
    if said not in set(Kind):
        _fail(at, f"unknown kind {said!r}; known are {', '.join(Kind)}, {MATRIX}")
    return Kind(said)


def _question(
    at: Located, around: Located, kind: Kind, options: tuple[str, ...], satisfied: frozenset[int]
) -> Question:
    """One question; ``around`` is its matrix, or itself."""
    conditions = around.get("ask_if") or Located()
    try:
        ask_if = {str(id): frozenset(int(n) for n in numbers) for id, numbers in conditions.items()}
        return Question(
            id=_text(at, "id"),
            text=_text(at, "text"),
            kind=kind,
            options=options,
            group=_text(around, "id"),
            heading=_text(around, "text") if around is not at else "",
            short=_text(at, "short", default=""),
            explain=_text(at, "explain", default=""),
            ask_if=ask_if,
            optional=bool(at.get("optional", around.get("optional", False))),
            sensitive=bool(at.get("sensitive", around.get("sensitive", False))),
            factor=_text(at, "factor", default=""),
            satisfied=satisfied,
            weight=float(at.get("weight", 1)),
            lowest=int(at.get("min", 0)),
            highest=int(at.get("max", 1_000_000)),
            limit=int(at.get("limit", TEXT_LIMIT)),
        )
    except (TypeError, ValueError, AttributeError) as error:
        if isinstance(error, BadQuestionnaire):
            raise
        _fail(at, f"a number or a list of numbers is not one: {error}")
