"""Charts that Excel draws itself from the cells of a sheet, and single lines below a table."""

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.data_source import NumDataSource, NumRef
from openpyxl.chart.error_bar import ErrorBars
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.worksheet import Worksheet

from surveys.files import words
from surveys.files.sheet import SOFT, TEAL, Cell, put

NAMES, VALUES, MINUS, PLUS = 2, 3, 12, 13
"""Columns of a table of figures behind a code or domain and a name."""


def _bars(sheet: Worksheet, title: str, top: int, rows: int) -> BarChart:
    chart = BarChart()
    chart.type, chart.style, chart.title, chart.legend = "bar", 10, title, None
    chart.add_data(Reference(sheet, min_col=VALUES, min_row=top + 1, max_row=top + rows))
    chart.set_categories(Reference(sheet, min_col=NAMES, min_row=top + 1, max_row=top + rows))
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = 0, 100
    chart.x_axis.scaling.orientation = "maxMin"
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.number_format, chart.gapWidth = "0", 60
    chart.series[0].graphicalProperties.solidFill = TEAL
    chart.width, chart.height = 26, max(7.0, 1.5 + 0.75 * rows)
    return chart


def factors(sheet: Worksheet, top: int, rows: int, *, intervals: bool) -> None:
    """A bar for each factor, with the interval as its error bar where there is one."""
    chart = _bars(sheet, words.CHART_FACTORS, top, rows)
    if intervals:
        chart.series[0].errBars = ErrorBars(
            errDir="y", errBarType="both", errValType="cust", noEndCap=False,
            minus=_cells(sheet, MINUS, top, rows), plus=_cells(sheet, PLUS, top, rows),
        )  # fmt: skip
    sheet.add_chart(chart, f"A{top + rows + 3}")


def ranking(sheet: Worksheet, top: int, rows: int) -> None:
    """Places in their order; those that are hidden stand below the ``rows`` that are drawn."""
    sheet.add_chart(_bars(sheet, words.CHART_RANKING, top, rows), f"M{top}")


def _cells(sheet: Worksheet, column: int, top: int, rows: int) -> NumDataSource:
    letter = get_column_letter(column)
    return NumDataSource(NumRef(f"{quote_sheetname(sheet.title)}!${letter}${top + 1}:${letter}${top + rows}"))


def put_pair(sheet: Worksheet, row: int, name: str, value: Cell) -> None:
    """A name and its number."""
    put(sheet, row, 1, name)
    put(sheet, row, 2, value)


def put_line(sheet: Worksheet, row: int, said: str) -> None:
    """A sentence that runs over the cells to its right."""
    put(sheet, row, 1, said)
    cell = sheet.cell(row=row, column=1)
    cell.alignment, cell.font = Alignment(wrap_text=False), Font(italic=True, color=SOFT)
