"""Editions of indicators: every state that one had, those that are kept already as their first.

Revision ID: 0016
Revises: 0015
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    op.create_table(
        "indicator_editions",
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", _JSON, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("code", "number", name=op.f("pk_indicator_editions")),
    )
    op.execute(
        "INSERT INTO indicator_editions (code, number, document, changed_at, changed_by) "
        "SELECT code, 1, document, changed_at, changed_by FROM indicators"
    )


def downgrade() -> None:
    op.drop_table("indicator_editions")
