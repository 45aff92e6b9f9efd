"""Properties of external tasks"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    properties = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.add_column("external_tasks", sa.Column("properties", properties, nullable=True))


def downgrade() -> None:
    op.drop_column("external_tasks", "properties")
