"""Who we speak with: persons, their contacts, and what they may do."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class Person(Base):
    """One human whom we know by name: an official (cán bộ), or a subscriber through the public link.

    ``areas`` is a bit mask over ``broadcasts.areas.AREAS``; 0 means all of them.
    """

    __tablename__ = "persons"
    __table_args__ = (
        Index("ix_persons_place", "province", "commune"),
        Index("ix_persons_level", "level"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    unit: Mapped[str] = mapped_column(default="")
    level: Mapped[str] = mapped_column(default="")
    province: Mapped[str] = mapped_column(default="")
    commune: Mapped[str] = mapped_column(default="")
    areas: Mapped[int] = mapped_column(default=0)
    prefers: Mapped[str] = mapped_column(default="", server_default="")
    """The channel on which they want to hear from us first; '' where they did not say."""
    subscribed: Mapped[bool] = mapped_column(default=True)
    subscription_changed_at: Mapped[datetime | None]
    invitation: Mapped[str | None] = mapped_column(unique=True)
    invitation_used_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Contact(Base):
    """One address on one channel (người liên hệ); a citizen is a contact without a person."""

    __tablename__ = "contacts"
    __table_args__ = (
        UniqueConstraint("channel", "address"),
        Index("ix_contacts_person_id", "person_id", sqlite_where=text("person_id IS NOT NULL"),
              postgresql_where=text("person_id IS NOT NULL")),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    channel: Mapped[str]
    address: Mapped[str]
    language: Mapped[str] = mapped_column(default="", server_default="")
    """In which language a survey is spoken with them; '' for the questionnaire's own."""
    asked: Mapped[str] = mapped_column(default="")
    """What free text will be taken for, when we have just asked for some; empty otherwise."""
    stopped_at: Mapped[datetime | None]
    stopped_reason: Mapped[str | None]
    created_at: Mapped[datetime]


class LinkCode(Base):
    """A code (mã liên kết) that a person was shown on one channel, to be said on another; one at a time."""

    __tablename__ = "link_codes"
    __table_args__ = (UniqueConstraint("person_id"),)
    code: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    until: Mapped[datetime]


class Grant(Base):
    """A person's role (vai trò)."""

    __tablename__ = "grants"
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    granted_at: Mapped[datetime]


class AuditEntry(Base):
    """Who did what to what, and when (nhật ký). Only ever added to."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_subject", "subject"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[str] = mapped_column(default="")
