"""Runs the migrations on the connection that `storage.schema` hands over."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

from storage.columns import Exact, Moment
from storage.database import Base

#: How our own column types stand in a migration, which must not change when they do.
RENDERED = {
    Moment: "sa.DateTime(timezone=True)",
    Exact: 'sa.Numeric().with_variant(sa.String(60), "sqlite")',
    sa.JSON: 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")',
}


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """The text of a column type in a new migration; False leaves it to Alembic."""
    if kind != "type":
        return False
    text = RENDERED.get(type(item)) or (f"sa.{item.impl!r}" if isinstance(item, sa.TypeDecorator) else None)
    if text and "postgresql" in text:
        autogen_context.imports.add("from sqlalchemy.dialects import postgresql")
    return text or False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=bool(context.config.attributes.get("batch", connection.dialect.name == "sqlite")),
    render_item=render_item,
    transaction_per_migration=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
