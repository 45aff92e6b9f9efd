"""The table of legal holds: what must be kept however old it grows."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Id, Moment
from storage.database import Base


class LegalHoldRow(Base):
    """A hold on one instance, or on all of a business key. It stays when it is lifted."""

    __tablename__ = "legal_holds"

    id: Mapped[Id]
    instance_id: Mapped[UUID | None] = mapped_column(sa.Uuid(), index=True)
    business_key: Mapped[str | None] = mapped_column(sa.String(255), index=True)
    body: Mapped[str | None] = mapped_column(sa.String(36))  # of the instance
    reason: Mapped[str] = mapped_column(sa.String(500))
    set_at: Mapped[datetime] = mapped_column(Moment)
    set_by: Mapped[str | None] = mapped_column(sa.String(80))
    lifted_at: Mapped[datetime | None] = mapped_column(Moment)
    lifted_by: Mapped[str | None] = mapped_column(sa.String(80))
    lift_reason: Mapped[str | None] = mapped_column(sa.String(500))
