"""Tables of notifications."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Bytes, Id, Json, Moment
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
    in_inbox: Mapped[bool] = mapped_column(server_default=sa.true())  # false: the person wants it by mail only
    mail_due_at: Mapped[datetime | None] = mapped_column(Moment)  # when it is to go into a mail; null once it has, or is not to

    __table_args__ = (
        sa.Index(
            "ix_notifications_mail_due_at",
            "mail_due_at",
            sqlite_where=sa.text("mail_due_at IS NOT NULL"),
            postgresql_where=sa.text("mail_due_at IS NOT NULL"),
        ),
        sa.UniqueConstraint("user_id", "key"),
        sa.Index("ix_notifications_user_id_id", "user_id", "id"),
        sa.Index(
            "ix_notifications_unread", "user_id", "id", sqlite_where=sa.text("read_at IS NULL"), postgresql_where=sa.text("read_at IS NULL")
        ),
        sa.Index("ix_notifications_read_at", "read_at"),
    )


class ChoiceRow(Base):
    """What a person has chosen; `sorts` maps a sort to {"mail": "now", "digest" or "never", "inbox": whether they want it there}."""

    __tablename__ = "notification_choices"

    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(10))
    working_days_only: Mapped[bool]
    sorts: Mapped[dict[str, Any]] = mapped_column(Json)


class MailRow(Base):
    """One mail to one person: `items` are {"notifications": ids, "more": how many were left out}; its words are made when it is sent.

    A waiting mail is due at `due_at`; a process that sends it moves that on, so that nobody else takes it meanwhile.
    """

    __tablename__ = "mails"

    id: Mapped[Id]
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    made_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    items: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(sa.String(12))  # "waiting", "sent", "undelivered" or "needless"
    attempts: Mapped[int]
    last_error: Mapped[str | None] = mapped_column(sa.String(300))
    sent_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        sa.Index("ix_mails_due_at", "due_at", sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'")),
        sa.Index("ix_mails_user_id", "user_id", "made_at"),
        sa.Index("ix_mails_made_at", "made_at"),
        sa.Index("ix_mails_state", "state", "id"),
    )


class WebhookRow(Base):
    """An address outside where a body wants to hear of some sorts of news. `secret` is encrypted (`storage.vault`)."""

    __tablename__ = "webhooks"

    id: Mapped[Id]
    body_id: Mapped[UUID] = mapped_column(sa.ForeignKey("bodies.id"), index=True)
    url: Mapped[str] = mapped_column(sa.String(500))
    description: Mapped[str] = mapped_column(sa.String(200))
    sorts: Mapped[list[str]] = mapped_column(Json)
    secret: Mapped[bytes] = mapped_column(Bytes)
    active: Mapped[bool]
    version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by: Mapped[str] = mapped_column(sa.String(80))
    failing_since: Mapped[datetime | None] = mapped_column(Moment)
    off_at: Mapped[datetime | None] = mapped_column(Moment)


class DeliveryRow(Base):
    """One thing posted, or to be posted, to a webhook; `key` is that of the news, so that a webhook gets it once."""

    __tablename__ = "webhook_deliveries"

    id: Mapped[Id]
    webhook_id: Mapped[UUID] = mapped_column(sa.ForeignKey("webhooks.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(sa.String(80))
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(sa.String(10))  # "waiting", "delivered" or "failed"
    attempts: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    delivered_at: Mapped[datetime | None] = mapped_column(Moment)
    last_status: Mapped[int | None]
    last_error: Mapped[str | None] = mapped_column(sa.String(80))

    __table_args__ = (
        sa.UniqueConstraint("webhook_id", "key"),
        sa.Index(
            "ix_webhook_deliveries_due_at",
            "due_at",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        ),
        sa.Index("ix_webhook_deliveries_webhook_id", "webhook_id", "id"),
        sa.Index("ix_webhook_deliveries_created_at", "created_at"),
    )
