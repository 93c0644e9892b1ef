"""What we ask and what is answered: questionnaires, surveys, responses and their counters."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Index, LargeBinary, SmallInteger, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class QuestionnaireVersion(Base):
    """A frozen questionnaire (phiếu hỏi); ``source`` is the YAML exactly as imported."""

    __tablename__ = "questionnaires"
    __table_args__ = (UniqueConstraint("key", "version"), UniqueConstraint("digest"))
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    version: Mapped[int] = mapped_column(SmallInteger)
    title: Mapped[str]
    digest: Mapped[str]
    source: Mapped[str]
    created_at: Mapped[datetime]


class Survey(Base):
    """One fielding of one questionnaire (cuộc khảo sát); ``key`` is destroyed when it closes.

    ``design`` is ``surveys.design.Design`` as JSON: whom it is for, when they are asked, quotas, exclusions.
    """

    __tablename__ = "surveys"
    id: Mapped[int] = mapped_column(primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaires.id"))
    title: Mapped[str]
    status: Mapped[str]
    design: Mapped[Any | None] = mapped_column(JSON)
    key: Mapped[bytes | None]
    opened_at: Mapped[datetime]
    until: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    results_public_at: Mapped[datetime | None]


class Consent(Base):
    """Proof that somebody said to be of age and agreed, to which words, by which message."""

    __tablename__ = "consents"
    __table_args__ = (UniqueConstraint("survey_id", "contact_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    adult_at: Mapped[datetime]
    adult_evidence: Mapped[str]
    agreed_at: Mapped[datetime | None]
    agreed_evidence: Mapped[str] = mapped_column(default="")
    declined_at: Mapped[datetime | None]
    version: Mapped[str] = mapped_column(default="")
    text_digest: Mapped[str] = mapped_column(default="")


class Participation(Base):
    """That somebody took part, known only by a keyed pseudonym; unreadable once the survey's key is gone."""

    __tablename__ = "participations"
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"), primary_key=True)
    pseudonym: Mapped[bytes] = mapped_column(primary_key=True)


class Response(Base):
    """One person's answers (phiếu trả lời), packed as ``surveys.packing`` says, folded once they are sent; random id.

    On completion ``contact_id`` and ``case_id`` become null and both times are cut down to the day, but for
    interviews, whose times and place are those of the interviewer. ``seconds`` is the time spent answering, ``quick``
    how many answers came too fast to have been read, ``flags`` what ``surveys.quality`` finds, and ``excluded``
    whether these keep it out of the index.
    """

    __tablename__ = "responses"
    __table_args__ = (
        Index("ix_responses_contact_id", "contact_id", "status"),
        Index("ix_responses_survey_id", "survey_id", "status"),
        Index("ix_responses_interviewer_id", "interviewer_id", "survey_id",
              sqlite_where=text("interviewer_id IS NOT NULL"), postgresql_where=text("interviewer_id IS NOT NULL")),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    interviewer_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    unit: Mapped[str]
    status: Mapped[str]
    mode: Mapped[str] = mapped_column(default="chat", server_default="chat")
    language: Mapped[str] = mapped_column(default="", server_default="")
    answers: Mapped[bytes]
    seconds: Mapped[int] = mapped_column(default=0, server_default="0")
    quick: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    flags: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    excluded: Mapped[bool] = mapped_column(default=False, server_default=false())
    weight: Mapped[float] = mapped_column(Float, default=1.0, server_default="1")
    reminded: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    place: Mapped[str] = mapped_column(default="", server_default="")
    started_at: Mapped[datetime]
    touched_at: Mapped[datetime]


class ResponseText(Base):
    """Free text of one answer, apart so that it can be erased alone."""

    __tablename__ = "response_texts"
    response_id: Mapped[int] = mapped_column(ForeignKey("responses.id", ondelete="CASCADE"), primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]


class Upload(Base):
    """A file that was given as an answer on the web; erased with its answer."""

    __tablename__ = "uploads"
    response_id: Mapped[int] = mapped_column(ForeignKey("responses.id", ondelete="CASCADE"), primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)


class AnswerCount(Base):
    """How many responses that a stratum completed in one month chose one value of one question.

    ``w`` and ``w2`` are the sums of their weights and of these squared. Every sum is kept in two columns, whole
    numbers and the ``_rest`` in small fixed steps (``storage.counters``), so that it is exact in any order.
    """

    __tablename__ = "answer_counts"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  # as SQLAlchemy wants it
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"), primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    n: Mapped[int]
    w: Mapped[float] = mapped_column(Float, default=0.0, server_default="0")
    w2: Mapped[float] = mapped_column(Float, default=0.0, server_default="0")
    w_rest: Mapped[int] = mapped_column(default=0, server_default="0")
    w2_rest: Mapped[int] = mapped_column(default=0, server_default="0")


class IndexSums(Base):
    """The sums from which a part's index and its standard error follow exactly.

    For each complete response of the stratum: w its weight, s its satisfied answers, n its valid answers among the
    criteria of the part (a factor, a domain, or the whole). ``inside`` counts the responses with a valid answer.
    """

    __tablename__ = "index_sums"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"), primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    responses: Mapped[int]
    inside: Mapped[int] = mapped_column(default=0, server_default="0")
    w: Mapped[float] = mapped_column(Float)
    w2: Mapped[float] = mapped_column(Float, default=0.0, server_default="0")
    ws: Mapped[float] = mapped_column(Float)
    wn: Mapped[float] = mapped_column(Float)
    ws2: Mapped[float] = mapped_column(Float)
    wsn: Mapped[float] = mapped_column(Float)
    wn2: Mapped[float] = mapped_column(Float)
    w_rest: Mapped[int] = mapped_column(default=0, server_default="0")
    w2_rest: Mapped[int] = mapped_column(default=0, server_default="0")
    ws_rest: Mapped[int] = mapped_column(default=0, server_default="0")
    wn_rest: Mapped[int] = mapped_column(default=0, server_default="0")
    ws2_rest: Mapped[int] = mapped_column(default=0, server_default="0")
    wsn_rest: Mapped[int] = mapped_column(default=0, server_default="0")
    wn2_rest: Mapped[int] = mapped_column(default=0, server_default="0")
