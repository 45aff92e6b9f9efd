"""Figures of openings: kept by the opening, so that shares go when they are done; why one could not be planned.

Revision ID: 0022
Revises: 0021
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
_MOMENT = sa.DateTime(timezone=True)
_KIND_AND_PERIOD = ("kind_code", "period")


def _table(name: str, ids: Sequence[str], texts: Sequence[str] = (), numbers: Sequence[str] = (), **others: Any) -> sa.TableClause:
    known = {**dict.fromkeys(ids, sa.Uuid()), **dict.fromkeys(texts, sa.String()), **dict.fromkeys(numbers, sa.Integer()), **others}
    return sa.table(name, *(sa.column(column, its_type) for column, its_type in known.items()))


_openings = _table("report_openings", ["id"], _KIND_AND_PERIOD, ["opened", "passed_over"], done_at=_MOMENT)
_shares = _table("report_opening_shares", ["id", "opening_id"], (), ["opened", "size", "again"], bodies=_JSON, done_at=_MOMENT)
_refusals = _table("report_opening_refusals", ["opening_id", "body_id"])
_reports = _table("reports", ["body_id"], _KIND_AND_PERIOD)


def upgrade() -> None:
    """No table is made anew, as a batch would: what refers to it would go with it."""
    for name in ("opened", "passed_over", "tries"):
        op.add_column("report_openings", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    for name in ("done_at", "failed_at", "retry_at"):
        op.add_column("report_openings", sa.Column(name, _MOMENT, nullable=True))
    op.add_column("report_openings", sa.Column("failure", _JSON, nullable=True))
    for name in ("size", "again"):
        op.add_column("report_opening_shares", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    _move_figures()
    op.drop_index("ix_report_opening_shares_open", table_name="report_opening_shares")
    for name in ("opened", "done_at"):
        op.drop_column("report_opening_shares", name)


def _move_figures() -> None:
    """Done shares become figures of their opening and go; a body that is in several of them, because it was tried again, counts once."""
    connection, openings, shares = op.get_bind(), _openings.c, _shares.c
    for opening_id, kind, period in connection.execute(sa.select(openings.id, openings.kind_code, openings.period)).all():
        refused = set(connection.scalars(sa.select(_refusals.c.body_id).where(_refusals.c.opening_id == opening_id)))
        settled: set[UUID] = set()
        opened, ends = 0, []
        query = sa.select(shares.id, shares.bodies, shares.opened, shares.done_at).where(shares.opening_id == opening_id)
        for share_id, bodies, of_share, done_at in connection.execute(query).all():
            ids = {UUID(body_id) for body_id in bodies}
            if done_at is None:
                figures = {"size": len(bodies), "again": len(ids & refused)}
                connection.execute(sa.update(_shares).where(shares.id == share_id).values(figures))
            else:
                settled, opened = settled | ids, opened + of_share
                ends.append(done_at)
        its = (_reports.c.kind_code == kind, _reports.c.period == period)
        there = set(connection.scalars(sa.select(_reports.c.body_id).where(*its)))
        values = {"opened": opened, "passed_over": max(len(settled & there) - opened, 0), "done_at": max(ends, default=None)}
        connection.execute(sa.update(_openings).where(openings.id == opening_id).values(values))
    connection.execute(sa.delete(_shares).where(shares.done_at.is_not(None)))


def downgrade() -> None:
    op.add_column("report_opening_shares", sa.Column("opened", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("report_opening_shares", sa.Column("done_at", _MOMENT, nullable=True))
    for name in ("size", "again"):
        op.drop_column("report_opening_shares", name)
    op.create_index(
        "ix_report_opening_shares_open",
        "report_opening_shares",
        ["id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.execute(sa.text("DELETE FROM report_openings WHERE period = ''"))
    for name in ("opened", "passed_over", "done_at", "failure", "tries", "failed_at", "retry_at"):
        op.drop_column("report_openings", name)
