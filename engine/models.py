"""Tables of the running engine: one row per instance with its whole state as a blob, and small plain rows for everything that is listed.

Rows of what is open leave their table when it is over; what remains is `history_activities`, which is only ever inserted into.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

import engine.definition_models  # noqa: F401 - the table that process_instances refers to
from storage.columns import Bytes, Id, Json, Moment
from storage.database import Base

ACTIVE, SUSPENDED, COMPLETED, CANCELLED = "active", "suspended", "completed", "cancelled"


class InstanceRow(Base):
    """A process instance; kept after its end, then without state."""

    __tablename__ = "process_instances"

    id: Mapped[Id]
    definition_id: Mapped[UUID] = mapped_column(sa.ForeignKey("process_definitions.id"))
    definition_key: Mapped[str] = mapped_column(sa.String(255))
    business_key: Mapped[str | None] = mapped_column(sa.String(255))
    unique_key: Mapped[str | None] = mapped_column(sa.String(520), unique=True)  # while open, where the definition wants it unique
    body: Mapped[str | None] = mapped_column(sa.String(36))
    state: Mapped[str] = mapped_column(sa.String(20))
    started_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    started_by: Mapped[str | None] = mapped_column(sa.String(80))
    end_reason: Mapped[str | None] = mapped_column(sa.String(500))
    steps: Mapped[int] = mapped_column(sa.Integer, default=0)  # how many were taken
    incidents: Mapped[int] = mapped_column(sa.Integer, default=0)  # how many are open
    snapshot: Mapped[bytes | None] = mapped_column(Bytes)  # see engine.snapshots; never in a list query

    __table_args__ = (
        sa.Index("ix_process_instances_business_key", "business_key", "id"),
        sa.Index("ix_process_instances_definition_key", "definition_key", "id"),
        sa.Index("ix_process_instances_definition_id", "definition_id", "ended_at"),
        sa.Index("ix_process_instances_body", "body", "id"),
    )


class TaskRow(Base):
    """An open user task; its id is that of its activity in the history."""

    __tablename__ = "user_tasks"

    id: Mapped[Id]
    instance_id: Mapped[UUID] = mapped_column(sa.ForeignKey("process_instances.id", ondelete="CASCADE"), index=True)
    definition_id: Mapped[UUID] = mapped_column(sa.Uuid())
    definition_key: Mapped[str] = mapped_column(sa.String(255))
    business_key: Mapped[str | None] = mapped_column(sa.String(255))
    body: Mapped[str | None] = mapped_column(sa.String(36))
    element_id: Mapped[str] = mapped_column(sa.String(255))
    name: Mapped[str | None] = mapped_column(sa.String(500))
    assignee: Mapped[str | None] = mapped_column(sa.String(80))
    owner: Mapped[str | None] = mapped_column(sa.String(80))
    delegation_state: Mapped[str | None] = mapped_column(sa.String(10))  # null, "pending" or "resolved"
    created_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    follow_up_at: Mapped[datetime | None] = mapped_column(Moment)
    priority: Mapped[int] = mapped_column(sa.Integer, default=50)
    form_key: Mapped[str | None] = mapped_column(sa.String(255))
    suspended: Mapped[bool] = mapped_column(sa.Boolean, default=False)

    __table_args__ = (
        sa.Index("ix_user_tasks_assignee", "assignee", "id"),
        sa.Index("ix_user_tasks_body", "body", "id"),
        sa.Index("ix_user_tasks_business_key", "business_key"),
        sa.Index("ix_user_tasks_due_at", "due_at", "id"),
    )


class CandidateRow(Base):
    """A group or a user that may claim an open user task."""

    __tablename__ = "task_candidates"

    task_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_tasks.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(5), primary_key=True)  # "group" or "user"
    value: Mapped[str] = mapped_column(sa.String(255), primary_key=True)

    __table_args__ = (sa.Index("ix_task_candidates_value", "kind", "value", "task_id"),)


class TimerRow(Base):
    """A moment that a token waits for. It goes with its user task when it stands on one (a boundary timer)."""

    __tablename__ = "timers"

    id: Mapped[Id]
    instance_id: Mapped[UUID] = mapped_column(sa.ForeignKey("process_instances.id", ondelete="CASCADE"), index=True)
    task_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_tasks.id", ondelete="CASCADE"), index=True)
    token_id: Mapped[str] = mapped_column(sa.String(32))
    element_id: Mapped[str] = mapped_column(sa.String(255))
    due_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(sa.String(10))  # "waiting", "paused" (its instance is suspended) or "failed" (see incidents)
    uses_calendar: Mapped[bool] = mapped_column(sa.Boolean, server_default=sa.true())  # to be worked out anew when that changes

    __table_args__ = (
        sa.Index(
            "ix_timers_due_at",
            "due_at",
            postgresql_where=sa.text("state = 'waiting'"),
            sqlite_where=sa.text("state = 'waiting'"),
        ),
        sa.Index(
            "ix_timers_uses_calendar",
            "instance_id",
            postgresql_where=sa.text("uses_calendar"),
            sqlite_where=sa.text("uses_calendar"),
        ),
    )


class SubscriptionRow(Base):
    """A message or signal that a token waits for."""

    __tablename__ = "message_subscriptions"

    id: Mapped[Id]
    instance_id: Mapped[UUID] = mapped_column(sa.ForeignKey("process_instances.id", ondelete="CASCADE"), index=True)
    task_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_tasks.id", ondelete="CASCADE"), index=True)
    token_id: Mapped[str] = mapped_column(sa.String(32))
    element_id: Mapped[str] = mapped_column(sa.String(255))
    kind: Mapped[str] = mapped_column(sa.String(10), default="message", server_default="message")  # or "signal"
    message: Mapped[str] = mapped_column(sa.String(255))  # its name
    business_key: Mapped[str | None] = mapped_column(sa.String(255))
    created_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (sa.Index("ix_message_subscriptions_message", "message", "business_key"),)


class DeliveryRow(Base):
    """A message or signal on its way: it was thrown in a step, or is kept until somebody waits for it."""

    __tablename__ = "deliveries"

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(sa.String(10))  # "message" or "signal"
    name: Mapped[str] = mapped_column(sa.String(255))
    business_key: Mapped[str | None] = mapped_column(sa.String(255))
    subscription_id: Mapped[UUID | None] = mapped_column(sa.Uuid())  # the one receiver: of a copy of a signal, or chosen by hand
    start_event_id: Mapped[UUID | None] = mapped_column(sa.Uuid())  # of a signal: what this copy starts
    variables: Mapped[dict[str, Any]] = mapped_column(Json)  # name: [type, value, …]
    sent_by: Mapped[str | None] = mapped_column(sa.String(80))
    sent_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    tried: Mapped[bool] = mapped_column(sa.Boolean, default=False)  # nobody waited for it yet
    state: Mapped[str] = mapped_column(sa.String(10), default="waiting", server_default="waiting")  # or "ambiguous", "expired"

    __table_args__ = (
        sa.Index(
            "ix_deliveries_due_at",
            "due_at",
            "id",
            postgresql_where=sa.text("state <> 'expired'"),
            sqlite_where=sa.text("state <> 'expired'"),
        ),
    )


class JobRow(Base):
    """Work that a token waits to have done in the background (asyncBefore, asyncAfter)."""

    __tablename__ = "jobs"

    id: Mapped[Id]
    instance_id: Mapped[UUID] = mapped_column(sa.ForeignKey("process_instances.id", ondelete="CASCADE"), index=True)
    token_id: Mapped[str] = mapped_column(sa.String(32))
    element_id: Mapped[str] = mapped_column(sa.String(255))
    due_at: Mapped[datetime] = mapped_column(Moment)
    retries: Mapped[int] = mapped_column(sa.Integer)
    tries: Mapped[int] = mapped_column(sa.Integer, default=0)
    pauses: Mapped[list[str]] = mapped_column(Json)  # ISO 8601 durations between the tries; empty is the engine's own rule
    state: Mapped[str] = mapped_column(sa.String(10))  # as of a timer
    failure: Mapped[str | None] = mapped_column(sa.Text)
    rank: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")  # minus the priority: one index has the order

    __table_args__ = (
        sa.Index(
            "ix_jobs_due_at",
            "rank",
            "due_at",
            "id",
            postgresql_where=sa.text("state = 'waiting'"),
            sqlite_where=sa.text("state = 'waiting'"),
        ),
    )


class ExternalTaskRow(Base):
    """Work that a worker outside fetches by its topic, locks for a while and does."""

    __tablename__ = "external_tasks"

    id: Mapped[Id]
    instance_id: Mapped[UUID] = mapped_column(sa.ForeignKey("process_instances.id", ondelete="CASCADE"), index=True)
    definition_id: Mapped[UUID] = mapped_column(sa.Uuid())
    definition_key: Mapped[str] = mapped_column(sa.String(255))
    business_key: Mapped[str | None] = mapped_column(sa.String(255))
    body: Mapped[str | None] = mapped_column(sa.String(36))
    token_id: Mapped[str] = mapped_column(sa.String(32))
    element_id: Mapped[str] = mapped_column(sa.String(255))
    topic: Mapped[str] = mapped_column(sa.String(255))
    priority: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    created_at: Mapped[datetime] = mapped_column(Moment)
    worker_id: Mapped[str | None] = mapped_column(sa.String(255))
    locked_until: Mapped[datetime | None] = mapped_column(Moment)
    retries: Mapped[int | None] = mapped_column(sa.Integer)  # null until a worker has failed and said how many are left
    failure: Mapped[str | None] = mapped_column(sa.Text)
    failure_details: Mapped[str | None] = mapped_column(sa.Text)
    state: Mapped[str] = mapped_column(sa.String(10))  # "waiting" or "paused" (its instance is suspended)
    properties: Mapped[dict[str, str] | None] = mapped_column(Json)  # headers and properties of its element

    __table_args__ = (sa.Index("ix_external_tasks_topic", "topic", "priority", "id"),)


class IncidentRow(Base):
    """A step that failed: what, where, why, and what a retry needs. Without an instance when that failed to start."""

    __tablename__ = "incidents"

    id: Mapped[Id]
    instance_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("process_instances.id", ondelete="CASCADE"), index=True)
    definition_id: Mapped[UUID | None] = mapped_column(sa.Uuid(), index=True)  # null in those that were kept before there was this column
    definition_key: Mapped[str] = mapped_column(sa.String(255))
    business_key: Mapped[str | None] = mapped_column(sa.String(255))
    body: Mapped[str | None] = mapped_column(sa.String(36))
    element_id: Mapped[str | None] = mapped_column(sa.String(255))
    kind: Mapped[str] = mapped_column(sa.String(10))  # "task", "timer", "message", "signal", "job", "external" or "start"
    subject_id: Mapped[str] = mapped_column(sa.String(36))  # the id of that task, timer, subscription, job, start event or delivery
    cause: Mapped[str] = mapped_column(sa.String(80))  # a code: a refusal's, or the engine's own
    message: Mapped[str] = mapped_column(sa.Text)
    details: Mapped[dict[str, Any]] = mapped_column(Json)  # for a retry: variables, by, on_behalf_of
    created_at: Mapped[datetime] = mapped_column(Moment)
    failures: Mapped[int] = mapped_column(sa.Integer, default=1)
    resolved_at: Mapped[datetime | None] = mapped_column(Moment)
    resolved_by: Mapped[str | None] = mapped_column(sa.String(80))
    resolution: Mapped[str | None] = mapped_column(sa.String(500))  # why somebody resolved it by hand
    annotation: Mapped[str | None] = mapped_column(sa.Text)  # what people note about it

    __table_args__ = (sa.Index("ix_incidents_subject", "kind", "subject_id"),)


class ActivityRow(Base):
    """Something that began and ended: one visit of an element. Inserted when it is over, never changed."""

    __tablename__ = "history_activities"

    id: Mapped[Id]
    instance_id: Mapped[UUID] = mapped_column(sa.Uuid())
    element_id: Mapped[str] = mapped_column(sa.String(255))
    kind: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str | None] = mapped_column(sa.String(500))
    parent_id: Mapped[UUID | None] = mapped_column(sa.Uuid())  # the activity of the subprocess or multi-instance body it was in
    started_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime] = mapped_column(Moment)
    step: Mapped[int] = mapped_column(sa.Integer)  # the step of the instance that ended it
    place: Mapped[int] = mapped_column(sa.Integer)  # how many the step had ended before it: ids tell the order in which things began
    cancelled: Mapped[bool] = mapped_column(sa.Boolean)
    by: Mapped[str | None] = mapped_column(sa.String(80))  # who took the step, when a person did
    on_behalf_of: Mapped[str | None] = mapped_column(sa.String(80))
    task: Mapped[dict[str, Any] | None] = mapped_column(Json)  # of a user task: assignee, owner, due_at, priority, form_key
    variables: Mapped[list[list[Any]]] = mapped_column(Json)  # what it set: [scope, name, type, value, info]

    __table_args__ = (sa.Index("ix_history_activities_instance_id", "instance_id", "id"),)
