"""Pictures of results: how they came about stands on every one, and nothing hidden is in any."""

import re
from time import process_time
from xml.etree import ElementTree

import pytest

from handlers import picture
from handlers.staff_texts import HOANG_SA, NO_RANK_NOTE, RANK_NOTE, TRUONG_SA
from storage.geography import provinces
from surveys.charts.raster import png
from surveys.design import Recruiting
from surveys.report import Report
from surveys.report_words import OPEN_NOTE
from tests.handlers.reported import TITLE, reported

WHEN = "Từ 01/09/2026 đến nay"
PEOPLE = dict.fromkeys(list(provinces())[:12], 30) | {"14": 4, "48": 7, "56": 12}
INVITED, OPEN = reported(PEOPLE), reported(PEOPLE, Recruiting.OPEN)
BEFORE, NOTHING = reported(PEOPLE, year=2025, seed=2, happy=0.6, id=0), reported({})
INTERVAL = re.compile(r"±|\d,\d+–\d|\(-?\d+,\d+[–;]")


def drawn(made: Report) -> dict[str, str]:
    """Every picture that there is of a report."""
    return {
        "overview": picture.overview(made, WHEN),
        "factor": picture.factor(made, WHEN, 2),
        "ranks": picture.ranks(made, WHEN, picture.places(made)),
        "country": picture.chart_of_the_country(made, WHEN, picture.places(made)),
        "course": picture.course([BEFORE, made], WHEN),
        "before": picture.before(made, BEFORE, WHEN),
    }


KINDS = tuple(drawn(NOTHING))
ALL = {id(made): drawn(made) for made in (INVITED, OPEN, NOTHING)}


def words(svg: str) -> str:
    root = ElementTree.fromstring(svg)
    return " ".join(element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text"))


@pytest.mark.parametrize("kind", KINDS)
def test_circumstances_stand_on_every_picture_of_a_sample(kind: str):
    said = words(ALL[id(INVITED)][kind])
    n = sum(PEOPLE.values())
    assert [part for part in (WHEN, str(n), "trò chuyện", "trả lời quá nhanh 3", "chọn từ danh sách", "khoảng tin cậy 95%")
            if part not in said] == []  # fmt: skip
    assert re.search(r"không quyền số|Không dùng quyền số", said)
    assert re.search(r"[Hh]ài lòng", said)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "course"])
def test_an_open_link_has_no_interval_in_any_picture(kind: str):
    said = words(ALL[id(OPEN)][kind])
    assert INTERVAL.search(said) is None
    assert OPEN_NOTE in said


def test_an_open_link_beside_a_sample_has_none_either():
    said = words(picture.course([OPEN], WHEN))
    assert (INTERVAL.search(said), OPEN_NOTE in said) == (None, True)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("made", [INVITED, OPEN, NOTHING], ids=["invited", "open", "nothing"])
def test_every_picture_can_be_drawn(made: Report, kind: str):
    image = png(ALL[id(made)][kind])
    assert (int.from_bytes(image[16:20], "big"), int.from_bytes(image[20:24], "big")) == (1080, 1350)


def test_every_picture_is_made_within_300_ms_of_work():
    everywhere = reported(dict.fromkeys(provinces(), 40))
    took = {}
    for kind, svg in drawn(everywhere).items():
        before = process_time()
        png(svg)
        took[kind] = process_time() - before
    assert {kind: seconds for kind, seconds in took.items() if seconds >= 0.3} == {}


def test_the_ranking_says_its_rule_or_that_there_is_none():
    assert (RANK_NOTE in words(ALL[id(INVITED)]["ranks"]), NO_RANK_NOTE in words(ALL[id(OPEN)]["ranks"])) == (
        True,
        True,
    )


def test_a_hidden_province_is_named_without_its_figure():
    hidden = [place for place in picture.places(INVITED) if place.hidden]
    assert {place.name for place in hidden} == {"Sơn La", "Đà Nẵng"}
    assert {place.shown for place in hidden} == {"quá ít phiếu"}


def test_the_map_names_the_archipelagos():
    said = words(ALL[id(NOTHING)]["country"])
    assert [name for name in (*HOANG_SA, *TRUONG_SA) if name not in said] == []


@pytest.mark.parametrize("kind", KINDS)
def test_letters_are_never_smaller_than_a_phone_shows(kind: str):
    root = ElementTree.fromstring(ALL[id(INVITED)][kind])
    sizes = [float(t.get("font-size", 0)) for t in root.iter("{http://www.w3.org/2000/svg}text")]
    assert min(sizes) >= 24


@pytest.mark.parametrize("kind", KINDS)
def test_the_survey_is_named_on_every_picture(kind: str):
    assert TITLE[:40] in words(ALL[id(INVITED)][kind])
