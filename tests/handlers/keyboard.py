"""Vietnamese as it comes out of a keyboard whose input method is off: Telex and VNI keys, in the orders people hit them."""

import random
import unicodedata

from handlers.telex import WORD, tidy

TONES = ("\u0301", "\u0300", "\u0309", "\u0303", "\u0323")
TELEX = {"ă": "aw", "â": "aa", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw", "đ": "dd", **dict(zip(TONES, "sfrxj", strict=True))}  # fmt: skip
VNI = {"ă": "a8", "â": "a6", "ê": "e6", "ô": "o6", "ơ": "o7", "ư": "u7", "đ": "d9", **dict(zip(TONES, "12345", strict=True))}  # fmt: skip


def struck(text: str, keys: dict[str, str], *, tone_last: bool = True, seed: int | None = None) -> str:
    """A text as keys, each tone at the end of its word or behind its vowel.

    With a ``seed``, words are at random left as they are, keys doubled, or their horns struck last.
    """
    chance = random.Random(seed) if seed is not None else None
    return WORD.sub(lambda word: _word(word[0], keys, tone_last, chance), unicodedata.normalize("NFC", text))


def _word(word: str, keys: dict[str, str], tone_last: bool, chance: random.Random | None) -> str:
    way = chance.randrange(4) if chance else 0
    if way == 1:
        return word
    made, tone = "", ""
    for c in word:
        loose = unicodedata.normalize("NFD", c)
        own = "".join(keys[mark] for mark in loose if mark in TONES)
        letter = unicodedata.normalize("NFC", "".join(mark for mark in loose if mark not in TONES))
        struck_ = keys.get(letter.lower(), letter)
        struck_ = struck_.upper() if letter.isupper() else struck_
        made += struck_ if tone_last else struck_ + own
        tone += own if tone_last else ""
    if way == 2 and "uwow" in made:
        return made.replace("uwow", "uo") + "w" + tone
    return made + (tone * 2 if way == 3 else tone)


def words_of(text: str) -> set[str]:
    """The words of a text that have diacritics, in lower case."""
    return {word for word in WORD.findall(tidy(text)) if not word.isascii()}
