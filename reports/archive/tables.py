"""Tables of the archive: legal holds, acts of destruction with what is on them, and what stays of a purged report."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

import reports.models  # noqa: F401 - the table that these refer to
from storage.columns import Id, Json, Moment
from storage.database import Base


class ActState(StrEnum):
    """What has become of an act of destruction."""

    DRAFT = "draft"
    APPROVED = "approved"
    EXECUTED = "executed"  # all that was on it is purged, or was kept back
    ABANDONED = "abandoned"


class ReportHoldRow(Base):
    """A legal hold: on one report (`report_id`), else on all of the kind, the body and the periods that are set. It stays when lifted.

    `placed_at` is the body at which the right to it was had, and is asked for again; None when that holds everywhere.
    """

    __tablename__ = "report_holds"

    id: Mapped[Id]
    report_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("reports.id"), index=True)
    kind_code: Mapped[str | None] = mapped_column(sa.String(40))
    body_id: Mapped[UUID | None] = mapped_column(sa.Uuid())
    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    reason: Mapped[str] = mapped_column(sa.String(500))
    act_number: Mapped[str] = mapped_column(sa.String(100))
    act_date: Mapped[date]
    placed_at: Mapped[UUID | None] = mapped_column(sa.Uuid(), index=True)
    set_at: Mapped[datetime] = mapped_column(Moment)
    set_by: Mapped[str] = mapped_column(sa.String(80))
    set_for: Mapped[str | None] = mapped_column(sa.String(80))
    lifted_at: Mapped[datetime | None] = mapped_column(Moment)
    lifted_by: Mapped[str | None] = mapped_column(sa.String(80))
    lift_reason: Mapped[str | None] = mapped_column(sa.String(500))


class DestructionActRow(Base):
    """An act of destruction of a body. `lines` are what was put on it when it was drafted: kind, year of the end, period, how many."""

    __tablename__ = "destruction_acts"

    id: Mapped[Id]
    body_id: Mapped[UUID] = mapped_column(sa.Uuid(), index=True)
    number: Mapped[str] = mapped_column(sa.String(100))
    dated: Mapped[date]
    state: Mapped[str] = mapped_column(sa.String(10), index=True)
    lines: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    drafted_at: Mapped[datetime] = mapped_column(Moment)
    drafted_by: Mapped[str] = mapped_column(sa.String(80))
    drafted_for: Mapped[str | None] = mapped_column(sa.String(80))
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    approved_by: Mapped[str | None] = mapped_column(sa.String(80))
    approved_for: Mapped[str | None] = mapped_column(sa.String(80))
    ended_at: Mapped[datetime | None] = mapped_column(Moment)  # executed or abandoned
    abandoned_by: Mapped[str | None] = mapped_column(sa.String(80))
    abandon_reason: Mapped[str | None] = mapped_column(sa.String(500))


class DestructionItemRow(Base):
    """A report that an act is to destroy: on one act at a time, until it is purged or kept back."""

    __tablename__ = "destruction_items"

    report_id: Mapped[UUID] = mapped_column(sa.ForeignKey("reports.id"), primary_key=True)
    act_id: Mapped[UUID] = mapped_column(sa.ForeignKey("destruction_acts.id"))

    __table_args__ = (sa.Index("ix_destruction_items_act_id", "act_id", "report_id"),)


class TombstoneRow(Base):
    """What stays of a purged report besides its row: the hashes and receipts of its revisions, and the act that it went by."""

    __tablename__ = "report_tombstones"

    report_id: Mapped[UUID] = mapped_column(sa.ForeignKey("reports.id"), primary_key=True)
    act_id: Mapped[UUID] = mapped_column(sa.ForeignKey("destruction_acts.id"))
    purged_at: Mapped[datetime] = mapped_column(Moment)
    revisions: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    instances: Mapped[int]  # process instances that went with it
    figures: Mapped[int]  # held figures that went with it: of kinds with personal data

    __table_args__ = (sa.Index("ix_report_tombstones_act_id", "act_id", "report_id"),)
