"""Words of reports"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "report_words",
        sa.Column("word", sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_report_words_report_id_reports"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("word", "report_id", name=op.f("pk_report_words")),
    )
    op.create_index(op.f("ix_report_words_report_id"), "report_words", ["report_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_report_words_report_id"), table_name="report_words")
    op.drop_table("report_words")
