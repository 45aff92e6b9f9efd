"""The content of a report in work: cells and texts by section, saved under versions, with provenance of what was filled in for people.

Drafts are private to the body. A receiver reads the submitted revision, a superior level the accepted one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from organisations.actors import Actor
from register.kinds import Kind
from reports import cells, checks, chronicle, etags, laws, lines, open_cells, revisions, saving, search, shelf, words
from reports.checks import Finding
from reports.errors import CheckUnknown, ContentChanged, ContentPrivate
from reports.laws import Action
from reports.models import Report, ReportSection
from reports.saving import People, Saving
from reports.shelf import View
from storage.clock import Clock


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


@dataclass(frozen=True)
class ContentChanges:
    """What is not as it was at an etag: sections that were saved since, with the cells that were changed, None for those that are empty
    now. `etag` is that of the present state.

    After a save `checked` are the checks that look at what it changed, and `findings` what they and the missing among these cells come to.
    """

    report_id: UUID
    revision: int
    etag: str
    sections: tuple[SectionContent, ...]
    notes: Mapping[str, str]
    checked: tuple[str, ...] = ()
    findings: Sequence[Finding] = field(default=())

    @cached_property
    def cells(self) -> dict[str, Any]:
        """The changed cells by address."""
        return {address: value for section in self.sections for address, value in section.cells.items()}


class Contents:
    """The contents of all reports."""

    def __init__(self, *, clock: Clock, kind_of: Callable[[Report], Kind], people: People) -> None:
        self._clock = clock
        self._kind_of = kind_of
        self._people = people

    def read(self, actor: Actor, report_id: UUID) -> Content:
        """What the actor may read. Raises ReportNotFound, ReportPurged, ContentPrivate."""
        report, view = shelf.seen_whole(actor, report_id)
        if view is View.DRAFT:
            return _in_work(report, self._kind_of(report))
        return _frozen(report, revisions.latest_for(report, view))

    def changes(self, actor: Actor, report_id: UUID, since: str | None) -> ContentChanges:
        """What has changed in a draft since an etag of it, or since nothing was in it; for the body's own people.

        Raises ContentPrivate, ContentChanged.
        """
        report, view = shelf.seen_whole(actor, report_id)
        if view is not View.DRAFT:
            raise ContentPrivate(report.stage)
        return _changes(report, since)

    def save(
        self,
        actor: Actor,
        report_id: UUID,
        values: Mapping[str, Any],
        if_match: str | None,
        reasons: Mapping[str, str] | None = None,
        *,
        imported: bool = False,
    ) -> ContentChanges:
        """Save cells, all or none; gives what has changed since `if_match`, by this save and by others. `reasons` say, by address, why
        a value that was filled in is overridden. What a file tells (`imported`) of computed cells is compared; typed, it is refused.

        Raises CellsRefused with a fault per cell, CellsChanged with one for every cell that somebody gave another value after `if_match`,
        ContentChanged when that is no state of this revision, SectionOfAnotherExecutor, and what `laws.permit` refuses with. Without
        `if_match` nothing is compared.
        """
        shelf.seen(actor, report_id)
        report = shelf.locked(report_id)
        kind = self._kind_of(report)
        permit = laws.permit(actor, Action.EDIT, report, kind)
        sections = shelf.sections_of(report.id)
        before = if_match or etags.of(report, sections)
        this = Saving(report, kind, permit, {section.code: section for section in sections}, self._people, self._clock.now(), imported)
        changed = this.save(values, if_match, reasons or {})
        looked, found = checks.findings_on(report, kind, changed | values.keys(), self._kind_of)
        return _changes(report, before, looked, found)

    def note(self, actor: Actor, report_id: UUID, check: str, text: str) -> None:
        """Say why the warning of a check is in order. The note falls when one of the check's cells is changed."""
        shelf.seen(actor, report_id)
        report = shelf.locked(report_id)
        kind = self._kind_of(report)
        permit = laws.permit(actor, Action.EDIT, report, kind)
        if check not in {known.code for known in kind.checks}:
            raise CheckUnknown(check)
        report.notes = report.notes | {check: words.required(text)}
        saving.remember_editor(report, actor)
        search.keep(report, kind)
        chronicle.tell("note_written", report, self._clock.now(), permit, check=check)


def _in_work(report: Report, kind: Kind) -> Content:
    sections, by_section = shelf.sections_of(report.id), _by_section(lines.cells(report.id))
    return Content(
        report_id=report.id,
        revision=report.revision,
        frozen=report.stage not in laws.STAGES[Action.EDIT],
        etag=etags.of(report, sections),
        sections=tuple(_section(row, by_section.get(row.code, {})) for row in sections),
        notes=report.notes,
        open_cells=open_cells.of(report, kind),
    )


def _changes(report: Report, since: str | None, checked: tuple[str, ...] = (), findings: Sequence[Finding] = ()) -> ContentChanges:
    sections = shelf.sections_of(report.id)
    seen = dict.fromkeys((section.code for section in sections), 0) if since is None else etags.versions(since, report, sections)
    if seen is None:
        raise ContentChanged(etags.of(report, sections))
    changed = [section for section in sections if section.version != seen[section.code]]
    by_section = lines.since(report.id, {section.code: seen[section.code] for section in changed})
    return ContentChanges(
        report_id=report.id,
        revision=report.revision,
        etag=etags.of(report, sections),
        sections=tuple(_changed_section(row, by_section.get(row.code, {})) for row in changed),
        notes=report.notes,
        checked=checked,
        findings=findings,
    )


def _section(row: ReportSection, held: Mapping[str, Any]) -> SectionContent:
    return SectionContent(row.code, row.version, held, row.provenance, row.edited_at, row.edited_by, row.executor_id)


def _changed_section(row: ReportSection, held: Mapping[str, Any]) -> SectionContent:
    """A section with what has changed of it only."""
    provenance = {address: row.provenance[address] for address in held if address in row.provenance}
    return replace(_section(row, held), provenance=provenance)


def _frozen(report: Report, revision: revisions.FrozenRevision) -> Content:
    return Content(
        report_id=report.id,
        revision=revision.number,
        frozen=True,
        etag=revision.sha256,
        sections=tuple(_frozen_section(code, held) for code, held in _by_section(revision.cells).items()),
        notes=revision.notes,
        open_cells=frozenset(),
    )


def _frozen_section(code: str, held: Mapping[str, Any]) -> SectionContent:
    return SectionContent(code, version=0, cells=held, provenance={}, edited_at=None, edited_by=None, executor_id=None)


def _by_section(values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for address, value in values.items():
        found.setdefault(cells.section(address), {})[address] = value
    return found
