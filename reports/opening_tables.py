"""Tables of opening: what is due by kind and period, cut into shares that workers take; and who could not be given a report."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Id, Json, Moment
from storage.database import Base


class OpeningRow(Base):
    """The opening of the reports of one kind for one period.

    `opened` and `passed_over` count what shares have come to that are done and no more: reports opened, bodies that had one already.
    `failure` is why it could not be planned when that was tried last. `period` is empty where not even that could be worked out.
    """

    __tablename__ = "report_openings"

    id: Mapped[Id]
    kind_code: Mapped[str] = mapped_column(sa.String(40))
    kind_version: Mapped[int]
    period: Mapped[str] = mapped_column(sa.String(20))
    planned_at: Mapped[datetime] = mapped_column(Moment)
    opened: Mapped[int] = mapped_column(default=0)
    passed_over: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    failure: Mapped[dict[str, Any] | None] = mapped_column(Json)
    tries: Mapped[int] = mapped_column(default=0)
    failed_at: Mapped[datetime | None] = mapped_column(Moment)
    retry_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (sa.UniqueConstraint("kind_code", "period"),)


class OpeningShareRow(Base):
    """Some of the bodies of an opening that wait for their reports: opened in one transaction, in which the share goes.

    `again` of them were refused before.
    """

    __tablename__ = "report_opening_shares"

    id: Mapped[Id]
    opening_id: Mapped[UUID] = mapped_column(sa.ForeignKey("report_openings.id", ondelete="CASCADE"), index=True)
    bodies: Mapped[list[str]] = mapped_column(Json)
    size: Mapped[int]
    again: Mapped[int] = mapped_column(default=0)


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
