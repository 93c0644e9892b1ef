"""The words that rows may hold. Pure, and shared by every floor."""

from enum import StrEnum


class ChannelName(StrEnum):
    """A network that we speak on (kênh)."""

    TELEGRAM = "telegram"
    ZALO_OA = "zalo_oa"
    ZALO_BOT = "zalo_bot"
    EMAIL = "email"
    WEB = "web"
    ZALO_PHONE = "zalo_phone"
    """A template of the Official Account, sent by telephone number."""
    ZALO_ARTICLE = "zalo_article"
    """An article of the Official Account, broadcast to all who follow it at once."""


class Role(StrEnum):
    """What a person may do besides receiving bulletins (vai trò)."""

    EDITOR = "editor"
    APPROVER = "approver"
    OPERATOR = "operator"
    INTERVIEWER = "interviewer"
    SUPERVISOR = "supervisor"


class BroadcastStatus(StrEnum):
    """Where a broadcast (đợt phát) stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    HELD = "held"
    SENDING = "sending"
    PAUSED = "paused"
    SENT = "sent"
    SENT_WITH_UNKNOWN = "sent with unknown"
    CANCELLED = "cancelled"


class BroadcastKind(StrEnum):
    """What a broadcast does: it sends, or it changes what an earlier one sent."""

    SEND = "send"
    CORRECT = "correct"
    WITHDRAW = "withdraw"


class DeliveryStatus(StrEnum):
    """Where one delivery (lượt gửi) stands; all but the first two are final, UNKNOWN until somebody decides."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why a delivery failed or was skipped, or why a contact was stopped."""

    BLOCKED = "blocked"
    DEACTIVATED = "deactivated"
    NOT_FOUND = "not found"
    NOT_STARTED = "not started"
    MIGRATED = "migrated"
    REFUSED = "refused"
    TOO_LONG = "too long"
    THROTTLED = "throttled"
    NETWORK = "network"
    SERVER = "server"
    UNAUTHORISED = "unauthorised"
    IN_DOUBT = "in doubt"
    NOT_MODIFIED = "not modified"
    GONE = "gone"
    TOO_OLD = "too old"
    NO_CONTACT = "no contact"
    UNSUBSCRIBED = "unsubscribed"
    CANCELLED = "cancelled"
    WINDOW_CLOSED = "window closed"
    QUOTA = "quota"
    NIGHT = "night"
    TRY_LATER = "try later"
    CANNOT_RECEIVE = "cannot receive"
    DEFERRED = "deferred"
    BOUNCED = "bounced"
    NOT_AGREED = "not agreed"


class InboxStatus(StrEnum):
    """What became of something that arrived."""

    NEW = "new"
    DONE = "done"
    QUARANTINED = "quarantined"


class SurveyStatus(StrEnum):
    """A survey (cuộc khảo sát) takes answers only while it is open."""

    OPEN = "open"
    CLOSED = "closed"


class ResponseStatus(StrEnum):
    """A response (phiếu trả lời) is counted only once it is complete; of the others no answers are kept."""

    OPEN = "open"
    COMPLETE = "complete"
    INELIGIBLE = "ineligible"
    REFUSED = "refused"


class Mode(StrEnum):
    """How a response was taken (cách thu thập)."""

    CHAT = "chat"
    WEB = "web"
    INTERVIEW = "interview"


class CaseStatus(StrEnum):
    """Where the invitation of somebody drawn for a survey stands; all but the first two are final."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    LISTED = "listed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class NoticeKind(StrEnum):
    """What staff are told without asking (thông báo)."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    FINISHED = "finished"
    PAUSED = "paused"
    HELD = "held"
    SURVEY_CLOSED = "survey closed"
    WEEKLY_RESULTS = "weekly results"
    REPORT_FILES = "report files"
    RECIPIENTS = "recipients"
    INCIDENT_OPENED = "incident opened"
    INCIDENT_CLOSED = "incident closed"


class IncidentKind(StrEnum):
    """What may go wrong with the running program (sự cố)."""

    CHANNEL_DOWN = "channel down"
    TOKEN = "token refused"
    FAILURES = "many failures"
    QUARANTINE = "quarantine growing"
    COUNTERS = "counters wrong"
    DISK = "disk low"
    CERTIFICATE = "certificate ending"
    INBOX = "inbox stuck"
    BACKUP = "backup old"
    ZALO_GRANT = "zalo grant"


class ScreenKind(StrEnum):
    """Messages that we come back to after sending them."""

    QUESTION = "question"
    PROGRESS = "progress"


class Level(StrEnum):
    """Where in the administration an official serves (cấp)."""

    CENTRAL = "central"
    PROVINCE = "province"
    COMMUNE = "commune"
