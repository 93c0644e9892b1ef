"""The map: all of the country with its islands, and nothing of a hidden province."""

import json
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from storage.geography import provinces
from surveys.charts.country import DATA, FEW, HATCH, Legend, country, outlines
from surveys.charts.drawing import PAGE, Said
from surveys.charts.palette import INLINE, PRINT
from surveys.charts.places import Place
from surveys.charts.raster import png
from surveys.index import Figure
from tests.surveys.charts.drawn import SVG, elements, place, words

SAID = Said("Bản đồ", "Khảo sát 2026", ("Ghi chú",))
LEGEND = Legend(
    ("A", "B", "C", "D", "E"), "ít", "ẩn", "chưa có", ("Quần đảo Hoàng Sa", "(Đà Nẵng)"),
    ("Quần đảo Trường Sa", "(Khánh Hòa)"),
)  # fmt: skip


def province(made: str, code: str) -> ElementTree.Element:
    return next(g for g in elements(made, "g") if g.get("data-province") == code)


def test_every_province_is_drawn_once_by_its_official_code():
    made = country(SAID, (), LEGEND)
    assert [g.get("data-province") for g in elements(made, "g") if g.get("data-province")] == sorted(provinces())
    assert all(province(made, code).find(f"{SVG}path") is not None for code in provinces())


@pytest.mark.parametrize(
    ("code", "name", "islands"), [("48", "hoang_sa", 40), ("56", "truong_sa", 130)], ids=["Hoàng Sa", "Trường Sa"]
)
def test_the_archipelagos_are_drawn_and_named(code, name, islands):
    made = country(SAID, (place(code, 84.0),), LEGEND)
    of = outlines().islands[name]
    (drawn,) = [path for path in province(made, code).iter(f"{SVG}path") if path.get("d") == of.path]
    assert (of.province, drawn.get("fill"), drawn.get("stroke")) == (code, PRINT.shade(84.0), PRINT.shade(84.0))
    assert of.path.count("M") >= islands
    named = LEGEND.hoang_sa if code == "48" else LEGEND.truong_sa
    assert [word for word in named if word not in words(made)] == []


def test_the_islands_lie_inside_the_picture_where_they_are():
    of = outlines()
    assert [west > 700 and 0 <= north < south <= of.height and east <= of.width
            for west, north, east, south in (one.around for one in of.islands.values())] == [True, True]  # fmt: skip


def test_a_hidden_province_gives_nothing_away():
    hidden = Place("01", "Hà Nội", Figure(7), "")
    made = country(SAID, (hidden, place("04", 84.0)), LEGEND)
    nobody = country(SAID, (Place("01", "Hà Nội", None), place("04", 84.0)), LEGEND)
    title = province(made, "01").find(f"{SVG}title")
    assert title is not None
    assert title.text == "Hà Nội: ẩn"
    assert [path.get("fill") for path in province(made, "01").iter(f"{SVG}path")] == [f"url(#{HATCH})"]
    assert [made.count(colour) - nobody.count(colour) for colour in PRINT.bands] == [0] * 5
    assert words(made) == words(nobody)


def test_a_hidden_province_is_hidden_whatever_is_said_of_it():
    """Even a caller who writes a hidden figure does not get it drawn."""
    made = country(SAID, (Place("01", "Hà Nội", Figure(7), "12,34%"),), LEGEND)
    assert "12,34" not in made


def test_few_people_are_dotted_over_their_colour():
    made = country(SAID, (place("01", 84.0, n=12),), LEGEND)
    assert [path.get("fill") for path in province(made, "01").iter(f"{SVG}path")] == [
        PRINT.shade(84.0),
        f"url(#{FEW})",
    ]


def test_names_are_only_words():
    made = country(Said("<b>", "&"), (place("01", 84.0, name="<script>"),), LEGEND)
    assert "<script>" not in made
    assert png(made).startswith(b"\x89PNG")


def test_on_a_page_it_has_the_page_s_colours():
    made = country(SAID, (place("01", 84.0),), LEGEND, palette=INLINE, sheet=PAGE)
    assert INLINE.shade(84.0) in made
    assert "#" not in made.replace("url(#", "")


def test_the_outlines_are_small_enough_to_travel():
    assert DATA.stat().st_size < 60_000
    assert (DATA.parent / "provinces.LICENSE.txt").read_text(encoding="utf-8").startswith("MIT License")


def test_the_script_makes_outlines_of_any_such_file(tmp_path):
    square = [[[105.0, 20.0], [106.0, 20.0], [106.0, 21.0], [105.0, 21.0], [105.0, 20.0]]]
    islet = [[[112.0, 16.0], [112.1, 16.0], [112.1, 16.1], [112.0, 16.0]]]
    source = {
        "features": [
            {"properties": {"code": "48"}, "geometry": {"type": "MultiPolygon", "coordinates": [square, islet]}},
            {"properties": {"code": "01"}, "geometry": {"type": "Polygon", "coordinates": square}},
        ]
    }
    (tmp_path / "vn.geojson").write_text(json.dumps(source), encoding="utf-8")
    script = DATA.parent / "outline_provinces.py"

    made = subprocess.run(
        [sys.executable, script, tmp_path / "vn.geojson"], capture_output=True, check=True, text=True
    ).stdout

    kept = json.loads(made)
    assert kept["provinces"] == {
        "01": {"path": "M288 350l97 0 0-100 -97 0z", "centre": [336, 300]},
        "48": {"path": "M288 350l97 0 0-100 -97 0z", "centre": [336, 300]},
    }
    assert kept["islands"]["hoang_sa"] == {
        "province": "48",
        "path": "M961 750l10 0 0-10z",
        "box": [961, 740, 971, 750],
    }
