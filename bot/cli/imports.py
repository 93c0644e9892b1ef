"""`loa import`: bulletins, officials, questionnaires; checked as a whole before anything is kept."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from bot.cli.common import FILE, NEW_FILE, SMALL, Wrong, command, database, json_option, now, out, settings, writing
from bot.cli.later import Later
from broadcasts import officials as lists
from broadcasts.afterwards import GONE_OUT
from broadcasts.areas import BY_ID
from broadcasts.article import Cut
from broadcasts.attachments import BadAttachment, attachment
from broadcasts.issue import BadIssue, Entry, Issue, as_yaml, assemble
from broadcasts.lifecycle import Action, possible
from channels.blocks import to_json
from storage import bulletins
from storage.broadcasts import BroadcastInfo, broadcasts
from storage.bulletins import NewArticle
from storage.enums import BroadcastStatus
from storage.files import keep_file
from storage.lists import BadList
from storage.officials import OnePerson, put_officials

ELSEWHERE = {"questionnaire": "forms"}
"""Its commands that stand in other modules."""


@click.group("import", cls=Later, where=ELSEWHERE)
def import_group() -> None:
    """Bring in bulletins, officials and questionnaires."""


@import_group.command("bulletin")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--number", type=SMALL, help="Number of the issue; the next of its year if not given.")
@click.option("--write-issue", type=NEW_FILE, help="Write an issue.yaml to correct the guesses in.")
@click.option("--picture", type=FILE, help="A PNG or JPEG that goes out with it.")
@click.option("--document", type=FILE, help="A PDF or .docx that goes out with it.")
@click.option("--correct", is_flag=True, help="Put it in the place of an issue that has gone out.")
@json_option
@command
async def bulletin(
    files: tuple[Path, ...], number: int | None, write_issue: Path | None, picture: Path | None,
    document: Path | None, correct: bool, as_json: bool,
) -> None:  # fmt: skip
    """Import one issue: article FILES (.txt, .md, .docx), or one issue.yaml that names them."""
    must_be_yaml("--write-issue", write_issue)
    try:
        issue = assemble(files, now().astimezone(settings().zone).date())
        issue = replace(issue, picture=picture or issue.picture, document=document or issue.document)
        paths = {"picture": issue.picture, "document": issue.document}
        attached = {kind: attachment(kind, path) for kind, path in paths.items() if path}
    except BadIssue as error:
        raise Wrong("nothing was imported:\n  " + "\n  ".join(error.problems)) from None
    except BadAttachment as error:
        raise Wrong(f"nothing was imported:\n  {error}") from None
    async with database() as opened, opened.transaction() as session:
        chosen = number or issue.number or await bulletins.next_number(session, issue.year)
        known = await bulletins.bulletin_numbered(session, chosen, issue.year)
        if known is not None:
            for used in await broadcasts(session, limit=1000):
                if used.bulletin_id == known.id and not _replaceable(used, correct=correct):
                    raise Wrong(f"bulletin {chosen}/{issue.year} {_kept_by(used)}")
        articles = [
            NewArticle(
                e.area, e.article.headline, e.article.dated, e.article.source, to_json(e.article.body), e.article.text
            )
            for e in issue.entries
        ]
        kept = {k: (a.name, a.mime, await keep_file(session, a.content, now())) for k, a in attached.items()}
        await bulletins.put_bulletin(
            session, issue.year, chosen, issue.title, issue.dated, articles, now(),
            picture=kept.get("picture"), document=kept.get("document"),
        )  # fmt: skip
        if write_issue is not None:
            with writing("--write-issue", write_issue):
                write_issue.write_text(as_yaml(issue, chosen, write_issue.parent), encoding="utf-8")
    out(_told(issue, chosen), as_json, _lines(issue, chosen, write_issue))


def must_be_yaml(option: str, path: Path | None) -> None:
    """Read again, a file is known by its ending; and no article is overwritten by a slip of the pen."""
    if path is not None and path.suffix.lower() not in (".yaml", ".yml"):
        raise Wrong(f"{option}: {path} must end in .yaml")


def _replaceable(used: BroadcastInfo, *, correct: bool) -> bool:
    """Whether a bulletin may be replaced although this broadcast is of it."""
    return used.status is BroadcastStatus.CANCELLED or (correct and used.status in GONE_OUT)


def _kept_by(used: BroadcastInfo) -> str:
    """Why a bulletin may not be replaced, and what to do instead."""
    if Action.CANCEL in possible(used.status):
        return (
            f"is used by broadcast {used.id} ({used.status}); cancel that first "
            f"('loa broadcast cancel {used.id} --by WHO') or give another --number"
        )
    return (
        f"has gone out with broadcast {used.id} ({used.status}); give another --number, or replace it with --correct "
        f"and then correct what was sent: 'loa broadcast correct {used.id} --by WHO --note TEXT'"
    )


def _told(issue: Issue, number: int) -> dict[str, object]:
    return {
        "number": number, "year": issue.year, "date": issue.dated, "title": issue.title,
        "picture": issue.picture.name if issue.picture else None,
        "document": issue.document.name if issue.document else None,
        "articles": [
            {
                "file": e.file, "headline": e.article.headline, "date": e.article.dated, "area": e.area,
                "area_guessed": e.guessed, "source": e.article.source, "characters": len(e.article.text),
                "cut": [{"line": c.line, "text": c.text, "why": c.why} for c in _cuts(e)],
            }
            for e in issue.entries
        ],
    }  # fmt: skip


def _cuts(entry: Entry) -> list[Cut]:
    return sorted(entry.article.cuts, key=lambda cut: cut.line)


def _lines(issue: Issue, number: int, written: Path | None) -> Iterator[str]:
    yield f"Bulletin {number}/{issue.year}, {issue.dated:%d/%m/%Y}: {issue.title}"
    for e in issue.entries:
        dated = f"{e.article.dated:%d/%m/%Y}" if e.article.dated else "no date found"
        guess = " (guessed)" if e.guessed else ""
        yield f"\n{e.file}: {e.article.headline}"
        source = f" · {e.article.source}" if e.article.source else ""
        yield f"  {dated} · {BY_ID[e.area].name}{guess} · {len(e.article.text)} characters{source}"
        for cut in _cuts(e):
            yield f"  cut line {cut.line} ({cut.why}): {cut.text[:70]}"
    if written:
        yield f"\nwritten: {written}; correct it, and import that file"
    elif any(e.guessed for e in issue.entries):
        yield "\nTo correct a guess: --write-issue issue.yaml, edit it, and import that file."


@import_group.command("officials")
@click.argument("file", type=FILE)
@json_option
@command
async def officials(file: Path, as_json: bool) -> None:
    """Import a list of officials: FILE is .csv (UTF-8) or .xlsx. Known ones are updated, never doubled."""
    try:
        found = lists.read(file)
    except BadList as error:
        shown = error.problems[:50]
        more = len(error.problems) - len(shown)
        tail = f"\n  and {more} more" if more else ""
        raise Wrong(f"{file}: nothing was imported:\n  " + "\n  ".join(shown) + tail) from None
    try:
        async with database() as opened, opened.transaction() as session:
            done = await put_officials(session, found, now())
    except OnePerson as error:
        raise Wrong(f"{file}: {error}; nothing was imported") from None
    told = {"rows": len(found), "added": done.added, "updated": done.updated, "unchanged": done.unchanged,
            "contacts_added": done.contacts_added}  # fmt: skip
    out(told, as_json, [
        f"{len(found)} officials: {done.added} added, {done.updated} updated, {done.unchanged} unchanged; "
        f"{done.contacts_added} new addresses"
    ])  # fmt: skip
