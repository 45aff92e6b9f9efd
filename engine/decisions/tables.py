"""Tables of decisions: one row per version, and one per evaluation in a process."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

import engine.definition_models  # noqa: F401 - the tables that decision_definitions refers to
from storage.columns import Id, Json, Moment
from storage.database import Base


class DecisionDefinitionRow(Base):
    """One version of a decision; stays as it was deployed."""

    __tablename__ = "decision_definitions"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(sa.String(255))
    version: Mapped[int] = mapped_column(sa.Integer)
    name: Mapped[str | None] = mapped_column(sa.String(255))
    deployment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("deployments.id", ondelete="CASCADE"), index=True)
    resource_id: Mapped[UUID] = mapped_column(sa.ForeignKey("deployment_resources.id", ondelete="CASCADE"))
    resource: Mapped[str] = mapped_column(sa.String(255))
    tenant_id: Mapped[str | None] = mapped_column(sa.String(64))
    version_tag: Mapped[str | None] = mapped_column(sa.String(255))
    requirements_id: Mapped[UUID | None] = mapped_column(sa.Uuid())  # the file as a version of its own; null of older deployments

    __table_args__ = (sa.UniqueConstraint("key", "version"),)


class RequirementsRow(Base):
    """One version of a file of decisions: what they require of each other, drawn."""

    __tablename__ = "decision_requirements"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(sa.String(255))
    version: Mapped[int] = mapped_column(sa.Integer)
    name: Mapped[str | None] = mapped_column(sa.String(255))
    deployment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("deployments.id", ondelete="CASCADE"), index=True)
    resource_id: Mapped[UUID] = mapped_column(sa.ForeignKey("deployment_resources.id", ondelete="CASCADE"))
    resource: Mapped[str] = mapped_column(sa.String(255))
    tenant_id: Mapped[str | None] = mapped_column(sa.String(64))

    __table_args__ = (sa.UniqueConstraint("key", "version"),)


class DecisionInstanceRow(Base):
    """One evaluation of a decision in a process: what it was given and what came of it. Inserted, never changed."""

    __tablename__ = "history_decisions"

    id: Mapped[Id]
    decision_definition_id: Mapped[UUID] = mapped_column(sa.Uuid())
    decision_key: Mapped[str] = mapped_column(sa.String(255))
    instance_id: Mapped[UUID] = mapped_column(sa.Uuid())
    element_id: Mapped[str] = mapped_column(sa.String(255))
    evaluated_at: Mapped[datetime] = mapped_column(Moment)
    inputs: Mapped[dict[str, Any]] = mapped_column(Json)
    outputs: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    rules: Mapped[list[str]] = mapped_column(Json)  # the ids of those that matched

    __table_args__ = (sa.Index("ix_history_decisions_instance_id", "instance_id", "id"),)
