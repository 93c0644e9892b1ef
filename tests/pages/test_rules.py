"""Who is taken and who is turned away on the web: recruiting, single-use links, quotas, screening, two tabs at once."""

import asyncio

import pytest
from sqlalchemy import func, select

from storage.contacts import met
from storage.enums import CaseStatus, ChannelName, Mode, ResponseStatus
from storage.responses import Origin
from storage.surveys import consent_of, survey
from storage.tables import Case, Contact, Participation, Response
from surveys.catalogue import Catalogue
from surveys.counting import counters
from surveys.design import Design, Quota, Recruiting
from surveys.expression import parse
from surveys.fieldwork import begin
from surveys.links import payload as payload_of
from tests.pages.conftest import Visiting, Web
from tests.pages.test_survey_form import count, through

INVITED = Design(recruiting=Recruiting.INVITED)
SCREENED = """
key: screened
title: Phiếu sàng lọc
intro: Vài câu hỏi.
consent: {version: "1", text: Xin đồng ý.}
thanks: Cảm ơn!
goodbye: Phiếu này chỉ dành cho người đã làm thủ tục.
questions:
  - {id: came, text: "Ông/bà đã làm thủ tục chưa?", options: [Rồi, Chưa], ends_if: [2]}
  - {id: how, text: "Có dễ không?", options: [Dễ, Khó]}
"""
TAKEN = "Ông/bà đã trả lời cuộc khảo sát này. Xin trân trọng cảm ơn!"
UNKNOWN = "Đường dẫn khảo sát không đúng hoặc không còn hiệu lực."


async def statuses(site: Web) -> list[str]:
    async with site.database.reading() as session:
        return list(await session.scalars(select(Response.status).order_by(Response.status)))


@pytest.mark.parametrize("recruiting", [Recruiting.INVITED, Recruiting.INTERVIEWS])
async def test_an_open_link_is_refused_where_people_are_drawn(site: Web, visiting: Visiting, recruiting: Recruiting):
    _, payload = await site.survey(design=Design(recruiting=recruiting))
    browser = await visiting()

    pages = [await browser.opens(f"/s/{payload}")]
    pages += [await browser.posts(f"/s/{payload}", [("step", step), ("adult", "yes")]) for step in ("adult", "agree")]

    assert {page.h1 for page in pages} == {
        "Cuộc khảo sát này chỉ dành cho người được mời riêng. Xin mở đường dẫn trong thư mời của ông/bà."
    }
    assert await count(site, Contact) == 0


@pytest.mark.parametrize("change", ["x{}", "{}x", "{}", "c123", "k1_00070_AAAAAAAAAAAAAAAA", "r", "static"])
async def test_a_link_that_is_not_ours_leads_nowhere(site: Web, visiting: Visiting, change: str):
    survey_id, payload = await site.survey()
    other = payload_of(b"x" * 32, survey_id, "00004")

    page = await (await visiting()).opens(f"/s/{change.format(other)}")

    assert (page.status, page.h1) == (404, UNKNOWN)
    assert (await (await visiting()).opens(f"/s/{payload}")).status == 200


async def test_a_single_use_link_leads_back_and_is_used_once(site: Web, visiting: Visiting, twice: bool):
    survey_id, _ = await site.survey(design=INVITED)
    payload = await site.case(survey_id)
    first, second = await visiting(twice=twice), await visiting()

    await first.begins(payload)
    await first.answers("Kinh")
    assert (await second.opens(f"/s/{payload}")).asked == ["1"]
    await second.answers("Mạng")
    await second.answers("Hài lòng", "Hài lòng")
    await second.answers("2")
    await second.presses("Gửi phiếu")

    assert second.page.h1 == "Đã gửi phiếu"
    assert [(await browser.opens(f"/s/{payload}")).h1 for browser in (first, second)] == [TAKEN, TAKEN]
    async with site.database.reading() as session:
        case = (await session.scalars(select(Case))).one()
        row = (await session.scalars(select(Response))).one()
    assert (case.disposition, case.status) == ("complete", CaseStatus.CANCELLED)
    assert (row.case_id, row.contact_id, row.mode) == (None, None, Mode.WEB)
    assert await count(site, Participation) == 2


async def test_a_link_counts_as_opened_when_a_button_is_pressed_not_when_a_machine_looks(
    site: Web, visiting: Visiting
):
    survey_id, _ = await site.survey(design=INVITED)
    payload = await site.case(survey_id)
    browser = await visiting()

    async def disposition() -> str:
        async with site.database.reading() as session:
            return (await session.scalars(select(Case.disposition))).one()

    await browser.opens(f"/s/{payload}")
    before = await disposition()
    await browser.presses("Tôi từ 18 tuổi trở lên")

    assert (before, await disposition()) == ("pending", "opened")


async def test_a_case_that_is_answered_in_chat_is_nobody_elses_on_the_web(site: Web, visiting: Visiting):
    survey_id, _ = await site.survey(design=INVITED)
    payload = await site.case(survey_id)
    async with site.database.transaction() as session:
        info = await survey(session, survey_id)
        assert info is not None
        case = (await session.scalars(select(Case))).one()
        contact = (await met(session, ChannelName.TELEGRAM, ["2001"], site.now))["2001"]
        await begin(session, Catalogue(), info, contact.id, "00004", site.now, Origin(case_id=case.id))

    assert (await (await visiting()).opens(f"/s/{payload}")).h1 == UNKNOWN


async def test_deleting_as_somebody_drawn_is_a_refusal(site: Web, visiting: Visiting):
    survey_id, _ = await site.survey(design=INVITED)
    browser = await visiting()
    await browser.begins(await site.case(survey_id))
    await browser.follows("Xoá phiếu này")

    await browser.presses("Xoá hẳn")

    async with site.database.reading() as session:
        assert (await session.scalars(select(Case.disposition))).one() == "refused"


async def test_whoever_is_not_asked_further_is_thanked_and_nothing_is_kept(
    site: Web, visiting: Visiting, twice: bool
):
    survey_id, payload = await site.survey(SCREENED)
    browser = await visiting(twice=twice)
    await browser.begins(payload)

    end = await browser.answers("Chưa")
    assert (end.h1, "Phiếu này chỉ dành cho người đã làm thủ tục." in end.text) == ("Kết thúc sớm", True)
    await browser.follows("Quay lại")
    assert dict(browser.page.filled())["q0"] == "2"
    await browser.answers("Chưa")
    end = await browser.presses("Kết thúc")

    assert end.h1 == (TAKEN if twice else "Phiếu này chỉ dành cho người đã làm thủ tục.")
    assert await statuses(site) == [ResponseStatus.INELIGIBLE]
    async with site.database.reading() as session:
        assert (await counters(session, survey_id)).n == 0


async def test_a_full_quota_turns_away(site: Web, visiting: Visiting, twice: bool):
    quota = Quota("kinh", 1, parse("selected(${nation}, '1')"))
    _, payload = await site.survey(design=Design(quotas=(quota,)))
    first = await visiting()
    await first.begins(payload)
    await through(first)
    await first.presses("Gửi phiếu")
    second = await visiting(twice=twice)
    await second.begins(payload)

    end = await second.answers("Kinh")

    assert end.h1 == TAKEN if twice else end.h1.startswith("Nhóm của ông/bà đã đủ số người trả lời")
    assert await statuses(site) == [ResponseStatus.COMPLETE, ResponseStatus.INELIGIBLE]
    assert (await second.opens(f"/s/{payload}")).h1 == TAKEN


async def test_pressing_agree_many_times_at_once_begins_one_response(site: Web, visiting: Visiting):
    _, payload = await site.survey()
    browser = await visiting()
    await browser.opens(f"/s/{payload}")
    await browser.presses("Tôi từ 18 tuổi trở lên")

    pressed = [("step", "agree"), ("adult", "yes")]
    await asyncio.gather(*(browser.posts(f"/s/{payload}", pressed) for _ in range(8)))

    assert (await count(site, Contact), await count(site, Response)) == (1, 1)


async def test_two_tabs_at_once_lose_no_answer(site: Web, visiting: Visiting):
    """Each tab saves another question: without the lock the later would write back what it read before."""
    browser = await visiting()
    rows = "".join(f'  - {{id: m{n}, text: "Câu {n}?", options: [A, B], group: g{n}}}\n' for n in range(12))
    source = SCREENED.partition("questions:")[0] + "questions:\n" + rows
    _, payload = await site.survey(source.replace("screened", "many"))
    home = (await browser.begins(payload)).path
    for _ in range(12):
        await browser.answers("A")
    for _ in range(3):
        await asyncio.gather(
            *(browser.posts(f"{home}/q/{n}", [("asked", f"{n}"), (f"q{n}", "1")]) for n in range(12))
        )
        await asyncio.gather(
            *(browser.posts(f"{home}/q/{n}", [("asked", f"{n}"), (f"q{n}", "2")]) for n in range(12))
        )
        page = await browser.opens(f"{home}/review")
        assert [tag.text for tag in page.tree.every("dd") if "class" not in tag.attrs] == ["B"] * 12


async def test_sending_many_times_at_once_counts_once(site: Web, visiting: Visiting):
    survey_id, payload = await site.survey()
    browser = await visiting()
    home = (await browser.begins(payload)).path
    await through(browser)

    await asyncio.gather(*(browser.posts(f"{home}/send", []) for _ in range(8)))

    async with site.database.reading() as session:
        assert (await counters(session, survey_id)).n == 1
        assert await session.scalar(select(func.count()).select_from(Participation)) == 1


async def test_sending_what_is_not_finished_leads_back_to_the_question(site: Web, visiting: Visiting):
    _, payload = await site.survey()
    browser = await visiting()
    home = (await browser.begins(payload)).path

    page = await browser.posts(f"{home}/send", [])

    assert (page.asked, await statuses(site)) == (["0"], [ResponseStatus.OPEN])


async def test_declining_is_noted_of_whoever_was_drawn(site: Web, visiting: Visiting, twice: bool):
    survey_id, _ = await site.survey()
    payload = await site.case(survey_id)
    browser = await visiting(twice=twice)
    await browser.opens(f"/s/{payload}")
    await browser.presses("Tôi từ 18 tuổi trở lên")

    end = await browser.presses("Không tham gia")

    assert end.h1.startswith("Đã ghi nhận ông/bà không tham gia.")
    async with site.database.reading() as session:
        assert (await session.scalars(select(Case.disposition))).one() == "refused"
    assert await count(site, Contact) == 0


async def test_somebody_who_declines_after_deleting_has_agreed_before(site: Web, visiting: Visiting):
    survey_id, payload = await site.survey()
    browser = await visiting()
    await browser.begins(payload)
    await browser.follows("Xoá phiếu này")
    await browser.presses("Xoá hẳn")
    await browser.opens(f"/s/{payload}")
    await browser.presses("Tôi từ 18 tuổi trở lên")
    await browser.presses("Không tham gia")

    async with site.database.reading() as session:
        contact = (await session.scalars(select(Contact))).one()
        consent = await consent_of(session, survey_id, contact.id)
    assert consent is not None
    assert (consent.agreed_at is None, consent.declined_at) == (False, None)
