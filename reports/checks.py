"""Logical control of a draft: the findings of the kind's checks, with what the body noted about warnings."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import texts
from refusals import Fault
from register import checks
from register.kinds import Kind, Severity
from register.names import Names
from reports import cells, check_sources, lines
from reports.check_sources import KindOf
from reports.errors import ChecksFailed
from reports.models import Report


@dataclass(frozen=True)
class Finding:
    """What a check found. `note` is what the body says about a warning."""

    code: str
    severity: Severity
    cells: tuple[str, ...]
    message: Names
    note: str | None
    shown: Names | None = None

    @property
    def told(self) -> Names:
        """The message with the figures of the check."""
        if self.shown is None:
            return self.message
        return Names(*(f"{self.message.say(language)} ({self.shown.say(language)})" for language in texts.LANGUAGES))

    @property
    def blocks(self) -> bool:
        """Whether the report can't be sent: an error, or a warning without a note."""
        return self.severity == "error" or not self.note


def findings(report: Report, kind: Kind, values: Mapping[str, Any], kind_of: KindOf) -> list[Finding]:
    """What the checks find in some cells, compared with what they ask for: periods before, the body's history, its other reports."""
    sources = check_sources.of(report, kind, kind.checks, kind_of)
    return [_noted(report, found) for found in checks.run(kind, values, sources=sources)]


def findings_on(report: Report, kind: Kind, touched: Collection[str], kind_of: KindOf) -> tuple[tuple[str, ...], list[Finding]]:
    """Of a draft, the codes of the checks that look at some cells, and what they find; what is missing among these cells comes first.

    Only what these checks look at is read.
    """
    looking = checks.touching(kind, touched)
    needed = {mention.section for check in looking for mention in check.mentions if not mention.source}
    values = lines.cells(report.id, needed | {cells.section(address) for address in touched})
    sources = check_sources.of(report, kind, looking, kind_of)
    found = checks.run_touched(kind, touched, values, sources=sources)
    return tuple(check.code for check in looking), [_noted(report, each) for each in found]


def _noted(report: Report, found: checks.CheckFinding) -> Finding:
    return Finding(found.code, found.severity, found.cells, found.message, report.notes.get(found.code), found.shown)


def require_clean(report: Report, kind: Kind, values: Mapping[str, Any], kind_of: KindOf) -> None:
    """Refuse (ChecksFailed) what has errors, or warnings without a note; a fault per finding, at its first cell."""
    blocking = [finding for finding in findings(report, kind, values, kind_of) if finding.blocks]
    if blocking:
        raise ChecksFailed([_fault(finding) for finding in blocking])


def _fault(finding: Finding) -> Fault:
    fields = {
        "check": finding.code,
        "severity": finding.severity,
        "cells": list(finding.cells),
        "message": finding.told.kk,
        "messages": finding.told.as_dict(),  # by these a door says it in the reader's language
    }
    code = "check_error" if finding.severity == "error" else "warning_without_note"
    return Fault(cells.pointer(finding.cells[0]) if finding.cells else "", code, fields)
