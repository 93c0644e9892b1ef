"""Who is meant (đối tượng nhận): an expression as editors write it, as a condition. Pure.

``all`` · ``level=commune`` · ``province=01,Đà Nẵng and not level=central`` · ``(unit="Sở Nội vụ" or area=TTHC)``.
Vietnamese words do as well: ``tất cả``, ``cấp=xã``, ``tỉnh=Hà Nội và không cấp=trung ương``.
"""

import re
from collections.abc import Callable

from broadcasts.areas import area_called, mask
from storage.conditions import Both, Condition, Either, Everyone, Interested, Is, Not
from storage.enums import Level
from storage.geography import commune_called, plain, province_called

WORDS = {"tat ca": "all", "moi nguoi": "all", "va": "and", "hoac": "or", "khong": "not", "tru": "not"}
JOINING = {"and", "or", "not", "va", "hoac", "khong", "tru"}
FIELDS = {
    "level": "level", "cap": "level",
    "province": "province", "tinh": "province", "thanh pho": "province",
    "commune": "commune", "xa": "commune", "phuong": "commune",
    "unit": "unit", "don vi": "unit", "co quan": "unit",
    "area": "area", "linh vuc": "area",
    "person": "person", "nguoi": "person",
}  # fmt: skip
LEVELS = {
    "central": Level.CENTRAL, "trung uong": Level.CENTRAL,
    "province": Level.PROVINCE, "provincial": Level.PROVINCE, "tinh": Level.PROVINCE, "cap tinh": Level.PROVINCE,
    "commune": Level.COMMUNE, "xa": Level.COMMUNE, "phuong": Level.COMMUNE, "cap xa": Level.COMMUNE,
}  # fmt: skip
MOST_JOINED = 50
"""So many brackets and joining words at most: each is one step deeper, here and in the database."""
TOKEN = re.compile(r'\s*(?:(\()|(\))|(=)|(,)|"([^"]*)"|([^\s()=,"]+))')


class BadAudience(ValueError):
    """The expression cannot be read; the message shows where and what to write."""


class _Reader:
    """Recursive descent over words; a run of plain words is one word ('Hà Nội')."""

    def __init__(self, said: str) -> None:
        if said.count('"') % 2:
            raise BadAudience("a '\"' in the audience is never closed")
        self._tokens: list[tuple[str, str]] = []
        for match in TOKEN.finditer(said):
            mark = next((sign for sign in match.groups()[:4] if sign), "")
            word = match[5] if match[5] is not None else match[6]
            self._tokens.append((mark or "word", word or mark))
        if sum(mark == "(" or plain(word) in JOINING for mark, word in self._tokens) > MOST_JOINED:
            raise BadAudience(f"the audience joins more than {MOST_JOINED} conditions; list values with ',' instead")
        self._at = 0

    def peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def take(self) -> tuple[str, str]:
        token = self.peek()
        self._at += 1
        return token

    def keyword(self) -> str:
        """The operator or 'all' that stands next, in one word or in two, else ''."""
        for length in (2, 1):
            words = [w for kind, w in self._tokens[self._at : self._at + length] if kind == "word"]
            said = plain(" ".join(words)) if len(words) == length else ""
            known = WORDS.get(said, said)
            follows = self._tokens[self._at + length : self._at + length + 1]
            if known in {"and", "or", "not", "all"} and not (follows and follows[0][0] == "="):
                self._length = length
                return known
        return ""

    def skip_keyword(self) -> None:
        self._at += self._length

    def words(self) -> str:
        """Words up to the next sign or operator, as one."""
        taken: list[str] = []
        while self.peek()[0] == "word" and not (taken and self.keyword()):
            taken.append(self.take()[1])
        return " ".join(taken)


def parse(said: str) -> Condition:
    """The condition behind an expression, or BadAudience."""
    reader = _Reader(said)
    if reader.peek()[0] == "end":
        raise BadAudience("the audience is empty; write 'all' or for example 'level=commune'")
    condition = _either(reader)
    if reader.peek()[0] != "end":
        raise BadAudience(f"what is {reader.peek()[1]!r} in the audience? Join conditions with 'and' or 'or'")
    return condition


def _either(reader: _Reader) -> Condition:
    condition = _both(reader)
    while reader.keyword() == "or":
        reader.skip_keyword()
        condition = Either(condition, _both(reader))
    return condition


def _both(reader: _Reader) -> Condition:
    condition = _one(reader)
    while reader.keyword() in {"and", "not"}:
        if reader.keyword() == "and":
            reader.skip_keyword()
        condition = Both(condition, _one(reader))
    return condition


def _one(reader: _Reader) -> Condition:
    match reader.keyword():
        case "not":
            reader.skip_keyword()
            return Not(_one(reader))
        case "all":
            reader.skip_keyword()
            return Everyone()
    if reader.peek()[0] == "(":
        reader.take()
        condition = _either(reader)
        if reader.take()[0] != ")":
            raise BadAudience("a '(' in the audience is never closed")
        return condition
    field = reader.words()
    known = FIELDS.get(plain(field))
    if known is None or reader.take()[0] != "=":
        raise BadAudience(f"{field!r} is no condition; write one of level, province, commune, unit, area, then '='")
    values = [reader.words()]
    while reader.peek()[0] == ",":
        reader.take()
        values.append(reader.words())
    return _condition(known, values)


def _condition(field: str, values: list[str]) -> Condition:
    reading: dict[str, Callable[[str], str | None]] = {
        "level": lambda v: LEVELS.get(plain(v)),
        "province": lambda v: p.code if (p := province_called(v)) else None,
        "commune": lambda v: c.code if (c := commune_called(v, "")) else None,
        "unit": lambda v: v or None,
        "person": lambda v: v if re.fullmatch(r"[0-9]{1,9}", v) else None,
        "area": lambda v: a.id if (a := area_called(v)) else None,
    }
    read: list[str] = []
    for value in values:
        known = reading[field](value)
        if known is None:
            code = "; write its code of five digits" if field == "commune" else ""
            raise BadAudience(f"there is no {field} {value!r}{code}")
        read.append(str(known))
    return Interested(mask(read)) if field == "area" else Is(field, tuple(read))
