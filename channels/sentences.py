"""Where sentences end in Vietnamese, and texts cut there. Pure."""

import re

END = re.compile(r"([^\W_]*)([.!?…]+)[\"”’)]*(?=\s+[\"“‘(–-]*([^\W_])|\s*$)")
"""Where a sentence may end: the word before a mark, the mark, and what the next word begins with."""
SHORT = frozenset(("tp", "tx", "tt", "ts", "ths", "pgs", "gs", "bs", "ks", "cn", "tr", "st", "nxb", "mr", "mrs"))
"""Words before a dot that are cut short, so that no sentence ends there: TP. Huế, PGS. TS. Nguyễn."""


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph, each with its mark."""
    found, begin = [], 0
    for end in END.finditer(text):
        word, mark, after = end.groups(default="")
        if after.islower() or (mark == "." and (word.casefold() in SHORT or len(word) == 1)):
            continue
        found.append(text[begin : end.end()].strip())
        begin = end.end()
    return [sentence for sentence in (*found, text[begin:].strip()) if sentence]


def cut_short(text: str, most: int) -> str:
    """The text in at most so many characters: whole sentences where they fill half of them, else cut after a word."""
    if len(text) <= most:
        return text
    whole = ""
    for sentence in sentences(text):
        longer = f"{whole} {sentence}".strip()
        if len(longer) > most:
            break
        whole = longer
    if len(whole) * 2 >= most:
        return whole
    return text[: most - 1].rpartition(" ")[0].rstrip(" ,;:–-(") + "…"
