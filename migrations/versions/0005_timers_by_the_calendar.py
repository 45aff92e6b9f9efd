"""Timers by the calendar"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("timers", sa.Column("uses_calendar", sa.Boolean(), server_default=sa.true(), nullable=False))
    where = sa.text("uses_calendar")
    op.create_index("ix_timers_uses_calendar", "timers", ["instance_id"], unique=False, postgresql_where=where, sqlite_where=where)


def downgrade() -> None:
    op.drop_index("ix_timers_uses_calendar", table_name="timers")
    op.drop_column("timers", "uses_calendar")
