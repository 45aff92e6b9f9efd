"""How far the opening of reports has come: by kind and period, and who could not be given one."""

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
from reports.models import Report
from reports.opening_failures import next_try
from reports.opening_tables import OpeningRefusalRow as R
from reports.opening_tables import OpeningRow
from reports.opening_tables import OpeningShareRow as S
from reports.shelf import member_bodies
from storage.database import session
from storage.pages import MAX_LIMIT, Key, Page, page


@dataclass(frozen=True)
class Failure:
    """Why a kind could not be planned when that was tried last; `retry_at` is None when it is not tried again by itself."""

    code: str
    fields: dict[str, Any]
    tries: int
    failed_at: datetime
    retry_at: datetime | None


@dataclass(frozen=True)
class Progress:
    """One kind and period: for how many bodies it was planned, for how many it is done, how many were opened, how many are refused now.

    A body counts once, however often it is tried. `opened` leaves out reports that somebody had opened by hand. `finished_at` is None while
    there is work left. `period` is None when not even that could be worked out.
    """

    id: UUID
    kind_code: str
    kind_version: int
    period: str | None
    planned_at: datetime
    bodies: int
    done: int
    opened: int
    refused: int
    finished_at: datetime | None
    failure: Failure | None


@dataclass(frozen=True)
class RefusedOpening:
    """A body that was not given its report: why, with particulars, how often it was tried, when it is tried again by itself, if ever."""

    body_id: UUID
    code: str
    fields: dict[str, Any]
    tries: int
    refused_at: datetime
    retry_at: datetime | None


def listed(actor: Actor, *, limit: int = 50, after: Key | None = None) -> Page[Progress]:
    """A page of openings, the newest first; those of restricted kinds are for people of a body that has such a report, or was refused it,
    and of its receiver. Raises NotPermitted."""
    permissions.require(actor, Permission.REGISTER_EDIT, EVERYWHERE)
    limit = max(1, min(limit, MAX_LIMIT))
    query = _figures().where(_known_to(actor)).order_by(OpeningRow.id.desc()).limit(limit + 1)
    if after is not None:
        query = query.where(OpeningRow.id < after[0])
    rows = session.execute(query).all()
    return page(rows, limit, item=_progress, key=lambda row: (row.OpeningRow.id,))


def of(actor: Actor, opening_id: UUID) -> Progress:
    """One opening. Raises OpeningNotFound, also for one that they may not know of, NotPermitted."""
    permissions.require(actor, Permission.REGISTER_EDIT, EVERYWHERE)
    row = session.execute(_figures().where(OpeningRow.id == opening_id, _known_to(actor))).one_or_none()
    if row is None:
        raise OpeningNotFound(opening_id)
    return _progress(row)


def refusals(actor: Actor, opening_id: UUID, *, limit: int = 50, after: Key | None = None) -> Page[RefusedOpening]:
    """A page of the bodies that were not given their report and have none by now; of a restricted kind its own people read it alone.

    Raises OpeningNotFound, NotPermitted.
    """
    opening = of(actor, opening_id)
    limit = max(1, min(limit, MAX_LIMIT))
    query = sa.select(R).join(OpeningRow, OpeningRow.id == R.opening_id).where(R.opening_id == opening_id, ~_has_report())
    query = query.where(sa.or_(sa.not_(is_restricted(sa.literal(opening.kind_code))), R.body_id.in_(member_bodies(actor))))
    if after is not None:
        query = query.where(R.body_id > after[0])
    rows = session.scalars(query.order_by(R.body_id).limit(limit + 1)).all()
    return page(rows, limit, item=_refused, key=lambda row: (row.body_id,))


def _known_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Whether an opening is for an actor, who may have to be of a body that it is about."""
    members = member_bodies(actor)
    opened = sa.and_(Report.kind_code == OpeningRow.kind_code, Report.period == OpeningRow.period)
    theirs = sa.or_(Report.body_id.in_(members), Report.receiver_id.in_(members))
    refused = sa.exists().where(R.opening_id == OpeningRow.id, R.body_id.in_(members))
    return sa.or_(sa.not_(is_restricted(OpeningRow.kind_code)), sa.exists().where(opened, theirs), refused)


def _figures() -> sa.Select[Any]:
    """Openings with what their figures are made of, in one statement: a share that is done meanwhile is seen whole or not at all."""
    of_shares = (sa.func.count(S.id), sa.func.coalesce(sa.func.sum(S.size), 0), sa.func.coalesce(sa.func.sum(S.again), 0))
    shares, waiting, again = (
        sa.select(figure).where(S.opening_id == OpeningRow.id).correlate(OpeningRow).scalar_subquery() for figure in of_shares
    )
    refusals_ = sa.select(sa.func.count()).select_from(R).where(R.opening_id == OpeningRow.id).correlate(OpeningRow)
    kept, standing = refusals_.scalar_subquery(), refusals_.where(~_has_report()).scalar_subquery()
    named = (("shares", shares), ("waiting", waiting), ("again", again), ("kept", kept), ("standing", standing))
    return sa.select(OpeningRow, *(figure.label(name) for name, figure in named)).execution_options(populate_existing=True)


def _has_report() -> sa.Exists:
    """Whether a body that was refused has its report by now, because somebody opened it by hand."""
    is_its = (Report.kind_code == OpeningRow.kind_code, Report.period == OpeningRow.period, Report.body_id == R.body_id)
    return sa.exists().where(*is_its).correlate(OpeningRow, R)


def _progress(row: sa.Row[Any]) -> Progress:
    opening: OpeningRow = row.OpeningRow
    facts = (opening.id, opening.kind_code, opening.kind_version, opening.period or None, opening.planned_at)
    bodies = opening.opened + opening.passed_over + row.kept + row.waiting - row.again
    finished_at = None if row.shares else opening.done_at
    return Progress(*facts, bodies, bodies - row.waiting, opening.opened, row.standing, finished_at, _failure(opening))


def _failure(row: OpeningRow) -> Failure | None:
    if row.failure is None or row.failed_at is None:
        return None
    code = row.failure["code"]
    return Failure(code, row.failure["fields"], row.tries, row.failed_at, next_try(code, row.tries, row.retry_at))


def _refused(row: R) -> RefusedOpening:
    return RefusedOpening(row.body_id, row.code, row.fields, row.tries, row.refused_at, next_try(row.code, row.tries, row.retry_at))
