"""Answers in words, and as they stand in the boxes of a form. Pure."""

from datetime import date

from surveys.answers import Answer, Picked, Place, Ranked, Skipped, value_of
from surveys.questionnaire import Kind, Question
from surveys.words import Words


def whole(number: int, language: str) -> str:
    """A whole number as it is written in a language: 5.000 or 5,000."""
    written = f"{number:,}"
    return written if language == "en" else written.replace(",", ".")


def decimal(number: float, language: str, places: int = 10) -> str:
    """A number without needless noughts, with the language's own sign: 1,5 or 1.5."""
    written = f"{number:.{places}f}".rstrip("0").rstrip(".")
    return written if language == "en" else written.replace(".", ",")


def boxed(question: Question, answer: Answer | None, language: str) -> str:
    """What stands in the one box of a question that is filled in by writing."""
    match answer:
        case int(ordinal) if question.kind is Kind.DATE:
            return f"{date.fromordinal(ordinal):%d/%m/%Y}"
        case float(number):
            return decimal(number, language)
        case int() | str():
            return value_of(question, answer)
        case _:
            return ""


def worded(question: Question, answer: Answer, own: Words, language: str) -> str:
    """An answer as it is read when everything is looked through."""
    match answer:
        case int(chosen) if question.kind is Kind.ONE:
            return question.options[chosen - 1]
        case Picked(options):
            return "; ".join(question.options[option - 1] for option in sorted(options)) or own.left_out
        case Ranked(order):
            return " > ".join(question.options[option - 1] for option in order)
        case Place(latitude, longitude):
            return f"{decimal(latitude, language, 5)}; {decimal(longitude, language, 5)}"
        case Skipped.UNKNOWN:
            return own.dont_know
        case Skipped.INAPPLICABLE:
            return own.inapplicable
        case Skipped():
            return own.left_out
        case _ if question.kind in (Kind.NOTE, Kind.FILE):
            return own.written
        case _:
            return boxed(question, answer, language)
