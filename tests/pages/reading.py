"""A browser without scripts or looks: it follows links, fills in forms, keeps cookies, and reads what is there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urljoin

import aiohttp

VOID = {"input", "br", "meta", "link", "img"}


@dataclass
class Tag:
    name: str
    attrs: dict[str, str]
    inside: "list[Tag | str]" = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(" ".join(one if isinstance(one, str) else one.text for one in self.inside).split())

    def every(self, *names: str) -> "list[Tag]":
        found: list[Tag] = []
        for one in self.inside:
            if isinstance(one, Tag):
                found += ([one] if one.name in names else []) + one.every(*names)
        return found


class Tree(HTMLParser):
    """Reads a page and insists that everything opened is closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.root = Tag("", {})
        self.open = [self.root]
        self.feed(html)
        assert [tag.name for tag in self.open] == [""], [tag.name for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), (tag, attrs)
        made = Tag(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(made)
        if tag not in VOID:
            self.open.append(made)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].name == tag, (tag, [one.name for one in self.open])
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


@dataclass
class Page:
    """What came back."""

    status: int
    path: str
    headers: dict[str, str]
    html: str

    @property
    def tree(self) -> Tag:
        return Tree(self.html).root

    @property
    def h1(self) -> str:
        return self.tree.every("h1")[0].text

    @property
    def text(self) -> str:
        return self.tree.every("main")[0].text

    def link(self, text: str) -> str:
        return next(a.attrs["href"] for a in self.tree.every("a") if a.text == text)

    @property
    def form(self) -> Tag:
        """The form in the page's main part."""
        return self.tree.every("main")[0].every("form")[0]

    @property
    def labels(self) -> dict[str, str]:
        return {label.attrs["for"]: label.text for label in self.tree.every("label")}

    def filled(self) -> list[tuple[str, str]]:
        """What the form would send as it stands."""
        sends = []
        for box in self.form.every("input", "textarea", "select"):
            name, kind = box.attrs.get("name", ""), box.attrs.get("type", "")
            if box.name == "textarea":
                sends.append((name, "".join(str(one) for one in box.inside).removeprefix("\n")))
            elif box.name == "select":
                chosen = [one for one in box.every("option") if "selected" in one.attrs] or box.every("option")[:1]
                sends.append((name, chosen[0].attrs.get("value", chosen[0].text)))
            elif kind not in ("radio", "checkbox") or "checked" in box.attrs:
                sends.append((name, box.attrs.get("value", "")))
        return sends

    def options(self, name: str) -> dict[str, str]:
        """Label and value of the buttons of a field."""
        labels = self.labels
        buttons = [box for box in self.form.every("input") if box.attrs.get("type") in ("radio", "checkbox")]
        boxes = [box for box in buttons if box.attrs["name"] == name]
        return {labels[box.attrs["id"]]: box.attrs["value"] for box in boxes}

    @property
    def asked(self) -> list[str]:
        return [value for name, value in self.filled() if name == "asked"]

    @property
    def errors(self) -> list[str]:
        return [tag.text for tag in self.tree.every("p") if tag.attrs.get("class") == "error"]


class Browser:
    """``twice`` posts every form two times, and shows what came back the second time."""

    def __init__(self, home: str, *, twice: bool = False) -> None:
        self.home, self.twice = home, twice
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self.page = Page(0, "", {}, "")

    async def close(self) -> None:
        await self.http.close()

    async def _asks(self, method: str, path: str, **more: Any) -> Page:
        async with self.http.request(method, urljoin(self.home, path), **more) as answer:
            found = Page(answer.status, answer.url.path, dict(answer.headers), await answer.text())
        return found

    async def opens(self, path: str) -> Page:
        self.page = await self._asks("GET", path)
        return self.page

    async def posts(self, path: str, fields: Sequence[tuple[str, str]], **headers: str) -> Page:
        more = {
            "data": urlencode(fields).encode(),
            "headers": {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
            | {name.replace("_", "-"): value for name, value in headers.items()},
        }  # fmt: skip
        for _ in range(1 + self.twice):
            self.page = await self._asks("POST", path, **more)
        return self.page

    async def presses(self, text: str) -> Page:
        """A button that sends its own value."""
        form = next(f for f in self.page.tree.every("form") if any(b.text == text for b in f.every("button")))
        button = next(b for b in form.every("button") if b.text == text)
        hidden = [(b.attrs["name"], b.attrs["value"]) for b in form.every("input")]
        own = [(button.attrs["name"], button.attrs["value"])] if "name" in button.attrs else []
        return await self.posts(form.attrs["action"], hidden + own)

    async def answers(self, *chosen: str | dict[str, str]) -> Page:
        """Fill in the page: for each question on it the label of an option, or a mapping of fields to values."""
        page, sends = self.page, dict[str, list[str]]()
        for name, value in page.filled():
            sends.setdefault(name, []).append(value)
        for number, one in zip(page.asked, chosen, strict=False):
            name = f"q{number}"
            if isinstance(one, dict):
                sends |= {name + suffix: [value] for suffix, value in one.items()}
            elif options := page.options(name):
                sends[name] = [options[label.strip()] for label in one.split(";") if label.strip()]
            else:
                sends[name] = [one]
        fields = [(name, value) for name, values in sends.items() for value in values]
        return await self.posts(page.form.attrs["action"], fields)

    async def uploads(self, content: bytes, name: str = "anh.jpg", **fields: str) -> Page:
        """Send the page with a file in its box for one, and other fields as told."""
        for _ in range(1 + self.twice):
            form = aiohttp.FormData(quote_fields=False)  # as browsers do
            for field_name, value in {**dict(self.page.filled()), **fields}.items():
                inputs = self.page.form.every("input")
                box = next((b for b in inputs if b.attrs.get("name") == field_name), None)
                if box is not None and box.attrs.get("type") == "file":
                    assert self.page.form.attrs["enctype"] == "multipart/form-data"
                    form.add_field(field_name, content, filename=name, content_type="image/jpeg")
                else:
                    form.add_field(field_name, value)
            headers = {"Sec-Fetch-Site": "same-origin"}
            page = await self._asks("POST", self.page.form.attrs["action"], data=form, headers=headers)
        self.page = page
        return page

    async def follows(self, text: str) -> Page:
        return await self.opens(self.page.link(text))

    async def begins(self, payload: str) -> Page:
        await self.opens(f"/s/{payload}")
        await self.presses("Tôi từ 18 tuổi trở lên")
        return await self.presses("Đồng ý và bắt đầu trả lời")
