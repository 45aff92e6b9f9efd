"""Territories and bodies over time"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "territory_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("act_number", sa.String(length=100), nullable=False),
        sa.Column("act_date", sa.Date(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.String(length=80), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_territory_changes")),
    )
    op.create_index(op.f("ix_territory_changes_since"), "territory_changes", ["since"], unique=False)
    op.create_table(
        "territory_pasts",
        sa.Column("code", sa.String(length=9), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("parent_code", sa.String(length=9), nullable=True),
        sa.Column("unit", sa.String(length=30), nullable=False),
        sa.Column("name_ru", sa.String(length=200), nullable=False),
        sa.Column("name_kk", sa.String(length=200), nullable=False),
        sa.Column("name_kk_known", sa.Boolean(), nullable=False),
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["territory_changes.id"], name=op.f("fk_territory_pasts_change_id_territory_changes")),
        sa.ForeignKeyConstraint(["code"], ["territories.code"], name=op.f("fk_territory_pasts_code_territories")),
        sa.PrimaryKeyConstraint("code", "valid_to", name=op.f("pk_territory_pasts")),
    )
    op.create_index(op.f("ix_territory_pasts_parent_code"), "territory_pasts", ["parent_code"], unique=False)
    op.create_table(
        "body_pasts",
        sa.Column("body_id", sa.Uuid(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("kato", sa.String(length=9), nullable=True),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name_kk", sa.String(length=300), nullable=False),
        sa.Column("name_ru", sa.String(length=300), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("sector_superior_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["body_id"], ["bodies.id"], name=op.f("fk_body_pasts_body_id_bodies")),
        sa.ForeignKeyConstraint(["parent_id"], ["bodies.id"], name=op.f("fk_body_pasts_parent_id_bodies")),
        sa.ForeignKeyConstraint(["sector_superior_id"], ["bodies.id"], name=op.f("fk_body_pasts_sector_superior_id_bodies")),
        sa.PrimaryKeyConstraint("body_id", "valid_to", name=op.f("pk_body_pasts")),
    )
    op.create_index(op.f("ix_body_pasts_kato"), "body_pasts", ["kato"], unique=False)
    with op.batch_alter_table("territory_successors") as batch:
        batch.add_column(sa.Column("kind", sa.String(length=20), nullable=False, server_default="recoded"))
        batch.add_column(sa.Column("change_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(op.f("fk_territory_successors_change_id_territory_changes"), "territory_changes", ["change_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("territory_successors") as batch:
        batch.drop_constraint(op.f("fk_territory_successors_change_id_territory_changes"), type_="foreignkey")
        batch.drop_column("change_id")
        batch.drop_column("kind")
    op.drop_index(op.f("ix_body_pasts_kato"), table_name="body_pasts")
    op.drop_table("body_pasts")
    op.drop_index(op.f("ix_territory_pasts_parent_code"), table_name="territory_pasts")
    op.drop_table("territory_pasts")
    op.drop_index(op.f("ix_territory_changes_since"), table_name="territory_changes")
    op.drop_table("territory_changes")
