"""Every kind of question on the web: how it is asked, what is taken, what is said of the rest, and other languages."""

from datetime import date

import pytest
from sqlalchemy import select

from storage.files import keep_file
from storage.responses import texts_of
from storage.tables import Contact, Response
from surveys.answers import INAPPLICABLE, SKIPPED, UNKNOWN, Picked, Place, Ranked
from surveys.catalogue import Catalogue
from surveys.journey import Answer
from surveys.packing import unpack
from tests.pages.conftest import Visiting, Web
from tests.pages.reading import Browser

HEAD = """
key: kinds
title: Phiếu
intro: Mời trả lời.
consent: {version: "1", text: Xin đồng ý.}
thanks: Xin cảm ơn!
questions:
"""
ONE = '{id: a, text: "Chọn?", options: [Có, Không]'
NUMBER = '{id: a, kind: number, text: "Mấy?", max: 500'
TAKEN: list[tuple[str, str | dict[str, str], Answer]] = [
    (ONE + "}", "Không", 2),
    (ONE + ", dont_know: true}", "Không biết", UNKNOWN),
    (ONE + ", not_applicable: true}", "Không áp dụng", INAPPLICABLE),
    (ONE + ", optional: true}", "Bỏ qua", SKIPPED),
    (ONE + ", optional: true, sensitive: true}", "Không trả lời", SKIPPED),
    ('{id: a, kind: several, text: "Chọn?", options: [A, B, C]}', "A;C", Picked(frozenset({1, 3}))),
    ('{id: a, kind: several, text: "Chọn?", options: [A, B], optional: true}', "", SKIPPED),
    ('{id: a, kind: several, text: "Chọn?", options: [A, B], dont_know: true}', {"-n": "k"}, UNKNOWN),
    ('{id: a, kind: rank, text: "Xếp?", options: [A, B, C]}', {"-1": "2", "-2": "3", "-3": "1"}, Ranked((3, 1, 2))),
    (NUMBER + "}", "120", 120),
    (NUMBER + ", min: 0, max: 5}", "5", 5),
    ('{id: a, kind: number, text: "Mấy?", max: 90000}', "1.234", 1234),
    (NUMBER + ", optional: true}", "", SKIPPED),
    (NUMBER + ", dont_know: true}", {"-n": "k"}, UNKNOWN),
    ('{id: a, kind: decimal, text: "Bao nhiêu?"}', "1,5", 1.5),
    ('{id: a, kind: decimal, text: "Bao nhiêu?", max: 900000}', "150.000", 150000.0),
    ('{id: a, kind: date, text: "Ngày nào?"}', "20/11/2026", date(2026, 11, 20).toordinal()),
    ('{id: a, kind: time, text: "Mấy giờ?"}', "8h30", 510),
    ('{id: a, kind: text, text: "Vì sao?"}', " Chờ\r\nlâu\x00 ", "Chờ\nlâu"),
    ('{id: a, kind: text, text: "Vì sao?", optional: true}', "", SKIPPED),
    ('{id: a, kind: place, text: "Ở đâu?"}', {"-y": "21,0285", "-x": "105.8542"}, Place(21.0285, 105.8542)),
    ('{id: a, kind: place, text: "Ở đâu?", optional: true}', {}, SKIPPED),
    ('{id: a, kind: file, text: "Ảnh?", accepts: image, optional: true}', {}, SKIPPED),
    ('{id: a, kind: note, text: "Xin đọc."}', {}, 1),
]  # fmt: skip
REFUSED: list[tuple[str, str | dict[str, str], str]] = [
    (ONE + "}", {}, "Câu này cần có câu trả lời."),
    (ONE + "}", {"": "3"}, "Chưa đúng phương án nào, mời ông/bà chọn lại."),
    (ONE + "}", {"": "k"}, "Câu này cần có câu trả lời."),
    ('{id: a, kind: several, text: "Chọn?", options: [A, B]}', {}, "Mời ông/bà chọn ít nhất một phương án."),
    ('{id: a, kind: several, text: "Chọn?", options: [A, B]}', {"": "9"}, "Chưa đúng phương án nào, mời ông/bà chọn lại."),
    ('{id: a, kind: rank, text: "Xếp?", options: [A, B]}', {"-1": "1"}, "Mời ông/bà xếp thứ tự hết các phương án."),
    ('{id: a, kind: rank, text: "Xếp?", options: [A, B]}', {"-1": "1", "-2": "1"}, "Có hai phương án cùng thứ hạng. Mỗi thứ hạng chỉ dùng một lần."),
    (NUMBER + "}", "501", "Số này nằm ngoài khoảng cho phép."),
    (NUMBER + "}", "nhiều", "Xin nhập một số, ví dụ: 3."),
    (NUMBER + ", dont_know: true}", {"": "3", "-n": "k"}, "Ông/bà vừa ghi câu trả lời, vừa chọn không trả lời. Xin giữ một trong hai."),
    ('{id: a, kind: decimal, text: "Bao nhiêu?"}', "1,5,0", "Xin nhập một số, ví dụ: 3."),
    ('{id: a, kind: date, text: "Ngày nào?"}', "31/2/2026", "Xin nhập ngày theo dạng ngày/tháng/năm, ví dụ: 26/11/2026."),
    ('{id: a, kind: date, text: "Ngày nào?", constraint: ". <= today()", constraint_said: "Ngày chưa tới."}', "24/11/2026", "Ngày chưa tới."),
    ('{id: a, kind: time, text: "Mấy giờ?"}', "25:00", "Xin nhập giờ theo dạng giờ:phút, ví dụ: 8:30."),
    ('{id: a, kind: text, text: "Vì sao?", limit: 5}', "Chờ lâu", "Câu trả lời dài quá giới hạn, xin rút gọn."),
    ('{id: a, kind: place, text: "Ở đâu?"}', {"-y": "21"}, "Xin ghi đủ vĩ độ và kinh độ bằng số, ví dụ 21,02850 và 105,85420."),
    ('{id: a, kind: place, text: "Ở đâu?"}', {"-y": "91", "-x": "1"}, "Xin ghi đủ vĩ độ và kinh độ bằng số, ví dụ 21,02850 và 105,85420."),
    ('{id: a, kind: file, text: "Ảnh?", accepts: image}', {}, "Câu này cần có câu trả lời."),
]  # fmt: skip


@pytest.fixture
async def browser(visiting: Visiting) -> Browser:
    return await visiting()


async def kept(site: Web) -> dict[str, Answer]:
    async with site.database.reading() as session:
        row = (await session.scalars(select(Response))).one()
        form = await Catalogue().get(session, 1)
        return unpack(form, row.answers, await texts_of(session, row.id))


@pytest.mark.parametrize(("question", "said", "answer"), TAKEN, ids=[f"{q[6:24]}={a}" for q, _, a in TAKEN])
async def test_an_answer_is_taken_and_stands_there_again(site: Web, browser: Browser, question, said, answer):
    _, payload = await site.survey(HEAD + "  - " + question)
    await browser.begins(payload)

    end = await browser.answers(said)

    assert end.h1 == "Đã trả lời xong", end.errors
    assert await kept(site) == {"a": answer}
    await browser.follows("Quay lại")
    await browser.answers(*([] if isinstance(said, dict) or said else [said]))
    assert await kept(site) == {"a": answer}


@pytest.mark.parametrize(("question", "said", "sentence"), REFUSED)
async def test_what_cannot_be_taken_is_said_beside_it(site: Web, browser: Browser, question, said, sentence):
    _, payload = await site.survey(HEAD + "  - " + question)
    await browser.begins(payload)

    page = await browser.answers(said)

    assert page.errors == [f"Chưa được: {sentence}"]
    assert await kept(site) == {}
    if isinstance(said, str):
        assert dict(page.filled())["q0"] == said


LISTED = """
  - {id: province, text: "Tỉnh?", options: [{code: "01", label: Hà Nội}, {code: "48", label: Đà Nẵng}]}
  - id: commune
    text: "Xã?"
    filter: "province = ${province}"
    options:
      - {code: a, label: Ba Đình, province: "01"}
      - {code: b, label: Ngọc Hà, province: "01"}
      - {code: c, label: Hải Châu, province: "48"}
"""


async def test_only_the_options_on_offer_are_shown_and_taken(site: Web, browser: Browser):
    _, payload = await site.survey(HEAD + LISTED)
    await browser.begins(payload)

    page = await browser.answers("Hà Nội")

    assert page.options("q1") == {"Ba Đình": "1", "Ngọc Hà": "2"}
    assert (await browser.answers({"": "3"})).errors == ["Chưa được: Chưa đúng phương án nào, mời ông/bà chọn lại."]


async def test_a_long_list_is_a_box_to_choose_from(site: Web, browser: Browser):
    options = ", ".join(f"Nơi {n}" for n in range(1, 41))
    _, payload = await site.survey(HEAD + f'  - {{id: a, text: "Nơi nào?", options: [{options}], optional: true}}')
    page = await browser.begins(payload)
    assert len(page.form.every("select")[0].every("option")) == 42

    await browser.answers("40")

    assert await kept(site) == {"a": 40}


async def test_a_conditional_matrix_is_one_page_of_at_most_ten_rows(site: Web, browser: Browser):
    rows = "".join(f"\n      - {{id: r{n}, text: Dòng {n}}}" for n in range(1, 13))
    matrix = f"""
  - {ONE}}}
  - id: m
    kind: matrix
    text: "Mức nào?"
    ask_if: {{a: [1]}}
    options: [Tốt, Kém]
    dont_know: true
    rows:{rows}"""
    _, payload = await site.survey(HEAD + matrix)
    await browser.begins(payload)

    first = await browser.answers("Có")
    second = await browser.answers(*["Tốt"] * 5, "Không biết")

    assert [page.asked for page in (first, second)] == [[str(n) for n in range(1, 7)], [str(n) for n in range(7, 13)]]
    assert (await kept(site))["r6"] is UNKNOWN


SPOKEN = """
key: spoken
languages: [en]
title: {vi: Phiếu, en: Form}
intro: {vi: Mời trả lời., en: Please answer.}
consent: {version: "1", text: {vi: Xin đồng ý., en: Please agree.}}
thanks: {vi: Xin cảm ơn!, en: Thanks!}
questions:
  - {id: a, text: {vi: "Chọn?", en: "Choose?"}, options: [{code: y, label: {vi: Có, en: "Yes"}}, {code: n, label: {vi: Không, en: "No"}}]}
  - {id: b, text: {vi: "Nữa?", en: "More?"}, kind: text, optional: true}
"""


async def test_another_language_is_spoken_before_and_while_answering(site: Web, browser: Browser):
    _, payload = await site.survey(SPOKEN)
    await browser.opens(f"/s/{payload}")
    page = await browser.follows("English")
    assert (page.h1, page.tree.every("html")[0].attrs["lang"]) == ("Form", "en")
    await browser.presses("I am 18 or older")
    page = await browser.presses("I agree, let us start")
    assert (page.h1, page.labels["progress"]) == ("Choose?", "Question 1/2")
    await browser.answers("Yes")

    page = await browser.presses("Tiếng Việt")

    assert (page.h1, page.tree.every("html")[0].attrs["lang"]) == ("Nữa?", "vi")
    assert await kept(site) == {"a": 1}
    async with site.database.reading() as session:
        assert (await session.scalars(select(Contact.language))).one() == "vi"
        assert (await session.scalars(select(Response.language))).one() == "en"


async def test_a_language_that_loa_does_not_speak_is_marked_as_what_it_is(site: Web, browser: Browser):
    _, payload = await site.survey(SPOKEN.replace("en:", "km:").replace("[en]", "[km]"))
    await browser.opens(f"/s/{payload}")

    page = await browser.follows("ភាសាខ្មែរ")

    assert page.tree.every("html")[0].attrs["lang"] == "vi"
    assert (page.h1, page.tree.every("h1")[0].attrs["lang"]) == ("Form", "km")


async def test_what_people_write_is_never_markup(site: Web, browser: Browser):
    _, payload = await site.survey(HEAD + '  - {id: a, kind: text, text: "<b>Vì sao</b>?"}')
    await browser.begins(payload)
    await browser.answers('</textarea><script>alert("x")</script>')

    page = await browser.follows("Xem lại, sửa câu trả lời")

    assert page.tree.every("script", "b") == []
    assert '</textarea><script>alert("x")</script>' in page.text


async def test_the_picture_of_a_question_is_shown_to_whoever_answers_it(site: Web, browser: Browser):
    async with site.database.transaction() as session:
        sha256 = await keep_file(session, b"\x89PNG", site.now)
    _, payload = await site.survey(
        HEAD + f'  - {{id: a, text: "Chọn?", options: [A, B], image: "{sha256} image/png x.png"}}'
    )
    page = await browser.begins(payload)
    source = page.tree.every("img")[0].attrs["src"]

    async with browser.http.get(site.home + source) as answer:
        assert (answer.status, answer.content_type, await answer.read()) == (200, "image/png", b"\x89PNG")
    for other in ("0x", "1", "99"):
        assert (await browser.opens(source[:-1] + other)).status == 404
