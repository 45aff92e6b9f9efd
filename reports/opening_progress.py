"""How far the opening of reports has come: by kind and period, and who could not be given one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from organisations import permissions
from organisations.actors import Actor
from organisations.permissions import EVERYWHERE, Permission
from register.shelf import is_restricted
from reports.errors import OpeningNotFound
from reports.opening_tables import OpeningRefusalRow, OpeningRow, OpeningShareRow
from reports.shelf import member_bodies
from storage.database import session
from storage.pages import MAX_LIMIT, Key, Page, page


@dataclass(frozen=True)
class Progress:
    """One kind and period: for how many bodies it was planned, for how many it is done, how many were opened, how many are refused now.

    `opened` leaves out reports that somebody had opened by hand. `finished_at` is None while there is work left.
    """

    id: UUID
    kind_code: str
    kind_version: int
    period: str
    planned_at: datetime
    bodies: int
    done: int
    opened: int
    refused: int
    finished_at: datetime | None


@dataclass(frozen=True)
class RefusedOpening:
    """A body that was not given its report: why, with particulars, how often it was tried, when it is tried again."""

    body_id: UUID
    code: str
    fields: dict[str, Any]
    tries: int
    refused_at: datetime
    retry_at: datetime


def listed(actor: Actor, *, limit: int = 50, after: Key | None = None) -> Page[Progress]:
    """A page of openings, the newest first. Raises NotPermitted."""
    permissions.require(actor, Permission.REGISTER_EDIT, EVERYWHERE)
    limit = max(1, min(limit, MAX_LIMIT))
    query = sa.select(OpeningRow).order_by(OpeningRow.id.desc()).limit(limit + 1)
    if after is not None:
        query = query.where(OpeningRow.id < after[0])
    rows = session.scalars(query).all()
    figures = _figures([row.id for row in rows])
    return page(rows, limit, item=lambda row: _progress(row, figures), key=lambda row: (row.id,))


def of(actor: Actor, opening_id: UUID) -> Progress:
    """One opening. Raises OpeningNotFound, NotPermitted."""
    permissions.require(actor, Permission.REGISTER_EDIT, EVERYWHERE)
    row = session.get(OpeningRow, opening_id)
    if row is None:
        raise OpeningNotFound(opening_id)
    return _progress(row, _figures([opening_id]))


def refusals(actor: Actor, opening_id: UUID, *, limit: int = 50, after: Key | None = None) -> Page[RefusedOpening]:
    """A page of the bodies that were not given their report. Raises OpeningNotFound, NotPermitted.

    Of a restricted kind only the body's own people read them; others have the counts, which tell no more than the Register does.
    """
    opening = of(actor, opening_id)
    limit = max(1, min(limit, MAX_LIMIT))
    query = sa.select(OpeningRefusalRow).where(OpeningRefusalRow.opening_id == opening_id)
    query = query.where(sa.or_(sa.not_(is_restricted(sa.literal(opening.kind_code))), OpeningRefusalRow.body_id.in_(member_bodies(actor))))
    if after is not None:
        query = query.where(OpeningRefusalRow.body_id > after[0])
    rows = session.scalars(query.order_by(OpeningRefusalRow.body_id).limit(limit + 1)).all()
    return page(rows, limit, item=_refused, key=lambda row: (row.body_id,))


Figures = dict[UUID, tuple[int, int, int, int, datetime | None]]


def _figures(ids: Sequence[UUID]) -> Figures:
    """By opening: bodies, done ones, opened ones, shares left, the last moment of one that was done."""
    found: dict[UUID, list[Any]] = {opening_id: [0, 0, 0, 0, None] for opening_id in ids}
    query = sa.select(OpeningShareRow).where(OpeningShareRow.opening_id.in_(ids))
    for share in session.scalars(query):
        figures, size = found[share.opening_id], len(share.bodies)
        figures[0] += size
        figures[2] += share.opened
        if share.done_at is None:
            figures[3] += 1
        else:
            figures[1] += size
            figures[4] = share.done_at if figures[4] is None else max(figures[4], share.done_at)
    return {opening_id: (held[0], held[1], held[2], held[3], held[4]) for opening_id, held in found.items()}


def _progress(row: OpeningRow, figures: Figures) -> Progress:
    bodies, done, opened, left, last = figures[row.id]
    refused = session.scalar(sa.select(sa.func.count()).select_from(OpeningRefusalRow).where(OpeningRefusalRow.opening_id == row.id)) or 0
    facts = (row.id, row.kind_code, row.kind_version, row.period, row.planned_at)
    return Progress(*facts, bodies, done, opened, refused, None if left else last)


def _refused(row: OpeningRefusalRow) -> RefusedOpening:
    return RefusedOpening(row.body_id, row.code, row.fields, row.tries, row.refused_at, row.retry_at)
