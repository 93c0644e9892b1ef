"""How many deliveries of a broadcast are how: kept by the database itself, so that nobody has to count rows."""

from sqlalchemy import Boolean, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class DeliveryCount(Base):
    """A part of how many deliveries are alike; the sum over all shards is the truth, one part may be negative.

    Triggers on ``deliveries`` keep it, in the transaction that changes a row and on both databases. A ``shard`` is a
    connection of PostgreSQL (0 on SQLite), so that nobody waits for somebody else's part.
    """

    __tablename__ = "delivery_counts"
    __table_args__ = ({"sqlite_with_rowid": False},)
    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcasts.id", ondelete="CASCADE"), primary_key=True)
    shard: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(primary_key=True)
    """Empty where a delivery has none."""
    doubtful: Mapped[bool] = mapped_column(Boolean, primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    turned: Mapped[bool] = mapped_column(Boolean, primary_key=True)
    """Whether another way was tried before."""
    paid: Mapped[bool] = mapped_column(Boolean, primary_key=True)
    """Whether it went as a paid template, which the id of its message tells."""
    n: Mapped[int]
