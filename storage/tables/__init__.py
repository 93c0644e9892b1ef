"""Rows, exactly as the database holds them."""

from storage.tables.base import Base
from storage.tables.broadcasts import Article, Broadcast, Bulletin, Delivery, File, RemoteFile
from storage.tables.intake import Fact, Inbox, Notice, ScheduleRun, Screen
from storage.tables.people import AuditEntry, Contact, Grant, Person
from storage.tables.surveys import (
    AnswerCount,
    Consent,
    IndexSums,
    Participation,
    QuestionnaireVersion,
    Response,
    ResponseText,
    Survey,
)

__all__ = [
    "AnswerCount",
    "Article",
    "AuditEntry",
    "Base",
    "Broadcast",
    "Bulletin",
    "Consent",
    "Contact",
    "Delivery",
    "Fact",
    "File",
    "Grant",
    "Inbox",
    "IndexSums",
    "Notice",
    "Participation",
    "Person",
    "QuestionnaireVersion",
    "RemoteFile",
    "Response",
    "ResponseText",
    "ScheduleRun",
    "Screen",
    "Survey",
]
