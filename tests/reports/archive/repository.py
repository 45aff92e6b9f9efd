"""The office whose kinds say how long their reports are kept, and short words for what becomes of these."""

import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from organisations.roles import Role
from reports.archive.archive import Line
from reports.archive.destruction import DestructionAct
from reports.archive.holds import Ground, Range, ReportHold
from reports.models import Report
from storage.clock import SetClock
from storage.database import Base, session
from storage.files import FileStore
from storage.transaction import transaction
from tests.reports.office import HERE, Office

KEPT = "TST-YEAR"
GROUND = Ground("Сот сұратты", "12-3/45", date(2026, 9, 1))
#: What was finished in 2026 and is kept for a year may go from this moment on.
OVER = datetime(2028, 1, 2, tzinfo=UTC)


class Repository(Office):
    """An office with an archive."""

    def __init__(self, clock: SetClock, *, files: FileStore | None = None) -> None:
        super().__init__(clock, files=files)
        self.archive = self.reports.archive
        self.people["deputy"] = self.hires(Role.HEAD, self.body)
        for code, retention in (
            (KEPT, {"years": 1, "item": "363"}),
            ("TST-THREE", {"years": 3, "item": "364"}),
            ("TST-EVER", {"permanent": True, "item": "362"}),
        ):
            self.puts(code, retention=retention)

    def puts(self, code: str, **changes: Any) -> None:
        """Put a kind, or a version of one, in force."""
        kind = json.loads((HERE / "kind.json").read_text("utf-8"))
        with transaction():
            places = {"directorate": self.receiver.code}
            self.register.import_kind(kind | {"code": code} | changes, act_number="1", act_date=date(2020, 1, 1), places=places)

    def finished(self, kind: str = KEPT, **about: Any) -> Report:
        """A report that was accepted."""
        report = self.opens(kind, **about)
        self.brings(report, "review")
        self.does("review", report, decision="accept")
        return self.now(report)

    def passes(self, to: datetime = OVER) -> None:
        """Let time pass."""
        self.clock.move_to(to)

    def drafts(self, who: str = "chancery", **about: Any) -> DestructionAct:
        """Draft an act of destruction over all that is free to go."""
        with transaction():
            return self.archive.destruction.draft(self.people[who], self.body.id, "5", self.register.calendar.today(), **about)

    def approves(self, act: DestructionAct, who: str = "head") -> DestructionAct:
        """Approve an act."""
        with transaction():
            return self.archive.destruction.approve(self.people[who], act.id)

    def holds(self, report: Report | None = None, who: str = "chancery", **covered: Any) -> ReportHold:
        """Place a legal hold on a report, or on all that a range covers."""
        with transaction():
            if report is not None:
                return self.archive.holds.hold_report(self.people[who], report.id, GROUND)
            return self.archive.holds.hold_range(self.people[who], Range(**covered), GROUND)

    def purges(self) -> int:
        """Purge until there is nothing left to do; gives how many reports are purged now."""
        while self.archive.purging.purge_next():
            pass
        return session.scalar(sa.select(sa.func.count()).select_from(Report).where(Report.purged_at.is_not(None))) or 0

    def lines(self, who: str = "head") -> list[Line]:
        """What a person sees of periods."""
        return self.archive.due(self.people[who])

    def rows_of(self, report_id: UUID, business_key: str) -> dict[str, int]:
        """How many rows of each table speak of a report, by a column or by its process."""
        counted: dict[str, int] = {}
        for table in Base.metadata.sorted_tables:
            for name, value in (("report_id", report_id), ("business_key", business_key)):
                if name in table.columns and table.name != "reports":
                    found = sa.select(sa.func.count()).select_from(table).where(table.c[name] == value)
                    counted[table.name] = session.scalar(found) or 0
        return {name: count for name, count in counted.items() if count}
