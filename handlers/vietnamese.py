"""What a person who types Vietnamese in a hurry may be saying: keys left in the words, short forms of chat. Pure.

Keys are resolved in ``handlers.telex``, numbers are read in ``handlers.numerals``.
"""

import re
from itertools import islice, product

from handlers.numerals import decimal, digits, number, numbers, pointed, unpictured
from handlers.telex import WORD, composed, resolved, spelled, tidy
from storage.geography import plain

__all__ = [
    "abbreviated", "agrees", "candidates", "composed", "decimal", "digits", "greetless", "number", "numbers",
    "pointed", "spelled", "unpictured",
]  # fmt: skip

READ_LIMIT = 200
"""Longer texts have no reading but the literal one: no option is as long."""
READINGS_LIMIT = 64
SHORT_FORMS = {
    "khong": "ko k kg khg kh kog khog hok hk hong hông hổng hem kô khôg", "kha": "kh", "chua": "chx",
    "binh thuong": "bt bth bthg btg bthuong bthường", "thuong": "thg", "hai long": "hl hlg hlong",
    "biet": "bt bit bít", "khong biet": "kb kbt kbiet kbiết",
    "duoc": "dc đc dx đx", "nhan vien": "nv", "nguoi": "ng", "minh": "mk mik mjk",
    "gi": "j gj", "vay": "z v", "voi": "vs", "cung": "cx", "lam": "lm", "tra loi": "tl", "truoc": "trc", "qua": "wa",
    "quan": "wan", "sinh vien": "sv", "cong ty": "cty", "doanh nghiep": "dn", "co quan": "cq", "dai hoc": "dh đh",
    "trung hoc pho thong": "thpt", "trung hoc co so": "thcs", "ti vi": "tv tivi", "truc tuyen": "onl online",
    "facebook": "fb",
}  # fmt: skip
"""What is meant, without diacritics, and how chat writes it. A form that means two things reads as both."""
YES = "có co ừ u uh uk uhm ừm um vâng vang dạ da ok oke okie okay okê yes"
GREETING = re.compile(r"(?:dạ|da|vâng|vang)[\s,]+(?=\w)")
POLITE_END = re.compile(r"(?:\s+(?:ạ|nhé|nha))*[\s.!]*$")


def _inverted() -> dict[str, tuple[str, ...]]:
    meanings: dict[str, tuple[str, ...]] = {}
    for meaning, forms in SHORT_FORMS.items():
        for form in forms.split():
            meanings[form] = (*meanings.get(form, ()), meaning)
    return meanings


MEANINGS = _inverted()


def candidates(text: str) -> tuple[str, ...]:
    """What a text may say, in lower case without diacritics: the literal reading first, some 130 at the most."""
    literal, said = plain(text), tidy(text)
    if len(said) > READ_LIMIT:
        return (literal,)
    readings = [literal]
    for whole in dict.fromkeys((said, greetless(said))):
        parts = re.split(f"({WORD.pattern})", whole)
        ways = [_ways(part) if at % 2 else (part,) for at, part in enumerate(parts)]
        readings += ["".join(way) for way in islice(product(*ways), READINGS_LIMIT)]
    return tuple(dict.fromkeys(readings))


def _ways(word: str) -> tuple[str, ...]:
    """What one word may say: what its keys spell, what it is short for, itself."""
    keys = resolved(word)
    return (*((plain(keys),) if keys else ()), *MEANINGS.get(word, ()), plain(word))


def abbreviated(text: str) -> bool:
    """Whether a text is one short form and, but for a 'dạ' before it, nothing else: 'ko', 'dạ bt'."""
    return greetless(text) in MEANINGS


def greetless(text: str) -> str:
    """A text without the 'dạ' or 'vâng' that politely begins it, in lower case; they alone are an answer and stay."""
    return GREETING.sub("", tidy(text), count=1)


def agrees(text: str) -> bool:
    """Whether a text says yes and nothing else: 'ok', 'dạ vâng', 'có ạ'."""
    words = WORD.findall(composed(POLITE_END.sub("", tidy(text))))
    return bool(words) and set(YES.split()).issuperset(words)
