"""Corrections of accepted reports"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0027"
down_revision: str | None = "0026"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_REPORTS = sa.table(
    "reports",
    *(sa.column(name) for name in ("stage", "revision", "ended_at", "accepted_revision", "accepted_at")),
)


def upgrade() -> None:
    with op.batch_alter_table("reports") as batch:
        batch.add_column(sa.Column("accepted_revision", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("corrected_since", sa.Integer(), nullable=True))
    accepted = _REPORTS.update().where(_REPORTS.c.stage == "accepted")
    op.execute(accepted.values(accepted_revision=_REPORTS.c.revision, accepted_at=_REPORTS.c.ended_at))


def downgrade() -> None:
    with op.batch_alter_table("reports") as batch:
        for name in ("corrected_since", "accepted_at", "accepted_revision"):
            batch.drop_column(name)
