"""Reports that the present transaction is opening, many at once: nobody else knows of them, so they are neither looked up nor locked.

Their rows are written when their processes have started; until then what an operation asks for is given from here. What is not held here
is asked of the database, as for any other report.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast
from uuid import UUID

from organisations.users import User
from register.kinds import Kind
from reports.models import Report, ReportLine, ReportSection
from reports.prefill import Draft
from reports.standing_rules import StandingRule
from storage import journal
from storage.database import session

_HELD = "esep_reports_in_hand"


@dataclass(frozen=True)
class HeldRule:
    """The standing rule of a body for the kind that is being opened; `rule` is None where it has none."""

    rule: StandingRule | None


@dataclass
class Batch:
    """Reports of one kind by business key; by id the sections and filled lines of those that were asked for them; by body what is known of
    the cells, the standing rule, the executors; what the journal is to tell."""

    kind: Kind
    reports: dict[str, Report]
    sections: dict[UUID, list[ReportSection]] = field(default_factory=dict)
    lines: dict[UUID, list[ReportLine]] = field(default_factory=dict)
    drafts: Mapping[UUID, Mapping[str, Draft]] = field(default_factory=dict)
    rules: Mapping[UUID, StandingRule] = field(default_factory=dict)
    executors: Mapping[UUID, Collection[User]] = field(default_factory=dict)
    told: list[dict[str, Any]] = field(default_factory=list)

    @cached_property
    def ids(self) -> frozenset[UUID]:
        """The ids of the reports."""
        return frozenset(report.id for report in self.reports.values())


def empty_sections(report_id: UUID, kind: Kind) -> list[dict[str, Any]]:
    """The rows of the sections of a report that was opened just now."""
    blank = {"version": 0, "edited_at": None, "edited_by": None, "executor_id": None}
    return [
        {"report_id": report_id, "code": section.code, "position": position, "provenance": {}, **blank}
        for position, section in enumerate(kind.sections)
    ]


@contextmanager
def holding(batch: Batch) -> Iterator[None]:
    """Let a batch be found by the operations that the block sets going."""
    info = session().info
    info[_HELD] = batch
    try:
        yield
    finally:
        info.pop(_HELD, None)


def report(business_key: str | None) -> Report | None:
    """The report of a business key, when it is being opened here."""
    batch = _present()
    return None if batch is None or business_key is None else batch.reports.get(business_key)


def sections(report_id: UUID) -> list[ReportSection] | None:
    """Its sections, in the order of its kind."""
    batch = _present()
    if batch is None or report_id not in batch.ids:
        return None
    if report_id not in batch.sections:
        batch.sections[report_id] = [ReportSection(**row) for row in empty_sections(report_id, batch.kind)]
    return batch.sections[report_id]


def lines(report_id: UUID) -> list[ReportLine] | None:
    """The lines of its sections that are filled; what is added to the list is written with the batch."""
    batch = _present()
    return None if batch is None or report_id not in batch.ids else batch.lines.setdefault(report_id, [])


def drafts(opened: Report) -> Mapping[str, Draft] | None:
    """What is known of its cells."""
    batch = _present()
    return None if batch is None or opened.business_key not in batch.reports else batch.drafts.get(opened.body_id, {})


def rule(body_id: UUID) -> HeldRule | None:
    """The standing rule of a body whose report is being opened here."""
    batch = _present()
    return None if batch is None or body_id not in batch.executors else HeldRule(batch.rules.get(body_id))


def is_executor(user_id: UUID, body_id: UUID) -> bool:
    """Whether somebody is known as an executor of a body; no is only said for want of knowing."""
    batch = _present()
    return batch is not None and any(user.id == user_id for user in batch.executors.get(body_id, ()))


def keep(about: Report, entry: dict[str, Any]) -> None:
    """Add an entry to the journal; one about a report that is being opened here goes with the rows of its batch."""
    batch = _present()
    if batch is not None and about.business_key in batch.reports:
        batch.told.append(entry)
    else:
        session.add(journal.JournalEntry(**entry))


def _present() -> Batch | None:
    return cast(Batch | None, session().info.get(_HELD))
