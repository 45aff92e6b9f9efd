"""When a report counts as accepted because its receiver says nothing"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0032"
down_revision: str | None = "0031"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("reports") as batch:
        batch.add_column(sa.Column("silent_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_reports_silent_at",
        "reports",
        ["silent_at", "id"],
        sqlite_where=sa.text("silent_at IS NOT NULL"),
        postgresql_where=sa.text("silent_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_reports_silent_at", table_name="reports")
    with op.batch_alter_table("reports") as batch:
        batch.drop_column("silent_at")
