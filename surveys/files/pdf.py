"""A report in short as PDF: tagged, with text that can be selected. How it looks stands in ``report.typ``."""

import json
from pathlib import Path
from typing import Any

import typst

from surveys.charts.drawing import plain
from surveys.charts.raster import own_fonts
from surveys.circumstances import shown
from surveys.files import picture, words
from surveys.files.material import Letter, Material
from surveys.files.story import Section, story
from surveys.report_words import RECRUITED

TEMPLATE = Path(__file__).parent / "report.typ"


def pdf(material: Material, letter: Letter) -> bytes:
    """A4 pages without the tables of all criteria and communes."""
    told = json.dumps(_told(material, letter), ensure_ascii=False)
    return typst.compile(TEMPLATE, format="pdf", font_paths=own_fonts(), sys_inputs={"report": told})


def _told(material: Material, letter: Letter) -> dict[str, Any]:
    made = material.report
    agency = " · ".join(plain(name) for name in (letter.parent, letter.agency) if name)
    whole = made.index.overall
    return {
        "title": plain(words.SUBJECT.format(title=made.survey.title)), "agency": agency, "period": material.period,
        "headline": f"{shown(whole).partition('%')[0]}%" if whole.value is not None else words.NOT_SHOWN,
        "overall": f"{words.OVERALL}: {shown(whole)}", "beside": plain(RECRUITED[made.design.recruiting]),
        "made": words.MADE_BY.format(day=f"{material.now:%d/%m/%Y}"), "page": words.PAGE, "note": words.NOTE,
        "sections": [_section(section) for section in story(material)],
        "picture": picture.svg(material), "alternative": plain(picture.told(material)),
        "caption": picture.caption(material),
    }  # fmt: skip


def _section(section: Section) -> dict[str, Any]:
    table = section.table if not section.long else None
    return {
        "title": section.title, "paragraphs": [plain(said) for said in section.paragraphs], "chart": section.chart,
        "table": None if table is None else {
            "headings": table.headings, "rows": [[plain(cell) for cell in row] for row in table.rows],
            "strong": sorted(table.strong),
        },
    }  # fmt: skip
