"""Tables of what is deployed: deployments, their files, and the process definitions in the files, one row per version."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Bytes, Id, Moment
from storage.database import Base


class DeploymentRow(Base):
    """Files that were deployed together."""

    __tablename__ = "deployments"

    id: Mapped[Id]
    name: Mapped[str | None] = mapped_column(sa.String(255))
    source: Mapped[str | None] = mapped_column(sa.String(255))
    tenant_id: Mapped[str | None] = mapped_column(sa.String(64))
    deployed_at: Mapped[datetime] = mapped_column(Moment)
    deployed_by: Mapped[str | None] = mapped_column(sa.String(80))

    __table_args__ = (sa.Index("ix_deployments_name", "name", "id"),)


class ResourceRow(Base):
    """One file of a deployment, byte for byte."""

    __tablename__ = "deployment_resources"

    id: Mapped[Id]
    deployment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("deployments.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(sa.String(255))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    content: Mapped[bytes] = mapped_column(Bytes, deferred=True)  # asked for by itself, never in a list

    __table_args__ = (sa.UniqueConstraint("deployment_id", "name"),)


class StartEventRow(Base):
    """What starts instances of the newest version of a process besides people: a message, a signal or a timer."""

    __tablename__ = "start_events"

    id: Mapped[Id]
    definition_id: Mapped[UUID] = mapped_column(sa.ForeignKey("process_definitions.id", ondelete="CASCADE"), index=True)
    definition_key: Mapped[str] = mapped_column(sa.String(255), index=True)
    element_id: Mapped[str] = mapped_column(sa.String(255))
    kind: Mapped[str] = mapped_column(sa.String(10))  # "message", "signal", "timer" or "condition"
    name: Mapped[str | None] = mapped_column(sa.String(255))
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    cycle: Mapped[str | None] = mapped_column(sa.String(255))
    left: Mapped[int | None] = mapped_column(sa.Integer)  # how often a cycle will still come; null is for ever
    suspended: Mapped[bool] = mapped_column(sa.Boolean, default=False, server_default=sa.false())  # of a timer: it waits until let on

    __table_args__ = (sa.Index("ix_start_events_name", "kind", "name"), sa.Index("ix_start_events_due_at", "due_at"))


class DefinitionRow(Base):
    """One version of a process. All but `suspended` stays as it was deployed."""

    __tablename__ = "process_definitions"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(sa.String(255))
    version: Mapped[int] = mapped_column(sa.Integer)
    name: Mapped[str | None] = mapped_column(sa.String(255))
    deployment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("deployments.id", ondelete="CASCADE"), index=True)
    resource_id: Mapped[UUID] = mapped_column(sa.ForeignKey("deployment_resources.id", ondelete="CASCADE"))
    resource: Mapped[str] = mapped_column(sa.String(255))
    tenant_id: Mapped[str | None] = mapped_column(sa.String(64))
    executable: Mapped[bool] = mapped_column(sa.Boolean)
    suspended: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    version_tag: Mapped[str | None] = mapped_column(sa.String(255))
    history_ttl_days: Mapped[int | None] = mapped_column(sa.Integer)
    start_form_key: Mapped[str | None] = mapped_column(sa.String(255))
    act_type: Mapped[str | None] = mapped_column(sa.String(255))
    act_number: Mapped[str | None] = mapped_column(sa.String(255))
    act_date: Mapped[date | None] = mapped_column(sa.Date)
    unique_business_key: Mapped[bool] = mapped_column(sa.Boolean, default=False)

    __table_args__ = (sa.UniqueConstraint("key", "version"),)
