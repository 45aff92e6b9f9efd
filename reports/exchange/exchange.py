"""Reports as workbooks: out for who may read them, and back in from who may fill them in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from organisations.actors import Actor
from organisations.organisations import Organisations
from refusals import Fault
from register import periods
from register.kinds import Kind
from reports import laws, lines, shelf
from reports.checks import Finding
from reports.contents import Content, ContentChanges, Contents
from reports.errors import CellsChanged, CellsRefused, RestrictedKeepsNothing
from reports.exchange import layout, listing, reading, writing
from reports.exchange.errors import ReportFileOfAnother, ReportFileOfAnotherRevision, ReportFileOutdated, ReportFileRefused
from reports.exchange.marks import About
from reports.exchange.reading import Sent
from reports.exchange.writing import Held
from reports.laws import Action
from reports.models import Report
from storage.clock import Clock
from storage.database import session


@dataclass(frozen=True)
class TakenCell:
    """One cell that a workbook changed, or would change: where it stands there, what the report held, what it holds then."""

    address: str
    sheet: str
    place: str
    before: Any
    after: Any


@dataclass(frozen=True)
class TakenContent:
    """What came of a workbook, or would come of it. `checked` and `findings` are as those of a save; `etag` names the state after it."""

    dry_run: bool
    report_id: UUID
    revision: int
    etag: str
    changes: tuple[TakenCell, ...]
    checked: tuple[str, ...] = ()
    findings: Sequence[Finding] = field(default=())


class ReportExchange:
    """The workbooks of all reports."""

    def __init__(self, *, clock: Clock, contents: Contents, organisations: Organisations, kind_of: Callable[[Report], Kind]) -> None:
        self._clock = clock
        self._contents = contents
        self._organisations = organisations
        self._kind_of = kind_of

    def export(self, actor: Actor, report_id: UUID, language: str) -> bytes:
        """What the actor may read of a report, as a workbook in the layout of its form; what they may fill in is open, the rest protected.

        Raises what reading the content does, and RestrictedKeepsNothing for a kind that has no form.
        """
        content = self._contents.read(actor, report_id)
        report, _ = shelf.seen(actor, report_id)
        kind = self._kind_of(report)
        if not kind.sections:
            raise RestrictedKeepsNothing(kind.code)
        plans = layout.lay_out(kind, self._head(report, kind, language), language)
        sheets = tuple((plan.name, plan.twin) for plan in plans)
        about = About(report.id, content.revision, content.etag, kind.code, kind.version, language, sheets)
        held = Held(content.cells, self._open_cells(actor, report, kind, content))
        return writing.write(plans, held, about, self._clock.now())

    def as_list(self, actor: Actor, report_id: UUID, language: str) -> bytes:
        """What the actor may read of a report, cell by cell as CSV. Raises what reading the content does."""
        content = self._contents.read(actor, report_id)
        report, _ = shelf.seen(actor, report_id)
        return listing.write(self._kind_of(report), content.cells, language)

    def take(
        self,
        actor: Actor,
        report_id: UUID,
        data: bytes,
        *,
        reasons: Mapping[str, str] | None = None,
        reason: str = "",
        dry_run: bool = False,
    ) -> TakenContent:
        """Save what was changed in a workbook that `export` gave, all of it or nothing; a dry run keeps nothing and answers the same.

        `reasons` say by address why a value that was filled in is overridden, `reason` says it of all others. Raises ReportFileRefused with
        the faults by sheet and cell, ReportFileOutdated, ReportFileOfAnother, ReportFileOfAnotherRevision, ReportFileUnknown, what
        workbooks are refused for, and what saving raises.
        """
        shelf.seen(actor, report_id)
        report = shelf.locked(report_id)
        kind = self._kind_of(report)
        laws.permit(actor, Action.EDIT, report, kind)
        about, sheets = reading.opened(data)
        if (about.report_id, about.kind, about.kind_version) != (report.id, kind.code, kind.version):
            raise ReportFileOfAnother(about.report_id, about.kind, about.kind_version)
        if about.revision != report.revision:
            raise ReportFileOfAnotherRevision(about.revision, report.revision)
        sent = reading.read(about, sheets, kind)
        if sent.faults:
            raise ReportFileRefused(sent.faults)
        held = lines.cells(report.id)
        changed = {address: value for address, value in sent.values.items() if held.get(address) != value}
        told = tuple(
            TakenCell(address, sent.at[address].sheet, sent.at[address].place, held.get(address), value)
            for address, value in changed.items()
        )
        if not changed:
            return TakenContent(dry_run, report.id, report.revision, self._contents.read(actor, report_id).etag, told)
        given = {address: reason for address in changed if reason} | dict(reasons or {})
        with session.begin_nested() as attempt:
            saved = self._save(actor, report, kind, sent, changed, about.etag, given)
            if dry_run:
                attempt.rollback()
        etag = self._contents.read(actor, report_id).etag if dry_run else saved.etag
        return TakenContent(dry_run, report.id, saved.revision, etag, told, saved.checked, saved.findings)

    def _save(
        self, actor: Actor, report: Report, kind: Kind, sent: Sent, changed: Mapping[str, Any], etag: str, reasons: Mapping[str, str]
    ) -> ContentChanges:
        try:
            return self._contents.save(actor, report.id, changed, etag, reasons)
        except CellsRefused as refusal:
            raise ReportFileRefused(_placed(refusal.faults, sent, kind)) from refusal
        except CellsChanged as refusal:
            raise ReportFileOutdated(refusal.fields["etag"], _placed(refusal.faults, sent, kind)) from refusal

    def _open_cells(self, actor: Actor, report: Report, kind: Kind, content: Content) -> frozenset[str] | None:
        """The addresses that the actor may fill in; None for all."""
        may_edit = Action.EDIT in laws.allowed_actions(actor, report, kind)
        if content.frozen or not may_edit:
            return frozenset()
        foreign = {
            section.code
            for section in content.sections
            if section.executor_id not in (None, actor.user_id) and report.responsible_id != actor.user_id
        }
        if not foreign:
            return content.open_cells
        opened = kind.cells.keys() if content.open_cells is None else content.open_cells
        return frozenset(address for address in opened if address.partition(".")[0] not in foreign)

    def _head(self, report: Report, kind: Kind, language: str) -> tuple[str, ...]:
        body = self._organisations.bodies.get(report.body_id).name(language)
        return (kind.names.say(language), body, periods.parse(report.period).name(language))


def _placed(faults: Sequence[Fault], sent: Sent, kind: Kind) -> list[Fault]:
    return [reading.told(sent.at[str(fault.fields["cell"])], kind, fault) for fault in faults]
