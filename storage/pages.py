"""Keyset pages: a list is read on from the last row seen, never by counting or skipping."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
Row = TypeVar("Row")

#: The values of the sort columns of the last row seen, in the order of the sort; opaque to callers.
Key = tuple[Any, ...]

MAX_LIMIT = 200


@dataclass(frozen=True)
class Page(Generic[Item]):
    """Some items of a list and the key to read on from; `next` is None on the last page."""

    items: tuple[Item, ...]
    next: Key | None = None


def page(rows: Sequence[Row], limit: int, *, item: Callable[[Row], Item], key: Callable[[Row], Key]) -> Page[Item]:
    """A page of at most `limit` items, from a query that asked for `limit + 1` rows."""
    shown = rows[:limit]
    return Page(tuple(item(row) for row in shown), key(shown[-1]) if len(rows) > limit else None)
