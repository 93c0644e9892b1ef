"""Files as answers on the web: looked at, kept with the answer, replaced and erased with it."""

import pytest
from sqlalchemy import select

from pages.uploads import LARGEST_FILE
from storage.tables import ResponseText, Upload
from tests.pages.conftest import Visiting, Web
from tests.pages.reading import Browser
from tests.pages.test_kinds import HEAD

ASKED = '  - {id: a, kind: file, text: "Ảnh chụp biển báo?", accepts: image}\n'
JPEG, PNG = b"\xff\xd8\xff\xe0" + bytes(5000), b"\x89PNG\r\n\x1a\n" + bytes(3000)


@pytest.fixture
async def browser(visiting: Visiting, twice: bool) -> Browser:
    return await visiting(twice=twice)


async def kept(site: Web) -> list[tuple[str, bytes]]:
    async with site.database.reading() as session:
        return [(row.name, row.content) for row in await session.scalars(select(Upload))]


async def test_a_picture_is_kept_with_the_response_and_sent(site: Web, browser: Browser):
    _, payload = await site.survey(HEAD + ASKED)
    page = await browser.begins(payload)
    assert "Xin chọn hoặc chụp một ảnh, nhiều nhất 10 MB." in page.text

    end = await browser.uploads(JPEG, "thư mục/biển báo.jpg")

    assert end.h1 == "Đã trả lời xong", end.errors
    assert await kept(site) == [("biển báo.jpg", JPEG)]
    await browser.presses("Gửi phiếu")
    assert await kept(site) == [("biển báo.jpg", JPEG)]


async def test_a_picture_stays_unless_another_takes_its_place(site: Web, browser: Browser):
    _, payload = await site.survey(HEAD + ASKED)
    await browser.begins(payload)
    await browser.uploads(JPEG, "mot.jpg")

    page = await browser.follows("Quay lại")
    assert "Đã có tệp: mot.jpg." in page.text
    await browser.uploads(b"")
    assert await kept(site) == [("mot.jpg", JPEG)]

    await browser.follows("Quay lại")
    await browser.uploads(PNG, "hai.png")
    assert await kept(site) == [("hai.png", PNG)]


@pytest.mark.parametrize(
    ("content", "fields", "sentence"),
    [
        (b"", {}, "Câu này cần có câu trả lời."),
        (b"MZ\x90\x00", {}, "Tệp này không phải là ảnh. Xin chọn một ảnh JPEG, PNG, WebP hoặc HEIC."),
    ],
)
async def test_what_is_no_picture_is_not_taken(
    site: Web, browser: Browser, content, fields: dict[str, str], sentence
):
    _, payload = await site.survey(HEAD + ASKED)
    await browser.begins(payload)

    page = await browser.uploads(content, **fields)

    assert page.errors == [f"Chưa được: {sentence}"]
    assert await kept(site) == []


async def test_a_file_that_is_only_claimed_is_no_answer(site: Web, browser: Browser):
    _, payload = await site.survey(HEAD + ASKED)
    page = await browser.begins(payload)

    claimed = await browser.posts(page.form.attrs["action"], [("asked", "0"), ("q0", "web 0123456789abcdef a.jpg")])

    assert claimed.errors == ["Chưa được: Câu này cần có câu trả lời."]


async def test_a_file_that_is_too_large_is_refused_and_nothing_is_lost(site: Web, browser: Browser):
    _, payload = await site.survey(HEAD + ASKED)
    await browser.begins(payload)
    before = browser.page

    page = await browser.uploads(JPEG + bytes(LARGEST_FILE))

    assert page.status == 413
    assert await kept(site) == []
    browser.page = before
    assert (await browser.uploads(PNG)).h1 == "Đã trả lời xong"


async def test_deleting_the_answers_erases_the_file(site: Web, browser: Browser):
    _, payload = await site.survey(HEAD + ASKED)
    await browser.begins(payload)
    await browser.uploads(JPEG)
    await browser.follows("Quay lại")
    await browser.follows("Xoá phiếu này")

    await browser.presses("Xoá hẳn")

    assert await kept(site) == []


async def test_a_file_goes_with_an_answer_that_is_not_on_the_path_any_more(site: Web, browser: Browser):
    first = '  - {id: b, text: "Có ảnh không?", options: [Có, Không]}\n'
    _, payload = await site.survey(HEAD + first + ASKED.replace("image}", "image, ask_if: {b: [1]}}"))
    await browser.begins(payload)
    await browser.answers("Có")
    await browser.uploads(JPEG)
    await browser.follows("Quay lại")
    await browser.follows("Quay lại")

    await browser.answers("Không")

    assert await kept(site) == []
    async with site.database.reading() as session:
        assert list(await session.scalars(select(ResponseText))) == []
