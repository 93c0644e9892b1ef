"""YAML whose mappings know their lines, so that every problem says where it is."""

import unicodedata
from typing import Any, NoReturn

import yaml

from surveys.questionnaire import BadQuestionnaire


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


def fail(at: Any, problem: str) -> NoReturn:
    where = f"line {at.line}: " if isinstance(at, Located) else ""
    raise BadQuestionnaire(where + problem)


def text_at(at: Located, key: str, *, default: str | None = None) -> str:
    value = at.get(key, default)
    if isinstance(value, Located):
        fail(value, f"'{key}' must be a text, or one for each of 'languages', of which {sorted(value)} are not all")
    if not isinstance(value, str) or (default is None and not value.strip()):
        fail(at, f"'{key}' must be a text" + ("" if key in at else "; it is missing"))
    return unicodedata.normalize("NFC", value).strip()


def list_at(at: Located, key: str) -> list[Any]:
    value = at.get(key, [])
    if not isinstance(value, list):
        fail(at, f"'{key}' must be a list")
    return value


def mappings_at(at: Located, key: str) -> list[Located]:
    for value in list_at(at, key):
        if not isinstance(value, Located):
            fail(at, f"'{key}' must be a list of mappings, and {value!r} is none")
    return list_at(at, key)


def mapping_at(at: Located, key: str) -> Located:
    """The mapping under a key; an empty one where there is none."""
    value = at.get(key) or Located()
    if not isinstance(value, Located):
        fail(at, f"'{key}' must be a mapping")
    return value


def only_known(at: Located, keys: set[str]) -> None:
    if unknown := set(at) - keys:
        fail(at, f"unknown key {sorted(unknown)[0]!r}; known are {', '.join(sorted(keys))}")


def load_located(source: str) -> Any:
    """YAML in which every mapping knows its line; BadQuestionnaire says the line of what is none."""
    try:
        return yaml.load(source, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        unquoted = any(sign in str(error.problem) for sign in ("expected ','", "mapping values"))
        remedy = "; write a text with ? : # or , in quotation marks" if unquoted else ""
        raise BadQuestionnaire(f"line {line}: not YAML: {error.problem}{remedy}") from None
    except yaml.YAMLError as error:
        raise BadQuestionnaire(f"not YAML: {' '.join(str(error).split())}") from None
