"""The rows of attachments: which files a revision has, and which files nobody needs any more."""

from collections.abc import Collection, Iterator
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from reports.models import Report, ReportAttachment
from storage import outbox
from storage.database import session
from storage.identifiers import new_id

A = ReportAttachment
#: The topic of files that lost a row, and perhaps the last one.
FILES_LEFT = "reports.files_left"
_SOME = 500


def of(report_id: UUID, revision: int) -> list[ReportAttachment]:
    """The attachments of a revision, sorted by name as the canonical bytes are."""
    session.flush()
    query = sa.select(A).where(A.report_id == report_id, A.revision == revision)
    return sorted(session.scalars(query.execution_options(populate_existing=True)), key=lambda row: row.name)


def find(report_id: UUID, attachment_id: UUID) -> ReportAttachment | None:
    """One attachment of a report."""
    session.flush()
    return session.scalar(sa.select(A).where(A.id == attachment_id, A.report_id == report_id))


def add(row: ReportAttachment) -> None:
    """Keep a new one."""
    session.add(row)
    session.flush()


def carry_on(report_id: UUID, before: int | None, after: int) -> None:
    """Give a revision that begins the attachments of the one that it goes on from."""
    for row in of(report_id, before or 0):
        kept = {"name": row.name, "media_type": row.media_type, "size": row.size, "sha256": row.sha256}
        session.add(A(id=new_id(), report_id=report_id, revision=after, added_at=row.added_at, added_by=row.added_by, **kept))


def remove(report_id: UUID, revision: int, now: datetime, only: UUID | None = None) -> None:
    """Remove the attachments of a revision in work, or one of them."""
    wanted = sa.delete(A).where(A.report_id == report_id, A.revision == revision)
    gone = session.scalars((wanted if only is None else wanted.where(A.id == only)).returning(A.sha256)).all()
    _leave(gone, now)


def leave_files(report_ids: Collection[UUID], now: datetime) -> None:
    """Let the files of reports go after the present transaction, which removes the rows."""
    _leave(session.scalars(sa.select(A.sha256).where(A.report_id.in_(report_ids)).distinct()).all(), now)


def unnamed(hashes: Collection[str]) -> list[str]:
    """Those of some hashes that no row names."""
    named = set(session.scalars(sa.select(A.sha256).where(A.sha256.in_(hashes)).distinct()))
    return sorted(set(hashes) - named)


def named() -> Iterator[tuple[str, str]]:
    """Every hash that a row names, with the business key of a report that has it."""
    query = sa.select(A.sha256, sa.func.min(Report.business_key).label("key")).join(Report, Report.id == A.report_id).group_by(A.sha256)
    yield from ((row.sha256, row.key) for row in session.execute(query.order_by(A.sha256)))


def _leave(hashes: Collection[str], now: datetime) -> None:
    some = sorted(set(hashes))
    for at in range(0, len(some), _SOME):
        outbox.put(FILES_LEFT, {"hashes": some[at : at + _SOME]}, due_at=now)
