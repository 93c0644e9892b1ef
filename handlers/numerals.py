"""Numbers as people write them in Vietnamese: figures, words, several at once, a place in a list. Pure.

Everything answers None where two numbers could be meant: to ask again costs little, a wrong answer is not found out.
"""

import re

from handlers.telex import WORD, composed, spelled, tidy
from storage.geography import plain
from surveys.answers import decimal_typed

PICTURED = str.maketrans(
    {chr(first + n): str(n + 1) for first, most in ((0x2460, 20), (0x2776, 10), (0x2780, 10), (0x278A, 10))
     for n in range(most)} | {"🔟": "10", "\ufe0f": None, "\u20e3": None}
)  # fmt: skip
"""Digits in circles, and what makes a keycap of a digit, as in 3️⃣."""
NUMERALS = {
    "1": "một", "n": "mot", "2": "hai", "3": "ba", "4": "bốn bon", "5": "năm nam", "6": "sáu", "s": "sau",
    "7": "bảy bẩy bay", "8": "tám", "a": "tam", "9": "chín chin", "X": "mười", "x": "mươi", "y": "muoi", "m": "mốt",
    "t": "tư tu", "l": "lăm nhăm", "p": "lam nham", "H": "hăm ham", "o": "linh lẻ le", "C": "trăm tram",
    "K": "nghìn ngàn nghin ngan", "M": "triệu trieu", "0": "không khong",
}  # fmt: skip
"""Number words as signs, with diacritics or with none. Some then are two words: 'sau' is six and after."""
SIGNS = {word: sign for sign, words in NUMERALS.items() for word in words.split()}
SCALES = {"C": 100, "K": 1000, "M": 1_000_000}
ONES = {str(n): n for n in range(1, 10)} | {"n": 1}
LAST = {"1": 1, "n": 1, "m": 1, "2": 2, "3": 3, "4": 4, "t": 4, "l": 5, "p": 5, "6": 6, "7": 7, "8": 8, "9": 9}
"""After tens. Not 'năm', which there means years: 'hai mươi lăm' is 25, 'hai mươi năm' twenty years."""
SMALL = (
    ONES
    | dict.fromkeys("Xy", 10)
    | {ten + last: 10 + n for ten in "Xy" for last, n in LAST.items() if last != "m"}
    | {f"{tens}{ten}": 10 * tens for tens in range(2, 10) for ten in "xy"}
    | {f"{tens}{ten}{last}": 10 * tens + n for tens in range(2, 10) for ten in "xy" for last, n in LAST.items()}
    | {f"{tens}{last}": 10 * tens + LAST[last] for tens in range(2, 10) for last in "ml"}
    | {"H" + last: 20 + n for last, n in LAST.items()}
)
"""1 to 99: 'hai mươi mốt', 'hai mốt' and 'hăm mốt' are 21."""
FIGURES = re.compile(r"\d{1,9}|[1-9]\d{0,2}(?:\.\d{3}){1,2}")
ABOUT = "khoang chung co do duoc dc mat het phai di lam la chi toi tui minh em da vang"
"""May stand before a number and leave it as it is; 'trên', 'dưới', 'hơn', 'gần', 'không' do not."""
UNITS = ("lan", "luot", "nguoi", "tuoi", "cai", "buoi", "diem")
MEASURES = {"phut": "phút", "gio": "giờ tiếng", "tieng": "tiếng giờ", "ngay": "ngày", "tuan": "tuần",
            "thang": "tháng", "nam": "năm", "dong": "đồng"}  # fmt: skip
"""Units that may be others than the one that was asked for, and what they are called."""
CLOSING = re.compile(r"(?:\s+(?:ạ|nhé|nhe|nha|thôi|thoi)|(?<=\d)\s+a)*[\s.!]*$")
PLACE = re.compile(
    r"(?P<asked>(?:(?:da|vang),? )?(?:(?:toi|tui|minh|em) )?(?:(?:lua )?chon )?)"
    r"(?P<noun>(?:(?:cai|phuong an|pa|dap an|cau tra loi|cau|muc|y) )?(?:so |thu )?)"
    r"(?P<which>\w+(?: \w+){0,2})"
)
SURE_NOUNS = ("so ", "thu ", "cau ", "phuong an ")
"""After these a number word is a number; 'chọn hai' may be the beginning of 'chọn hài lòng'."""
ORDINALS = {"nhất": 1, "nhat": 1, "nhứt": 1, "nhut": 1, "tư": 4, "tu": 4}
APART = re.compile(r"\s*(?:[,;&+]|\b(?:và|va|với|voi)\b)\s*")
SPAN = re.compile(r"(?:(?:từ|tu) )?(\d{1,2}) ?(?:[-–]|đến|den|tới|toi) ?(\d{1,2})")
BEFORE_SEVERAL = re.compile(r"(?:(?:dạ|tôi|toi|mình|minh|em) )?(?:(?:chọn|chon) )?")
EVERYTHING = frozenset(("tat ca", "het", "all"))


def unpictured(text: str) -> str:
    """Digits in circles and on keycaps as plain digits: '③' and '3️⃣' are '3'; '²' stays."""
    return text.translate(PICTURED)


def pointed(text: str) -> str:
    """The number ('3') or letter ('b') of the option that is pointed at: 'số 3', 'cái thứ hai', 'ý b'; '' if none.

    A number word needs a noun before it, a small letter a noun before it or a point behind it.
    """
    said = composed(unpictured(CLOSING.sub("", tidy(text)))).strip(" .)")
    found = PLACE.fullmatch(plain(said))
    if found is None:
        return ""
    words = WORD.findall(said)[-len(found["which"].split()) :]
    which, alone = " ".join(words), not found["asked"] + found["noun"]
    if re.fullmatch(r"\d{1,2}", which):
        return str(int(which))
    if which in ("a", "b", "c", "d"):
        return "" if alone and not re.fullmatch(r"[A-D]|\w[.)]", text.strip()) else which
    if not found["noun"].endswith(SURE_NOUNS):
        return ""
    nth = ORDINALS.get(which) if found["noun"].endswith("thu ") else None
    return str(nth or _counted(words) or "")


def number(text: str, asked: str = "") -> int | None:
    """The one whole number that a text gives: '3', 'khoảng ba lần', '20 phút', '1.000', '1 nghìn'; None in doubt.

    ``asked`` is the question: a unit of time or money, or a scale, that may not be its own is None then: '2 giờ'
    where minutes are asked, '20 nghìn' where thousands are.
    """
    said = CLOSING.sub("", tidy(unpictured(text))).strip("~≈ ").rstrip(")")
    words = composed(re.sub(r"(?<![\w.,-])(\d+)(?=[^\W\d_])", r"\1 ", said)).split()
    while len(words) > 1 and _about(words[0], words[1]):
        del words[0]
    asked_words = frozenset(WORD.findall(spelled(asked)))
    unit = plain(words[-1]) if len(words) > 1 else ""
    if unit in MEASURES and (unit != "nam" or words[-2].isdecimal()):
        if asked and asked_words.isdisjoint(MEASURES[unit].split()):
            return None
        del words[-1]
    elif unit in UNITS:
        del words[-1]
    signs = [SIGNS.get(word, "?") for word in words]
    if {"K", "M"}.intersection(signs) and asked_words.intersection(("nghìn", "ngàn", "triệu")):
        return None
    if len(words) == 1 and FIGURES.fullmatch(words[0]):
        return int(words[0].replace(".", ""))
    if len(words) == 2 and re.fullmatch(r"\d{1,3}", words[0]) and signs[1] in SCALES:
        return int(words[0]) * SCALES[signs[1]]
    return _counted(words)


def decimal(text: str, asked: str = "", language: str = "vi") -> float | None:
    """A number that may have decimals: '1,5', '150.000', '1,5 triệu' where the question asks in millions."""
    said = CLOSING.sub("", tidy(unpictured(text)))
    if (exact := decimal_typed(said, language)) is not None:
        return exact
    found = re.fullmatch(r"(-?[\d.,]*\d) ?([^\W\d].*)", said)
    if found and set(WORD.findall(spelled(found[2]))) <= set(WORD.findall(spelled(asked))):
        return decimal_typed(found[1], language)
    whole = number(text, asked)
    return None if whole is None else float(whole)


def _about(word: str, following: str) -> bool:
    """Whether a word leaves the number behind it as it is; 'tam' is about before figures, else eight perhaps."""
    if plain(word) == "tam":
        return word == "tầm" or (word == "tam" and FIGURES.fullmatch(following) is not None)
    return plain(word) in ABOUT.split()


def numbers(text: str, most: int) -> frozenset[int] | None:
    """Several options by number, each 1 to ``most``: '1 3 5', '1, 3 và 5', '1-3', 'cả ba', 'tất cả'; None in doubt.

    One number word alone is none: that may be a word of an option.
    """
    said = re.sub(r"(?<=\d)[.)](?=\s|$)", "", composed(CLOSING.sub("", tidy(unpictured(text)))))
    said = BEFORE_SEVERAL.sub("", said, count=1).strip(" ,;")
    everyone = frozenset(range(1, most + 1))
    if plain(said) in EVERYTHING:
        return everyone
    whole = re.match("(?:cả|ca) ", said)
    parts = [re.sub("^(?:số|so|câu|cau|ý) ", "", part) for part in APART.split(said[whole.end() if whole else 0 :])]
    if len(parts) == 1 and whole:
        return everyone if _figures(parts[0]) == [most] else None
    if len(parts) == 1 and not parts[0][:1].isdecimal() and not SPAN.fullmatch(parts[0]):
        return None
    picked = [n for part in parts for n in _figures(part) or [0]]
    return frozenset(picked) if everyone.issuperset(picked) else None


def _figures(part: str) -> list[int]:
    """The numbers of one part of a list; none in doubt."""
    if span := SPAN.fullmatch(part):
        return list(range(int(span[1]), int(span[2]) + 1))
    if re.fullmatch(r"\d{1,2}(?: \d{1,2})*", part):
        return [int(figure) for figure in part.split()]
    counted = _counted(part.split())
    return [] if counted is None else [counted]


def digits(text: str, scale: int, rows: int) -> tuple[int, ...] | None:
    """One digit of 1 to ``scale`` for each of 2 to ``rows`` rows: '45344', '4 5 3', '4,5,3', '4-5-3'; None otherwise.

    Of two digits '4,5' is None, for it may be a decimal, and '4-5', for it may be in between.
    """
    said = re.sub(r"\s*([,-])\s*", r"\1", unpictured(tidy(text)))
    found = re.fullmatch(r"\d(?:([ ,-])\d(?:\1\d)*|\d+)", said)
    if found is None or (len(said) == 3 and found[1] in (",", "-")):
        return None
    marks = tuple(int(c) for c in said if c.isdecimal())
    return marks if len(marks) <= rows and 1 <= min(marks) <= max(marks) <= scale <= 9 else None


def _counted(words: list[str]) -> int | None:
    """A cardinal number in words: 'một trăm linh năm', 'ba mươi tư', 'hai nghìn'."""
    signs = "".join(SIGNS.get(word, "?") for word in words)
    if signs in ("s", "a"):
        return 6 if signs == "s" else 8
    if signs.endswith("M"):
        return _scaled(SMALL.get(signs[:-1]), "M")
    head, thousand, tail = signs.partition("K")
    if not thousand:
        return _below_thousand(signs)
    thousands = _scaled(_below_thousand(head), "K")
    rest = _below_thousand(tail) if "C" in tail else _rest(tail, alone=False)
    return None if thousands is None or rest is None else thousands + rest


def _below_thousand(signs: str) -> int | None:
    head, hundred, tail = signs.partition("C")
    if not hundred:
        return SMALL.get(signs)
    hundreds = 0 if head == "0" and tail else _scaled(ONES.get(head), "C")
    rest = _rest(tail, alone=True)
    return None if hundreds is None or rest is None else hundreds + rest


def _rest(signs: str, *, alone: bool) -> int | None:
    """What follows hundreds or thousands: nothing, 'linh năm', or tens if they may follow (``alone``).

    A bare unit is None: 'một trăm hai' is 120 to some, a slip for 102 to others.
    """
    if not signs:
        return 0
    if signs[0] == "o":
        return ONES.get(signs[1:])
    value = SMALL.get(signs) if alone else None
    return value if value is None or value >= 10 else None


def _scaled(value: int | None, scale: str) -> int | None:
    return None if value is None else value * SCALES[scale]
