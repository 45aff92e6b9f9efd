"""Where territories and bodies stood on a day: their present state, or the one that lasted until a later change.

Each question is one query that SQLite and PostgreSQL read alike. Whether a unit or a body existed at all on the day is told by
`valid_from` and `valid_to` of its own row.
"""

from datetime import date
from typing import Any

import sqlalchemy as sa

from organisations.days import Days
from organisations.tables import BodyPastRow, BodyRow, TerritoryPastRow, TerritoryRow

BODY_STATE = ("kato", "level", "kind", "name_kk", "name_ru", "parent_id", "sector_superior_id")


def territories_on(day: date) -> sa.Subquery:
    """Code and parent's code of every territory, as they were on a day."""
    past = TerritoryPastRow
    changed_later = sa.exists().where(past.code == TerritoryRow.code, past.valid_to >= day)
    present = sa.select(TerritoryRow.code.label("code"), TerritoryRow.parent_code.label("parent_code")).where(~changed_later)
    earlier = sa.select(past.code, past.parent_code).where(*Days.covering(past.valid_from, past.valid_to, day))
    return sa.union_all(present, earlier).subquery("territories_on")


def at_or_in(code: str, day: date) -> sa.Select[str]:
    """A query for the codes of a territory and of everything that lay in it on a day; several of them fit into one statement."""
    placed = territories_on(day)
    found = sa.select(TerritoryRow.code.label("code")).where(TerritoryRow.code == code).cte(recursive=True)
    found = found.union(sa.select(placed.c.code).join(found, placed.c.parent_code == found.c.code))
    return sa.select(found.c.code)


def bodies_on(day: date) -> sa.Subquery:
    """Id and state of every body, as they were on a day."""
    past = BodyPastRow
    changed_later = sa.exists().where(past.body_id == BodyRow.id, past.valid_to >= day)
    present = sa.select(BodyRow.id.label("id"), *_state(BodyRow)).where(~changed_later)
    earlier = sa.select(past.body_id, *_state(past)).where(*Days.covering(past.valid_from, past.valid_to, day))
    return sa.union_all(present, earlier).subquery("bodies_on")


def _state(row: type[BodyRow | BodyPastRow]) -> list[Any]:
    return [getattr(row, name).label(name) for name in BODY_STATE]
