"""The table of deployed forms."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Id, Json, Moment
from storage.database import Base


class FormVersionRow(Base):
    """One version of a deployed form. Rows are inserted, never changed; the highest version of a key is the one in use."""

    __tablename__ = "form_versions"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(sa.String(100))
    version: Mapped[int]
    schema: Mapped[dict[str, Any]] = mapped_column(Json)
    deployed_at: Mapped[datetime] = mapped_column(Moment)
    deployed_by: Mapped[str | None] = mapped_column(sa.String(80))

    __table_args__ = (sa.UniqueConstraint("key", "version"),)
