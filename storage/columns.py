"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import mapped_column

from storage.identifiers import new_id


class Moment(sa.TypeDecorator[datetime]):
    """An aware moment, kept in UTC: TIMESTAMPTZ on PostgreSQL, ISO text on SQLite. A naive datetime is a programming error."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Exact(sa.TypeDecorator[Decimal]):
    """A decimal that comes back digit for digit: NUMERIC on PostgreSQL, text on SQLite (so don't sort or sum it in SQL there)."""

    impl = sa.Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        """NUMERIC without a fixed scale, or text."""
        return dialect.type_descriptor(sa.String(60) if dialect.name == "sqlite" else sa.Numeric(asdecimal=True))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        """To the database."""
        if value is None:
            return None
        return format(value, "f") if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """From the database."""
        return None if value is None else Decimal(value)


#: Structured data that nobody orders by key order: JSONB on PostgreSQL, JSON text on SQLite.
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

#: Bytes: BYTEA or BLOB.
Bytes = sa.LargeBinary

Id = Annotated[UUID, mapped_column(sa.Uuid(), primary_key=True, default=new_id)]


def to_json(value: Any) -> str:
    """JSON text of a value; decimals become strings, UUIDs and moments their ISO form."""
    return orjson.dumps(value, default=_plain).decode()


def from_json(text: str | bytes) -> Any:
    """The value of a JSON text."""
    return orjson.loads(text)


def _plain(value: object) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
