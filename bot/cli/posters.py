"""`loa survey posters`: posters with QR codes for one-stop offices, in one PDF to print and hang up."""

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import click

from bot.cli.common import FILE, NEW_FILE, ROW_ID, Wrong, command, database, json_option, out, settings, writing
from bot.cli.surveys import linked, survey_group
from storage.geography import communes, place_name, plain, province_of, provinces
from surveys.posters import LONGEST, Poster, pdf

HEADINGS = {
    "code": "code", "ma": "code", "ma don vi": "code", "ma xa": "code", "unit": "code",
    "office": "office", "co quan": "office", "ten co quan": "office", "noi tiep nhan": "office",
}  # fmt: skip

Row = tuple[int, str, str]
"""Its number, 0 on the command line; the code; the name of the office, '' for that of the place."""


class Office(NamedTuple):
    """Where a poster is to hang: the code of its place, and the name that people see."""

    code: str
    name: str


@survey_group.command("posters")
@click.argument("survey_id", metavar="SURVEY", type=ROW_ID)
@click.option("--into", required=True, type=NEW_FILE, help="Write this .pdf, one A4 page for each office.")
@click.option("--province", metavar="CODE", help="Every commune of this province (2 digits).")
@click.option("--units", "file", type=FILE, help="A .txt with a code a line, or a .csv: code (mã), office (cơ quan).")
@click.option("--unit", "units", metavar="CODE", multiple=True, help="This commune or province; may be repeated.")
@click.option("--all-provinces", is_flag=True, help="The 34 provincial units.")
@json_option
@command
async def posters(
    survey_id: int, into: Path, province: str | None, file: Path | None, units: tuple[str, ...],
    all_provinces: bool, as_json: bool,
) -> None:  # fmt: skip
    """Posters that invite citizens to SURVEY: scanned with a phone, they lead to it at the office they hang in."""
    if into.suffix.lower() != ".pdf":
        raise Wrong(f"--into: {into} must end in .pdf")
    if sum((province is not None, file is not None, bool(units), all_provinces)) != 1:
        raise Wrong("for which offices? Give exactly one of --province, --units, --unit and --all-provinces")
    if province is not None:
        offices = _in_province(province)
    elif file is not None:
        offices = _in_file(file)
    elif units:
        offices = _checked("--unit", [(0, code, "") for code in units])
    else:
        offices = [Office(code, place_name(code)) for code in provinces()]
    async with database() as opened, opened.reading() as session:
        found, url = await linked(session, survey_id)
        web = (await linked(session, survey_id, on_web=True))[1] if settings().web_url else None
    until = found.until.astimezone(settings().zone) if found.until else None
    when = f"{until:%H:%M} ngày {until:%d/%m/%Y}" if until else ""
    made = pdf([
        Poster(one.name, one.code, url(one.code), found.title, when, web(one.code) if web else "") for one in offices
    ])  # fmt: skip
    with writing("--into", into):
        into.write_bytes(made)
    told = {"written": str(into), "posters": len(offices), "until": found.until}
    out(told, as_json, [f"written: {into}, {len(offices)} {'poster' if len(offices) == 1 else 'posters'}"])


def _in_province(code: str) -> list[Office]:
    if code not in provinces():
        raise Wrong(f"--province: there is no province {code!r}; write a 2-digit official code")
    return [Office(one.code, place_name(one.code)) for one in communes().values() if one.province == code]


def _in_file(path: Path) -> list[Office]:
    """The offices in a list, or Wrong with every problem in it."""
    try:
        said = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Wrong(f"--units: {path}: not UTF-8 (byte {error.start}); save it again as UTF-8") from None
    except OSError as error:
        raise Wrong(f"--units: {path} cannot be read ({error.strerror or error})") from None
    match path.suffix.lower():
        case ".txt":
            rows = [(number, line.strip(), "") for number, line in enumerate(said.splitlines(), 1)]
        case ".csv":
            rows = list(_table(path, said))
        case _:
            raise Wrong(f"--units: {path} must end in .csv or .txt")
    found = _checked(f"--units: {path}", (row for row in rows if row[1] or row[2]))
    if not found:
        raise Wrong(f"--units: {path}: no unit stands in it; write one code on each line")
    return found


def _table(path: Path, said: str) -> Iterator[Row]:
    """Each row below the heading of a CSV."""
    heading = said.partition("\n")[0]
    delimiter = ";" if heading.count(";") > heading.count(",") else ","
    lines = csv.reader(io.StringIO(said, newline=""), delimiter=delimiter, strict=True)
    try:
        first, *others = list(lines) or [[]]
    except csv.Error as error:
        raise Wrong(f"--units: {path}: line {lines.line_num}: {error}; is a quotation mark never closed?") from None
    at = {HEADINGS.get(plain(cell)): column for column, cell in enumerate(first)}
    if "code" not in at:
        raise Wrong(f"--units: {path}: row 1: there is no column 'code' (mã); name the columns in the first row")
    for number, cells in enumerate(others, 2):
        row = {name: " ".join(cells[column].split()) for name, column in at.items() if column < len(cells)}
        yield number, row.get("code", ""), row.get("office", "")


def _checked(source: str, rows: Iterable[Row]) -> list[Office]:
    """The offices in rows, or Wrong naming every row that cannot be one."""
    seen: dict[Office, int] = {}
    problems: list[str] = []
    for number, code, name in rows:
        office = Office(code, name or place_name(code))
        at = f"row {number}: " if number else ""
        if not province_of(code):
            problems.append(
                f"{at}there is no commune or province {code!r}; write a 5- or 2-digit official code with its zeros"
            )
        elif len(office.name) > LONGEST:
            problems.append(f"{at}the office has {len(office.name)} characters; at most {LONGEST} fit on a poster")
        elif office in seen:
            problems.append(f"{at}{code!r} stands in row {seen[office]} too" if at else f"{code!r} is given twice")
        else:
            seen[office] = number
    if problems:
        more = f"\n  and {len(problems) - 50} more" if len(problems) > 50 else ""
        raise Wrong(f"{source}: nothing was written:\n  " + "\n  ".join(problems[:50]) + more)
    return list(seen)
