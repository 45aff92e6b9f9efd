"""Finding reports: by id, for change, by business key, in lists; and how much of one a person may see."""

from collections.abc import Collection, Sequence
from enum import IntEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from organisations import permissions
from organisations.actors import Actor
from organisations.permissions import Permission, Scope
from reports import in_hand
from reports.archive.errors import ReportPurged
from reports.errors import ReportNotFound
from reports.lifecycle import Stage
from reports.models import Report, ReportSection
from storage import database
from storage.database import session
from storage.keyset import Order, in_order
from storage.pages import MAX_LIMIT, Key, Page, page

#: The class of reports that nobody but the body and its receiver may know of.
RESTRICTED = "restricted"
#: The class of reports whose contents and figures nobody but the body and its receiver reads.
PERSONAL = "personal"

#: What the rows of a list must be.
Conditions = Sequence[sa.ColumnElement[bool]]


class View(IntEnum):
    """How much of a report a person sees; each includes the ones before it."""

    STAGE = 1  # a superior level: where it stands; its content once it was accepted
    SUBMITTED = 2  # the receiver: the revisions that were submitted
    DRAFT = 3  # the body's own people: everything


def view(actor: Actor, report: Report) -> View | None:
    """How much of a report an actor sees; None when they may not even know of it."""
    if _reads_as_member(actor, report.body_id):
        return View.DRAFT
    if report.receiver_id is not None and _reads_as_member(actor, report.receiver_id):
        return View.SUBMITTED
    if report.report_class == RESTRICTED:
        return None
    return View.STAGE if permissions.allowed(actor, Permission.REPORT_READ, report.body_id) else None


def may_take_figures(actor: Actor, report: Report) -> bool:
    """Whether the held figures of an accepted report are for an actor: those of personal kinds are for the body and the receiver only."""
    seen_as = view(actor, report)
    return seen_as is not None and (report.report_class != PERSONAL or seen_as >= View.SUBMITTED)


def seen(actor: Actor, report_id: UUID) -> tuple[Report, View]:
    """A report and how much of it the actor sees. Raises ReportNotFound, also for a report that they may not know of."""
    session.flush()
    report = session.scalar(sa.select(Report).where(Report.id == report_id).execution_options(populate_existing=True))
    seen_as = None if report is None else view(actor, report)
    if report is None or seen_as is None:
        raise ReportNotFound(report_id)
    return report, seen_as


def seen_whole(actor: Actor, report_id: UUID) -> tuple[Report, View]:
    """The same of a report whose contents are wanted. Raises ReportPurged when they are gone."""
    report, seen_as = seen(actor, report_id)
    if report.purged_at is not None:
        raise ReportPurged(report_id)
    return report, seen_as


def locked(report_id: UUID) -> Report:
    """A report, locked until the end of the transaction. Raises ReportNotFound."""
    return _only(sa.select(Report).where(Report.id == report_id), report_id)


def locked_all(report_ids: Collection[UUID]) -> list[Report]:
    """Some reports, locked until the end of the transaction, always in the order of ids."""
    session.flush()
    query = sa.select(Report).where(Report.id.in_(report_ids)).order_by(Report.id).with_for_update()
    return list(session.scalars(query.execution_options(populate_existing=True)))


def locked_by_key(business_key: str | None) -> Report:
    """The report of a process instance, locked until the end of the transaction. Raises ReportNotFound.

    The business key is what the engine vouches for; a variable could have been set by anybody who completes a task.
    """
    opened = in_hand.report(business_key)
    if opened is not None:
        return opened
    query = sa.select(Report).where(Report.business_key == business_key, Report.stage != Stage.WITHDRAWN)
    return _only(query, business_key)


def by_key(business_key: str) -> Report:
    """The report of a business key, as it stands, not locked. Raises ReportNotFound."""
    session.flush()
    query = sa.select(Report).where(Report.business_key == business_key, Report.stage != Stage.WITHDRAWN)
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise ReportNotFound(business_key)
    return found


def some(report_ids: Collection[UUID], business_keys: Collection[str]) -> list[Report]:
    """Reports by id, and those that stand under some business keys, as they are now."""
    query = sa.select(Report).where(sa.or_(Report.id.in_(report_ids), _standing(business_keys)))
    return list(session.scalars(query.execution_options(populate_existing=True)))


def _standing(business_keys: Collection[str]) -> sa.ColumnElement[bool]:
    return sa.and_(Report.business_key.in_(business_keys), Report.stage != Stage.WITHDRAWN)


def sections_of(report_id: UUID) -> list[ReportSection]:
    """The sections of a report, in the order of its kind."""
    opened = in_hand.sections(report_id)
    if opened is not None:
        return opened
    session.flush()
    query = sa.select(ReportSection).where(ReportSection.report_id == report_id).order_by(ReportSection.position)
    return list(session.scalars(query.execution_options(populate_existing=True)))


NEAREST_DEADLINE = Order(Report.due_at, Report.id)
LATEST_PERIOD = Order(Report.period_last, Report.id, descending=True)


def listed(actor: Actor, wanted: Conditions, order: Order, limit: int, after: Key | None) -> Page[Report]:
    """The reports that an actor may know of, in an order."""
    limit = max(1, min(limit, MAX_LIMIT))
    rows: Sequence[Report] = session.scalars(statement(actor, wanted, order, after).limit(limit + 1)).all()
    return page(rows, limit, item=lambda row: row, key=order.key)


def statement(actor: Actor, wanted: Conditions, order: Order, after: Key | None = None) -> sa.Select[Any]:
    """The question that a list asks of the database."""
    return in_order(sa.select(Report).where(known_to(actor), *wanted), order, after)


def _only(query: sa.Select[Report], wanted: object) -> Report:
    session.flush()
    report = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if report is None:
        raise ReportNotFound(wanted)
    return report


def _reads_as_member(actor: Actor, body_id: UUID) -> bool:
    """Whether a duty at the very body lets the actor read its reports; an administrator's, which reaches everywhere, does not."""
    right = Permission.REPORT_READ
    scopes = [permissions.GRANTS[duty.role].get(right) for duty in actor.duties if duty.body_id == body_id]
    return any(scope in (Scope.OWN, Scope.BELOW) for scope in scopes) and permissions.allowed(actor, right, body_id)


def member_bodies(actor: Actor) -> list[UUID]:
    """The bodies whose own reports the actor reads as one of their people."""
    return [body for body in actor.bodies if _reads_as_member(actor, body)]


def known_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Whether the actor may know of a report, as `view` says it, for a condition on reports."""
    by_body = permissions.within(actor, Permission.REPORT_READ, Report.body_id)
    members = member_bodies(actor)
    others = sa.and_(by_body, Report.report_class != RESTRICTED)
    return sa.or_(others, Report.receiver_id.in_(members), Report.body_id.in_(members)) if members else others


def of_versions(kinds: Collection[tuple[str, int]]) -> sa.ColumnElement[bool]:
    """Whether a report is of one of some versions of kinds; one parameter, however many there are, for databases bound both terms and
    parameters of a question."""
    given = sa.bindparam(None, [f"{code} {number}" for code, number in sorted(kinds)], type_=sa.JSON, unique=True)
    each = sa.func.json_array_elements_text if database.is_postgresql() else sa.func.json_each
    one = each(given).table_valued("value")
    return (Report.kind_code + " " + sa.cast(Report.kind_version, sa.String)).in_(sa.select(one.c.value))
