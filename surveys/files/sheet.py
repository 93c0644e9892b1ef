"""Sheets of a workbook: cells in which no text becomes a formula, numbers as numbers, and pages that print well."""

from collections.abc import Sequence

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from surveys.charts.drawing import plain
from surveys.files import words

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet may take for the beginning of a formula (OWASP, CSV injection)."""
TEAL, PALE, SOFT = "0B5D57", "EDF4F3", "5C677D"
Cell = str | int | float | None
POINTS, WHOLE, DIFFERENCE = "0.00", "#,##0", "+0.00;-0.00;0.00"
"""Excel writes the comma and the points of the reader's own language; 0.00 is 83,94 in Vietnamese."""


def put(sheet: Worksheet, row: int, column: int, value: Cell, *, form: str = "") -> None:
    """One cell. Text is kept as text, and where it begins like a formula it stays text when it is edited too."""
    cell = sheet.cell(row=row, column=column)
    if isinstance(value, str):
        cell.value = plain(value)
        cell.data_type, cell.quotePrefix = "s", value.startswith(FORMULA)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    elif value is not None:
        cell.value, cell.number_format = value, form or (WHOLE if isinstance(value, int) else POINTS)
        cell.alignment = Alignment(vertical="top")


def table(
    sheet: Worksheet, title: str, headings: Sequence[str], rows: Sequence[Sequence[Cell]], *,
    widths: Sequence[int], forms: Sequence[str] = (), strong: frozenset[int] = frozenset(), first: int = 1,
) -> int:  # fmt: skip
    """A title, headings that stay in sight and are printed on each page, and rows; the row of the headings."""
    put(sheet, first, 1, title)
    sheet.cell(row=first, column=1).font = Font(bold=True, size=14, color=TEAL)
    sheet.cell(row=first, column=1).alignment = Alignment(wrap_text=False)
    top = first + 2
    thin = Side(style="thin", color="B8C4CE")
    for column, heading in enumerate(headings, 1):
        put(sheet, top, column, heading)
        cell = sheet.cell(row=top, column=column)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor=TEAL)
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        sheet.column_dimensions[get_column_letter(column)].width = widths[column - 1]
    sheet.row_dimensions[top].height = 32
    for number, cells in enumerate(rows):
        for column, value in enumerate(cells, 1):
            put(sheet, top + 1 + number, column, value, form=forms[column - 1] if forms else "")
            cell = sheet.cell(row=top + 1 + number, column=column)
            cell.border = Border(bottom=thin)
            if number in strong:
                cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor=PALE)
    sheet.freeze_panes = f"B{top + 1}"
    printed(sheet, top)
    return top


def printed(sheet: Worksheet, top: int) -> None:
    """A4 across, as wide as the page, the heading on each page, and page numbers."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{top}:{top}"
    sheet.HeaderFooter.oddFooter.center.text = words.EXCEL_FOOT  # type: ignore[union-attr]  # there from the start
    sheet.page_margins.left = sheet.page_margins.right = 0.5
