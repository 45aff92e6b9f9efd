"""Jobs with priorities, incidents without an instance, messages that expired"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_UNEXPIRED = {"postgresql_where": sa.text("state <> 'expired'"), "sqlite_where": sa.text("state <> 'expired'")}
_WAITING = {"postgresql_where": sa.text("state = 'waiting'"), "sqlite_where": sa.text("state = 'waiting'")}


def upgrade() -> None:
    op.create_table(
        "suspended_jobs",
        sa.Column("definition_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("element_id", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_id"],
            ["process_definitions.id"],
            name=op.f("fk_suspended_jobs_definition_id_process_definitions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("definition_id", "kind", "element_id", name=op.f("pk_suspended_jobs")),
    )
    op.create_table(
        "failed_attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=True),
        sa.Column("definition_id", sa.Uuid(), nullable=True),
        sa.Column("definition_key", sa.String(length=255), nullable=False),
        sa.Column("body", sa.String(length=36), nullable=True),
        sa.Column("element_id", sa.String(length=255), nullable=True),
        sa.Column("retries", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=255), nullable=True),
        sa.Column("worker_id", sa.String(length=255), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_attempts")),
    )
    op.create_index(op.f("ix_failed_attempts_subject_id"), "failed_attempts", ["subject_id"], unique=False)
    op.create_index("ix_failed_attempts_instance_id", "failed_attempts", ["instance_id", "id"], unique=False)
    with op.batch_alter_table("incidents") as incidents:
        incidents.alter_column("instance_id", existing_type=sa.Uuid(), nullable=True)
        incidents.add_column(sa.Column("definition_id", sa.Uuid(), nullable=True))
        incidents.add_column(sa.Column("resolution", sa.String(length=500), nullable=True))
        incidents.add_column(sa.Column("annotation", sa.Text(), nullable=True))
    op.create_index(op.f("ix_incidents_definition_id"), "incidents", ["definition_id"], unique=False)
    op.execute(
        "UPDATE incidents SET definition_id = "
        "(SELECT definition_id FROM process_instances WHERE process_instances.id = incidents.instance_id)"
    )
    op.add_column("jobs", sa.Column("rank", sa.BigInteger(), server_default="0", nullable=False))
    op.drop_index("ix_jobs_due_at", table_name="jobs", **_WAITING)
    op.create_index("ix_jobs_due_at", "jobs", ["rank", "due_at", "id"], unique=False, **_WAITING)
    op.add_column("deliveries", sa.Column("state", sa.String(length=10), server_default="waiting", nullable=False))
    op.drop_index("ix_deliveries_due_at", table_name="deliveries")
    op.create_index("ix_deliveries_due_at", "deliveries", ["due_at", "id"], unique=False, **_UNEXPIRED)
    op.add_column("start_events", sa.Column("suspended", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.drop_index("ix_process_instances_definition_id", table_name="process_instances")
    op.create_index("ix_process_instances_definition_id", "process_instances", ["definition_id", "ended_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_process_instances_definition_id", table_name="process_instances")
    op.create_index("ix_process_instances_definition_id", "process_instances", ["definition_id"], unique=False)
    op.drop_column("start_events", "suspended")
    op.execute("DELETE FROM deliveries WHERE state = 'expired'")
    op.drop_index("ix_deliveries_due_at", table_name="deliveries", **_UNEXPIRED)
    op.create_index("ix_deliveries_due_at", "deliveries", ["due_at", "id"], unique=False)
    op.drop_column("deliveries", "state")
    op.drop_index("ix_jobs_due_at", table_name="jobs", **_WAITING)
    op.create_index("ix_jobs_due_at", "jobs", ["due_at"], unique=False, **_WAITING)
    op.drop_column("jobs", "rank")
    op.drop_index(op.f("ix_incidents_definition_id"), table_name="incidents")
    op.execute("DELETE FROM incidents WHERE instance_id IS NULL")
    with op.batch_alter_table("incidents") as incidents:
        incidents.drop_column("annotation")
        incidents.drop_column("resolution")
        incidents.drop_column("definition_id")
        incidents.alter_column("instance_id", existing_type=sa.Uuid(), nullable=False)
    op.drop_table("failed_attempts")
    op.drop_table("suspended_jobs")
