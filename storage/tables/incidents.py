"""What is wrong with the running program, kept until it is well again."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base

OPEN = text("closed_at IS NULL")


class Incident(Base):
    """A trouble (sự cố) of one kind with one subject; at most one of them is open at a time."""

    __tablename__ = "incidents"
    __table_args__ = (
        Index("uq_incidents_open", "kind", "subject", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[str] = mapped_column(default="")
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
