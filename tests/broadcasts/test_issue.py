"""One issue of the bulletin from its files, and every problem with them at once."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from broadcasts.issue import TITLE, BadIssue, Issue, as_yaml, assemble

TODAY = date(2026, 11, 23)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.md").write_text("# Một cửa trả đúng hẹn\n20/11/2026\n\nHồ sơ được trả sớm.", encoding="utf-8")
    (tmp_path / "b.md").write_text("# Tin trong tuần\n\nTrời nắng.", encoding="utf-8")
    return tmp_path


def listed(folder: Path, written: str) -> Issue:
    path = folder / "issue.yaml"
    path.write_text(written, encoding="utf-8")
    return assemble([path], TODAY)


def problems(folder: Path, written: str) -> list[str]:
    with pytest.raises(BadIssue) as caught:
        listed(folder, written)
    return [
        problem.replace(str(folder / "issue.yaml"), "issue").replace(f"{folder}/", "")
        for problem in caught.value.problems
    ]


def test_files_alone_make_the_next_issue_of_the_year(folder: Path):
    issue = assemble([folder / "a.md", folder / "b.md"], TODAY)
    assert (issue.number, issue.year, issue.dated, issue.title) == (None, 2026, TODAY, TITLE)
    assert [(e.path.name, e.article.headline, e.article.dated, e.area, e.guessed) for e in issue.entries] == [
        ("a.md", "Một cửa trả đúng hẹn", date(2026, 11, 20), "TTHC", True),
        ("b.md", "Tin trong tuần", None, "CDDH", True),
    ]


def test_issue_file_corrects_what_was_guessed(folder: Path):
    issue = listed(
        folder,
        """
number: 47
year: 2026
date: 2026-11-20
title: Bản tin số đặc biệt
articles:
  - {file: b.md, headline: Nắng ấm, area: chính quyền số, date: 2026-11-19, source: Báo xã}
  - file: a.md
""",
    )
    assert (issue.number, issue.year, issue.dated, issue.title) == (
        47,
        2026,
        date(2026, 11, 20),
        "Bản tin số đặc biệt",
    )
    first, second = issue.entries
    assert (first.article.headline, first.area, first.guessed) == ("Nắng ấm", "CPDT", False)
    assert (first.article.dated, first.article.source) == (date(2026, 11, 19), "Báo xã")
    assert (second.article.headline, second.area, second.guessed) == ("Một cửa trả đúng hẹn", "TTHC", True)


def test_issue_written_down_and_read_again_is_the_same(folder: Path):
    issue = assemble([folder / "a.md", folder / "b.md"], TODAY)
    again = listed(folder, as_yaml(issue, 7, folder))
    assert again == replace(issue, number=7, entries=tuple(replace(entry, guessed=False) for entry in issue.entries))


def test_time_in_a_date_is_left_away(folder: Path):
    issue = listed(folder, "date: 2026-11-20 08:30:00\narticles: [{file: a.md, date: '2026-11-19'}]")
    assert (repr(issue.dated), issue.entries[0].article.dated) == ("datetime.date(2026, 11, 20)", date(2026, 11, 19))


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("", ["issue: must have 'articles:', a list of entries with 'file:'"]),
        ("articles: []", ["issue: must have 'articles:', a list of entries with 'file:'"]),
        ("articles: a.md", ["issue: must have 'articles:', a list of entries with 'file:'"]),
        ("articles: [a.md, {headline: x}]", ["issue: article 1 has no 'file'", "issue: article 2 has no 'file'"]),
        ("nubmer: 4\narticles: [{file: a.md}]", ["issue: unknown key 'nubmer'"]),
        ("articles: [{file: a.md, aera: TTHC}]", ["issue: article 1: unknown key 'aera'"]),
        ("number: 0\narticles: [{file: a.md}]", ["issue: 'number' must be a whole number from 1 to 32767, not 0"]),
        ("number: 32768\narticles: [{file: a.md}]", ["issue: 'number' must be a whole number from 1 to 32767, not 32768"]),
        ("number: true\narticles: [{file: a.md}]", ["issue: 'number' must be a whole number from 1 to 32767, not True"]),
        ("number: bốn\narticles: [{file: a.md}]", ["issue: 'number' must be a whole number from 1 to 32767, not 'bốn'"]),
        ("year: nay\narticles: [{file: a.md}]", ["issue: 'year' must be a year, as in 2026"]),
        ("year: 26\narticles: [{file: a.md}]", ["issue: 'year' must be a year, as in 2026"]),
        ("date: 20/11/2026\narticles: [{file: a.md}]", ["issue: date '20/11/2026' is no date; write YYYY-MM-DD"]),
        ("articles: [{file: a.md, date: mai}]", ["a.md: date 'mai' is no date; write YYYY-MM-DD"]),
        ("articles: [{file: a.md, area: thể thao}]", [
            "a.md: there is no area 'thể thao'; write one of CDDH, TC, TTHC, BM, CV, TCC, CPDT",
        ]),
        ("articles: [{file: c.md}, {file: d.pdf}]", [
            "c.md: No such file or directory", "d.pdf: cannot read .pdf; known are .txt, .md, .docx",
        ]),
    ],
)  # fmt: skip
def test_every_problem_is_told_with_its_file(folder: Path, written: str, wanted: list[str]):
    assert problems(folder, written) == wanted


@pytest.mark.parametrize("content", [b"articles: [", b"\xff\xfe", b"a: \x00"])
def test_issue_file_that_cannot_be_read_is_refused(folder: Path, content: bytes):
    path = folder / "issue.yml"
    path.write_bytes(content)
    with pytest.raises(BadIssue, match="cannot be read"):
        assemble([path], TODAY)


def test_issue_file_stands_alone(folder: Path):
    with pytest.raises(BadIssue, match="give the issue file alone"):
        assemble([folder / "a.md", folder / "issue.yaml"], TODAY)


def test_all_bad_files_are_told_at_once(folder: Path):
    (folder / "empty.md").write_text("", encoding="utf-8")
    with pytest.raises(BadIssue) as caught:
        assemble([folder / "empty.md", folder / "a.md", folder / "gone.txt"], TODAY)
    assert [problem.rpartition("/")[2] for problem in caught.value.problems] == [
        "empty.md: there is no text under a headline", "gone.txt: No such file or directory",
    ]  # fmt: skip
