"""Opening of reports: what is due, cut into shares; what could not be opened.

Revision ID: 0012
Revises: 0011
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    op.create_table(
        "report_openings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind_code", sa.String(length=40), nullable=False),
        sa.Column("kind_version", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=20), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_openings")),
        sa.UniqueConstraint("kind_code", "period", name=op.f("uq_report_openings_kind_code_period")),
    )
    op.create_table(
        "report_opening_shares",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("opening_id", sa.Uuid(), nullable=False),
        sa.Column("bodies", _JSON, nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["opening_id"],
            ["report_openings.id"],
            name=op.f("fk_report_opening_shares_opening_id_report_openings"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_opening_shares")),
    )
    op.create_index(op.f("ix_report_opening_shares_opening_id"), "report_opening_shares", ["opening_id"], unique=False)
    op.create_index(
        "ix_report_opening_shares_open",
        "report_opening_shares",
        ["id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "report_opening_refusals",
        sa.Column("opening_id", sa.Uuid(), nullable=False),
        sa.Column("body_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("fields", _JSON, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["opening_id"],
            ["report_openings.id"],
            name=op.f("fk_report_opening_refusals_opening_id_report_openings"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("opening_id", "body_id", name=op.f("pk_report_opening_refusals")),
    )


def downgrade() -> None:
    op.drop_table("report_opening_refusals")
    op.drop_table("report_opening_shares")
    op.drop_table("report_openings")
