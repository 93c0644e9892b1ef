"""Fieldwork: the people drawn for a survey, its quotas, its interviewers and those to be called back."""

from datetime import date, datetime

from sqlalchemy import Float, ForeignKey, Index, SmallInteger, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base

TO_SEND = text("status IN ('pending', 'sending')")


class Case(Base):
    """One person drawn for a survey (người được chọn), with the single-use link under ``code``.

    ``status`` is that of its invitation, ``disposition`` what became of the person. The address, telephone and
    reference are erased when the survey closes.
    """

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("survey_id", "reference"),
        Index("ix_cases_due", "survey_id", "due_at", "id", sqlite_where=TO_SEND, postgresql_where=TO_SEND),
        Index("ix_cases_disposition", "survey_id", "disposition"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    code: Mapped[str]
    reference: Mapped[str | None]
    unit: Mapped[str]
    served_on: Mapped[date | None]
    """The day of the transaction that they are asked about."""
    telegram: Mapped[str] = mapped_column(default="")
    zalo: Mapped[str] = mapped_column(default="", server_default="")
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    agreed: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether they agreed to be written to on Zalo by their telephone number."""
    weight: Mapped[float] = mapped_column(Float, default=1.0)
    via: Mapped[str] = mapped_column(default="", server_default="")
    """The channel on which they were invited."""
    tried: Mapped[str] = mapped_column(default="", server_default="")
    """The ways that turned out closed before: 'zalo_oa:window closed'."""
    status: Mapped[str]
    reason: Mapped[str | None]
    disposition: Mapped[str]
    claim: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    invited_at: Mapped[datetime | None]
    reminded: Mapped[int] = mapped_column(SmallInteger, default=0)
    created_at: Mapped[datetime]


class QuotaCount(Base):
    """How many of a quota's target are in (hạn mức); never more than the target."""

    __tablename__ = "quota_counts"
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    target: Mapped[int]
    n: Mapped[int] = mapped_column(default=0)


class BreakOff(Base):
    """How many left off at a question and did not come back, whose answers are deleted."""

    __tablename__ = "break_offs"
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"), primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(default=0)


class Assignment(Base):
    """So many interviews that an interviewer (điều tra viên) is to take in a commune."""

    __tablename__ = "assignments"
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    unit: Mapped[str] = mapped_column(primary_key=True)
    target: Mapped[int]


class Callback(Base):
    """A telephone under which an interview may be checked (phúc tra), given freely; deleted when the survey closes.

    It knows the interviewer, the commune and the day, and not which response it was.
    """

    __tablename__ = "callbacks"
    __table_args__ = (Index("ix_callbacks_survey_id", "survey_id", "interviewer_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    interviewer_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    unit: Mapped[str]
    interviewed_on: Mapped[date]
    phone: Mapped[str]
    drawn: Mapped[int] = mapped_column(SmallInteger, default=0)
