"""What entries of the journal are about, as it stands now: tasks, reports and requests of many entries, read at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from engine.user_tasks import UserTask, UserTasks
from organisations.values import uuid_of
from reports import requests_shelf, shelf
from reports.models import Report
from reports.request_tables import Asked, ReportRequest
from storage.database import session
from storage.journal import JournalEntry

_REQUESTS = tuple(f":{what.value}" for what in Asked)


@dataclass(frozen=True)
class Situation:
    """The things that some entries name; what is gone is left out. `returned` are reports with the moments of their returns."""

    tasks: Mapping[UUID, UserTask]
    waiting: Mapping[str, Sequence[UserTask]]
    reports: Mapping[UUID, Report]
    by_key: Mapping[str, Report]
    requests: Mapping[UUID, ReportRequest]
    returned: Mapping[tuple[UUID, datetime], int]

    def report_of(self, task: UserTask) -> Report | None:
        """The report that a task is about: its own process, or that of something asked about it."""
        return self.by_key.get(report_key(task.business_key or ""))


def report_key(business_key: str) -> str:
    """The business key of the report, from that of its process or of a request about it."""
    return next((business_key.removesuffix(end) for end in _REQUESTS if business_key.endswith(end)), business_key)


def read(entries: Sequence[JournalEntry], tasks: UserTasks) -> Situation:
    """The situation of some entries, in as many statements for one as for many."""
    found = {task.id: task for task in tasks.some(_ids("user_task", entries), _keys(entries))}
    waiting: dict[str, list[UserTask]] = {}
    for task in found.values():
        waiting.setdefault(task.business_key or "", []).append(task)
    keys = {report_key(task.business_key) for task in found.values() if task.business_key}
    reports = {report.id: report for report in shelf.some(_ids("report", entries), keys)}
    asked = {request for entry in entries if (request := uuid_of(str(entry.details.get("request")))) is not None}
    return Situation(
        tasks=found,
        waiting=waiting,
        reports=reports,
        by_key={report.business_key: report for report in reports.values()},
        requests={request.id: request for request in requests_shelf.some(asked)},
        returned=_returns([report.id for report in reports.values() if report.revision > 1]),
    )


def _ids(subject: str, entries: Iterable[JournalEntry]) -> set[UUID]:
    return {UUID(entry.subject_id) for entry in entries if entry.subject_type == subject}


def _keys(entries: Iterable[JournalEntry]) -> set[str]:
    """The business keys of the processes whose open tasks are asked for: those of entries about reports."""
    own = {str(entry.details["business_key"]) for entry in entries if entry.subject_type == "report" and "business_key" in entry.details}
    return own | {f"{key}{end}" for key in own for end in _REQUESTS}


def _returns(report_ids: Sequence[UUID]) -> dict[tuple[UUID, datetime], int]:
    """The revision that was returned, by report and moment: what a step gives somebody to do in that moment, it gives back."""
    if not report_ids:
        return {}
    query = sa.select(JournalEntry.subject_id, JournalEntry.at, JournalEntry.details).where(
        JournalEntry.subject_type == "report",
        JournalEntry.subject_id.in_([str(report_id) for report_id in report_ids]),
        JournalEntry.event == "report:returned",
    )
    return {(UUID(row.subject_id), row.at): int(row.details["revision"]) for row in session.execute(query)}
