"""Personal data in what people write, masked: numbers by which somebody can be found, addresses, and names. Pure.

One expression is tried at each place of a text. Its first branches are what looks alike and is no personal data
(money, days, numbers of decrees, codes of procedures) and stays as it is. In doubt about a number it is masked, in
doubt about a name it is not: a name is masked only behind a word by which people are addressed.
"""

import re
import unicodedata

PHONE, PAPER, CARD, PLATE, MAIL, LINK, HANDLE, CASE = (
    "[số điện thoại]", "[số giấy tờ]", "[số thẻ, tài khoản]", "[biển số xe]", "[thư điện tử]", "[liên kết]",
    "[tài khoản mạng]", "[mã hồ sơ]",
)  # fmt: skip
NOT_MONEY = "ý|chí|thời|bào|tình|nghiệp|hành|loạt|bộ|hồ(?![ ]sơ)|lòng|hương|cảm|đội|đều"
KEPT = rf"""
    (?<![\d.,]) (?!0\d) (?:\d{{1,3}}(?:[ .,]\d{{3}})+|\d+) (?:[.,]\d+)? \s* (?i:
        (?:đồng|dong) (?![ ]+(?:{NOT_MONEY})\b) | vnđ | vnd | usd | triệu | tỷ | tỉ | nghìn | ngàn | đ\b | tr\b | k\b
        | % | m2\b | m²
    )
  | (?<![\d./]) \d{{1,2}} (?P<sep>[/.-]) \d{{1,2}} (?P=sep) (?:\d{{4}}|\d{{2}}) (?!\d|(?P=sep)\d)
  | (?<![\d.]) \d{{1,4}}/\d{{4}} (?:/[A-ZĐ]{{2,}}\d*(?:-[A-ZĐ]+)*)? (?!\d)
  | (?<![\d.]) \d\.\d{{6}} (?:\.\d{{3}}\.\d{{2}}\.\d{{2}}\.[A-Z]\d{{2}})? (?![\d.-]\d)
  | \b (?:[\w-]+\.)+gov\.vn \b (?!/\w) (?!@)
"""
MASKED: dict[str, tuple[str, str]] = {
    "mail": (MAIL, r"[\w.+-]+ @ [\w-]+ (?:\.[\w-]+)+"),
    "link": (
        LINK,
        r"""(?i: (?:https?://|www\.)\S+ [^\s.,;:!?)]
            | \b(?:[a-z0-9-]+\.)+(?:com|vn|net|org|info|me|ly|io)\b (?:/\S*[^\s.,;:!?)])? )""",
    ),
    "handle": (HANDLE, r"(?<![\w.]) @ [A-Za-z][\w.]{2,31}"),
    "case": (CASE, r"\b (?:\d{3}\.)? (?:\d{2}\.){0,2} [A-Z]\d{2} (?:\.\d{1,3}){0,3} -\d{6}-\d{3,6} \b"),
    "plate": (
        PLATE,
        r"""(?<![\d.A-Za-z]) \d{2} (?: -?[A-ZĐ]{1,2}\d?[ -]\d{3}\.\d{2} | -?[A-ZĐ]{1,2}\d?[ -]\d{4,5}
            | [A-ZĐ]{1,2}\d{5,6} | [A-ZĐ]{1,2}\d{3}\.\d{2} ) (?!\d)""",
    ),
    "said": (
        PAPER,
        r"""(?: (?<=\bcmnd\ )|(?<=\bcccd\ )|(?<=\bCMND\ )|(?<=\bCCCD\ )|(?<=\bcmnd:\ )|(?<=\bcccd:\ )|(?<=\bCMND:\ )
            |(?<=\bCCCD:\ )|(?<=\bcước\ )|(?<=\bcước:\ )|(?<=\bcước\ số\ )|(?<=\bCCCD\ số\ )|(?<=\bCMND\ số\ )
            |(?<=\bminh\ thư\ )|(?<=\bhộ\ chiếu\ ) ) [A-Z]?\d (?:[ .-]?\d){6,13}""",
    ),
    "phone": (
        PHONE,
        r"""(?<!\d) (?: \(?(?:\+|00)?84\)?[ .-]?(?:\(0\)|0)?[ .-]?(?:[35789]|2[ .-]?\d) | \(?0(?:[35789]|2\d) )
            (?:\)?[ .-]{0,2}\d){8} (?!\d)""",
    ),
    "account": (
        CARD,
        r"""(?: (?<=\bSTK\ )|(?<=\bstk\ )|(?<=\bSTK:\ )|(?<=\bstk:\ )|(?<=\bkhoản\ )|(?<=\bkhoản:\ )
            |(?<=\bkhoản\ số\ )|(?<=\bTK\ )|(?<=\btk\ ) ) (?!0\d{2}[ .]\d{3}\b) \d (?:[ .-]?\d){5,18} (?!\d)""",
    ),
    "card": (CARD, r"(?<!\d) (?: \d{4}(?:[ .-]\d{4}){3}(?:[ .-]?\d{1,3})? | \d{13,19} ) (?!\d)"),
    "paper": (
        PAPER,
        r"""(?<![\d.,]) (?: 0\d{2}(?:[ .]\d{3}){3} | 0\d{3}(?:[ .-]\d{4}){2} | \d{12} | \d{3}[ ]\d{3}[ ]\d{3} ) (?!\d)
          | \b [A-Z]\d{7,8} \b | \b [A-Z]{2}[ ]?\d{10,13} \b""",
    ),
    "number": (PAPER, r"(?<![\d.,/]) \d{9,12} (?!\d|[.,]\d)"),
}  # fmt: skip
PATTERN = re.compile(
    f"(?P<kept>{KEPT})|" + "|".join(f"(?P<{name}>{pattern})" for name, (_, pattern) in MASKED.items()), re.VERBOSE
)
CAPITAL = "".join(c for c in map(chr, (*range(0x41, 0x250), *range(0x1EA0, 0x1EFA))) if c.isupper())
ADDRESSED = r"ông|bà|anh|chị|cô|đồng\ chí|đ/c"
TITLE = (
    "chủ tịch|phó chủ tịch|bí thư|phó bí thư|trưởng phòng|phó phòng|giám đốc|cán bộ|công chức|trưởng thôn|tổ trưởng"
)
TITLE = TITLE.replace(" ", r"\ ")
NAMED = re.compile(
    rf"""(?P<before> (?<!\w) (?:{ADDRESSED}) (?:\ (?i:{TITLE}))?
          | (?:^|(?<=[.!?:;\n]\ )|(?<=[\n(])) (?:Ông|Bà|Anh|Chị|Cô|Đồng\ chí) (?:\ (?i:{TITLE}))? )
        \ (?P<name> [{CAPITAL}][^\W\d_]* (?:\ [{CAPITAL}][^\W\d_]*){{0,3}} )""",
    re.VERBOSE,
)
NO_NAMES = frozenset(
    (
        "Rịa", "Nà", "Triệu", "Điểm", "Chiểu", "Đen", "Huyện", "Trưng", "Ích", "Quốc", "Chủ", "Phó", "Trưởng", "Bí",
        "Giám", "Cán", "Công", "Ủy", "Uỷ", "UBND", "Sở", "Phường", "Xã", "Việt", "Trung",
    )
)  # fmt: skip
"""What stands behind such a word and is a place or an office: Bà Rịa, Bà Triệu, ông Chủ tịch."""


def masked(text: str) -> str:
    """The text without what points at a person, each replaced by what it was; names by their initials."""
    return NAMED.sub(_initials, PATTERN.sub(_mask, unicodedata.normalize("NFC", text)))


def _mask(found: re.Match[str]) -> str:
    name = found.lastgroup
    return found[0] if name is None or name == "kept" else MASKED[name][0]


def _initials(found: re.Match[str]) -> str:
    words = found["name"].split()
    if words[0] in NO_NAMES:
        return found[0]
    return f"{found['before']} {''.join(f'{word[0]}.' for word in words)}"
