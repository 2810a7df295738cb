"""The tables of the review database; what may quote a note is kept sealed, in columns named so."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

#: States of an encounter, in the order they are passed.
STATES = ("new", "in_review", "pending", "coded", "audited", "exported")
#: Codings of one encounter: the coder's, a blind second one, and what settled their differences.
CODINGS = ("first", "second", "adjudication")


class Moment(TypeDecorator[datetime.datetime]):
    """A moment in UTC; databases without time zones get it back as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime.datetime | None, dialect: Dialect
    ) -> datetime.datetime | None:
        """Store in UTC."""
        del dialect
        return None if value is None else value.astimezone(datetime.UTC)

    def process_result_value(
        self, value: datetime.datetime | None, dialect: Dialect
    ) -> datetime.datetime | None:
        """Read as UTC."""
        del dialect
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=datetime.UTC)


class Base(DeclarativeBase):
    """Base of all tables."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime.datetime: Moment,
        datetime.date: Date,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        bytes: LargeBinary,
    }


class Account(Base):
    """Someone, or a program, who may come in."""

    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    role: Mapped[str] = mapped_column(String(20))
    password: Mapped[str | None] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime.datetime]


class ApiToken(Base):
    """A token of a program, kept as its SHA-256 only."""

    __tablename__ = "api_token"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    label: Mapped[str] = mapped_column(String(100))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime.datetime]
    expires_at: Mapped[datetime.datetime | None]
    revoked_at: Mapped[datetime.datetime | None]


class LoginSession(Base):
    """A signed-in browser, known by the SHA-256 of its cookie."""

    __tablename__ = "login_session"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime.datetime]
    seen_at: Mapped[datetime.datetime]


class LoginFailure(Base):
    """A sign-in that failed, for throttling; ``who`` is a digest, never what was typed."""

    __tablename__ = "login_failure"
    id: Mapped[int] = mapped_column(primary_key=True)
    who: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime.datetime] = mapped_column(index=True)


class EncounterRow(Base):
    """An encounter in the worklist."""

    __tablename__ = "encounter"
    __table_args__ = (
        Index("encounter_by_state", "state", "waiting_since"),
        UniqueConstraint("external_id", "digest"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(20), default="new")
    age: Mapped[int | None]
    sex: Mapped[str | None] = mapped_column(String(1))
    date_of_service: Mapped[datetime.date | None]
    setting: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime.datetime]
    waiting_since: Mapped[datetime.datetime]
    assigned_to: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    documents: Mapped[int] = mapped_column(Integer, default=0)
    characters: Mapped[int] = mapped_column(Integer, default=0)
    suggestions: Mapped[int] = mapped_column(Integer, default=0)
    least_confidence: Mapped[float | None] = mapped_column(Float)
    unknown_share: Mapped[float | None] = mapped_column(Float)
    purged_at: Mapped[datetime.datetime | None]


class DocumentRow(Base):
    """A document of an encounter; its text sealed."""

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("encounter_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    encounter_id: Mapped[int] = mapped_column(ForeignKey("encounter.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    type: Mapped[str] = mapped_column(String(200), default="")
    position: Mapped[int]
    sealed_text: Mapped[bytes]
    arrived_at: Mapped[datetime.datetime]


class Reading(Base):
    """What a model suggested for an encounter as it then stood; the result sealed."""

    __tablename__ = "reading"
    id: Mapped[int] = mapped_column(primary_key=True)
    encounter_id: Mapped[int] = mapped_column(ForeignKey("encounter.id"), index=True)
    made_at: Mapped[datetime.datetime]
    model: Mapped[str] = mapped_column(String(100))
    model_version: Mapped[str] = mapped_column(String(100))
    code_sets: Mapped[dict[str, Any]]
    documents: Mapped[int]
    sealed_result: Mapped[bytes | None]


class Suggested(Base):
    """One suggested code of a reading, without a word of the note, for statistics."""

    __tablename__ = "suggested"
    __table_args__ = (UniqueConstraint("reading_id", "system", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    reading_id: Mapped[int] = mapped_column(ForeignKey("reading.id"), index=True)
    system: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(10))
    rank: Mapped[int]
    confidence: Mapped[float]
    tier: Mapped[str] = mapped_column(String(20))


class Coding(Base):
    """One coder's pass over an encounter; ``version`` counts its events."""

    __tablename__ = "coding"
    __table_args__ = (UniqueConstraint("encounter_id", "kind"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    encounter_id: Mapped[int] = mapped_column(ForeignKey("encounter.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20), default="first")
    coder_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    version: Mapped[int] = mapped_column(Integer, default=0)
    started_at: Mapped[datetime.datetime | None]
    finished_at: Mapped[datetime.datetime | None]
    seconds: Mapped[float] = mapped_column(Float, default=0.0)
    locked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    locked_until: Mapped[datetime.datetime | None]


class EventRow(Base):
    """One decision; rows are only ever added. Free words of the coder stand in :class:`Words`."""

    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("coding_id", "sequence"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    coding_id: Mapped[int] = mapped_column(ForeignKey("coding.id"), index=True)
    sequence: Mapped[int]
    at: Mapped[datetime.datetime] = mapped_column(index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    who: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(20))
    fields: Mapped[dict[str, Any]]
    reading_id: Mapped[int | None] = mapped_column(ForeignKey("reading.id"))
    model: Mapped[str] = mapped_column(String(100))
    code_set: Mapped[str] = mapped_column(String(100))
    shown: Mapped[list[Any]]
    seconds: Mapped[float | None] = mapped_column(Float)
    digest: Mapped[str] = mapped_column(String(64))


class Words(Base):
    """What a coder wrote with a decision (a reason, a query), sealed; it goes when the note goes."""

    __tablename__ = "words"
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    sealed: Mapped[bytes]


class Shown(Base):
    """Evidence that was shown to a coder."""

    __tablename__ = "shown"
    coding_id: Mapped[int] = mapped_column(ForeignKey("coding.id"), primary_key=True)
    system: Mapped[str] = mapped_column(String(10), primary_key=True)
    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    at: Mapped[datetime.datetime]


class AuditRow(Base):
    """Something done that is no decision: signing in, upload, export, purge; only ever added."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime.datetime] = mapped_column(index=True)
    who: Mapped[str] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(50))
    encounter_id: Mapped[int | None] = mapped_column(index=True)
    detail: Mapped[dict[str, Any]]


class Job(Base):
    """Long work in the background, such as retraining on reviewed notes."""

    __tablename__ = "job"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    state: Mapped[str] = mapped_column(String(20))
    by: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime.datetime]
    beat_at: Mapped[datetime.datetime]
    finished_at: Mapped[datetime.datetime | None]
    progress: Mapped[float] = mapped_column(Float, default=0.0)
    step: Mapped[str] = mapped_column(String(200), default="")
    outcome: Mapped[dict[str, Any]]


class ModelInUse(Base):
    """A model that was promoted; the newest row is the one in use."""

    __tablename__ = "model_in_use"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime.datetime]
    by: Mapped[str] = mapped_column(String(100))
    model: Mapped[str] = mapped_column(String(500))
    rolled_back: Mapped[bool] = mapped_column(Boolean, default=False)
