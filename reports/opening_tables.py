"""Tables of opening: what is due by kind and period, cut into shares that workers take; and who could not be given a report."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Id, Json, Moment
from storage.database import Base


class OpeningRow(Base):
    """The opening of the reports of one kind for one period. Its figures are those of its shares, so that no two workers write one row."""

    __tablename__ = "report_openings"

    id: Mapped[Id]
    kind_code: Mapped[str] = mapped_column(sa.String(40))
    kind_version: Mapped[int]
    period: Mapped[str] = mapped_column(sa.String(20))
    planned_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (sa.UniqueConstraint("kind_code", "period"),)


class OpeningShareRow(Base):
    """Some of the bodies of an opening: opened in one transaction, which also says so here."""

    __tablename__ = "report_opening_shares"

    id: Mapped[Id]
    opening_id: Mapped[UUID] = mapped_column(sa.ForeignKey("report_openings.id", ondelete="CASCADE"), index=True)
    bodies: Mapped[list[str]] = mapped_column(Json)
    opened: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        sa.Index(
            "ix_report_opening_shares_open", "id", sqlite_where=sa.text("done_at IS NULL"), postgresql_where=sa.text("done_at IS NULL")
        ),
    )


class OpeningRefusalRow(Base):
    """A body whose report could not be opened: why, how often it was tried, when it is tried again."""

    __tablename__ = "report_opening_refusals"

    opening_id: Mapped[UUID] = mapped_column(sa.ForeignKey("report_openings.id", ondelete="CASCADE"), primary_key=True)
    body_id: Mapped[UUID] = mapped_column(sa.Uuid(), primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(80))
    fields: Mapped[dict[str, Any]] = mapped_column(Json)
    tries: Mapped[int]
    refused_at: Mapped[datetime] = mapped_column(Moment)
    retry_at: Mapped[datetime] = mapped_column(Moment)
