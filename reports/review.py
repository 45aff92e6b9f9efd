"""The receiver takes a submitted report in hand."""

from datetime import datetime

from reports import chronicle, lifecycle
from reports.lifecycle import Stage
from reports.models import Report
from reports.permits import Permit


def begin(report: Report, permit: Permit, at: datetime) -> None:
    """Move a submitted report under review; nothing when it already is."""
    if report.stage is Stage.UNDER_REVIEW:
        return
    lifecycle.move(report, Stage.UNDER_REVIEW)
    chronicle.tell("review_begun", report, at, permit)
