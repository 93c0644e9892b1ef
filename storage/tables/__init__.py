"""Rows, exactly as the database holds them."""

from storage.tables.base import Base
from storage.tables.broadcasts import Article, Broadcast, Bulletin, Delivery, File, RemoteFile
from storage.tables.fieldwork import Assignment, BreakOff, Callback, Case, QuotaCount
from storage.tables.intake import Fact, Inbox, Notice, ScheduleRun, Screen
from storage.tables.people import AuditEntry, Contact, Grant, Person
from storage.tables.scale import Budget, Lease
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
    "Assignment",
    "AuditEntry",
    "Base",
    "BreakOff",
    "Broadcast",
    "Budget",
    "Bulletin",
    "Callback",
    "Case",
    "Consent",
    "Contact",
    "Delivery",
    "Fact",
    "File",
    "Grant",
    "Inbox",
    "IndexSums",
    "Lease",
    "Notice",
    "Participation",
    "Person",
    "QuestionnaireVersion",
    "QuotaCount",
    "RemoteFile",
    "Response",
    "ResponseText",
    "ScheduleRun",
    "Screen",
    "Survey",
]
