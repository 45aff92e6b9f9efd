"""Logical control of a draft: the findings of the kind's checks, with what the body noted about warnings."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from refusals import Fault
from register import checks, periods
from register.kinds import Kind, Severity
from register.names import Names
from reports import cells, lines, revisions
from reports.errors import ChecksFailed
from reports.models import Report
from storage.database import session


@dataclass(frozen=True)
class Finding:
    """What a check found. `note` is what the body says about a warning."""

    code: str
    severity: Severity
    cells: tuple[str, ...]
    message: Names
    note: str | None

    @property
    def blocks(self) -> bool:
        """Whether the report can't be sent: an error, or a warning without a note."""
        return self.severity == "error" or not self.note


def findings(report: Report, kind: Kind, values: Mapping[str, Any]) -> list[Finding]:
    """What the checks find in some cells, compared with the body's accepted report of the period before where they ask for it."""
    before = _period_before(report, kind) if any(check.previous for check in kind.checks) else None
    return [_noted(report, found) for found in checks.run(kind, values, before)]


def findings_on(report: Report, kind: Kind, touched: Collection[str]) -> tuple[tuple[str, ...], list[Finding]]:
    """Of a draft, the codes of the checks that look at some cells, and what they find; what is missing among these cells comes first.

    Only what these checks look at is read.
    """
    looking = checks.touching(kind, touched)
    needed = {mention.section for check in looking for mention in check.mentions if not mention.source}
    values = lines.cells(report.id, needed | {cells.section(address) for address in touched})
    before = _period_before(report, kind) if any(check.previous for check in looking) else None
    found = checks.run_touched(kind, touched, values, before)
    return tuple(check.code for check in looking), [_noted(report, each) for each in found]


def _noted(report: Report, found: checks.CheckFinding) -> Finding:
    return Finding(found.code, found.severity, found.cells, found.message, report.notes.get(found.code))


def require_clean(report: Report, kind: Kind, values: Mapping[str, Any]) -> None:
    """Refuse (ChecksFailed) what has errors, or warnings without a note; a fault per finding, at its first cell."""
    blocking = [finding for finding in findings(report, kind, values) if finding.blocks]
    if blocking:
        raise ChecksFailed([_fault(finding) for finding in blocking])


def _fault(finding: Finding) -> Fault:
    fields = {
        "check": finding.code,
        "severity": finding.severity,
        "cells": list(finding.cells),
        "message": finding.message.kk,
        "messages": finding.message.as_dict(),  # by these a door says it in the reader's language
    }
    code = "check_error" if finding.severity == "error" else "warning_without_note"
    return Fault(cells.pointer(finding.cells[0]) if finding.cells else "", code, fields)


def _period_before(report: Report, kind: Kind) -> Mapping[str, Any] | None:
    period = kind.periodicity.previous(periods.parse(report.period))
    query = sa.select(Report).where(
        Report.kind_code == report.kind_code,
        Report.body_id == report.body_id,
        Report.period == period.text,
        Report.accepted_revision.is_not(None),
        Report.purged_at.is_(None),
    )
    accepted = session.scalar(query)
    return None if accepted is None else revisions.accepted(accepted).cells
