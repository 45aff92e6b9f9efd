"""Files of decisions in versions"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "decision_requirements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=True),
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column("resource", sa.String(length=255), nullable=False),
        sa.Column("tenant_id", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployments.id"], name=op.f("fk_decision_requirements_deployment_id_deployments"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"],
            ["deployment_resources.id"],
            name=op.f("fk_decision_requirements_resource_id_deployment_resources"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_requirements")),
        sa.UniqueConstraint("key", "version", name=op.f("uq_decision_requirements_key_version")),
    )
    op.create_index(op.f("ix_decision_requirements_deployment_id"), "decision_requirements", ["deployment_id"], unique=False)
    op.add_column("decision_definitions", sa.Column("requirements_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("decision_definitions", "requirements_id")
    op.drop_index(op.f("ix_decision_requirements_deployment_id"), table_name="decision_requirements")
    op.drop_table("decision_requirements")
