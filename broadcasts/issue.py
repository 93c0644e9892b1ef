"""One issue of the bulletin from files: what they say, what is guessed, what an ``issue.yaml`` corrects."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from broadcasts.areas import AREAS, area_called, guessed
from broadcasts.article import Article, BadArticle
from broadcasts.reading import read

ISSUE_KEYS = {"number", "year", "date", "title", "articles", "picture", "document"}
ARTICLE_KEYS = {"file", "headline", "area", "date", "source"}
TITLE = "Bản tin cải cách hành chính"
MOST = 2**15 - 1
"""The highest number that an issue can have."""


class BadIssue(ValueError):
    """The issue cannot be put together; ``problems`` name file and remedy."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Entry:
    """One article of the issue with its area, and whether that was guessed."""

    path: Path
    article: Article
    area: str
    guessed: bool

    @property
    def file(self) -> str:
        return self.path.name


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue to be stored; ``number`` None for the next of its year."""

    number: int | None
    year: int
    dated: date
    title: str
    entries: tuple[Entry, ...]
    picture: Path | None = None
    document: Path | None = None


def assemble(files: Sequence[Path], today: date) -> Issue:
    """An issue from article files, or from one ``issue.yaml`` that names them. BadIssue lists every problem."""
    listed = [path for path in files if path.suffix.lower() in (".yaml", ".yml")]
    if listed:
        if len(files) > 1:
            raise BadIssue([f"{listed[0]}: give the issue file alone; it names its articles itself"])
        return _listed(listed[0], today)
    problems: list[str] = []
    entries = [entry for path in files if (entry := _entry(path, {}, problems))]
    if problems:
        raise BadIssue(problems)
    return Issue(None, today.year, today, TITLE, tuple(entries))


def _entry(path: Path, said: dict[str, Any], problems: list[str]) -> Entry | None:
    try:
        article = read(path)
    except (BadArticle, OSError) as error:
        problems.append(f"{path}: {error.strerror if isinstance(error, OSError) else error}")
        return None
    article = replace(
        article,
        headline=str(said.get("headline") or article.headline),
        dated=_day(said["date"], f"{path}: date", problems) if said.get("date") else article.dated,
        source=str(said.get("source") or article.source),
    )
    if not said.get("area"):
        return Entry(path, article, guessed(article.headline, article.text).id, guessed=True)
    area = area_called(str(said["area"]))
    if area is None:
        problems.append(f"{path}: there is no area {said['area']!r}; write one of {', '.join(a.id for a in AREAS)}")
        return None
    return Entry(path, article, area.id, guessed=False)


def _day(value: Any, where: str, problems: list[str]) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        problems.append(f"{where} {value!r} is no date; write YYYY-MM-DD")
        return None


def _listed(path: Path, today: date) -> Issue:
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (yaml.YAMLError, ValueError, OSError) as error:
        raise BadIssue([f"{path}: cannot be read: {' '.join(str(error).split())}"]) from None
    if not isinstance(said, dict) or not isinstance(said.get("articles"), list) or not said["articles"]:
        raise BadIssue([f"{path}: must have 'articles:', a list of entries with 'file:'"])
    problems = [f"{path}: unknown key {key!r}" for key in sorted(set(map(str, said)) - ISSUE_KEYS)]
    dated = _day(said.get("date", today), f"{path}: date", problems) or today
    number = said.get("number")
    if number is not None and (type(number) is not int or not 1 <= number <= MOST):
        problems.append(f"{path}: 'number' must be a whole number from 1 to {MOST}, not {number!r}")
    year = said.get("year", dated.year)
    if not isinstance(year, int) or not 2000 <= year <= 9999:
        problems.append(f"{path}: 'year' must be a year, as in {dated.year}")
    entries = []
    for at, row in enumerate(said["articles"], 1):
        if not isinstance(row, dict) or "file" not in row:
            problems.append(f"{path}: article {at} has no 'file'")
            continue
        problems += [f"{path}: article {at}: unknown key {k!r}" for k in sorted(set(map(str, row)) - ARTICLE_KEYS)]
        if entry := _entry(path.parent / str(row["file"]), row, problems):
            entries.append(entry)
    if problems:
        raise BadIssue(problems)
    picture, document = (
        path.parent / str(said[kind]) if said.get(kind) else None for kind in ("picture", "document")
    )
    return Issue(number, year, dated, str(said.get("title") or TITLE), tuple(entries), picture, document)


def as_yaml(issue: Issue, number: int, folder: Path) -> str:
    """The issue as an ``issue.yaml`` that will lie in ``folder``, for correcting what was guessed."""
    said = {
        "number": number,
        "year": issue.year,
        "date": issue.dated,
        "title": issue.title,
        **{kind: _seen_from(folder, path) for kind, path in (("picture", issue.picture), ("document", issue.document))
           if path},
        "articles": [
            {"file": _seen_from(folder, e.path), "headline": e.article.headline, "area": e.area,
             "date": e.article.dated, "source": e.article.source}
            for e in issue.entries
        ],
    }  # fmt: skip
    return yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=10_000)


def _seen_from(folder: Path, path: Path) -> str:
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:  # on another drive of Windows
        return path.resolve().as_posix()
