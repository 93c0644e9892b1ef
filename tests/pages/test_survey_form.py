"""The whole way through the survey form on the web: the same journey as in chat, on both databases."""

from typing import Any

import pytest
from sqlalchemy import func, select

from storage.enums import Mode, ResponseStatus
from storage.tables import Consent, Contact, Participation, Response, ResponseText
from surveys.catalogue import Catalogue
from surveys.counting import counters, recount
from surveys.fieldwork import close
from tests.pages.conftest import Visiting, Web
from tests.pages.reading import Browser


async def count(site: Web, table: Any) -> int:
    async with site.database.reading() as session:
        return int(await session.scalar(select(func.count()).select_from(table)) or 0)


async def through(browser: Browser) -> None:
    """Everything answered, up to the last button."""
    await browser.answers("Kinh")
    await browser.answers("Loa phường;Mạng")
    await browser.answers("Hài lòng", "Không hài lòng")
    await browser.answers("Chờ lâu")
    await browser.answers("2")


async def test_a_whole_response_is_counted_once_as_taken_on_the_web(site: Web, visiting: Visiting, twice: bool):
    survey_id, payload = await site.survey()
    browser = await visiting(twice=twice)

    await browser.begins(payload)
    await through(browser)
    assert browser.page.h1 == "Đã trả lời xong"
    end = await browser.presses("Gửi phiếu")

    said = "Ông/bà đã trả lời cuộc khảo sát này. Xin trân trọng cảm ơn!" if twice else "Đã gửi phiếu"
    assert end.h1 == said
    async with site.database.reading() as session:
        row = (await session.scalars(select(Response))).one()
        assert (row.status, row.mode, row.contact_id, row.language) == (ResponseStatus.COMPLETE, Mode.WEB, None, "vi")
        assert (await session.scalars(select(ResponseText.text))).all() == ["Chờ lâu"]
        kept = await counters(session, survey_id)
        assert kept.n == 1
        assert kept == await recount(session, Catalogue(), survey_id)


async def test_pages_ask_what_the_chat_asks_and_rows_of_a_matrix_together(site: Web, visiting: Visiting):
    _, payload = await site.survey()
    browser = await visiting()

    pages = [await browser.begins(payload), await browser.answers("Kinh"), await browser.answers("Mạng")]
    pages.append(await browser.answers("Hài lòng", "Hài lòng"))

    assert [page.asked for page in pages] == [["0"], ["1"], ["2", "3"], ["5"]]
    assert [page.h1 for page in pages] == [
        "Dân tộc của ông/bà?", "Ông/bà biết tin qua đâu?", "Mức độ hài lòng của ông/bà", "Ông/bà đã đến mấy lần?",
    ]  # fmt: skip
    assert [page.tree.every("progress")[0].attrs["value"] for page in pages] == ["0", "1", "2", "4"]
    assert pages[2].labels["progress"] == "Câu 3–4/5"


async def test_consent_is_kept_with_its_words_and_when_it_was_given(site: Web, visiting: Visiting, twice: bool):
    survey_id, payload = await site.survey()
    browser = await visiting(twice=twice)

    await browser.begins(payload)

    async with site.database.reading() as session:
        row = (await session.scalars(select(Consent))).one()
        contact = (await session.scalars(select(Contact))).one()
    assert (row.survey_id, row.version, row.agreed_evidence) == (survey_id, "1", "web 2026-11-23T01:00:00Z")
    assert len(row.text_digest) == 64
    assert (contact.channel, len(contact.address), contact.person_id) == ("web", 32, None)
    assert await count(site, Response) == 1


async def test_the_token_is_kept_only_as_its_digest(site: Web, visiting: Visiting):
    _, payload = await site.survey()
    browser = await visiting()

    token = (await browser.begins(payload)).path.removeprefix("/s/r/")

    assert len(token) == 22
    async with site.database.reading() as session:
        assert token not in (await session.scalars(select(Contact.address))).one()


async def test_nothing_is_kept_of_who_only_looks_or_is_under_age(site: Web, visiting: Visiting):
    _, payload = await site.survey()
    browser = await visiting()

    await browser.opens(f"/s/{payload}")
    await browser.presses("Tôi từ 18 tuổi trở lên")
    await browser.opens(f"/s/{payload}")
    end = await browser.presses("Tôi dưới 18 tuổi")

    assert end.h1.startswith("Khảo sát chỉ dành cho người từ đủ 18 tuổi.")
    for table in (Contact, Consent, Response, Participation):
        assert await count(site, table) == 0


async def test_nobody_agrees_without_having_said_to_be_of_age(site: Web, visiting: Visiting):
    _, payload = await site.survey()
    browser = await visiting()

    page = await browser.posts(f"/s/{payload}", [("step", "agree")])

    assert "Khảo sát dành cho người từ đủ 18 tuổi." in page.text
    assert await count(site, Consent) == 0


async def test_the_link_leads_back_in_another_browser_and_the_cookie_in_the_same(site: Web, visiting: Visiting):
    _, payload = await site.survey()
    first, second = await visiting(), await visiting()
    home = (await first.begins(payload)).path
    await first.answers("Kinh")

    again = await first.opens(f"/s/{payload}")
    elsewhere = await second.opens(home)
    stranger = await (await visiting()).opens(f"/s/{payload}")

    assert (again.path, again.asked) == (home, ["1"])
    assert elsewhere.asked == ["1"]
    assert stranger.h1 == "Khảo sát hài lòng"


async def test_the_link_to_keep_is_shown_before_anything_is_answered_and_at_a_pause(site: Web, visiting: Visiting):
    _, payload = await site.survey()
    browser = await visiting()

    begun = await browser.begins(payload)
    own = site.home + begun.path
    answered = await browser.answers("Kinh")
    pause = await browser.follows("Tạm dừng")

    def shown(page: Any) -> list[str]:
        return [box.text for box in page.tree.every("textarea") if box.attrs["id"] == "address"]

    assert [shown(page) for page in (begun, answered, pause)] == [[own], [], [own]]
    assert "Đã lưu 1/5 câu." in pause.text


async def test_going_back_shows_what_was_answered_and_loses_nothing(site: Web, visiting: Visiting):
    _, payload = await site.survey()
    browser = await visiting()
    await browser.begins(payload)
    await through(browser)

    await browser.follows("Quay lại")
    await browser.follows("Quay lại")
    back = await browser.follows("Quay lại")

    assert back.asked == ["2", "3"]
    assert [value for name, value in back.filled() if name != "asked"] == ["4", "2"]
    onward = await browser.answers("Hài lòng", "Không hài lòng")
    assert (onward.asked, dict(onward.filled())["q4"]) == (["4"], "Chờ lâu")


async def test_an_answer_that_is_changed_takes_those_with_it_that_are_not_asked_any_more(
    site: Web, visiting: Visiting
):
    _, payload = await site.survey()
    browser = await visiting()
    await browser.begins(payload)
    await through(browser)
    await browser.follows("Xem lại, sửa câu trả lời")
    assert "Chờ lâu" in browser.page.text

    change = next(a.attrs["href"] for a in browser.page.tree.every("a") if a.attrs["href"].endswith("/change/3"))
    await browser.opens(change)
    assert browser.page.asked == ["3"]
    review = await browser.answers("Rất hài lòng")

    assert review.h1 == "Xem lại, sửa câu trả lời"
    assert "Chờ lâu" not in review.text
    await browser.presses("Gửi phiếu")
    assert await count(site, ResponseText) == 0


async def test_an_old_tab_is_told_and_shown_what_is_asked_now(site: Web, visiting: Visiting):
    _, payload = await site.survey()
    browser, old = await visiting(), await visiting()
    home = (await browser.begins(payload)).path
    await browser.answers("Kinh")
    await browser.answers("Mạng")
    await browser.answers("Hài lòng", "Không hài lòng")
    await old.opens(home)
    assert old.page.asked == ["4"]
    await browser.opens(f"{home}/change/3")
    await browser.answers("Hài lòng")

    page = await old.answers("Chờ lâu")

    assert (page.asked, page.status) == (["5"], 200)
    assert page.tree.every("p")[1].text == "Câu này không còn được hỏi."
    assert await count(site, ResponseText) == 0


async def test_an_old_tab_is_told_when_what_it_says_makes_no_sense_either(site: Web, visiting: Visiting):
    _, payload = await site.survey()
    browser = await visiting()
    home = (await browser.begins(payload)).path

    page = await browser.posts(home, [("asked", "5"), ("q5", "nhiều")])

    assert (page.status, page.asked) == (200, ["0"])


@pytest.mark.parametrize("number", ["5", "4", "99", "-1", "x", ""])
async def test_a_forged_question_is_not_taken(site: Web, visiting: Visiting, number: str):
    _, payload = await site.survey()
    browser = await visiting()
    home = (await browser.begins(payload)).path

    page = await browser.posts(home, [("asked", number), (f"q{number}", "1")])

    assert (page.status, page.asked) == (200, ["0"])
    assert "Câu này không còn được hỏi." in page.text


async def test_what_was_typed_stays_beside_what_is_wrong_with_it(site: Web, visiting: Visiting):
    _, payload = await site.survey()
    browser = await visiting()
    await browser.begins(payload)
    await browser.answers("Kinh")
    await browser.answers("Mạng")

    half = await browser.answers("Hài lòng")

    assert half.errors == ["Chưa được: Câu này cần có câu trả lời."]
    assert [pair for pair in half.filled() if pair[0] != "asked"] == [("q2", "4")]
    await browser.answers("Hài lòng", "Hài lòng")
    wrong = await browser.answers("hai lần")
    assert (wrong.errors, dict(wrong.filled())["q5"]) == (["Chưa được: Xin nhập một số, ví dụ: 3."], "hai lần")
    box = next(box for box in wrong.form.every("input") if box.attrs["name"] == "q5")
    assert (box.attrs["aria-invalid"], box.attrs["aria-describedby"]) == ("true", "q5-hint q5-error")


async def test_deleting_asks_first_and_leaves_nothing_of_the_answers(site: Web, visiting: Visiting, twice: bool):
    _, payload = await site.survey()
    browser = await visiting(twice=twice)
    home = (await browser.begins(payload)).path
    await browser.answers("Kinh")

    await browser.follows("Xoá phiếu này")
    assert await count(site, Response) == 1
    end = await browser.presses("Xoá hẳn")

    assert (end.h1, await count(site, Response)) == ("Đã xoá", 0)
    assert (await browser.opens(home)).h1.startswith("Phiếu này không còn")
    assert (await browser.begins(payload)).asked == ["0"]


async def test_sent_answers_cannot_be_seen_or_sent_again(site: Web, visiting: Visiting):
    _, payload = await site.survey()
    browser = await visiting()
    home = (await browser.begins(payload)).path
    await through(browser)
    await browser.presses("Gửi phiếu")

    for path in (home, f"{home}/review", f"{home}/q/0", f"{home}/pause", f"{home}/delete", f"/s/{payload}"):
        assert (await browser.opens(path)).h1 == "Ông/bà đã trả lời cuộc khảo sát này. Xin trân trọng cảm ơn!"
    await browser.posts(home, [("asked", "0"), ("q0", "2")])
    assert browser.page.h1 == "Ông/bà đã trả lời cuộc khảo sát này. Xin trân trọng cảm ơn!"
    assert await count(site, Response) == 1


async def test_a_closed_survey_takes_nothing_more(site: Web, visiting: Visiting):
    survey_id, payload = await site.survey()
    browser = await visiting()
    home = (await browser.begins(payload)).path
    async with site.database.transaction() as session:
        await close(session, Catalogue(), survey_id, site.now)

    for path in (home, f"/s/{payload}"):
        assert (await browser.opens(path)).h1.startswith("Cuộc khảo sát này đã kết thúc.")
    await browser.posts(home, [("asked", "0"), ("q0", "1")])
    assert browser.page.h1.startswith("Cuộc khảo sát này đã kết thúc.")
