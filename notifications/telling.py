"""From entries of the journal to notifications: heard once when an entry is sealed, told in the wake of that through the outbox.

A telling takes the same few statements for a hundred entries as for one, and its rows go with the outbox's item in one transaction, so
that a person is told of a thing exactly once; the unique key of the rows holds that even where two things come to the same.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects import postgresql, sqlite

from engine.user_tasks import UserTask, UserTasks
from notifications import audience, choices, deliveries, news, restricted_deadlines, situation
from notifications.choices import Addressee, Moments
from notifications.news import News
from notifications.sorts import OF_A_TASK, Sort
from notifications.tables import NotificationRow
from organisations import posts
from register.calendar import Calendar
from register.moments import TO_MORNING
from reports import shelf
from storage import database, outbox
from storage.clock import Clock
from storage.database import session
from storage.identifiers import new_id
from storage.journal import JournalEntry

#: Topic of the outbox: entries of the journal that may be news; payload: their ids.
TELL = "notifications:tell"
#: Topic of the outbox: steps whose delay was told some working days ago; payload: entry, report and task of each.
FURTHER = "notifications:tell_further"
#: Entries that are told of in one transaction.
AT_ONCE = 100
#: What happened longer ago is no news: a worker that stood, or a backup that was restored, wakes nobody.
FRESH = timedelta(days=7)
log = structlog.get_logger(__name__)
_COMPLETED = "user_task:completed"
_WANTED = news.EVENTS | {_COMPLETED}
_TABLE = cast(sa.Table, NotificationRow.__table__)


class Telling:
    """Hears and tells. Everything is done in the caller's transaction."""

    def __init__(self, *, clock: Clock, calendar: Calendar, tasks: UserTasks, further_days: int, mails: bool, morning: time) -> None:
        self._clock = clock
        self._calendar = calendar
        self._tasks = tasks
        self._further_days = further_days
        self._mails = mails
        self._mornings = Moments(calendar, morning)

    def hear(self, entries: Iterable[JournalEntry]) -> None:
        """Note which of some new entries may be news."""
        now = self._clock.now()
        wanted = [str(entry.id) for entry in entries if entry.event in _WANTED and entry.at > now - FRESH]
        for start in range(0, len(wanted), AT_ONCE):
            outbox.put(TELL, {"entries": wanted[start : start + AT_ONCE]}, due_at=now)

    def tell(self, delivery: outbox.Delivery) -> None:
        """Tell of the entries of an item of the outbox.

        Where they cannot be told together, each becomes an item of its own: one that no news can be made of keeps no other back.
        """
        ids: list[str] = delivery.payload["entries"]
        if len(ids) == 1:
            self._tell(ids, delivery)
            return
        try:
            with session.begin_nested():
                self._tell(ids, delivery)
        except Exception:  # the border between entries that have nothing to do with each other
            log.exception("news_told_apart", entries=len(ids))
            for each in ids:
                outbox.put(TELL, {"entries": [each]}, due_at=delivery.now)

    def _tell(self, ids: Sequence[str], delivery: outbox.Delivery) -> None:
        entries = _entries([UUID(found) for found in ids])
        told = [entry for entry in entries if entry.event in news.EVENTS]
        known = situation.read(told, self._tasks)
        found = [each for entry in told if (each := news.of(entry, known)) is not None]
        self._keep(found, delivery)
        restricted_deadlines.watch(
            [(each.entry.id, each.report) for each in found if each.sort is Sort.REPORT_DUE and each.report], self._calendar, delivery.now
        )
        late = [
            [str(each.entry.id), str(each.report.id), str(each.task.id)] for each in found if _is_late(each) and each.report and each.task
        ]
        if late and self._further_days:
            outbox.put(FURTHER, {"late": late}, due_at=self._calendar.add_working_days(delivery.now, self._further_days) - TO_MORNING)
        _settle([UUID(entry.subject_id) for entry in entries if entry.event == _COMPLETED], delivery.now)

    def tell_further(self, delivery: outbox.Delivery) -> None:
        """Tell the managers of steps that are late still."""
        late = [tuple(map(UUID, each)) for each in delivery.payload["late"]]
        entries = {entry.id: entry for entry in _entries([entry_id for entry_id, _, _ in late])}
        tasks = {task.id: task for task in self._tasks.some({task_id for _, _, task_id in late}, ())}
        reports = {report.id: report for report in shelf.some({report_id for _, report_id, _ in late}, ())}
        parents = posts.parents({body for report in reports.values() for body in (report.body_id, report.receiver_id) if body is not None})
        found = [
            news.further(entries[entry_id], reports[report_id], tasks[task_id], parents, self._further_days)
            for entry_id, report_id, task_id in late
            if task_id in tasks and report_id in reports and _is_overdue(tasks[task_id], delivery.now)
        ]
        self._keep(found, delivery)

    def tell_of_restricted(self, delivery: outbox.Delivery) -> None:
        """Tell of restricted reports whose deadline is near or has passed."""
        entries = {entry.id: entry for entry in _entries([UUID(entry_id) for entry_id, _ in delivery.payload["reports"]])}
        self._keep(restricted_deadlines.come(delivery.payload, entries, self._calendar, delivery.now), delivery)

    def _keep(self, found: Sequence[News], delivery: outbox.Delivery) -> None:
        deliveries.queue(found, delivery.now)
        told = audience.of(found, self._calendar.day_of(delivery.now))
        people = choices.of_all({user_id for _, user_id in told})
        rows = [_row(each, user_id) | self._ways(each, people[user_id], delivery.now) for each, user_id in told if user_id in people]
        _insert([row for row in rows if row["in_inbox"] or row["mail_due_at"] is not None])

    def _ways(self, told: News, person: Addressee, now: datetime) -> dict[str, Any]:
        """By which ways a person is told."""
        due_at = self._mornings.of(told.sort, person.choices, now) if person.has_mail and self._mails else None
        return {"in_inbox": person.choices.in_inbox(told.sort), "mail_due_at": due_at}


def _is_late(told: News) -> bool:
    return told.entry.event in ("report:escalated", "report:request_escalated")


def _is_overdue(task: UserTask, now: datetime) -> bool:
    return task.due_at is not None and task.due_at < now


def _entries(ids: Sequence[UUID]) -> list[JournalEntry]:
    return list(session.scalars(sa.select(JournalEntry).where(JournalEntry.id.in_(ids)).order_by(JournalEntry.id)))


def _row(told: News, user_id: UUID) -> dict[str, Any]:
    return {
        "id": new_id(),
        "user_id": user_id,
        "key": told.key,
        "sort": told.sort.value,
        "at": told.entry.at,
        "body_id": told.report.body_id if told.report else told.entry.body_id,
        "report_id": told.report.id if told.report else None,
        "task_id": told.task.id if told.task else None,
        "facts": dict(told.facts),
        "read_at": None,
    }


def _insert(rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    inserting = postgresql.insert if database.is_postgresql() else sqlite.insert
    session.execute(inserting(_TABLE).on_conflict_do_nothing(index_elements=[_TABLE.c.user_id, _TABLE.c.key]), rows)


def _settle(task_ids: Sequence[UUID], now: datetime) -> None:
    """What asked for tasks that are done asks for nothing any more."""
    if not task_ids:
        return
    asked = sa.update(NotificationRow).where(
        NotificationRow.task_id.in_(task_ids), NotificationRow.sort.in_(OF_A_TASK), NotificationRow.read_at.is_(None)
    )
    session.execute(asked.values(read_at=now).execution_options(synchronize_session=False))
