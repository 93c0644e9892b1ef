"""Forms written as tables in a test, and the workbooks that they become."""

import io
from pathlib import Path

from openpyxl import Workbook

from surveys.loading import parse
from surveys.questionnaire import Questionnaire
from surveys.xlsform.problems import BadForm
from surveys.xlsform.reading import Form, read
from surveys.xlsform.workbook import markdown, parted

SETTINGS = """
| settings | form_title | form_id | version | intro | consent_text | consent_version | thanks |
|          | Phiếu thử  | thu     |         | Mời   | Đồng ý?      | 2026-1          | Cảm ơn |
"""
"""Everything that a form must say of itself, so that there are no notes on it."""


def table(survey: str, choices: str = "", settings: str = SETTINGS) -> str:
    """A form in Markdown from the rows of its sheets, the headings first; each row begins and ends with a stroke."""
    made = ""
    for name, rows in (("survey", survey), ("choices", choices)):
        lines = [line.strip() for line in rows.strip().splitlines()]
        made += "".join(f"| {name if n == 0 else ''} {line}\n" for n, line in enumerate(lines))
    return made + settings


def excel(form: str) -> bytes:
    """The same form as a workbook; headings stand in row 1."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in parted(markdown(form)).items():
        sheet = book.create_sheet(name)
        for _, cells in rows:
            sheet.append([cell or None for cell in cells])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def taken(folder: Path, content: str | bytes, name: str = "phieu") -> Form:
    """The form that is read from a file; what is text becomes a workbook first."""
    path = folder / f"{name}.xlsx"
    path.write_bytes(excel(content) if isinstance(content, str) else content)
    return read(path)


def made(folder: Path, content: str | bytes) -> Questionnaire:
    return parse(taken(folder, content).source)


def told(folder: Path, content: str | bytes) -> list[str]:
    """All that is wrong with a form, and nothing if it is read."""
    try:
        taken(folder, content)
    except BadForm as error:
        return [str(problem) for problem in error.problems]
    return []
