"""Changes of the Register"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    op.create_table(
        "register_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("business_key", sa.String(length=60), nullable=False),
        sa.Column("action", sa.String(length=10), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=True),
        sa.Column("document", JSON, nullable=True),
        sa.Column("indicators", JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("agreeing", JSON, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("open_code", sa.String(length=30), nullable=True),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("editors", JSON, nullable=False),
        sa.Column("act_type", sa.String(length=100), nullable=True),
        sa.Column("act_number", sa.String(length=100), nullable=True),
        sa.Column("act_date", sa.Date(), nullable=True),
        sa.Column("in_force_from", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_changes")),
        sa.UniqueConstraint("business_key", name=op.f("uq_register_changes_business_key")),
        sa.UniqueConstraint("code", "number", name=op.f("uq_register_changes_code_number")),
        sa.UniqueConstraint("open_code", name=op.f("uq_register_changes_open_code")),
    )
    op.create_index("ix_register_changes_state", "register_changes", ["state", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_register_changes_state", table_name="register_changes")
    op.drop_table("register_changes")
