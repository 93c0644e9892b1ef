"""Answers as bytes and back: a place for each question, fixed by the questionnaire version. Pure.

One option: 1 byte, 0 for not answered, 255 for left out, else the option's number. Several options: a little-endian
bit mask, bit 0 for "these are all", bit n for option n, all bits set for left out. Number: 4 bytes, big-endian, 0 for
not answered, all bits set for left out, else the number + 1. Text and note: 1 byte, 1 for given; the text itself lies
in its own erasable row. Ticks that are all taken back and not yet sent are the same as no answer.
"""

from collections.abc import Mapping
from functools import lru_cache

from surveys.journey import SKIPPED, Answer, Answers, Picked
from surveys.questionnaire import Kind, Question, Questionnaire

LEFT_OUT = 255
NUMBER_BYTES = 4


def width(question: Question) -> int:
    """How many bytes the question takes."""
    match question.kind:
        case Kind.SEVERAL:
            return (len(question.options) + 2 + 7) // 8
        case Kind.NUMBER:
            return NUMBER_BYTES
        case _:
            return 1


@lru_cache(maxsize=256)
def _places(questionnaire: Questionnaire) -> tuple[tuple[Question, int, int], ...]:
    """Each question with where it begins and where it ends."""
    places = []
    at = 0
    for question in questionnaire.questions:
        places.append((question, at, at + width(question)))
        at += width(question)
    return tuple(places)


def size(questionnaire: Questionnaire) -> int:
    """Bytes of one packed response."""
    return _places(questionnaire)[-1][2]


def _packed(question: Question, answer: Answer) -> bytes:
    bytes_ = width(question)
    match answer:
        case int(number) if question.kind is Kind.NUMBER:
            return (number + 1).to_bytes(bytes_, "big")
        case int(number):
            return bytes([number])
        case Picked(options, done):
            return (sum(1 << option for option in options) | int(done)).to_bytes(bytes_, "little")
        case str():
            return b"\x01"
        case _:
            return bytes([LEFT_OUT]) * bytes_


def _unpacked(question: Question, packed: bytes, texts: Mapping[str, str]) -> Answer | None:
    if not any(packed):
        return None
    if all(byte == LEFT_OUT for byte in packed):
        return SKIPPED
    match question.kind:
        case Kind.SEVERAL:
            mask = int.from_bytes(packed, "little")
            options = frozenset(n for n in range(1, len(question.options) + 1) if mask >> n & 1)
            return Picked(options, bool(mask & 1))
        case Kind.NUMBER:
            return int.from_bytes(packed, "big") - 1
        case Kind.TEXT:
            return texts.get(question.id, "")
        case _:
            return packed[0]


def pack(questionnaire: Questionnaire, answers: Answers) -> tuple[bytes, dict[str, str]]:
    """The packed answers, and the texts apart by question id."""
    packed = bytearray(size(questionnaire))
    texts: dict[str, str] = {}
    for question, start, end in _places(questionnaire):
        answer = answers.get(question.id)
        if answer is not None:
            packed[start:end] = _packed(question, answer)
        if isinstance(answer, str):
            texts[question.id] = answer
    return bytes(packed), texts


def unpack(questionnaire: Questionnaire, packed: bytes, texts: Mapping[str, str]) -> dict[str, Answer]:
    """The answers again; an erased text comes back as an empty one, still answered."""
    if len(packed) != size(questionnaire):
        raise ValueError(f"{len(packed)} bytes for a questionnaire of {size(questionnaire)}")
    answers: dict[str, Answer] = {}
    for question, start, end in _places(questionnaire):
        answer = _unpacked(question, packed[start:end], texts)
        if answer is not None:
            answers[question.id] = answer
    return answers
