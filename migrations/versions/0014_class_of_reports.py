"""Class of reports"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("reports") as batch:
        batch.add_column(sa.Column("report_class", sa.String(length=20), nullable=False, server_default="open"))


def downgrade() -> None:
    with op.batch_alter_table("reports") as batch:
        batch.drop_column("report_class")
