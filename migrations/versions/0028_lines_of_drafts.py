"""Lines of drafts: the cells of a section are kept line by line"""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0028"
down_revision: str | None = "0027"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_AT_ONCE = 500
SECTIONS = sa.table(
    "report_sections",
    sa.column("report_id", sa.Uuid()),
    sa.column("code", sa.String()),
    sa.column("version", sa.Integer()),
    sa.column("cells", _JSON),
)
LINES = sa.table(
    "report_lines",
    sa.column("report_id", sa.Uuid()),
    sa.column("section", sa.String()),
    sa.column("line", sa.String()),
    sa.column("cells", _JSON),
    sa.column("versions", _JSON),
    sa.column("version", sa.Integer()),
)


def upgrade() -> None:
    op.create_table(
        "report_lines",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("section", sa.String(length=40), nullable=False),
        sa.Column("line", sa.String(length=100), nullable=False),
        sa.Column("cells", _JSON, nullable=False),
        sa.Column("versions", _JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_report_lines_report_id_reports"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report_id", "section", "line", name=op.f("pk_report_lines")),
    )
    op.create_table(
        "report_saves",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("section", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_report_saves_report_id_reports"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report_id", "section", "version", name=op.f("pk_report_saves")),
    )
    for sections in _chunks(SECTIONS, SECTIONS.c.report_id, SECTIONS.c.code):
        lines = [line for section in sections for line in _lines(section)]
        if lines:
            op.bulk_insert(LINES, lines)
    with op.batch_alter_table("report_sections") as table:
        table.drop_column("cells")


def downgrade() -> None:
    with op.batch_alter_table("report_sections") as table:
        table.add_column(sa.Column("cells", _JSON, nullable=False, server_default="{}"))
    connection = op.get_bind()
    whole: dict[tuple[Any, str], dict[str, Any]] = {}
    for lines in _chunks(LINES, LINES.c.report_id, LINES.c.section, LINES.c.line):
        for row in lines:
            way = [row.section, row.line] if row.line else [row.section]
            cells = {".".join([*way, last]): value for last, value in row.cells.items()}
            whole.setdefault((row.report_id, row.section), {}).update(cells)
        latest = (lines[-1].report_id, lines[-1].section)
        for key in [key for key in whole if key != latest]:
            _put_back(connection, key, whole.pop(key))
    for key, cells in whole.items():
        _put_back(connection, key, cells)
    op.drop_table("report_saves")
    op.drop_table("report_lines")


def _put_back(connection: sa.Connection, key: tuple[Any, str], cells: dict[str, Any]) -> None:
    this = sa.update(SECTIONS).where(SECTIONS.c.report_id == key[0], SECTIONS.c.code == key[1])
    connection.execute(this.values(cells=cells))


def _chunks(table: sa.TableClause, *key: sa.ColumnClause[Any]) -> Iterator[Sequence[Any]]:
    connection, after = op.get_bind(), None
    while True:
        query = sa.select(table).order_by(*key).limit(_AT_ONCE)
        if after is not None:
            query = query.where(
                sa.tuple_(*key) > sa.tuple_(*(sa.literal(value, column.type) for value, column in zip(after, key, strict=True)))
            )
        rows = connection.execute(query).all()
        if not rows:
            return
        yield rows
        after = tuple(getattr(rows[-1], column.name) for column in key)


def _lines(section: Any) -> Iterator[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for address, value in (section.cells or {}).items():
        *way, last = address.split(".")[1:]
        found.setdefault(".".join(way), {})[last] = value
    for line, cells in found.items():
        versions = dict.fromkeys(cells, section.version)
        known = {"report_id": section.report_id, "section": section.code, "line": line, "version": section.version}
        yield known | {"cells": cells, "versions": versions}
