"""Decisions on changes of the Register, words on duplicates, editions"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "register_editions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("body_id", sa.Uuid(), nullable=False),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("act_type", sa.String(length=100), nullable=True),
        sa.Column("act_number", sa.String(length=100), nullable=True),
        sa.Column("act_date", sa.Date(), nullable=True),
        sa.Column("in_force_from", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.String(length=80), nullable=True),
        sa.Column("approved_on_behalf_of", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_editions")),
        sa.UniqueConstraint("number", name=op.f("uq_register_editions_number")),
    )
    op.create_table(
        "register_edition_entries",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("kind_code", sa.String(length=30), nullable=False),
        sa.Column("kind_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["register_editions.id"], name=op.f("fk_register_edition_entries_edition_id_register_editions")
        ),
        sa.PrimaryKeyConstraint("edition_id", "kind_code", name=op.f("pk_register_edition_entries")),
    )
    with op.batch_alter_table("register_changes") as changes:
        changes.add_column(sa.Column("edition_id", sa.Uuid(), nullable=True))
        changes.create_foreign_key(op.f("fk_register_changes_edition_id_register_editions"), "register_editions", ["edition_id"], ["id"])
        changes.create_index(op.f("ix_register_changes_edition_id"), ["edition_id"], unique=False)
    op.create_table(
        "register_decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("on_behalf_of", sa.String(length=80), nullable=True),
        sa.Column("body_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["register_changes.id"], name=op.f("fk_register_decisions_change_id_register_changes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_decisions")),
    )
    op.create_index(op.f("ix_register_decisions_change_id"), "register_decisions", ["change_id"], unique=False)
    op.create_table(
        "register_overrides",
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("match", sa.String(length=16), nullable=False),
        sa.Column("asked", sa.String(length=60), nullable=False),
        sa.Column("held", sa.String(length=60), nullable=False),
        sa.Column("kind_code", sa.String(length=30), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("on_behalf_of", sa.String(length=80), nullable=True),
        sa.Column("body_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["register_changes.id"], name=op.f("fk_register_overrides_change_id_register_changes")),
        sa.PrimaryKeyConstraint("change_id", "match", name=op.f("pk_register_overrides")),
    )


def downgrade() -> None:
    op.drop_table("register_overrides")
    op.drop_table("register_decisions")
    with op.batch_alter_table("register_changes") as changes:
        changes.drop_index(op.f("ix_register_changes_edition_id"))
        changes.drop_constraint(op.f("fk_register_changes_edition_id_register_editions"), type_="foreignkey")
        changes.drop_column("edition_id")
    op.drop_table("register_edition_entries")
    op.drop_table("register_editions")
