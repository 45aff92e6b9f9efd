"""What finished reports teach the workload forecast: how long they took, and who makes them by standing rule.

Minutes of work are measured from the journal, where saving cells, a note on a check, an answer to a remark and sending for approval leave
a mark with its person and moment. Marks of one person on one report that lie at most half an hour apart are one sitting: the time between
them counts in full. What came before the first mark of a sitting is not known and counts ten minutes. All sittings of all makers together
are the minutes of a report, those after a return for revision included; approval, signing and review are not. A kind and level is measured
by the median of its newest accepted reports, at most 30 of the last two years, at least five.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from math import ceil
from statistics import median
from uuid import UUID

import sqlalchemy as sa

from reports import standing_rules
from reports.lifecycle import Stage
from reports.models import Report
from storage.clock import Clock
from storage.database import session
from storage.journal import JournalEntry

MARKS = ("report:cells_saved", "report:note_written", "remark:answered", "report:sent_for_approval")
LONGEST_PAUSE = timedelta(minutes=30)
BEFORE_THE_FIRST = timedelta(minutes=10)
FEWEST, NEWEST = 5, 30
YEARS = timedelta(days=730)
#: How long a process goes on with what it has measured.
MEMORY = timedelta(hours=12)
#: Reports asked for in one statement.
_SHARE = 500


class Workload:
    """The forecast's ports Durations and Responsibles."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._measured: Mapping[tuple[str, str], int] = {}
        self._measured_at: datetime | None = None

    def minutes(self) -> Mapping[tuple[str, str], int]:
        """The median minutes of work by code of the kind and level of the body, where enough reports are accepted."""
        now = self._clock.now()
        if self._measured_at is None or not timedelta(0) <= now - self._measured_at < MEMORY:
            self._measured, self._measured_at = _measured(now - YEARS), now
        return self._measured

    def responsible(self, body_ids: Collection[UUID]) -> Mapping[UUID, Mapping[str, UUID | None]]:
        """The executors whom standing rules name, by body and kind."""
        found: dict[UUID, dict[str, UUID | None]] = {}
        for (body_id, code), rule in standing_rules.of_bodies(body_ids).items():
            found.setdefault(body_id, {})[code] = rule.executor_id
        return found


def _measured(since: datetime) -> Mapping[tuple[str, str], int]:
    newest = _newest(since)
    taken: dict[tuple[str, str], list[float]] = {}
    for report_id, minutes in _minutes_of(list(newest)):
        taken.setdefault(newest[report_id], []).append(minutes)
    return {key: ceil(median(found)) for key, found in taken.items() if len(found) >= FEWEST}


def _newest(since: datetime) -> Mapping[str, tuple[str, str]]:
    """The newest accepted reports by kind and level, by id as the journal writes it."""
    of_one = (Report.kind_code, Report.body_level)
    place = sa.func.row_number().over(partition_by=of_one, order_by=(Report.ended_at.desc(), Report.id)).label("place")
    accepted = sa.select(Report.id, Report.kind_code, Report.body_level, place)
    ranked = accepted.where(Report.stage == Stage.ACCEPTED, Report.ended_at >= since).subquery()
    query = sa.select(ranked.c.id, ranked.c.kind_code, ranked.c.body_level).where(ranked.c.place <= NEWEST)
    return {str(report_id): (code, level) for report_id, code, level in session.execute(query)}


def _minutes_of(report_ids: list[str]) -> Iterator[tuple[str, float]]:
    """The minutes of each report that people have left marks on."""
    for begin in range(0, len(report_ids), _SHARE):
        query = sa.select(JournalEntry.subject_id, JournalEntry.actor, JournalEntry.at).where(
            JournalEntry.subject_type == "report",
            JournalEntry.subject_id.in_(report_ids[begin : begin + _SHARE]),
            JournalEntry.event.in_(MARKS),
            JournalEntry.actor.is_not(None),
        )
        marks = session.execute(query.order_by(JournalEntry.subject_id, JournalEntry.actor, JournalEntry.at))
        for report_id, of_report in groupby(marks, key=lambda mark: mark[0]):
            makers = groupby(of_report, key=lambda mark: mark[1])
            yield report_id, sum(_sittings(at for _, _, at in of_maker) for _, of_maker in makers)


def _sittings(moments: Iterable[datetime]) -> float:
    """The minutes of one person's sittings over a report, from the moments of their marks in order."""
    worked = BEFORE_THE_FIRST
    for earlier, later in pairwise(moments):
        pause = later - earlier
        worked += pause if pause <= LONGEST_PAUSE else BEFORE_THE_FIRST
    return worked / timedelta(minutes=1)
