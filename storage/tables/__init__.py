"""Rows, exactly as the database holds them."""

from storage.tables.base import Base
from storage.tables.broadcasts import Article, Broadcast, Bulletin, Delivery, File, RemoteFile
from storage.tables.counts import DeliveryCount
from storage.tables.fieldwork import Assignment, BreakOff, Callback, Case, QuotaCount
from storage.tables.incidents import Incident
from storage.tables.intake import Fact, Inbox, Notice, ScheduleRun, Screen
from storage.tables.mail import Bounce
from storage.tables.people import AuditEntry, Contact, Grant, LinkCode, Person
from storage.tables.results import ResultSubscription
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
    Upload,
)
from storage.tables.zalo import ZaloArticle, ZaloChat, ZaloGrant

__all__ = [
    "AnswerCount",
    "Article",
    "Assignment",
    "AuditEntry",
    "Base",
    "Bounce",
    "BreakOff",
    "Broadcast",
    "Budget",
    "Bulletin",
    "Callback",
    "Case",
    "Consent",
    "Contact",
    "Delivery",
    "DeliveryCount",
    "Fact",
    "File",
    "Grant",
    "Inbox",
    "Incident",
    "IndexSums",
    "Lease",
    "LinkCode",
    "Notice",
    "Participation",
    "Person",
    "QuestionnaireVersion",
    "QuotaCount",
    "RemoteFile",
    "Response",
    "ResponseText",
    "ResultSubscription",
    "ScheduleRun",
    "Screen",
    "Survey",
    "Upload",
    "ZaloArticle",
    "ZaloChat",
    "ZaloGrant",
]
