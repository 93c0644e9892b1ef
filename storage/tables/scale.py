"""What several processes on one database share: who is in charge of what, and one budget for each bot."""

from datetime import datetime

from sqlalchemy import Float, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class Lease(Base):
    """That one process is in charge of something until a moment, such as the clock or fetching updates."""

    __tablename__ = "leases"
    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime]


class Budget(Base):
    """How fast one account of a network may send, whatever the number of processes (PostgreSQL only).

    ``tat`` is when the next message may leave (the theoretical arrival time of GCRA), ``reply_tat`` the same for
    replies alone. ``depth`` is 0 while the limit is being searched for, which one process does, the ``scout``.
    ``handed`` counts all slots ever given.
    """

    __tablename__ = "budgets"
    account: Mapped[str] = mapped_column(primary_key=True)
    ceiling: Mapped[float] = mapped_column(Float)
    rate: Mapped[float] = mapped_column(Float)
    depth: Mapped[int] = mapped_column(SmallInteger)
    tat: Mapped[datetime]
    reply_tat: Mapped[datetime]
    frozen_until: Mapped[datetime]
    calm_since: Mapped[datetime]
    episodes: Mapped[int] = mapped_column(default=0)
    handed: Mapped[int] = mapped_column(default=0)
    scout: Mapped[str] = mapped_column(default="")
    scout_until: Mapped[datetime]
