"""What protects the pages: headers everywhere, posts from our own pages only, bounded forms, silence in the log."""

import logging
from collections.abc import AsyncIterator
from datetime import datetime
from http.cookies import SimpleCookie
from pathlib import Path

import pytest

from pages.rendering import STYLE_PATH
from storage.database import Database
from storage.tables import Consent, Response
from tests.pages.conftest import Visiting, Web, serving
from tests.pages.reading import Browser
from tests.pages.test_survey_form import count

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def protected(headers: object) -> dict[str, str]:
    names = ("Content-Security-Policy", "Referrer-Policy", "X-Robots-Tag", "Cache-Control", "X-Content-Type-Options")
    return {name: headers.get(name, "") for name in names}  # type: ignore[attr-defined]


async def test_every_answer_has_the_headers(site: Web, visiting: Visiting):
    _, payload = await site.survey()
    browser = await visiting()
    home = (await browser.begins(payload)).path
    asks = [
        ("GET", f"/s/{payload}", 303), ("GET", home, 200), ("GET", "/s/r/" + "x" * 22, 404), ("GET", "/s/", 404),
        ("GET", "/s/nothing", 404), ("PUT", home, 405), ("POST", home, 400), ("GET", f"{home}/nothing", 404),
    ]  # fmt: skip
    wanted = {
        "Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex",
        "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
    }  # fmt: skip
    for method, path, status in asks:
        async with browser.http.request(method, site.home + path, allow_redirects=False) as answer:
            assert (method, path, answer.status) == (method, path, status)
            assert protected(answer.headers) == wanted
    async with browser.http.get(site.home + STYLE_PATH) as answer:
        kept = {"Cache-Control": "public, max-age=31536000, immutable"}
        assert (answer.status, protected(answer.headers)) == (200, wanted | kept)


@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Origin": "null"}, True),
        ({"Origin": "{home}"}, True),
        ({}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "null"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "{home}"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": "https://elsewhere.example"}, False),
        ({"Origin": "{home}.elsewhere.example"}, False),
    ],
)
async def test_only_our_own_pages_may_post(site: Web, visiting: Visiting, headers: dict[str, str], taken: bool):
    _, payload = await site.survey()
    browser = await visiting()
    home = (await browser.begins(payload)).path
    said = FORM | {name: value.format(home=site.home) for name, value in headers.items()}

    async with browser.http.post(site.home + home, data=b"asked=0&q0=1", headers=said) as answer:
        assert answer.status == (200 if taken else 403)

    assert (await browser.opens(home)).asked == (["1"] if taken else ["0"])


async def test_a_form_is_bounded(site: Web, visiting: Visiting):
    _, payload = await site.survey()
    browser = await visiting()
    home = (await browser.begins(payload)).path
    long, many = b"asked=0&q0=" + b"1" * 300_000, b"&".join(b"a=1" for _ in range(1001))

    async def status(body: bytes | AsyncIterator[bytes], kind: str = FORM["Content-Type"]) -> int:
        async with browser.http.post(site.home + home, data=body, headers={"Content-Type": kind}) as answer:
            return answer.status

    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(long), 50_000):
            yield long[at : at + 50_000]

    assert await status(long) == 413
    assert await status(pieces()) == 413
    assert await status(many) == 400
    assert await status(b"\xff=\xff") == 400
    assert await status(b"asked=0&q0=1", "text/plain") == 400


@pytest.mark.parametrize("path", ["r/{}", "r/{}/review", "r/{}/pause", "r/{}/delete", "r/{}/sent", "r/{}/q/0"])
@pytest.mark.parametrize("token", ["x" * 22, "x", "x" * 65, "%00" * 22, "%C3%A1" * 22, "%FF" * 22])
async def test_the_token_of_nobody_opens_nothing(site: Web, visiting: Visiting, path: str, token: str):
    page = await (await visiting()).opens("/s/" + path.format(token))

    assert (page.status, page.h1) == (404, "Không tìm thấy trang này. Xin kiểm tra lại đường dẫn.")


async def test_the_cookie_is_for_the_survey_alone_and_out_of_reach_of_scripts(site: Web, visiting: Visiting):
    survey_id, payload = await site.survey()
    browser = await visiting()

    async def cookie(**headers: str) -> SimpleCookie:
        async with browser.http.post(
            f"{site.home}/s/{payload}", data=b"step=adult", headers=FORM | headers, allow_redirects=False
        ) as answer:
            return SimpleCookie(answer.headers["Set-Cookie"])

    plain, proxied = await cookie(), await cookie(**{"X-Forwarded-Proto": "https"})
    assert list(plain) == [f"loa-{survey_id}"]
    about = [one[f"loa-{survey_id}"] for one in (plain, proxied)]
    assert [(one["httponly"], one["samesite"], one["path"], one["secure"]) for one in about] == [
        (True, "Lax", "/s", ""), (True, "Lax", "/s", True),
    ]  # fmt: skip


async def test_a_cookie_that_is_not_ours_is_not_used(site: Web, visiting: Visiting):
    survey_id, payload = await site.survey()
    browser = await visiting()
    browser.http.cookie_jar.update_cookies({f"loa-{survey_id}": "short"})

    page = await browser.begins(payload)

    assert len(page.path.removeprefix("/s/r/")) == 22


async def test_the_public_address_stands_in_the_link_to_keep(database: Database, now: datetime):
    async with serving(database, now, home="https://khaosat.example.vn") as site:
        _, payload = await site.survey()
        browser = Browser(site.home)
        page = await browser.begins(payload)
        async with browser.http.post(
            site.home + page.path, data=b"asked=0&q0=1", headers=FORM | {"Origin": "https://khaosat.example.vn"}
        ) as answer:
            assert answer.status == 200
        await browser.close()

    assert page.tree.every("textarea")[0].text == f"https://khaosat.example.vn{page.path}"


async def test_no_page_has_a_query_or_leads_elsewhere(site: Web, visiting: Visiting):
    _, payload = await site.survey()
    browser = await visiting()
    pages = [await browser.opens(f"/s/{payload}"), await browser.begins(payload), await browser.answers("Kinh")]
    home = pages[1].path
    pages += [await browser.opens(f"{home}/{way}") for way in ("review", "pause", "delete")]
    for page in pages:
        for tag in page.tree.every("a", "form", "link", "img"):
            target = next(tag.attrs[name] for name in ("href", "action", "src") if name in tag.attrs)
            assert "?" not in target
            assert target.removeprefix(site.home).startswith(("/s/", "#", "data:,"))
        assert page.tree.every("script", "style") == []
        assert not any("style" in tag.attrs for tag in page.tree.every("div", "p", "form", "button", "input"))


async def test_a_failure_is_said_neutrally_and_logged_without_the_person(
    tmp_path: Path, now: datetime, caplog: pytest.LogCaptureFixture
):
    """The file has no tables, so every page fails."""
    empty = Database(f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}")
    caplog.set_level(logging.DEBUG)
    async with serving(empty, now) as site:
        browser = Browser(site.home)
        page = await browser.posts("/s/r/" + "s3cret" * 4, [("asked", "0"), ("q0", "câu trả lời")])
        await browser.close()
    await empty.close()

    assert (page.status, page.h1.startswith("Xin lỗi, hệ thống vừa gặp trục trặc.")) == (500, True)
    said = [record for record in caplog.records if record.name == "pages.security"]
    assert [record.getMessage() for record in said] == ["a page failed"]
    assert not any("s3cret" in text or "câu trả lời" in text for text in (caplog.text, page.html))


async def test_nothing_of_a_person_is_logged(site: Web, visiting: Visiting, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    _, payload = await site.survey()
    browser = await visiting()
    token = (await browser.begins(payload)).path.removeprefix("/s/r/")
    await browser.answers("Kinh")

    ours = [record.getMessage() for record in caplog.records if record.name.startswith(("pages", "bot", "aiohttp"))]
    assert not any(token in text or payload in text for text in ours)


async def test_agreeing_from_elsewhere_begins_nothing(site: Web, visiting: Visiting):
    _, payload = await site.survey()
    browser = await visiting()

    page = await browser.posts(f"/s/{payload}", [("step", "agree"), ("adult", "yes")], Sec_Fetch_Site="cross-site")

    assert page.status == 403
    assert (await count(site, Consent), await count(site, Response)) == (0, 0)
