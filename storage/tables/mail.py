"""E-mail that came back."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class Bounce(Base):
    """A report that an e-mail could not be delivered (thư bị trả lại), kept once however often it arrives.

    It is about a delivery, or about the invitation of a case. ``status`` is the code of RFC 3463, ``final`` whether
    it says that the address will never work.
    """

    __tablename__ = "bounces"
    __table_args__ = (
        UniqueConstraint("report"),
        Index("ix_bounces_contact_id", "contact_id", "at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    report: Mapped[str]
    """SHA-256 (hex) of what makes a report the same one."""
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    status: Mapped[str]
    final: Mapped[bool]
    at: Mapped[datetime]
