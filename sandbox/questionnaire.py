"""A questionnaire as a respondent meets it: a flat list of items, one screen each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is asked; options are numbered from 1. A matrix gives one item per row."""

    id: str
    kind: str
    text: str
    options: tuple[str, ...] = ()
    satisfied: frozenset[int] = frozenset()
    factor: str = ""
    optional: bool = False
    least: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True)
class Survey:
    """The items in their order, and the domain of each factor."""

    key: str
    items: tuple[Item, ...]
    domain_of: dict[str, str]


def plain(text: str) -> str:
    """White space as single blanks, so that line breaks do not hide a text."""
    return " ".join(text.split())


def _label(raw: Any) -> str:
    if isinstance(raw, dict):
        raw = raw.get("label", raw.get("text", ""))
    return plain(str(raw))


def _choices(question: Json, scales: Json) -> tuple[tuple[str, ...], frozenset[int]]:
    source = scales[question["scale"]] if "scale" in question else question
    options = tuple(_label(raw) for raw in source.get("options", ()))
    return options, frozenset(int(number) for number in source.get("satisfied", ()))


def _items(question: Json, scales: Json) -> list[Item]:
    options, satisfied = _choices(question, scales)
    kind = str(question["kind"])
    if kind != "matrix":
        return [
            Item(
                id=str(question["id"]),
                kind=kind,
                text=plain(str(question["text"])),
                options=options,
                optional=bool(question.get("optional")),
                least=int(question.get("min") or 0),
                most=int(question.get("max") or 0),
            )
        ]
    return [
        Item(
            id=str(row["id"]),
            kind="one",
            text=plain(str(row["text"])),
            options=options,
            satisfied=satisfied,
            factor=str(row.get("factor") or ""),
        )
        for row in question["rows"]
    ]


def read_survey(source: Json) -> Survey:
    """A parsed questionnaire file as items; KeyError or ValueError when it is not one."""
    scales = source.get("scales") or {}
    items = [item for question in source["questions"] for item in _items(question, scales)]
    if not items:
        raise ValueError("the questionnaire asks nothing")
    factors = (source.get("index") or {}).get("factors") or ()
    domain_of = {str(factor["id"]): str(factor.get("domain") or "") for factor in factors}
    return Survey(str(source.get("key", "")), tuple(items), domain_of)


def load_survey(path: Path) -> Survey:
    """The questionnaire in a YAML file."""
    source = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(source, dict):
        raise ValueError(f"{path} holds no questionnaire")
    return read_survey(source)
