"""What happened to a report, as the journal tells it: written in the step's transaction, never with contents; read as a timeline."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from reports import in_hand
from reports.models import Report
from reports.permits import Permit
from reports.shelf import View
from storage import journal

#: What only the body's own people see on the timeline: the making of a draft.
_PRIVATE = frozenset(
    {
        "report:cells_saved",
        "report:note_written",
        "report:section_given",
        "report:attachment_added",
        "report:attachment_removed",
        "remark:answered",
    }
)


@dataclass(frozen=True)
class TimelineEntry:
    """One thing that happened: the event's name after "report:" or "remark:", who did it, for whom, when, with which particulars."""

    event: str
    at: datetime
    actor: str | None
    on_behalf_of: str | None
    details: Mapping[str, Any]


def tell(event: str, report: Report, at: datetime, permit: Permit | None = None, *, by: str | None = None, **details: Any) -> None:
    """Record an event about a report: done by leave (`permit`), by a person who needed none (`by`), or by the product itself."""
    in_hand.keep(
        report,
        journal.entry(
            event if ":" in event else f"report:{event}",
            at=at,
            subject=("report", report.id),
            actor=permit.actor.by if permit else by,
            on_behalf_of=permit.on_behalf_of if permit else None,
            body_id=report.body_id,
            business_key=report.business_key,
            stage=str(report.stage),
            revision=report.revision,
            **details,
        ),
    )


def timeline(report_id: UUID, view: View) -> list[TimelineEntry]:
    """The events about a report that are for this view, oldest first."""
    return [
        TimelineEntry(entry.event, entry.at, entry.actor, entry.on_behalf_of, entry.details)
        for entry in journal.entries_about("report", report_id)
        if view is View.DRAFT or not (entry.event in _PRIVATE or entry.details.get("side") == "body")
    ]
