"""Mails: addresses of people, what they choose to be told by mail, mails that are sent.

Revision ID: 0026
Revises: 0025
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_WAITING = sa.text("state = 'waiting'")
_TO_MAIL = sa.text("mail_due_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("users", sa.Column("email", sa.String(length=254), nullable=True))
    op.add_column("notifications", sa.Column("in_inbox", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("notifications", sa.Column("mail_due_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_notifications_mail_due_at", "notifications", ["mail_due_at"], unique=False, sqlite_where=_TO_MAIL, postgresql_where=_TO_MAIL
    )
    op.create_table(
        "notification_choices",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=10), nullable=False),
        sa.Column("working_days_only", sa.Boolean(), nullable=False),
        sa.Column("sorts", _JSON, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notification_choices_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_notification_choices")),
    )
    op.create_table(
        "mails",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("items", _JSON, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=300), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_mails_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
    )
    op.create_index("ix_mails_due_at", "mails", ["due_at"], unique=False, sqlite_where=_WAITING, postgresql_where=_WAITING)
    op.create_index("ix_mails_user_id", "mails", ["user_id", "made_at"], unique=False)
    op.create_index("ix_mails_made_at", "mails", ["made_at"], unique=False)
    op.create_index("ix_mails_state", "mails", ["state", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("mails")
    op.drop_table("notification_choices")
    op.drop_index("ix_notifications_mail_due_at", "notifications")
    op.drop_column("notifications", "mail_due_at")
    op.drop_column("notifications", "in_inbox")
    op.drop_column("users", "email")
