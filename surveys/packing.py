"""Answers as bytes and back: a place for each question, fixed by the questionnaire version (``layout``). Pure.

Everything is 0 for not answered; with all bits set it is left out, with one less "I do not know", with two less "does
not apply". One option: its number in 1 byte, in 2 big-endian where there are more than 250. Several options: a
little-endian bit mask, bit 0 for "these are all", bit n for option n. Ranked options: their numbers in order, a byte
each, behind a byte that is 1 for "this is it" and 2 before. Number: 4 bytes, big-endian, 1 for the lowest that the
question takes. Day: its ordinal in 4. Time: minutes since midnight and 1 in 2. Decimal: 1 and eight bytes of IEEE
754. Place: 1 and twice 4 bytes of hundred-thousandths of a degree. Text, file and note: 1 byte, 1 for given; the text
itself lies in its own erasable row. A calculation takes none. Ticks that are all taken back and not yet sent are the
same as no answer.
"""

import struct
from collections.abc import Mapping

from surveys.answers import Answer, Answers, Picked, Place, Ranked, Skipped
from surveys.layout import folds, places, unfold, width
from surveys.questionnaire import Kind, Question, Questionnaire

NOTHING_SAID = tuple(Skipped)
"""Left out, not known, not applicable: all bits set, and one and two less."""
DEGREE = 100_000


def _packed(question: Question, answer: Answer) -> bytes:
    bytes_ = width(question)
    match answer:
        case Skipped():
            return ((1 << 8 * bytes_) - 1 - NOTHING_SAID.index(answer)).to_bytes(bytes_, "big")
        case Picked(options, done):
            return (sum(1 << option for option in options) | int(done)).to_bytes(bytes_, "little")
        case Ranked(order, done):
            return bytes([1 if done else 2, *order]).ljust(bytes_, b"\0")
        case Place(latitude, longitude):
            return struct.pack(">bii", 1, round(latitude * DEGREE), round(longitude * DEGREE))
        case str():
            return b"\x01"
        case _ if question.kind is Kind.DECIMAL:
            return struct.pack(">bd", 1, answer)
        case _ if question.kind is Kind.NUMBER:
            return (int(answer) - question.lowest + 1).to_bytes(bytes_, "big")
        case _ if question.kind is Kind.TIME:
            return (int(answer) + 1).to_bytes(bytes_, "big")
        case _:
            return int(answer).to_bytes(bytes_, "big")


def unpacked(question: Question, packed: bytes, texts: Mapping[str, str]) -> Answer | None:
    """The answer to one question from its own unfolded bytes alone; None where it was not answered."""
    if not any(packed):
        return None
    below = (1 << 8 * len(packed)) - 1 - int.from_bytes(packed, "big")
    if below < len(NOTHING_SAID):
        return NOTHING_SAID[below]
    match question.kind:
        case Kind.SEVERAL:
            mask = int.from_bytes(packed, "little")
            options = frozenset(n for n in range(1, len(question.options) + 1) if mask >> n & 1)
            return Picked(options, bool(mask & 1))
        case Kind.RANK:
            return Ranked(tuple(option for option in packed[1:] if option), packed[0] == 1)
        case Kind.NUMBER:
            return int.from_bytes(packed, "big") - 1 + question.lowest
        case Kind.TIME:
            return int.from_bytes(packed, "big") - 1
        case Kind.DECIMAL:
            return float(struct.unpack(">bd", packed)[1])
        case Kind.PLACE:
            _, latitude, longitude = struct.unpack(">bii", packed)
            return Place(latitude / DEGREE, longitude / DEGREE)
        case Kind.TEXT | Kind.FILE:
            return texts.get(question.id, "")
        case _:
            return int.from_bytes(packed, "big")


def pack(questionnaire: Questionnaire, answers: Answers) -> tuple[bytes, dict[str, str]]:
    """The packed answers, unfolded, and the texts apart by question id."""
    packed = bytearray(folds(questionnaire).size)
    texts: dict[str, str] = {}
    for question, start, end in places(questionnaire):
        answer = answers.get(question.id)
        if answer is not None:
            packed[start:end] = _packed(question, answer)
        if isinstance(answer, str):
            texts[question.id] = answer
    return bytes(packed), texts


def unpack(questionnaire: Questionnaire, packed: bytes, texts: Mapping[str, str]) -> dict[str, Answer]:
    """The answers again; an erased text comes back as an empty one, still answered. ValueError for other bytes."""
    unfolded = unfold(questionnaire, packed)
    answers: dict[str, Answer] = {}
    for question, start, end in places(questionnaire):
        answer = unpacked(question, unfolded[start:end], texts)
        if answer is not None:
            answers[question.id] = answer
    return answers
