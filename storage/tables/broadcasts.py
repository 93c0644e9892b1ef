"""What we send: bulletins and their articles, broadcasts, and one delivery for each person."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class Bulletin(Base):
    """One issue of the bulletin (bản tin)."""

    __tablename__ = "bulletins"
    __table_args__ = (UniqueConstraint("year", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger)
    number: Mapped[int] = mapped_column(SmallInteger)
    title: Mapped[str]
    dated: Mapped[date]
    picture: Mapped[Any | None] = mapped_column(JSON)
    document: Mapped[Any | None] = mapped_column(JSON)
    """What travels with it: name, type and SHA-256 of a ``files`` row."""
    published_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Article(Base):
    """One article of a bulletin (bài); ``body`` is ``channels.blocks`` as JSON."""

    __tablename__ = "articles"
    __table_args__ = (UniqueConstraint("bulletin_id", "position"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    bulletin_id: Mapped[int] = mapped_column(ForeignKey("bulletins.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(SmallInteger)
    area: Mapped[str]
    headline: Mapped[str]
    dated: Mapped[date | None]
    source: Mapped[str] = mapped_column(default="")
    body: Mapped[Any] = mapped_column(JSON)
    plain: Mapped[str]
    """Headline and text in lower case without diacritics, for searching."""


class File(Base):
    """A picture or document that is sent (tệp), once however often it is attached."""

    __tablename__ = "files"
    sha256: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    added_at: Mapped[datetime]


class RemoteFile(Base):
    """Under which id an account of a network (a bot) knows a file, so that it is uploaded once."""

    __tablename__ = "remote_files"
    account: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("files.sha256", ondelete="CASCADE"), primary_key=True)
    remote_id: Mapped[str]


class Broadcast(Base):
    """One sending of one message to one audience (đợt phát).

    ``content`` is ``channels.message.Message`` as JSON, frozen at submission; ``digest`` is over content and
    audience, taken at approval and compared at the start.
    """

    __tablename__ = "broadcasts"
    __table_args__ = (Index("ix_broadcasts_status", "status", "send_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    bulletin_id: Mapped[int | None] = mapped_column(ForeignKey("bulletins.id"))
    kind: Mapped[str] = mapped_column(default="send", server_default="send")
    of_id: Mapped[int | None] = mapped_column(ForeignKey("broadcasts.id"))
    """The broadcast whose messages this one corrects or withdraws."""
    title: Mapped[str]
    audience: Mapped[str]
    areas: Mapped[int] = mapped_column(default=0)
    content: Mapped[Any] = mapped_column(JSON)
    digest: Mapped[str | None]
    status: Mapped[str]
    in_doubt: Mapped[str] = mapped_column(default="resend")
    channels: Mapped[str] = mapped_column(default="", server_default="")
    """On which channels it goes out, the first to be tried first, frozen when it starts; blanks between."""
    author_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    send_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


OPEN = text("status IN ('pending', 'sending')")


class Delivery(Base):
    """One person's copy of one broadcast (lượt gửi): the ledger.

    ``due_at`` is when the row may be taken: for a pending row the time to try (again) or the end of somebody's
    claim, for a sending row the end of its lease. ``claim`` is the token of whoever took the row last and fences off
    all who held it before. ``message_ids`` are those of the parts already sent, so their number is the next part.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("broadcast_id", "person_id"),
        Index("ix_deliveries_status", "broadcast_id", "status"),
        Index("ix_deliveries_due", "broadcast_id", "due_at", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_deliveries_address", "address"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcasts.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    channel: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    status: Mapped[str]
    reason: Mapped[str | None]
    detail: Mapped[str | None]
    tried: Mapped[str] = mapped_column(default="", server_default="")
    """The ways that turned out closed before this one: 'telegram:blocked,zalo_oa:window closed'."""
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    claim: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    doubtful: Mapped[bool] = mapped_column(default=False)
    """The person may have received it twice: it was sent again after its first outcome was lost."""
    message_ids: Mapped[str] = mapped_column(default="")
    targets: Mapped[str] = mapped_column(default="", server_default="")
    """Ids of the messages that are to be changed, of a correction or withdrawal."""
    floor: Mapped[int] = mapped_column(default=0, server_default="0")
    """The highest message id that was known when the row was marked; what was sent has a higher one."""
    sent_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
