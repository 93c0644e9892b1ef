"""Who receives the results of surveys every week."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class ResultSubscription(Base):
    """A member of staff who wants the picture of the results every Monday."""

    __tablename__ = "result_subscriptions"
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    created_at: Mapped[datetime]
