"""Vietnamese words letter by letter: what Telex and VNI keys left in a word would have made of it. Pure.

The syllable is closed: an onset, a rime and a tone from short lists; what fits none of them is left as it is.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323",
         "1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}  # fmt: skip
"""The keys of the five tones, in Telex and in VNI."""
TONE_MARKS = frozenset(TONES.values())
STOP_TONES = ("", TONES["s"], TONES["j"])
"""What a syllable that ends in c, ch, p or t may carry."""
ROOFED = {"a": "â", "e": "ê", "o": "ô"}
HOOKED = {"o": "ơ", "u": "ư"}
VOWELS = frozenset("aăâeêioôơuưy")
ONSETS = " b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
"""Parted by single spaces: to have none is one of them."""
RIMES = """
a ac ach ai am an ang anh ao ap at au ay  ăc ăm ăn ăng ăp ăt  âc âm ân âng âp ât âu ây
e ec em en eng eo ep et  ê êch êm ên ênh êp êt êu  i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong op ot
ô ôc ôi ôm ôn ông ôp ôt  ơ ơi ơm ơn ơp ơt  y ych ynh yt yêm yên yêng yêt yêu
u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôt up ut
uơ uy uya uych uyn uynh uyp uyt uyu uyên uyêt  ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
"""
LONGEST_WORD = 14
"""'nghieengs' with every key hit twice is shorter."""
WORD = re.compile(r"[^\W_]+")


def tidy(text: str) -> str:
    """Composed (NFC), lower case, one space between words; diacritics stay."""
    return unicodedata.normalize("NFC", " ".join(text.split()).casefold())


def spelled(text: str) -> str:
    """As ``tidy``, every tone in the same place of its word: 'hoà' and 'hòa' are the same."""
    return WORD.sub(lambda word: _placed(word[0]), tidy(text))


def composed(text: str) -> str:
    """As ``spelled``, with keys resolved where that makes a Vietnamese syllable: 'hafi lo2ng' is 'hài lòng'."""
    return WORD.sub(lambda word: resolved(word[0]) or _placed(word[0]), tidy(text))


@lru_cache(maxsize=4096)
def resolved(word: str) -> str:
    """A word in lower case with its Telex and VNI keys pressed; '' if it has none or no syllable comes of it."""
    if len(word) > LONGEST_WORD:
        return ""
    letters: list[str] = []
    tone, pressed = "", False
    for typed in word:
        letter, own = _parted(typed)
        if own and tone not in ("", own):
            return ""
        tone = own or tone
        if typed in TONES and not VOWELS.isdisjoint(letters):
            tone, pressed = TONES[typed], True
        elif typed in "z0" and tone:
            tone, pressed = "", True
        elif _pressed(letters, letter):
            pressed = True
        else:
            letters.append(letter)
    made = re.sub("(?<!q)(?:ưo|uơ|ươ)(?=.)", "ươ", "".join(letters))
    made = re.sub("ươ$", "uơ", made)
    return _toned(made, tone) if pressed and _is_syllable(made, tone) else ""


def _pressed(letters: list[str], key: str) -> bool:
    """Whether a key changes a letter typed before it, or only repeats the change; a 'w' alone makes 'ư'."""
    if key in "d9" and letters[:1] in (["d"], ["đ"]):
        letters[0] = "đ"
        return True
    if key in ROOFED or key == "6":
        return _roof(letters, key)
    if key in "âêôăơư":
        return letters[-1:] == [key]
    if key in "w78" and _hook(letters, key):
        return True
    if key == "w" and VOWELS.isdisjoint(letters):
        letters.append("ư")
        return True
    return False


def _roof(letters: list[str], key: str) -> bool:
    """'aa' or 'a6' to 'â', also with i, u, y or consonants between; Telex stops at any other vowel."""
    for at in range(len(letters) - 1, -1, -1):
        letter = letters[at]
        if letter in ("aeoâêô" if key == "6" else (key, ROOFED[key])):
            letters[at] = ROOFED.get(letter, letter)
            return True
        if key != "6" and letter in VOWELS and letter not in "iuy":
            return False
    return False


def _hook(letters: list[str], key: str) -> bool:
    """The last letter that takes it gets a horn of '7', a breve of '8', either of 'w'; 'uow' is 'ươ'."""
    for at in range(len(letters) - 1, -1, -1):
        after_u = at > 0 and letters[at - 1] == "u" and letters[:at] != ["q", "u"]
        match letters[at]:
            case "a" if key == "w" and after_u and at == len(letters) - 1:
                letters[at - 1] = "ư"
            case "a" if key != "7":
                letters[at] = "ă"
            case "o" | "u" as letter if key != "8":
                letters[at] = HOOKED[letter]
                if letter == "o" and after_u:
                    letters[at - 1] = "ư"
            case "ă" | "ơ" | "ư":
                pass
            case _:
                continue
        return True
    return False


def _is_syllable(letters: str, tone: str) -> bool:
    """Whether letters and a tone make a Vietnamese syllable; some of its marks may be left out."""
    if letters.endswith(("c", "ch", "p", "t")) and tone not in STOP_TONES:
        return False
    return any(
        letters[:cut] in BEGINNINGS and letters[cut:] in PARTLY_MARKED and _may_precede(letters[:cut], letters[cut])
        for cut in range(4)
    )


def _may_precede(onset: str, vowel: str) -> bool:
    """Before e, ê, i and y stand k, gh and ngh; before others c, g and ng ('gì' is spelled with g)."""
    if vowel in "eêiy":
        return onset not in ("c", "ng") and onset + vowel not in ("ge", "gê")
    return onset not in ("k", "gh", "ngh")


def _partly(rime: str) -> Iterator[str]:
    """A rime with each of its marks there or left out."""
    return ("".join(way) for way in product(*((c, unicodedata.normalize("NFD", c)[0]) for c in rime)))


BEGINNINGS = frozenset(ONSETS.split(" "))
PARTLY_MARKED = frozenset(way for rime in RIMES.split() for way in _partly(rime))


def _parted(word: str) -> tuple[str, str]:
    """The letters of a word with their marks, and its tone."""
    if word.isascii():
        return word, ""
    loose = unicodedata.normalize("NFD", word)
    tone = "".join(c for c in loose if c in TONE_MARKS)
    return unicodedata.normalize("NFC", "".join(c for c in loose if c not in TONE_MARKS)), tone


def _placed(word: str) -> str:
    """A word with its tone where ``_toned`` puts it; one with several tones as it is."""
    letters, tone = _parted(word)
    return _toned(letters, tone) if len(tone) == 1 else word


def _toned(letters: str, tone: str) -> str:
    """A word with its tone on the marked vowel, else the last before a coda, else the last but one."""
    if not tone:
        return letters
    start = 2 if letters[:2] in ("gi", "qu") and letters[2:3] in VOWELS else 0
    vowels = [at for at, letter in enumerate(letters) if at >= start and letter in VOWELS]
    marked = [at for at in vowels if not letters[at].isascii()]
    if not vowels:
        return unicodedata.normalize("NFC", letters + tone)
    open_ = vowels[-1] == len(letters) - 1
    at = marked[-1] if marked else vowels[-1] if len(vowels) == 1 or not open_ else vowels[len(vowels) - 2]
    return unicodedata.normalize("NFC", letters[: at + 1] + tone + letters[at + 1 :])
