"""The files that `loa report` writes: which are asked for, and how they get into their place."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from bot.cli.common import NEW_FILE, Wrong
from surveys.disclosure import FEW
from surveys.files.material import Gathered, Letter, worked_out

FORMATS = ("xlsx", "docx", "pdf", "public_json")
Body = TypeVar("Body", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Request:
    """Where each format goes, and what stands around it."""

    paths: dict[str, Path]
    letter: Letter
    licence: str


def file_options(body: Body) -> Body:
    """The options of a command that writes reports into files."""
    options = (
        click.option("--xlsx", type=NEW_FILE, help="Write an Excel workbook."),
        click.option("--docx", type=NEW_FILE, help="Write a Word document in the form of Decree 30/2020."),
        click.option("--pdf", type=NEW_FILE, help="Write a short PDF."),
        click.option("--public-json", type=NEW_FILE, help="Write what may be published: 30 people or more."),
        click.option("--licence", default="", help="Under which licence the public JSON may be used."),
        click.option("--agency", default="", help="The agency that issues the report."),
        click.option("--parent-agency", default="", help="The agency above it."),
        click.option("--place", default="", help="Where it is issued."),
        click.option("--signer", default="", help="Who signs it."),
        click.option("--position", default="", help="The position of who signs it."),
        click.option("--force", is_flag=True, help="Write over files that are there."),
    )
    for option in reversed(options):
        body = option(body)
    return body


def asked_for(
    *, force: bool, licence: str, agency: str, parent_agency: str, place: str, signer: str, position: str,
    **paths: Path | None,
) -> Request | None:  # fmt: skip
    """What is to be written, None for nothing; Wrong before anything is read if it could not be."""
    wanted = {name: path for name in FORMATS if (path := paths[name]) is not None}
    for name, path in wanted.items():
        option = f"--{name.replace('_', '-')}"
        if not path.parent.is_dir():
            raise Wrong(f"{option}: there is no folder {path.parent}")
        if path.exists() and not force:
            raise Wrong(f"{option}: {path} is there already; name another file, or add --force to write over it")
    if len({path.resolve() for path in wanted.values()}) < len(wanted):
        raise Wrong("two formats cannot go into one file; name a file for each")
    return Request(wanted, Letter(agency, parent_agency, place, signer, position), licence) if wanted else None


async def written(request: Request, found: Gathered) -> list[Path]:
    """Make the files and put them in their place; where they are."""
    try:
        return await asyncio.to_thread(_write, request, found)
    except OSError as error:
        raise Wrong(f"the files cannot be written ({error.strerror or error}); none was") from None


def _write(request: Request, found: Gathered) -> list[Path]:
    from surveys.files import excel, pdf, public, word  # they load much that no other command needs
    from surveys.files.keeping import keep

    staff = worked_out(found) if request.paths.keys() - {"public_json"} else None
    made: dict[Path, bytes] = {}
    for name, path in request.paths.items():
        match name:
            case "public_json":
                made[path] = public.public_json(worked_out(found, fewest=FEW), licence=request.licence)
            case "xlsx" if staff is not None:
                made[path] = excel.xlsx(staff)
            case "docx" if staff is not None:
                made[path] = word.docx(staff, request.letter)
            case "pdf" if staff is not None:
                made[path] = pdf.pdf(staff, request.letter)
    keep(made)
    return list(made)
