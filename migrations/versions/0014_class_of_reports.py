"""Class of reports"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_KINDS = sa.table("report_kinds", sa.column("code", sa.String), sa.column("version", sa.Integer), sa.column("document", sa.JSON))
_REPORTS = sa.table(
    "reports", sa.column("kind_code", sa.String), sa.column("kind_version", sa.Integer), sa.column("report_class", sa.String)
)


def upgrade() -> None:
    with op.batch_alter_table("reports") as batch:
        batch.add_column(sa.Column("report_class", sa.String(length=20), nullable=False, server_default="open"))
    connection, said = op.get_bind(), _KINDS.c.document["report_class"].as_string()
    for code, version, report_class in connection.execute(sa.select(_KINDS.c.code, _KINDS.c.version, said).where(said != "open")).all():
        of_kind = sa.and_(_REPORTS.c.kind_code == code, _REPORTS.c.kind_version == version)
        connection.execute(_REPORTS.update().where(of_kind).values(report_class=report_class))


def downgrade() -> None:
    with op.batch_alter_table("reports") as batch:
        batch.drop_column("report_class")
