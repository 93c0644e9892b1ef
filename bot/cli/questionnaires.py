"""`loa questionnaire`: questionnaires as tested artefacts; here, what is kept written out again for others."""

from pathlib import Path

import click

from bot.cli.common import NEW_FILE, SMALL, Wrong, command, database, json_option, out, writing
from bot.cli.later import Later
from storage import surveys as rows
from surveys.loading import parse
from surveys.xlsform.writing import workbook

ELSEWHERE = {"check": "checking", "preview": "previewing"}
"""Its commands that stand in other modules."""


@click.group("questionnaire", cls=Later, where=ELSEWHERE)
def questionnaire_group() -> None:
    """Check, preview and export questionnaires."""


@questionnaire_group.command("export")
@click.argument("key")
@click.option("--xlsform", type=NEW_FILE, help="An .xlsx that KoBo and ODK take.")
@click.option("--yaml", "as_kept", type=NEW_FILE, help="The YAML as it is kept.")
@click.option("--version", type=SMALL, help="Which version; the newest if not given.")
@json_option
@command
async def export(key: str, xlsform: Path | None, as_kept: Path | None, version: int | None, as_json: bool) -> None:
    """Write the questionnaire KEY to a file: --xlsform FILE.xlsx, --yaml FILE.yaml, or both."""
    wanted = [("--xlsform", xlsform, (".xlsx",)), ("--yaml", as_kept, (".yaml", ".yml"))]
    files = [(option, path, endings) for option, path, endings in wanted if path is not None]
    if not files:
        raise Wrong("nothing to write; give --xlsform FILE.xlsx, --yaml FILE.yaml, or both")
    for option, path, endings in files:
        if path.suffix.lower() not in endings:
            raise Wrong(f"{option}: {path} must end in {endings[0]}")
    async with database() as opened, opened.transaction() as session:
        named = await rows.questionnaire_named(session, key, version=version)
        if named is None:
            known = [f"{k} version {v}" for k, v, _ in await rows.questionnaires(session)]
            which = f" version {version}" if version is not None else ""
            raise Wrong(f"there is no questionnaire {key!r}{which} (there are: {', '.join(known) or 'none yet'})")
        source = await rows.questionnaire_source(session, named[0])
    for option, path, _ in files:
        content = workbook(parse(source), version=str(named[1])) if option == "--xlsform" else source.encode()
        with writing(option, path):
            path.write_bytes(content)
    written = [str(path) for _, path, _ in files]
    told = {"key": key, "version": named[1], "written": written}
    out(told, as_json, [f"{key} version {named[1]} written: {', '.join(written)}"])
