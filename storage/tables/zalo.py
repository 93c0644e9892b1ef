"""What Zalo needs to be remembered: the grant of an Official Account, and when people last spoke with us."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class ZaloGrant(Base):
    """The pair of tokens that an Official Account gave us; the refresh token works once.

    ``turn_until`` is the lease of whoever refreshes, so that nobody else uses the token meanwhile.
    """

    __tablename__ = "zalo_grants"
    account: Mapped[str] = mapped_column(primary_key=True)
    access_token: Mapped[str] = mapped_column(default="")
    refresh_token: Mapped[str]
    begun_with: Mapped[str]
    """SHA-256 of the refresh token in the settings with which this began; a new one there begins anew."""
    access_until: Mapped[datetime | None]
    refreshed_at: Mapped[datetime | None]
    refresh_until: Mapped[datetime | None]
    turn_until: Mapped[datetime | None]
    trouble: Mapped[str] = mapped_column(default="")


class ZaloChat(Base):
    """A chat on one of Zalo's networks: its last interaction, and what typed words meant under the last message."""

    __tablename__ = "zalo_chats"
    channel: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    interacted_at: Mapped[datetime | None]
    follows: Mapped[bool | None]
    """Whether they follow the account, and so get its articles; None where nobody has asked."""
    typed: Mapped[str] = mapped_column(default="")
    """JSON: what may be typed, and the token that it stands for."""
    typed_at: Mapped[datetime | None]


class ZaloArticle(Base):
    """The article that one broadcast is to all who follow the account; ``state`` says how far it is."""

    __tablename__ = "zalo_articles"
    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcasts.id"), primary_key=True)
    state: Mapped[str]
    token: Mapped[str] = mapped_column(default="")
    """What is exchanged for the article's id once Zalo has made it."""
    article: Mapped[str] = mapped_column(default="")
    message: Mapped[str] = mapped_column(default="")
    due_at: Mapped[datetime]
    """When to go on; while it is being broadcast, when whoever is at it counts as gone."""
