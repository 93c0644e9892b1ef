"""What arrives and what we owe: the inbox, notices to staff, screens we come back to, and small facts."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class Inbox(Base):
    """Something that arrived, raw; the content is erased once it is handled, the id stays against repeats."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index("ix_inbox_new", "id", sqlite_where=text("status = 'new'"), postgresql_where=text("status = 'new'")),
        Index("ix_inbox_received_at", "received_at"),
        Index("ix_inbox_quarantined", "received_at", sqlite_where=text("status = 'quarantined'"),
              postgresql_where=text("status = 'quarantined'")),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    external_id: Mapped[str]
    address: Mapped[str]
    raw: Mapped[bytes | None] = mapped_column(LargeBinary)
    status: Mapped[str]
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    error: Mapped[str | None]
    received_at: Mapped[datetime]


class Notice(Base):
    """Something that a member of staff is to be told (thông báo), kept until it has been said."""

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix_notices_unsaid", "id", sqlite_where=text("said_at IS NULL"),
              postgresql_where=text("said_at IS NULL")),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    kind: Mapped[str]
    subject_id: Mapped[int]
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    created_at: Mapped[datetime]
    said_at: Mapped[datetime | None]
    held_until: Mapped[datetime | None]
    """Until when whoever says it right now has it to themselves."""


class Screen(Base):
    """A message in somebody's chat that we may still change: the current question, a progress board."""

    __tablename__ = "screens"
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str]
    shown: Mapped[str] = mapped_column(default="")


class ScheduleRun(Base):
    """That a clock job's slot has run; inserted in the transaction that does the work."""

    __tablename__ = "schedule_runs"
    job: Mapped[str] = mapped_column(primary_key=True)
    slot: Mapped[datetime] = mapped_column(primary_key=True)


class Fact(Base):
    """A small thing learned and kept across restarts: the bot's own name, the learned rate."""

    __tablename__ = "facts"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
