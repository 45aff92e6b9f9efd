"""Questions to the tree of bodies, each one recursive query that SQLite and PostgreSQL read alike.

A body has two ways up: its parent and its sector superior. `UNION` (not `UNION ALL`) ends the recursion even on a circle.
"""

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from organisations import states
from organisations.tables import BodyRow


class Relation(StrEnum):
    """By which relation one body is under another."""

    PARENT = "parent"
    SECTOR = "sector"
    EITHER = "either"


def _steps(relation: Relation, on: date | None = None) -> sa.Subquery:
    """Pairs (lower body, upper body) of a relation, now or on a day."""
    bodies: Any = BodyRow.__table__.c if on is None else states.bodies_on(on).c
    by_parent = sa.select(bodies.id.label("lower"), bodies.parent_id.label("upper")).where(bodies.parent_id.is_not(None))
    by_sector = sa.select(bodies.id.label("lower"), bodies.sector_superior_id.label("upper")).where(bodies.sector_superior_id.is_not(None))
    if relation is Relation.PARENT:
        return by_parent.subquery("steps")
    if relation is Relation.SECTOR:
        return by_sector.subquery("steps")
    return sa.union_all(by_parent, by_sector).subquery("steps")


def at_or_below(
    body_ids: Collection[UUID], relation: Relation = Relation.EITHER, on: date | None = None, *, name: str = "at_or_below"
) -> sa.Select[UUID]:
    """A query for the ids of some bodies and of everything below them, now or on a day.

    Two of them in one statement need a `name` each.
    """
    steps = _steps(relation, on)
    found = sa.select(BodyRow.id.label("id")).where(BodyRow.id.in_(body_ids)).cte(name, recursive=True)
    found = found.union(sa.select(steps.c.lower).join(found, steps.c.upper == found.c.id))
    return sa.select(found.c.id)


def at_or_above(body_id: UUID, relation: Relation = Relation.EITHER) -> sa.Select[UUID]:
    """A query for the ids of a body and of everything above it."""
    steps = _steps(relation)
    found = sa.select(BodyRow.id.label("id")).where(BodyRow.id == body_id).cte("at_or_above", recursive=True)
    found = found.union(sa.select(steps.c.upper).join(found, steps.c.lower == found.c.id))
    return sa.select(found.c.id)


def receivers_above(body_id: UUID) -> sa.Select[Any]:
    """A query for (depth, id) along the chain of receivers: the sector superior, else the parent, and so on; the body itself at 0."""
    upper = sa.func.coalesce(BodyRow.sector_superior_id, BodyRow.parent_id)
    chain = sa.select(sa.literal(0).label("depth"), BodyRow.id.label("id"), upper.label("upper")).where(BodyRow.id == body_id)
    found = chain.cte("receivers", recursive=True)
    found = found.union_all(
        sa.select(found.c.depth + 1, BodyRow.id, upper).join(found, BodyRow.id == found.c.upper).where(found.c.depth < MAX_CHAIN)
    )
    return sa.select(found.c.depth, found.c.id).order_by(found.c.depth)


#: No chain of receivers is longer; the bound also ends a circle that somebody made behind our back.
MAX_CHAIN = 20
