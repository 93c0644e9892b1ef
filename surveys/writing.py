"""Questionnaires as YAML again: what is written here reads back as the same questionnaire, in all its languages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

import yaml

from surveys.expression import Expression
from surveys.questionnaire import TEXT_LIMIT, Domain, Factor, Kind, Question, Questionnaire

SPOKEN = ("text", "heading", "short", "hint", "explain", "constraint_said", "image")
"""What of a question is said in words, under the same key in YAML."""
KEYS = {
    "ask_if": "ask_if", "constraint": "constraint", "filter": "filter", "calculation": "calculation",
    "ends_if": "ends_if", "optional": "optional", "unknown": "dont_know", "inapplicable": "not_applicable",
    "sensitive": "sensitive", "shuffled": "shuffle", "factor": "factor", "weight": "weight", "lowest": "min",
    "highest": "max", "limit": "limit", "accepts": "accepts", "extra": "extra",
}  # fmt: skip
"""Fields of a question that are the same in every language, and their keys; written where they are not the usual."""
USUAL = {field.name: field.default for field in fields(Question)} | {"extra": {}, "limit": TEXT_LIMIT}


class _Plain(yaml.SafeDumper):
    """Long texts on one line, no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def as_yaml(questionnaire: Questionnaire) -> str:
    """YAML that ``surveys.loading.parse`` reads as an equal questionnaire, if its texts are composed and trimmed."""
    every = [questionnaire, *questionnaire.translations.values()]
    scales = _Scales()
    questions = [_question(asked, scales) for asked in zip(*(one.questions for one in every), strict=True)]
    first = every[0]
    said = {"languages": list(first.languages[1:])} if first.translations else {}
    made: dict[str, Any] = {"key": first.key, "language": first.language, **said}
    for name in ("title", "intro"):
        made[name] = _spoken(every, [getattr(one, name) for one in every])
    made["consent"] = {
        "version": first.consent.version, "text": _spoken(every, [one.consent.text for one in every])
    }  # fmt: skip
    made["thanks"] = _spoken(every, [one.thanks for one in every])
    if first.series:
        made["series"] = first.series
    if any(one.goodbye for one in every):
        made["goodbye"] = _spoken(every, [one.goodbye for one in every])
    if first.factors or first.domains:
        made["index"] = {
            "domains": [_part(every, parts) for parts in zip(*(one.domains for one in every), strict=True)],
            "factors": [_part(every, parts) for parts in zip(*(one.factors for one in every), strict=True)],
        }
    made["scales"] = scales.written(every)
    made["questions"] = [_worded(every, question) for question in questions]
    return yaml.dump(made, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=10_000)


def _spoken(every: Sequence[Questionnaire], texts: Sequence[str]) -> Any:
    """One text, or each by its language where they differ."""
    if all(text == texts[0] for text in texts):
        return texts[0]
    return {one.language: text for one, text in zip(every, texts, strict=True)}


def _part(every: Sequence[Questionnaire], parts: Sequence[Domain | Factor]) -> dict[str, Any]:
    first = parts[0]
    made: dict[str, Any] = {"id": first.id} | ({"domain": first.domain} if isinstance(first, Factor) else {})
    made["label"] = _spoken(every, [part.label for part in parts])
    if any(part.short for part in parts):
        made["short"] = _spoken(every, [part.short for part in parts])
    return made


def _plain(value: Any) -> Any:
    """A field's value as YAML knows it."""
    match value:
        case Expression():
            return value.source
        case Mapping():
            return dict(value)
        case _:
            return value


def _question(asked: Sequence[Question], scales: "_Scales") -> dict[str, Any]:
    """A question in all languages; its words are still tuples, one text for each language."""
    first = asked[0]
    made: dict[str, Any] = {"id": first.id, "kind": first.kind.value}
    for name in SPOKEN:
        texts = tuple(getattr(one, name) for one in asked)
        if any(texts):
            made[name] = texts
    if first.group != first.id:
        made["group"] = first.group
    if first.options:
        made["scale"] = scales.named(asked)
    elif first.satisfied:
        made["satisfied"] = sorted(first.satisfied)
    for name, key in KEYS.items():
        value = getattr(first, name)
        usual = "file" if name == "accepts" and first.kind is Kind.FILE else USUAL[name]
        if value != usual:
            made[key] = _plain(value)
    return made


def _worded(every: Sequence[Questionnaire], question: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _spoken(every, said) if isinstance(said, tuple) else said for key, said in question.items()}


class _Scales:
    """Options are written once, however many questions share them."""

    def __init__(self) -> None:
        self._known: dict[Any, tuple[str, Sequence[Question]]] = {}

    def named(self, asked: Sequence[Question]) -> str:
        """The name under which the options of a question are written."""
        first = asked[0]
        columns = tuple(tuple(sorted(of_one.items())) for of_one in first.columns)
        key = (tuple(one.options for one in asked), first.codes, columns, first.satisfied)
        return self._known.setdefault(key, (f"scale_{len(self._known) + 1}", asked))[0]

    def written(self, every: Sequence[Questionnaire]) -> dict[str, Any]:
        return {name: _scale(every, asked) for name, asked in self._known.values()}


def _columns(of_one: Mapping[str, str]) -> dict[str, Any]:
    """Columns of an option beside its code and label; apart where one of them is called like that."""
    return {"columns": dict(of_one)} if of_one.keys() & {"code", "label", "columns"} else dict(of_one)


def _scale(every: Sequence[Questionnaire], asked: Sequence[Question]) -> dict[str, Any]:
    first = asked[0]
    labels: Iterable[Any] = [_spoken(every, texts) for texts in zip(*(one.options for one in asked), strict=True)]
    if first.codes or any(first.columns) or any(isinstance(label, dict) for label in labels):
        labels = [
            ({"code": first.codes[n]} if first.codes else {})
            | {"label": label}
            | (_columns(first.columns[n]) if first.columns else {})
            for n, label in enumerate(labels)
        ]
    return {"options": labels} | ({"satisfied": sorted(first.satisfied)} if first.satisfied else {})
