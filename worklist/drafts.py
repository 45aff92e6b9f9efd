"""Drafts of task forms: what people of one body have typed so far. Nobody outside the body sees them; they go with the task."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Json, Moment, to_json
from storage.database import Base, changed, session
from worklist.errors import TaskDraftNotFound, TaskDraftStale, TaskDraftTooLarge

MAX_BYTES = 512 * 1024
#: The body of people who work on a task without any duty (named in the diagram): their draft is kept under the task alone.
NO_BODY = UUID(int=0)


class TaskDraftRow(Base):
    """The draft of one body for one open task."""

    __tablename__ = "task_drafts"

    task_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_tasks.id", ondelete="CASCADE"), primary_key=True)
    body_id: Mapped[UUID] = mapped_column(sa.Uuid(), primary_key=True)
    version: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    saved_at: Mapped[datetime] = mapped_column(Moment)
    saved_by: Mapped[str] = mapped_column(sa.String(80))


@dataclass(frozen=True)
class TaskDraft:
    """A draft as its body sees it; `version` goes into If-Match when it is saved again."""

    task_id: UUID
    version: int
    values: dict[str, Any]
    saved_at: datetime
    saved_by: str


def find(task_id: UUID, body_id: UUID | None) -> TaskDraft | None:
    """The draft of a body, if it has saved one."""
    row = session.get(TaskDraftRow, (task_id, body_id or NO_BODY), populate_existing=True)
    return _draft(row) if row else None


def save(task_id: UUID, body_id: UUID | None, values: dict[str, Any], *, if_match: int | None, by: str, at: datetime) -> TaskDraft:
    """Keep a draft. `if_match` is the version it was made from, None for the first one. Raises TaskDraftStale, TaskDraftTooLarge."""
    if len(to_json(values).encode()) > MAX_BYTES:
        raise TaskDraftTooLarge(limit=MAX_BYTES)
    if if_match is None:
        return _first(task_id, body_id or NO_BODY, values, by, at)
    kept = sa.update(TaskDraftRow).where(TaskDraftRow.task_id == task_id, TaskDraftRow.body_id == (body_id or NO_BODY))
    made_from = kept.where(TaskDraftRow.version == if_match)
    if not changed(made_from.values(version=if_match + 1, content=values, saved_at=at, saved_by=by)):
        raise TaskDraftStale(task_id=str(task_id))
    return TaskDraft(task_id, if_match + 1, values, at, by)


def discard(task_id: UUID, body_id: UUID | None) -> None:
    """Throw a draft away. Raises TaskDraftNotFound."""
    if not changed(sa.delete(TaskDraftRow).where(TaskDraftRow.task_id == task_id, TaskDraftRow.body_id == (body_id or NO_BODY))):
        raise TaskDraftNotFound(task_id=str(task_id))


def _first(task_id: UUID, body_id: UUID, values: dict[str, Any], by: str, at: datetime) -> TaskDraft:
    """Insert the first version; a second person doing the same at the same moment is told of the first."""
    if find(task_id, body_id) is not None:
        raise TaskDraftStale(task_id=str(task_id))
    row = TaskDraftRow(task_id=task_id, body_id=body_id, version=1, content=values, saved_at=at, saved_by=by)
    try:
        with session.begin_nested():
            session.add(row)
    except sa.exc.IntegrityError:
        raise TaskDraftStale(task_id=str(task_id)) from None
    return _draft(row)


def _draft(row: TaskDraftRow) -> TaskDraft:
    return TaskDraft(row.task_id, row.version, row.content, row.saved_at, row.saved_by)
