"""Deadlines of restricted reports: they have no process whose timers would tell of them, so the outbox keeps the moments.

What was moved meanwhile is looked at again at its new moment; what was sent or withdrawn is not told of any more.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from notifications import news
from notifications.news import News
from notifications.sorts import Sort
from register.calendar import Calendar
from register.moments import moments
from reports import shelf
from reports.lifecycle import Stage
from reports.models import Report
from storage import outbox
from storage.journal import JournalEntry

#: Topic of the outbox: restricted reports whose reminder or deadline has come; payload: entry and report of each, deadline, which moment.
DUE = "notifications:restricted_due"
#: The moments that are told of, and as what.
MOMENTS: Mapping[str, Sort] = {"remind_at": Sort.REMINDER, "escalate_at": Sort.OVERDUE}


def watch(opened: Iterable[tuple[UUID, Report]], calendar: Calendar, now: datetime, which: Sequence[str] = tuple(MOMENTS)) -> None:
    """Keep the moments of some reports, with the entries of the journal that told of their opening; those of one deadline together."""
    together: dict[datetime, list[list[str]]] = {}
    for entry_id, report in opened:
        together.setdefault(report.due_at, []).append([str(entry_id), str(report.id)])
    for due_at, reports in together.items():
        at = moments(now, due_at, calendar)
        for moment in which:
            outbox.put(DUE, {"reports": reports, "due_at": due_at.isoformat(), "moment": moment}, due_at=at[moment])


def come(payload: Mapping[str, Any], entries: Mapping[UUID, JournalEntry], calendar: Calendar, now: datetime) -> list[News]:
    """The news of reports whose moment has come."""
    opened_by = {UUID(report): UUID(entry) for entry, report in payload["reports"]}
    waiting = [report for report in shelf.some(opened_by.keys(), ()) if report.stage is Stage.SCHEDULED]
    due_at, moment = datetime.fromisoformat(payload["due_at"]), payload["moment"]
    moved = [(opened_by[report.id], report) for report in waiting if report.due_at != due_at]
    watch(moved, calendar, now, (moment,))
    same = [report for report in waiting if report.due_at == due_at and opened_by[report.id] in entries]
    return [news.of_restricted(MOMENTS[moment], entries[opened_by[report.id]], report) for report in same]
