"""The results page over HTTP: what everybody and what staff see, filters with and without a script, nothing small."""

import gzip
import re
from collections.abc import Mapping

import aiohttp
import pytest

from pages.results.keeping import FRESH
from pages.results.rendering import STYLE_DIGEST
from storage.surveys import publish_results, survey
from surveys.catalogue import Catalogue
from surveys.files.material import weighed
from surveys.loading import parse
from surveys.report import report
from tests.pages.reading import Browser, Page
from tests.pages.results.conftest import Person, Web
from tests.world import QUESTIONNAIRES

POLICY = (
    f"default-src 'none'; style-src 'sha256-{STYLE_DIGEST}'; script-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors https://web.telegram.org https://*.telegram.org"
)
HANOI, DANANG, HCMC = "00004", "20194", "25750"
FULL = (QUESTIONNAIRES / "sipas-2026.yaml").read_text(encoding="utf-8")


def people(sizes: Mapping[str, int]) -> list[Person]:
    """So many people at each unit, two of three satisfied, of either nation in turn."""
    return [
        (unit, {"nation": 1 + n % 2, "c1": 5 if n % 3 else 1, "c2": 4 if n % 3 else 2, "visits": 1})
        for unit, size in sizes.items() for n in range(size)
    ]  # fmt: skip


def table(page: Page, name: str) -> dict[str, list[str]]:
    """A table by its name for those who listen: the cells of each line by its heading."""
    found = next(one for one in page.tree.every("table") if any(c.text == name for c in one.every("caption")))
    return {
        line.every("th")[0].text: [cell.text for cell in line.every("td")]
        for line in found.every("tbody")[0].every("tr")
    }  # fmt: skip


async def test_only_published_results_are_for_everybody(site: Web, browser: Browser):
    shut = await site.survey(people({HANOI: 40}), public=False)
    shown = await site.survey(people({HANOI: 40}))
    pages = [await browser.opens(f"/k/{id}") for id in (shut, shown, 999)]
    assert [page.status for page in pages] == [404, 200, 404]
    assert pages[0].h1 == pages[2].h1 == "Kết quả của cuộc khảo sát này chưa được công bố."
    assert pages[1].h1 == "Chỉ số hài lòng chung"
    assert "65,00%" in pages[1].text


async def test_the_figures_stand_with_how_they_came_about(site: Web, browser: Browser):
    page = await browser.opens(f"/k/{await site.survey(people({HANOI: 40, DANANG: 35}))}")
    assert table(page, "Theo tỉnh, thành phố") == {
        "Thành phố Hà Nội": ["1–2", "65,00%", "48,50–78,55", "40"],
        "Thành phố Đà Nẵng": ["1–2", "65,71%", "47,91–79,98", "35"],
    }
    how = page.tree.every("section")[-1].text
    for said in (
        "75 phiếu được tính, cỡ mẫu hiệu dụng", "Người trả lời được chọn từ danh sách", "2 tiêu chí", "Khoảng tin cậy 95%",
        "Không dùng quyền số.", "trò chuyện 75", "Không loại phiếu nào.", "dưới 30 người",
    ):  # fmt: skip
        assert said in how, said


async def test_an_open_link_has_no_interval_and_no_rank_anywhere(site: Web, browser: Browser):
    page = await browser.opens(f"/k/{await site.survey(people({HANOI: 40, DANANG: 35}), recruiting='open')}")
    assert "±" not in page.text
    assert re.findall(r"\d,\d+–\d", page.text) == []
    assert {len(cells) for cells in table(page, "Theo tỉnh, thành phố").values()} == {2}
    assert "tự chọn tham gia" in page.text
    assert "không có tỷ lệ trả lời" in page.text


@pytest.mark.parametrize("everybody", [True, False])
async def test_the_public_sees_nothing_of_fewer_than_thirty(site: Web, browser: Browser, everybody: bool):
    id = await site.survey(people({HANOI: 60, DANANG: 45, HCMC: 12}))
    page = await browser.opens(f"/k/{id}" if everybody else await site.link(id))
    shown = {name: cells[1] for name, cells in table(page, "Theo tỉnh, thành phố").items()}
    hidden = "không hiện vì quá ít phiếu"
    assert shown == (
        {"Thành phố Hà Nội": "66,67%", "Thành phố Đà Nẵng": hidden, "Thành phố Hồ Chí Minh": hidden}
        if everybody
        else {"Thành phố Hà Nội": "66,67%", "Thành phố Đà Nẵng": "66,67%", "Thành phố Hồ Chí Minh": "66,67% *"}
    )
    alone = await browser.opens(f"{page.path}?part=p:79")
    assert (alone.status, "Từng tiêu chí" in alone.text) == (200, not everybody)
    assert ("không hiện vì quá ít phiếu" in alone.tree.every("section")[1].text) == everybody


async def test_a_part_is_chosen_alone_and_never_with_another(site: Web, browser: Browser):
    id = await site.survey(people({HANOI: 60, DANANG: 45}), days=(0, 40))
    page = await browser.opens(f"/k/{id}?part=p:01")
    assert "Số liệu của: Thành phố Hà Nội" in page.text
    assert table(page, "Từng tiêu chí")["Dễ tìm nơi làm thủ tục"][0] == "66,67%"
    select = page.tree.every("select")[0]
    assert {option.attrs["value"] for option in select.every("option")} == {
        "",
        "p:01",
        "p:48",
        "m:2026-11",
        "m:2027-01",
    }
    assert [option.text for option in select.every("option") if "selected" in option.attrs] == ["Thành phố Hà Nội"]
    assert (await browser.opens(f"/k/{id}?part=m:2026-11")).status == 200
    for no in ("p:99", "p:01&part=m:2026-11x", "g:nation:1", "x", "p:01:m:2026-11"):
        page = await browser.opens(f"/k/{id}?part={no}")
        assert (no, page.status) == (no, 200 if no.startswith("p:01&") else 404)


async def test_a_script_gets_the_section_alone(site: Web, browser: Browser):
    id = await site.survey(people({HANOI: 60, DANANG: 45}))
    async with browser.http.get(f"{site.home}/k/{id}?part=p:48", headers={"HX-Request": "true"}) as answer:
        alone = await answer.text()
        assert "HX-Request" in answer.headers["Vary"]
    whole = (await browser.opens(f"/k/{id}?part=p:48")).html
    assert alone.lstrip().startswith('<section id="chosen"')
    assert " ".join(alone.split()) in " ".join(whole.split())


async def test_pages_have_headers_that_let_telegram_alone_frame_them(site: Web, browser: Browser):
    id = await site.survey(people({HANOI: 40}))
    for path, status in ((f"/k/{id}", 200), (f"/k/{id}/staff", 403), (f"/k/{id}/app", 200), ("/k/9", 404)):
        page = await browser.opens(path)
        assert (page.status, page.headers["Content-Security-Policy"]) == (status, POLICY)
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert "style=" not in page.html
    assert "frame-ancestors 'none'" in (await browser.opens("/k/nothing")).headers["Content-Security-Policy"]


async def test_a_page_is_sent_again_only_if_it_changed(site: Web, browser: Browser):
    id = await site.survey(people({HANOI: 40}))
    async with aiohttp.ClientSession(auto_decompress=False) as http:
        async with http.get(f"{site.home}/k/{id}", headers={"Accept-Encoding": "gzip"}) as answer:
            etag, packed = answer.headers["ETag"], await answer.read()
            assert answer.headers["Content-Encoding"] == "gzip"
        async with http.get(f"{site.home}/k/{id}", headers={"If-None-Match": f'"x", W/{etag}'}) as answer:
            assert (answer.status, await answer.read()) == (304, b"")
            assert answer.headers["Content-Security-Policy"] == POLICY
    assert gzip.decompress(packed).decode() == (await browser.opens(f"/k/{id}")).html
    assert site.keeping.reads == 1


async def test_what_is_taken_down_is_gone_after_some_seconds(site: Web, browser: Browser):
    id = await site.survey(people({HANOI: 40}))
    assert (await browser.opens(f"/k/{id}")).status == 200
    async with site.database.transaction() as session:
        assert await publish_results(session, id, None)
    site.tick += FRESH
    assert (await browser.opens(f"/k/{id}")).status == 404


async def test_earlier_surveys_stand_in_the_trend_once_they_are_public(site: Web, browser: Browser):
    first = await site.survey(people({HANOI: 40}))
    hidden = await site.survey(people({HANOI: 50}), public=False)
    last = await site.survey(people({HANOI: 60}))
    seen = [(await browser.opens(path)).tree for path in (f"/k/{last}", await site.link(last))]
    assert first < hidden < last
    rows = [
        [line.every("td")[-1].text for line in section.every("table")[0].every("tbody")[0].every("tr")]
        for tree in seen for section in tree.every("section") if section.attrs.get("id") == "trend"
    ]  # fmt: skip
    assert rows == [["60", "40"], ["60", "50", "40"]]


async def test_the_form_of_the_ministry_stands_beside_its_published_figures(site: Web, browser: Browser):
    criteria = {question.id: 4 for question in parse(FULL).criteria}
    given = [(HANOI, {**criteria, "gender": 1 + n % 2}) for n in range(70)]
    page = await browser.opens(f"/k/{await site.survey(given, source=FULL)}")
    assert "Cả nước 2025: 83,11%" in page.text
    assert "Từ năm 2022, SIPAS đo theo phương pháp mới" in page.text
    assert {name: cells[0] for name, cells in table(page, "Xin cho biết giới tính của ông/bà.").items()} == {
        "Nam": "100,00%",
        "Nữ": "100,00%",
    }
    english = await browser.opens(f"{page.path}?lang=en")
    assert english.h1 == "Overall satisfaction index"
    assert "100.00%" in english.text


async def test_nobody_answered_is_said(site: Web, browser: Browser):
    page = await browser.opens(f"/k/{await site.survey([])}")
    assert (page.status, "không hiện vì quá ít phiếu" in page.text) == (200, True)


async def test_raked_figures_stand_beside_those_that_were_counted(site: Web, browser: Browser):
    sizes = {HANOI: 60, DANANG: 45}
    plain = await site.survey(people(sizes))
    raked = await site.survey(people(sizes), margins={"nation": {"1": 0.9, "2": 0.1}})
    assert "Sau khi hiệu chỉnh theo dân số" not in (await browser.opens(f"/k/{plain}")).text

    page = await browser.opens(f"/k/{raked}")
    whole = table(page, "Sau khi hiệu chỉnh theo dân số")["Chỉ số hài lòng chung"]
    assert (whole[0], whole[0] != whole[1]) == ("66,67%", True)
    async with site.database.reading() as session:
        info = await survey(session, raked)
        assert info is not None
        made = await weighed(session, Catalogue(), await report(session, Catalogue(), info))
    assert made is not None
    assert whole[1] == f"{made.index.overall.value:.2f}%".replace(".", ",")
    assert "theo cơ cấu dân số: " in page.text


async def test_margins_that_cannot_be_met_leave_the_page_as_it_is(site: Web, browser: Browser):
    alike = [(unit, {**answers, "nation": 1}) for unit, answers in people({HANOI: 40})]
    page = await browser.opens(f"/k/{await site.survey(alike, margins={'nation': {'1': 0.9, '2': 0.1}})}")
    assert (page.status, "Sau khi hiệu chỉnh theo dân số" in page.text) == (200, False)


async def test_the_ranking_is_drawn_with_the_ranges_of_ranks(site: Web, browser: Browser):
    page = await browser.opens(f"/k/{await site.survey(people({HANOI: 60, DANANG: 45}))}")
    drawn = next(s for s in page.tree.every("section") if s.attrs.get("id") == "provinces").every("svg")[0].text
    assert [said in drawn for said in ("1–2", "Vạch đứng – chung: 66,67%", "Hà Nội")] == [True] * 3
