"""Tables of notifications."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Id, Json, Moment
from storage.database import Base


class NotificationRow(Base):
    """One person told of one thing. `key` is the journal's entry that told of it, or what is told of once however often it happens again.

    There are no words in it: `facts` are the fields that the sentence of its sort is made of when somebody reads it.
    """

    __tablename__ = "notifications"

    id: Mapped[Id]
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(sa.String(80))
    sort: Mapped[str] = mapped_column(sa.String(30))
    at: Mapped[datetime] = mapped_column(Moment)
    body_id: Mapped[UUID | None] = mapped_column(sa.Uuid())
    report_id: Mapped[UUID | None] = mapped_column(sa.Uuid())
    task_id: Mapped[UUID | None] = mapped_column(sa.Uuid(), index=True)
    facts: Mapped[dict[str, Any]] = mapped_column(Json)
    read_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        sa.UniqueConstraint("user_id", "key"),
        sa.Index("ix_notifications_user_id_id", "user_id", "id"),
        sa.Index(
            "ix_notifications_unread", "user_id", "id", sqlite_where=sa.text("read_at IS NULL"), postgresql_where=sa.text("read_at IS NULL")
        ),
        sa.Index("ix_notifications_read_at", "read_at"),
    )
