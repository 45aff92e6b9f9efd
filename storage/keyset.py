"""Reading a list on from the last row seen: the order and the condition that go together."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from storage.pages import Key


@dataclass(frozen=True)
class Order:
    """A list sorted by one column, ties by id in the same direction; rows without a value stand at the end in both directions.

    `column` may be the id itself. `nullable` says whether the column can be empty.
    """

    column: Any
    id: Any
    descending: bool = False
    nullable: bool = False

    def key(self, row: Any) -> Key:
        """The key of a row of this order."""
        return (getattr(row, self.column.key), getattr(row, self.id.key))


def in_order(statement: sa.Select[Any], order: Order, after: Key | None = None) -> sa.Select[Any]:
    """The statement sorted, and without what comes before `after`."""
    parts = [order.id] if order.column is order.id else [order.column, order.id]
    directed = [part.desc() if order.descending else part.asc() for part in parts]
    if order.nullable:
        directed[0] = directed[0].nulls_last()
    return statement.where(*([_beyond(order, after)] if after else [])).order_by(*directed)


def _beyond(order: Order, after: Key) -> sa.ColumnElement[bool]:
    value, last = after
    further: sa.ColumnElement[bool] = order.id < last if order.descending else order.id > last
    if order.column is order.id:
        return further
    if value is None:
        return sa.and_(order.column.is_(None), further)
    beyond = order.column < value if order.descending else order.column > value
    found = [beyond, sa.and_(order.column == value, further)]
    return sa.or_(*found, order.column.is_(None)) if order.nullable else sa.or_(*found)
