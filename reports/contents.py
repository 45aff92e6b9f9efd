"""The content of a report in work: cells and texts by section, saved under a version, with provenance of what was filled in for people.

Drafts are private to the body. A receiver reads the submitted revision, a superior level the accepted one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from organisations.actors import Actor
from refusals import Fault
from register.kinds import Kind
from reports import cells, chronicle, laws, open_cells, revisions, search, shelf, words
from reports.errors import CellsRefused, CheckUnknown, ContentChanged, SectionOfAnotherExecutor
from reports.laws import Action
from reports.models import Report, ReportSection
from reports.permits import Permit
from reports.prefill import Draft
from reports.shelf import View
from storage.clock import Clock
from storage.database import session


@dataclass(frozen=True)
class SectionContent:
    """One section. `provenance` tells, by address, what a value was filled in from, and why it was overridden if it was."""

    code: str
    version: int
    cells: Mapping[str, Any]
    provenance: Mapping[str, Any]
    edited_at: datetime | None
    edited_by: str | None
    executor_id: UUID | None


@dataclass(frozen=True)
class Content:
    """What a report holds, for one reader.

    `frozen` content is that of a revision; only content that isn't can be edited. `open_cells` are the addresses that may be changed:
    None for all of them, as in the first revision. `etag` goes back with a save.
    """

    report_id: UUID
    revision: int
    frozen: bool
    etag: str
    sections: tuple[SectionContent, ...]
    notes: Mapping[str, str]
    open_cells: frozenset[str] | None

    @cached_property
    def cells(self) -> dict[str, Any]:
        """All cells by address."""
        return {address: value for section in self.sections for address, value in section.cells.items()}


class Contents:
    """The contents of all reports."""

    def __init__(self, *, clock: Clock, kind_of: Callable[[Report], Kind]) -> None:
        self._clock = clock
        self._kind_of = kind_of

    def read(self, actor: Actor, report_id: UUID) -> Content:
        """What the actor may read. Raises ReportNotFound, ReportPurged, ContentPrivate."""
        report, view = shelf.seen_whole(actor, report_id)
        if view is View.DRAFT:
            return _in_work(report, self._kind_of(report))
        return _frozen(report, revisions.latest_for(report, view))

    def save(
        self, actor: Actor, report_id: UUID, values: Mapping[str, Any], if_match: str | None, reasons: Mapping[str, str] | None = None
    ) -> Content:
        """Save cells, all or none. `reasons` say, by address, why a value that was filled in is overridden.

        Raises CellsRefused with a fault per cell, ContentChanged when somebody saved one of the sections after `if_match`,
        SectionOfAnotherExecutor, and what `laws.permit` refuses with. Without `if_match` the versions are not compared.
        """
        shelf.seen(actor, report_id)
        report = shelf.locked(report_id)
        kind = self._kind_of(report)
        permit = laws.permit(actor, Action.EDIT, report, kind)
        sections = {section.code: section for section in shelf.sections_of(report.id)}
        saving = _Saving(report, kind, permit, sections, self._clock.now())
        saving.save(values, if_match, reasons or {})
        return _in_work(report, kind)

    def note(self, actor: Actor, report_id: UUID, check: str, text: str) -> None:
        """Say why the warning of a check is in order. The note falls when one of the check's cells is changed."""
        shelf.seen(actor, report_id)
        report = shelf.locked(report_id)
        kind = self._kind_of(report)
        permit = laws.permit(actor, Action.EDIT, report, kind)
        if check not in {known.code for known in kind.checks}:
            raise CheckUnknown(check)
        report.notes = report.notes | {check: words.required(text)}
        remember_editor(report, actor)
        search.keep(report, kind)
        chronicle.tell("note_written", report, self._clock.now(), permit, check=check)


@dataclass
class _Saving:
    report: Report
    kind: Kind
    permit: Permit
    sections: Mapping[str, ReportSection]
    now: datetime

    def save(self, values: Mapping[str, Any], if_match: str | None, reasons: Mapping[str, str]) -> None:
        parsed = self._parsed(values)
        touched = [section for code, section in self.sections.items() if any(cells.section(address) == code for address in parsed)]
        self._require_versions(touched, if_match)
        self._require_executor(touched)
        self._require_reasons(parsed, reasons)
        for section in touched:
            self._write(section, {address: value for address, value in parsed.items() if cells.section(address) == section.code}, reasons)
        changed, notes = frozenset(parsed), self.report.notes
        self.report.notes = {check: note for check, note in notes.items() if not changed & cells.of_check(self.kind, check)}
        remember_editor(self.report, self.permit.actor)
        session.flush()
        codes = [section.code for section in touched]
        if self.report.notes != notes or any(search.has_words(self.kind, address) for address in changed):
            search.keep(self.report, self.kind)
        chronicle.tell("cells_saved", self.report, self.now, self.permit, count=len(parsed), sections=codes)

    def _parsed(self, values: Mapping[str, Any]) -> dict[str, Any]:
        parsed: dict[str, Any] = {}
        faults: list[Fault] = []
        opened = open_cells.of(self.report, self.kind)
        for address, raw in values.items():
            try:
                parsed[address] = cells.parsed(self.kind, address, raw)
            except cells.CellFaulty as faulty:
                faults += faulty.faults
                continue
            if opened is not None and address not in opened:
                faults.append(Fault(cells.pointer(address), "cell_locked", {"cell": address}))
        if faults:
            raise CellsRefused(faults)
        return parsed

    def _require_versions(self, touched: list[ReportSection], if_match: str | None) -> None:
        if if_match is None:
            return
        known = _versions(if_match, self.report)
        for section in touched:
            if known.get(section.position) != section.version:
                raise ContentChanged(section.code, _etag(self.report, list(self.sections.values())))

    def _require_executor(self, touched: list[ReportSection]) -> None:
        me = self.permit.actor.user_id
        for section in touched:
            if section.executor_id not in (None, me) and self.report.responsible_id != me:
                raise SectionOfAnotherExecutor(section.code)

    def _require_reasons(self, parsed: Mapping[str, Any], reasons: Mapping[str, str]) -> None:
        faults = [
            Fault(cells.pointer(address), "override_needs_reason", {"cell": address})
            for address, value in parsed.items()
            if self._overrides(address, value) and not reasons.get(address, "").strip()
        ]
        if faults:
            raise CellsRefused(faults)

    def _overrides(self, address: str, value: Any) -> bool:
        section = self.sections[cells.section(address)]
        source = section.provenance.get(address)
        unchanged = section.cells.get(address) == value
        return source is not None and value != source["value"] and not (unchanged and "overridden" in source)

    def _write(self, section: ReportSection, parsed: Mapping[str, Any], reasons: Mapping[str, str]) -> None:
        merged = {**section.cells, **parsed}
        section.cells = {address: value for address, value in merged.items() if value is not None}
        provenance = dict(section.provenance)
        for address in parsed.keys() & provenance.keys():
            provenance[address] = self._traced(provenance[address], parsed[address], reasons.get(address))
        section.provenance = provenance
        section.version += 1
        section.edited_at = self.now
        section.edited_by = self.permit.actor.by

    def _traced(self, source: Mapping[str, Any], value: Any, reason: str | None) -> dict[str, Any]:
        kept = {name: member for name, member in source.items() if name != "overridden"}
        if value == source["value"]:
            return kept
        if not reason:
            return dict(source)
        return kept | {"overridden": {"reason": words.required(reason), "by": self.permit.actor.by, "at": self.now.isoformat()}}


def fill(report: Report, kind: Kind, drafts: Mapping[str, Draft], now: datetime) -> int:
    """Put in values that are known already, each with its provenance; gives how many. Empty cells only."""
    count = 0
    for section in shelf.sections_of(report.id):
        known = {
            address: draft for address, draft in drafts.items() if cells.section(address) == section.code and address not in section.cells
        }
        filled = {address: cells.parsed(kind, address, draft.value) for address, draft in known.items()}
        section.cells = {**section.cells, **filled}
        section.provenance = {
            **section.provenance,
            **{
                address: {"value": value, "source": dict(known[address].source), "at": now.isoformat()} for address, value in filled.items()
            },
        }
        section.version += 1 if filled else 0
        count += len(filled)
    return count


def restore(report: Report, values: Mapping[str, Any], notes: Mapping[str, str]) -> None:
    """Put a report in work back to what one of its revisions holds."""
    for section in shelf.sections_of(report.id):
        section.cells = {address: value for address, value in values.items() if cells.section(address) == section.code}
        section.version += 1
    report.notes = dict(notes)


def draft_cells(report: Report) -> dict[str, Any]:
    """All cells of the report in work."""
    return {address: value for section in shelf.sections_of(report.id) for address, value in section.cells.items()}


def remember_editor(report: Report, actor: Actor) -> None:
    """Note that somebody had a hand in the report: they can't approve it."""
    if actor.by not in report.editors:
        report.editors = [*report.editors, actor.by]


def _in_work(report: Report, kind: Kind) -> Content:
    sections = shelf.sections_of(report.id)
    return Content(
        report_id=report.id,
        revision=report.revision,
        frozen=report.stage not in laws.STAGES[Action.EDIT],
        etag=_etag(report, sections),
        sections=tuple(
            SectionContent(row.code, row.version, row.cells, row.provenance, row.edited_at, row.edited_by, row.executor_id)
            for row in sections
        ),
        notes=report.notes,
        open_cells=open_cells.of(report, kind),
    )


def _frozen(report: Report, revision: revisions.FrozenRevision) -> Content:
    codes = dict.fromkeys(cells.section(address) for address in revision.cells)
    return Content(
        report_id=report.id,
        revision=revision.number,
        frozen=True,
        etag=revision.sha256,
        sections=tuple(_frozen_section(code, revision.cells) for code in codes),
        notes=revision.notes,
        open_cells=frozenset(),
    )


def _frozen_section(code: str, values: Mapping[str, Any]) -> SectionContent:
    own = {address: value for address, value in values.items() if cells.section(address) == code}
    return SectionContent(code, version=0, cells=own, provenance={}, edited_at=None, edited_by=None, executor_id=None)


def _etag(report: Report, sections: list[ReportSection]) -> str:
    return f"{report.revision}-" + ".".join(str(section.version) for section in sections)


def _versions(etag: str, report: Report) -> dict[int, int]:
    """The versions by position that an etag stands for; none when it is not of this revision."""
    revision, _, rest = etag.strip('"').partition("-")
    numbers = rest.split(".")
    if revision != str(report.revision) or not all(number.isdecimal() for number in numbers):
        return {}
    return dict(enumerate(map(int, numbers)))
