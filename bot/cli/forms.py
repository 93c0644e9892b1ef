"""`loa import questionnaire`: a form in any format, checked, played by scripts, frozen with its pictures."""

import json
from pathlib import Path

import click

from bot.cli.common import FILE, NEW_FILE, Wrong, command, database, json_option, now, out, writing
from bot.cli.imports import import_group, must_be_yaml
from bot.cli.pictures import keep, pictures, renamed
from surveys.catalogue import publish
from surveys.linting import errors
from surveys.loading import parse
from surveys.official import convert
from surveys.questionnaire import BadQuestionnaire, Questionnaire
from surveys.script import Difference, play
from surveys.script import read as read_script
from surveys.xlsform.problems import BadForm
from surveys.xlsform.reading import read
from surveys.xlsform.workbook import ENDINGS


@import_group.command("questionnaire")
@click.argument("file", type=FILE)
@click.option("--convert", "write", type=NEW_FILE, help="Only write it as our YAML.")
@click.option("--script", "scripts", type=FILE, multiple=True, help="Scripted respondents that must fare as it says.")
@json_option
@command
async def questionnaire(file: Path, write: Path | None, scripts: tuple[Path, ...], as_json: bool) -> None:
    """Import a questionnaire: FILE is .yaml, an XLSForm (.xlsx, .xls, .md, .csv), or the official form as .json.

    Each change becomes a new version. What a form says and a chat does not use is told on the error output. What the
    linter calls an error, or a script that fares otherwise, keeps it from being imported.
    """
    must_be_yaml("--convert", write)
    source = questionnaire_source(file)
    if write is not None:
        with writing("--convert", write):
            write.write_text(source, encoding="utf-8")
        out({"written": str(write)}, as_json, [f"written: {write}"])
        return
    form = parse(source)
    wrong = [f"{one.question}: {one.said}; {one.remedy}" for one in errors(form)]
    wrong += [
        f"{path.name} line {one.line}, {one.name}: {one.said}" for path in scripts for one in played(form, path)
    ]
    if wrong:
        raise Wrong(f"{file}: nothing was imported:\n  " + "\n  ".join(wrong))
    shown = pictures(form, file.parent)
    async with database() as opened, opened.transaction() as session:
        found, version, new = await publish(session, renamed(source, await keep(session, shown)), now())
    told = {"key": found.key, "version": version, "new": new, "questions": len(found.questions),
            "criteria": len(found.criteria)}  # fmt: skip
    state = "imported" if new else "already there"
    out(told, as_json, [
        f"{found.key} version {version} {state}: {len(found.questions)} questions, {len(found.criteria)} criteria"
    ])  # fmt: skip


def played(form: Questionnaire, path: Path) -> list[Difference]:
    """Every respondent of a script, played; the differences."""
    try:
        people = read_script(path.read_text(encoding="utf-8"), form)
        return [one for person in people for one in play(form, person)]
    except (BadQuestionnaire, UnicodeDecodeError) as error:
        raise Wrong(f"{path.name}: {error}") from None


def questionnaire_source(file: Path) -> str:
    """The questionnaire in a file as YAML that can be read, or Wrong; notes on a form go to the error output."""
    try:
        if file.suffix.lower() in ENDINGS:
            form = read(file)
            for note in form.notes:
                click.echo(f"note: {note}", err=True)
            return form.source
        source = file.read_text(encoding="utf-8-sig")
        if file.suffix.lower() == ".json":
            source = convert(json.loads(source))
        parse(source)
    except BadForm as error:
        shown = [f"\n  {problem}" for problem in error.problems[:50]]
        more = f"\n  and {len(error.problems) - len(shown)} more" if len(error.problems) > len(shown) else ""
        raise Wrong(f"{file}: nothing was imported:{''.join(shown)}{more}") from None
    except UnicodeDecodeError as error:
        raise Wrong(f"{file}: not UTF-8 (byte {error.start}); save it again as UTF-8") from None
    except json.JSONDecodeError as error:
        raise Wrong(f"{file}: line {error.lineno}: not JSON: {error.msg}") from None
    except (ValueError, OverflowError) as error:  # also dates and numbers that YAML itself cannot make
        raise Wrong(f"{file}: {error}") from None
    return source
