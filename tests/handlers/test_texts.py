"""Every text is used, every word of a table has its sentence, and figures read as in Vietnamese."""

import ast
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from handlers import staff_texts, texts
from storage.enums import BroadcastStatus, DeliveryStatus, NoticeKind, Reason
from surveys import report_words
from surveys.words import EN, VI

ROOT = Path(__file__).parents[2]
SAID_ELSEWHERE = {
    NoticeKind.SURVEY_CLOSED, NoticeKind.INCIDENT_OPENED, NoticeKind.INCIDENT_CLOSED, NoticeKind.REPORT_FILES,
    NoticeKind.RECIPIENTS,
}  # fmt: skip
OURS = ("handlers", "bot", "pages", "surveys")
MODULES = {module.__name__: module for module in (texts, staff_texts, report_words)}


def named(module: str) -> list[str]:
    """The names that a module of texts defines."""
    found = []
    path = ROOT / f"{module.replace('.', '/')}.py"
    for made in ast.parse(path.read_text(encoding="utf-8")).body:
        match made:
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                found.append(name)
            case ast.FunctionDef(name=name):
                found.append(name)
    return found


@cache
def used() -> set[str]:
    """Every name that is read anywhere in what talks to people."""
    found = set()
    for folder in OURS:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                match node:
                    case ast.Attribute(attr=name) | ast.Name(id=name, ctx=ast.Load()) | ast.alias(name=name):
                        found.add(name)
    return found


@pytest.mark.parametrize("module", MODULES)
def test_every_text_is_used(module):
    assert sorted(set(named(module)) - used()) == []


def written() -> Iterator[tuple[str, str]]:
    for module in MODULES.values():
        for name, value in vars(module).items():
            if isinstance(value, str) and name.isupper():
                yield name, value
            elif name.isupper() and isinstance(value, dict):
                yield from ((f"{name}.{key}", text) for key, text in value.items())


@pytest.mark.parametrize(("name", "text"), list(written()))
def test_text_is_composed_and_its_gaps_have_names(name, text):
    assert text == unicodedata.normalize("NFC", text)
    assert text.strip()
    assert all(re.fullmatch(r"\{[a-z]+\}", gap) for gap in re.findall(r"\{.*?\}", text))


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (staff_texts.STATUS, set(BroadcastStatus)),
        (staff_texts.MARK, set(BroadcastStatus)),
        (staff_texts.DELIVERY, set(DeliveryStatus)),
        (staff_texts.REASON, set(Reason)),
        (staff_texts.NOTICE, set(NoticeKind) - SAID_ELSEWHERE),
    ],
    ids=["STATUS", "MARK", "DELIVERY", "REASON", "NOTICE"],
)
def test_every_word_has_its_own_label(table, words):
    assert table.keys() == words
    assert len(set(table.values())) == len(words)


@pytest.mark.parametrize(
    ("table", "error", "folders"),
    [
        (VI.rejected, "Rejected", ["surveys"]),
        (EN.rejected, "Rejected", ["surveys"]),
        (staff_texts.NOT_ALLOWED, "NotAllowed", ["broadcasts", "handlers"]),
    ],
    ids=["vi", "en", "NOT_ALLOWED"],
)
def test_every_refusal_has_its_sentence(table, error, folders):
    raised = set()
    for folder in folders:
        for path in (ROOT / folder).glob("*.py"):
            raised |= set(re.findall(rf'\b{error}\(\s*"(\w+)"', path.read_text(encoding="utf-8")))
    assert raised == set(table)


@pytest.mark.parametrize(("value", "shown"), [(0, "0"), (999, "999"), (5000, "5.000"), (1_234_567, "1.234.567")])
def test_whole_number_has_points(value, shown):
    assert texts.number(value) == shown


@pytest.mark.parametrize(
    ("value", "places", "shown"), [(83.9426, 2, "83,94"), (100, 0, "100"), (0.005, 2, "0,01"), (1234.5, 1, "1.234,5")]
)
def test_decimal_number_has_a_comma(value, places, shown):
    assert texts.decimal(value, places) == shown


@pytest.mark.parametrize(
    ("done", "total", "bar"),
    [(0, 0, "░░░░"), (0, 8, "░░░░"), (4, 8, "▓▓░░"), (8, 8, "▓▓▓▓"), (1, 85, "░░░░"), (84, 85, "▓▓▓░")],
)
def test_bar_is_as_full_as_the_work_is_done(done, total, bar):
    assert texts.bar(done, total, 4) == bar
