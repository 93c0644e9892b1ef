"""Languages as headings of a form name them, "Tiếng Việt (vi)", and the codes by which we know them."""

import re
import unicodedata

NAMES = {
    "vi": ("Tiếng Việt", "Vietnamese", "Việt", "Viet Nam", "Vietnam"),
    "en": ("English", "Tiếng Anh", "Anh"),
    "fr": ("Français", "French", "Tiếng Pháp"),
    "zh": ("中文", "Chinese", "Tiếng Trung", "Tiếng Hoa"),
    "ko": ("한국어", "Korean", "Tiếng Hàn"),
    "ja": ("日本語", "Japanese", "Tiếng Nhật"),
    "km": ("ខ្មែរ", "Khmer", "Tiếng Khmer"),
    "lo": ("ລາວ", "Lao", "Tiếng Lào"),
    "tyz": ("Tiếng Tày", "Tày"),
    "tai": ("Tiếng Thái", "Thái"),
    "hmn": ("Tiếng Mông", "Mông", "Hmong"),
    "jra": ("Tiếng Gia Rai", "Gia Rai"),
    "rad": ("Tiếng Ê Đê", "Ê Đê"),
    "es": ("Español", "Spanish"),
    "pt": ("Português", "Portuguese"),
    "ar": ("العربية", "Arabic"),
}  # fmt: skip
"""Codes of ISO 639; the first name of each is the one we write."""
IN_PARENTHESES = re.compile(r"\(\s*([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*)\s*\)\s*$")
CODES = {name.casefold(): code for code, names in NAMES.items() for name in (code, *names)}


def code(written: str) -> str:
    """The code of a language from its name, from the code in parentheses, or a word made of the name itself."""
    said = unicodedata.normalize("NFC", " ".join(written.split()))
    if found := IN_PARENTHESES.search(said):
        return found[1].replace("_", "-").lower()
    if known := CODES.get(said.casefold()):
        return known
    letters = unicodedata.normalize("NFD", said.casefold().replace("đ", "d"))
    return re.sub(r"\W+", "-", "".join(c for c in letters if not unicodedata.combining(c))).strip("-")


def heading(language: str) -> str:
    """A language as a form's heading names it: "Tiếng Việt (vi)"."""
    return f"{NAMES.get(language, (language,))[0]} ({language})"
