"""Reports by kind and period"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from register import periods

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_REPORTS = sa.table("reports", sa.column("period", sa.String), sa.column("period_last", sa.Date))


def upgrade() -> None:
    with op.batch_alter_table("reports") as batch:
        batch.add_column(sa.Column("period_last", sa.Date(), nullable=False, server_default="1991-01-01"))
    connection = op.get_bind()
    for period in connection.scalars(sa.select(_REPORTS.c.period).distinct()).all():
        last = periods.parse(period).last
        connection.execute(_REPORTS.update().where(_REPORTS.c.period == period).values(period_last=last))
    op.create_index("ix_reports_kind_code_period_last", "reports", ["kind_code", "period_last", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_reports_kind_code_period_last", table_name="reports")
    with op.batch_alter_table("reports") as batch:
        batch.drop_column("period_last")
