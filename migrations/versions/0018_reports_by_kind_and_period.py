"""Reports by kind and period"""

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

#: A period as it was written when this migration was: a year, and perhaps a month with a day or a decade, a quarter, a half, some months.
_FORM = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)|D([1-3]))?|Q([1-4])|H([12])|M(\d\d))?", re.ASCII)
_REPORTS = sa.table("reports", sa.column("period", sa.String), sa.column("period_last", sa.Date))


def upgrade() -> None:
    with op.batch_alter_table("reports") as batch:
        batch.add_column(sa.Column("period_last", sa.Date(), nullable=False, server_default="1991-01-01"))
    connection = op.get_bind()
    for period in connection.scalars(sa.select(_REPORTS.c.period).distinct()).all():
        last = _last_day(period)
        connection.execute(_REPORTS.update().where(_REPORTS.c.period == period).values(period_last=last))
    op.create_index("ix_reports_kind_code_period_last", "reports", ["kind_code", "period_last", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_reports_kind_code_period_last", table_name="reports")
    with op.batch_alter_table("reports") as batch:
        batch.drop_column("period_last")


def _last_day(period: str) -> date:
    """Written here and not taken from the product, whose notation may grow: a migration does the same for ever."""
    match = _FORM.fullmatch(period)
    if match is None:
        raise ValueError(f"no period: {period}")
    year, month, day, decade, quarter, half, months = (int(part or 0) for part in match.groups())
    month = month or quarter * 3 or half * 6 or months or 12
    return date(year, month, day or (decade * 10 if decade in (1, 2) else monthrange(year, month)[1]))
