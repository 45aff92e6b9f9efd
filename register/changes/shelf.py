"""Changes as they are kept: found, listed, locked."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from register.changes.errors import ChangeNotFound, ChangeUnderWay, KindInEdition
from register.changes.lifecycle import State
from register.changes.models import Change, EditionEntry
from storage.database import session
from storage.pages import MAX_LIMIT, Key, Page, page


@dataclass(frozen=True)
class Filters:
    """Which changes a list shows; what is not set does not narrow it."""

    code: str | None = None
    states: tuple[State, ...] = ()


def found(change_id: UUID) -> Change:
    """A change. Raises ChangeNotFound."""
    return _only(sa.select(Change).where(Change.id == change_id), change_id)


def locked(change_id: UUID) -> Change:
    """A change, locked until the end of the transaction. Raises ChangeNotFound."""
    return _only(sa.select(Change).where(Change.id == change_id).with_for_update(), change_id)


def locked_by_key(business_key: str | None) -> Change:
    """The change of a process instance, locked. Raises ChangeNotFound."""
    return _only(sa.select(Change).where(Change.business_key == business_key).with_for_update(), business_key)


def in_states(states: Collection[State]) -> list[Change]:
    """The changes in some states, oldest first."""
    return list(session.scalars(sa.select(Change).where(Change.state.in_(sorted(states))).order_by(Change.id)))


def in_force(code: str) -> list[Change]:
    """The changes of a kind that are in force as their processes know it."""
    return list(session.scalars(sa.select(Change).where(Change.code == code, Change.state == State.IN_FORCE)))


def of_edition(edition_id: UUID) -> list[Change]:
    """The changes of an edition, by code."""
    return list(session.scalars(sa.select(Change).where(Change.edition_id == edition_id).order_by(Change.code, Change.id)))


def listed(filters: Filters, limit: int, after: Key | None) -> Page[Change]:
    """A page of changes, the newest first."""
    limit = max(1, min(limit, MAX_LIMIT))
    query = sa.select(Change).order_by(Change.id.desc()).limit(limit + 1)
    if filters.code is not None:
        query = query.where(Change.code == filters.code)
    if filters.states:
        query = query.where(Change.state.in_(filters.states))
    if after is not None:
        query = query.where(Change.id < sa.literal(after[0], Change.id.type))
    rows = session.scalars(query).all()
    return page(rows, limit, item=lambda row: row, key=lambda row: (row.id,))


def next_number(code: str) -> int:
    """The number of the next change of a kind."""
    return (session.scalar(sa.select(sa.func.max(Change.number)).where(Change.code == code)) or 0) + 1


def require_no_change(code: str) -> None:
    """A kind that is under a change, or that an approved edition lists or has ended, is not loaded past them.

    Raises ChangeUnderWay, KindInEdition.
    """
    made = sa.select(Change.id).where(Change.code == code).limit(1)
    if session.scalar(made.where(Change.open_code == code)) is not None:
        raise ChangeUnderWay(code)
    listed = sa.exists().where(EditionEntry.kind_code == code)
    if session.scalar(sa.select(sa.or_(listed, made.where(Change.in_force_from.is_not(None)).exists()))):
        raise KindInEdition(code)


def _only(query: sa.Select[Change], wanted: object) -> Change:
    session.flush()
    change = session.scalar(query.execution_options(populate_existing=True))
    if change is None:
        raise ChangeNotFound(wanted)
    return change
