"""Retention of reports: the archive, legal holds, acts of destruction, what stays of a purged report.

Revision ID: 0023
Revises: 0022
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)
_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    """No table is made anew, as a batch would: what refers to it would go with it."""
    for name in ("out_of_archive_at", "purged_at"):
        op.add_column("reports", sa.Column(name, _MOMENT, nullable=True))
    op.create_table(
        "report_holds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=True),
        sa.Column("kind_code", sa.String(length=40), nullable=True),
        sa.Column("body_id", sa.Uuid(), nullable=True),
        sa.Column("period_from", sa.Date(), nullable=True),
        sa.Column("period_to", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("act_number", sa.String(length=100), nullable=False),
        sa.Column("act_date", sa.Date(), nullable=False),
        sa.Column("placed_at", sa.Uuid(), nullable=True),
        sa.Column("set_at", _MOMENT, nullable=False),
        sa.Column("set_by", sa.String(length=80), nullable=False),
        sa.Column("set_for", sa.String(length=80), nullable=True),
        sa.Column("lifted_at", _MOMENT, nullable=True),
        sa.Column("lifted_by", sa.String(length=80), nullable=True),
        sa.Column("lift_reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_report_holds_report_id_reports")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_holds")),
    )
    op.create_index(op.f("ix_report_holds_report_id"), "report_holds", ["report_id"], unique=False)
    op.create_index(op.f("ix_report_holds_placed_at"), "report_holds", ["placed_at"], unique=False)
    op.create_table(
        "destruction_acts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("body_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("lines", _JSON, nullable=False),
        sa.Column("drafted_at", _MOMENT, nullable=False),
        sa.Column("drafted_by", sa.String(length=80), nullable=False),
        sa.Column("drafted_for", sa.String(length=80), nullable=True),
        sa.Column("approved_at", _MOMENT, nullable=True),
        sa.Column("approved_by", sa.String(length=80), nullable=True),
        sa.Column("approved_for", sa.String(length=80), nullable=True),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("abandoned_by", sa.String(length=80), nullable=True),
        sa.Column("abandon_reason", sa.String(length=500), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destruction_acts")),
    )
    op.create_index(op.f("ix_destruction_acts_body_id"), "destruction_acts", ["body_id"], unique=False)
    op.create_index(op.f("ix_destruction_acts_state"), "destruction_acts", ["state"], unique=False)
    _of_reports("destruction_items")
    _of_reports(
        "report_tombstones",
        sa.Column("purged_at", _MOMENT, nullable=False),
        sa.Column("revisions", _JSON, nullable=False),
        sa.Column("instances", sa.Integer(), nullable=False),
        sa.Column("figures", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    for table in ("report_tombstones", "destruction_items", "destruction_acts", "report_holds"):
        op.drop_table(table)
    for name in ("purged_at", "out_of_archive_at"):
        op.drop_column("reports", name)


def _of_reports(table: str, *columns: sa.Column[object]) -> None:
    op.create_table(
        table,
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("act_id", sa.Uuid(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f(f"fk_{table}_report_id_reports")),
        sa.ForeignKeyConstraint(["act_id"], ["destruction_acts.id"], name=op.f(f"fk_{table}_act_id_destruction_acts")),
        sa.PrimaryKeyConstraint("report_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_act_id", table, ["act_id", "report_id"], unique=False)
