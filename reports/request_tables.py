"""The table of what bodies ask the receivers of their reports."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Id, Moment
from storage.database import Base


class Asked(StrEnum):
    """What can be asked about a report."""

    EXTENSION = "extension"
    NOT_APPLICABLE = "not_applicable"


class RequestState(StrEnum):
    """What has become of it."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"
    LAPSED = "lapsed"  # its report was withdrawn before anybody decided


class ReportRequest(Base):
    """What a body asked about its report: why, until when (an extension), who decided what about it."""

    __tablename__ = "report_requests"

    id: Mapped[Id]
    report_id: Mapped[UUID] = mapped_column(sa.ForeignKey("reports.id", ondelete="CASCADE"), index=True)
    what: Mapped[str] = mapped_column(sa.String(20))
    reason: Mapped[str]
    until: Mapped[date | None]
    state: Mapped[str] = mapped_column(sa.String(10))
    asked_by: Mapped[str] = mapped_column(sa.String(80))
    asked_for: Mapped[str | None] = mapped_column(sa.String(80))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    decided_by: Mapped[str | None] = mapped_column(sa.String(80))
    decided_for: Mapped[str | None] = mapped_column(sa.String(80))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decision_reason: Mapped[str | None]
    granted_until: Mapped[date | None]

    __table_args__ = (
        sa.Index(
            "uq_report_requests_open",
            "report_id",
            "what",
            unique=True,
            sqlite_where=sa.text("state = 'asked'"),
            postgresql_where=sa.text("state = 'asked'"),
        ),
    )
