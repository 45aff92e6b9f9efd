"""Legal holds"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "legal_holds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=True),
        sa.Column("business_key", sa.String(length=255), nullable=True),
        sa.Column("body", sa.String(length=36), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.String(length=80), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.String(length=80), nullable=True),
        sa.Column("lift_reason", sa.String(length=500), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_holds")),
    )
    op.create_index(op.f("ix_legal_holds_instance_id"), "legal_holds", ["instance_id"], unique=False)
    op.create_index(op.f("ix_legal_holds_business_key"), "legal_holds", ["business_key"], unique=False)
    op.create_index("ix_failed_attempts_definition_id", "failed_attempts", ["definition_id", "at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_failed_attempts_definition_id", table_name="failed_attempts")
    op.drop_index(op.f("ix_legal_holds_business_key"), table_name="legal_holds")
    op.drop_index(op.f("ix_legal_holds_instance_id"), table_name="legal_holds")
    op.drop_table("legal_holds")
