"""Saved web pages: the article told from the furniture around it (menus, counters, tools, related news). Pure.

Every line that is cut is reported with what it was taken for, so that a person can object.
"""

import re
from collections.abc import Iterator
from datetime import date

from broadcasts.article import BULLET, Article, BadArticle, Cut, blocks, clean, dateline
from storage.geography import plain

END = re.compile(
    r"(tin (bai )?lien quan|(cac|nhung) tin (khac|moi hon|cu hon)|tin khac|tin video|bai viet (lien quan|khac)"
    r"|thong ke truy cap)$|(tong so diem cua bai viet|click de danh gia)\b"
)
"""What stands below an article (it and all after it go), or above it (all so far goes)."""
LONG_LINE = 120
"""Only after a line of this length, the headline apart, can an article end; before, a marker belongs to what stands
above it."""
GLUED_END = re.compile(r"(?<=[a-zà-ỹ.])(Tin liên quan|Các tin khác|Tin khác|Tin Video|Tin bài liên quan)\s*$")
TOOLS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("page tools", re.compile(r"^(xem voi co chu|inverts|in trang|chia se|gui email|a- a a\+|t t)\b.{0,40}$")),
    ("view counter", re.compile(r"^.{0,3}(luot (xem|truy cap)|so lan xem)\b.{0,30}$")),
    ("visitor counter", re.compile(r"^(dang truy cap|hom nay|thang hien tai|khach online)\W*[\d.,]+$")),
    ("a bare number", re.compile(r"^[\d.,]+$")),
    ("a site's name", re.compile(r"^(www\.)?[a-z0-9-]+(\.[a-z0-9-]+)*\.(vn|com|net|org)$")),
    ("a file's name", re.compile(r"^\S*(%[0-9a-f]{2}){2,}\S*.*$|^\S+\.(jpe?g|png|gif)$")),
    ("a link", re.compile(r"^https?://\S+$")),
    ("session notice", re.compile(r"^ban da khong su dung site\b.*")),
    ("only signs", re.compile(r"^[\W_]*$")),
)  # fmt: skip
CREDIT = re.compile(r"^(tac gia|nguon( bai viet)?|tin anh|anh|theo)\s*:\s*(?P<who>.*)$")
CAPTION = re.compile(r"^.{5,160}\.\s*(Ảnh|ảnh)\s*:\s*\S.{0,40}$")
GALLERY = re.compile(r"^mot so hinh anh\b.*")
SOURCE_LABEL = re.compile(r"^nguon( bai viet)?\s*:\s*$")
SIGNATURE = re.compile(r"^(van phong|phong|pho truong phong|truong phong|so|ban|uy ban)\b[^.]{0,60}$")
UPPER, LOWER = (
    "".join(c for c in map(chr, range(0xC0, 0x1EFA)) if wanted(c)) for wanted in (str.isupper, str.islower)
)
NAME = re.compile(rf"^([A-Z{UPPER}][a-z{LOWER}]*\s?){{2,5}}$")
HEADLINE_LIMIT = 300


def article(text: str) -> Article:
    """The article in the text of a saved page: its first proper line is the headline. BadArticle if there is none."""
    cuts: list[Cut] = []
    kept: list[tuple[int, str]] = []
    state = _State()
    for number, line in _lines(text):
        why = state.why_cut(line)
        if why == ABOVE:
            cuts += [Cut(n, above, why) for n, above in kept]
            kept.clear()
        if why:
            cuts.append(Cut(number, line, why))
        else:
            kept.append((number, line))
    if not kept:
        raise BadArticle("nothing is left after the page's furniture was cut away")
    headline, *lines = [line for _, line in kept]
    if len(headline) > HEADLINE_LIMIT:
        raise BadArticle(f"its first line has {len(headline)} characters; put the headline on a line of its own")
    if not lines:
        raise BadArticle("there is a headline but no text below it")
    return Article(headline, blocks(lines), state.dated, state.source, tuple(cuts))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Numbered lines that hold something; an end marker glued to a line comes as a line of its own."""
    for number, raw in enumerate(clean(text).splitlines(), 1):
        line = raw.strip(" |\t")
        if glued := GLUED_END.search(line):
            yield number, line[: glued.start()].strip()
            line = glued[1]
        if line:
            yield number, line


ABOVE = "above the article"


class _State:
    """What the lines so far have told."""

    def __init__(self) -> None:
        self.ended = ""
        self.gallery = self.expects_source = False
        self.dated: date | None = None
        self.source = ""
        self.kept = self.kept_long = 0

    def why_cut(self, line: str) -> str:
        """What the line is taken for; '' if it belongs to the article."""
        said = plain(BULLET.sub("", line))
        why = self._why(line, said)
        self.kept = 0 if why == ABOVE else self.kept + (not why)
        self.kept_long += not why and self.kept > 1 and len(line) >= LONG_LINE
        return why

    def _why(self, line: str, said: str) -> str:
        if self.ended:
            return f"below “{self.ended}”"
        if END.match(said):
            if not self.kept_long:
                return ABOVE
            self.ended = line
            return "end of the article"
        if self.dated is None and not self.kept_long and (found := dateline(line)):
            self.dated = found
            return "date"
        if self.expects_source and line.startswith("http"):
            self.source, self.expects_source = line, False
            return "source"
        if SOURCE_LABEL.match(said):
            self.expects_source = True
            return "source"
        for why, pattern in TOOLS:
            if pattern.match(said):
                return why
        return self._credit(line, said)

    def _credit(self, line: str, said: str) -> str:
        if CREDIT.match(said) and len(line) < 80:
            self.source = self.source or line.partition(":")[2].strip()
            return "credit"
        if GALLERY.match(said):
            self.gallery = True
            return "picture gallery"
        if CAPTION.match(line) or (self.gallery and len(line) < 120):
            return "caption of a picture"
        if self.kept_long and (SIGNATURE.match(said) or NAME.match(line)) and len(line) < 70:
            self.source = self.source or line
            return "signature"
        return ""
