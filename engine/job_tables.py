"""Tables around jobs: which of them new ones wait until somebody lets them on, and what attempts have failed."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Id, Moment
from storage.database import Base


class SuspendedJobsRow(Base):
    """The jobs or timers of one element of a definition that are made suspended; the row goes when they are let on again."""

    __tablename__ = "suspended_jobs"

    definition_id: Mapped[UUID] = mapped_column(sa.ForeignKey("process_definitions.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(10), primary_key=True)  # "timer", "job" or "start"
    element_id: Mapped[str] = mapped_column(sa.String(255), primary_key=True)


class FailedAttemptRow(Base):
    """An attempt in the background, or of a worker outside, that failed. Inserted, never changed."""

    __tablename__ = "failed_attempts"

    id: Mapped[Id]
    at: Mapped[datetime] = mapped_column(Moment)
    kind: Mapped[str] = mapped_column(sa.String(10))  # "timer", "job", "start" or "external"
    subject_id: Mapped[UUID] = mapped_column(sa.Uuid(), index=True)
    instance_id: Mapped[UUID | None] = mapped_column(sa.Uuid())
    definition_id: Mapped[UUID | None] = mapped_column(sa.Uuid())
    definition_key: Mapped[str] = mapped_column(sa.String(255))
    body: Mapped[str | None] = mapped_column(sa.String(36))
    element_id: Mapped[str | None] = mapped_column(sa.String(255))  # where it failed
    retries: Mapped[int] = mapped_column(sa.Integer)  # how many are left
    topic: Mapped[str | None] = mapped_column(sa.String(255))  # of an external task
    worker_id: Mapped[str | None] = mapped_column(sa.String(255))  # of an external task
    message: Mapped[str] = mapped_column(sa.Text)
    details: Mapped[str | None] = mapped_column(sa.Text)

    __table_args__ = (
        sa.Index("ix_failed_attempts_instance_id", "instance_id", "id"),
        sa.Index("ix_failed_attempts_definition_id", "definition_id", "at"),
    )
