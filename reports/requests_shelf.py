"""Finding what was asked about reports."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from reports.errors import RequestNotFound, RequestNotOpen
from reports.request_tables import Asked, ReportRequest, RequestState
from storage.database import session


def get(request_id: UUID) -> ReportRequest:
    """One request. Raises RequestNotFound."""
    found = session.scalar(sa.select(ReportRequest).where(ReportRequest.id == request_id).execution_options(populate_existing=True))
    if found is None:
        raise RequestNotFound(request_id)
    return found


def some(request_ids: Collection[UUID]) -> list[ReportRequest]:
    """Several requests by id."""
    query = sa.select(ReportRequest).where(ReportRequest.id.in_(request_ids)).execution_options(populate_existing=True)
    return list(session.scalars(query)) if request_ids else []


def of(report_id: UUID) -> list[ReportRequest]:
    """All that was asked about a report, oldest first."""
    query = sa.select(ReportRequest).where(ReportRequest.report_id == report_id).order_by(ReportRequest.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def open_of(report_id: UUID, what: Asked) -> ReportRequest | None:
    """What is asked and not decided."""
    query = sa.select(ReportRequest).where(
        ReportRequest.report_id == report_id, ReportRequest.what == what.value, ReportRequest.state == RequestState.ASKED.value
    )
    session.flush()
    return session.scalar(query.execution_options(populate_existing=True))


def all_open_of(report_id: UUID) -> list[ReportRequest]:
    """Everything that is asked and not decided, locked until the end of the transaction."""
    query = sa.select(ReportRequest).where(ReportRequest.report_id == report_id, ReportRequest.state == RequestState.ASKED.value)
    session.flush()
    return list(session.scalars(query.order_by(ReportRequest.id).with_for_update().execution_options(populate_existing=True)))


def close(asked: ReportRequest, state: RequestState, **decided: Any) -> None:
    """Keep what has become of a request: who decided, when, why. Raises RequestNotOpen when that was settled in this moment.

    Its row is locked here, after its report: a withdrawal has the report before it looks for what is asked.
    """
    session.flush()
    still_open = sa.update(ReportRequest).where(ReportRequest.id == asked.id, ReportRequest.state == RequestState.ASKED.value)
    if not session.execute(still_open.values(state=state.value, **decided).returning(ReportRequest.id)).all():
        raise RequestNotOpen()


def require_open(asked: ReportRequest | None) -> ReportRequest:
    """The request, when it is not decided. Raises RequestNotOpen."""
    if asked is None or asked.state != RequestState.ASKED:
        raise RequestNotOpen()
    return asked


def granted(report_id: UUID, what: Asked) -> ReportRequest | None:
    """What the receiver granted last."""
    query = sa.select(ReportRequest).where(
        ReportRequest.report_id == report_id, ReportRequest.what == what.value, ReportRequest.state == RequestState.GRANTED.value
    )
    session.flush()
    return session.scalar(query.order_by(ReportRequest.id.desc()).limit(1))


def extended(report_ids: Collection[UUID]) -> set[UUID]:
    """Which of some reports have a deadline that their receiver granted."""
    query = sa.select(ReportRequest.report_id).where(
        ReportRequest.report_id.in_(report_ids),
        ReportRequest.what == Asked.EXTENSION.value,
        ReportRequest.state == RequestState.GRANTED.value,
    )
    return set(session.scalars(query))
