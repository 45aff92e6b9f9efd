"""Saving cells of a draft, all or none: they can be what their cells hold, may be changed, are the saver's, overwrite nobody else's."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from organisations.actors import Actor
from organisations.users import User
from refusals import Fault
from register import formulas
from register.kinds import Kind
from reports import cells, chronicle, conflicts, etags, lines, open_cells, search, shelf, words
from reports.errors import CellsChanged, CellsRefused, ContentChanged, SectionOfAnotherExecutor
from reports.models import Report, ReportSection
from reports.permits import Permit
from reports.prefill import Draft
from storage.database import session


class People(Protocol):
    """Knows people by id."""

    def many(self, user_ids: Collection[UUID | str]) -> Mapping[str, User]:
        """Those that there are, by id as text."""
        ...


@dataclass
class Saving:
    """One save of one report, which is locked."""

    report: Report
    kind: Kind
    permit: Permit
    sections: Mapping[str, ReportSection]
    people: People
    now: datetime
    imported: bool = False

    def save(self, values: Mapping[str, Any], if_match: str | None, reasons: Mapping[str, str]) -> frozenset[str]:
        """Keep the values and what is computed from them; gives the addresses that are not as they were.

        Values of a file (`imported`) may hold computed cells: they are compared, and refused where they come out otherwise.
        """
        entered, claimed = self._parsed(values)
        touched = [section for code, section in self.sections.items() if code in {cells.section(address) for address in entered}]
        known = lines.of(self.report.id, entered)
        self._require_fresh(entered, known, if_match)
        self._require_executor(touched)
        self._require_reasons(entered, known, reasons)
        changed = {address: value for address, value in entered.items() if lines.held(known, address)[0] != value}
        computed = self._computed(changed, claimed)
        self._write(touched, entered, reasons)
        changed |= computed
        keep(self.report, [*touched, *self._others(computed, touched)], changed)
        notes = self.report.notes
        self.report.notes = {check: note for check, note in notes.items() if not changed.keys() & cells.of_check(self.kind, check)}
        remember_editor(self.report, self.permit.actor)
        session.flush()
        if notes != self.report.notes or any(search.has_words(self.kind, address) for address in changed):
            search.keep(self.report, self.kind)
        codes = [section.code for section in touched]
        chronicle.tell("cells_saved", self.report, self.now, self.permit, count=len(entered), sections=codes)
        return frozenset(changed)

    def _computed(self, changed: Mapping[str, Any], claimed: Mapping[str, Any]) -> dict[str, Any]:
        """The computed cells that come out otherwise than before."""
        if not self.kind.formulas:
            return {}
        values = {**lines.cells(self.report.id), **changed}
        computed = formulas.work_out(self.kind, values, changed)
        differing = [address for address, value in claimed.items() if value is not None and values.get(address) != value]
        if differing:
            raise CellsRefused([conflicts.miscounted(self.kind.cell(each), claimed[each], values.get(each)) for each in differing])
        return computed

    def _others(self, computed: Mapping[str, Any], touched: list[ReportSection]) -> list[ReportSection]:
        """Sections in which nothing was entered, but something was computed: they have a new version too."""
        codes = {cells.section(address) for address in computed} - {section.code for section in touched}
        others = [section for code, section in self.sections.items() if code in codes]
        for section in others:
            self._raise(section)
        return others

    def _parsed(self, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """What was entered, and what a file says of computed cells."""
        parsed: dict[str, Any] = {}
        claimed: dict[str, Any] = {}
        faults: list[Fault] = []
        opened = open_cells.of(self.report, self.kind)
        for address, raw in values.items():
            try:
                value = cells.parsed(self.kind, address, raw)
            except cells.CellFaulty as faulty:
                faults += faulty.faults
                continue
            if self.kind.cell(address).formula:
                claimed[address] = value
                faults += [] if self.imported else [Fault(cells.pointer(address), "cell_computed", {"cell": address})]
                continue
            parsed[address] = value
            if opened is not None and address not in opened:
                faults.append(Fault(cells.pointer(address), "cell_locked", {"cell": address}))
        if faults:
            raise CellsRefused(faults)
        return parsed, claimed

    def _require_fresh(self, entered: Mapping[str, Any], known: lines.Lines, if_match: str | None) -> None:
        """Refuse what somebody else has changed to another value since the state that the values were entered from."""
        if if_match is None:
            return
        seen = etags.versions(if_match, self.report, self.sections.values())
        if seen is None:
            raise ContentChanged(etags.of(self.report, self.sections.values()))
        changed = []
        for address, value in entered.items():
            held, version = lines.held(known, address)
            if version > seen[cells.section(address)] and held != value:
                changed.append((address, value, held, version))
        if changed:
            raise CellsChanged(etags.of(self.report, self.sections.values()), self._told(changed))

    def _told(self, changed: Iterable[tuple[str, Any, Any, int]]) -> list[Fault]:
        saves = {
            (section, version): lines.save_of(self.report.id, section, version)
            for section, version in {(cells.section(address), version) for address, _, _, version in changed}
        }
        people = self.people.many([save.by for save in saves.values() if save is not None])
        return [
            conflicts.fault(self.kind.cell(address), yours, theirs, saves[cells.section(address), version], people)
            for address, yours, theirs, version in changed
        ]

    def _require_executor(self, touched: list[ReportSection]) -> None:
        me = self.permit.actor.user_id
        for section in touched:
            if section.executor_id not in (None, me) and self.report.responsible_id != me:
                raise SectionOfAnotherExecutor(section.code)

    def _require_reasons(self, entered: Mapping[str, Any], known: lines.Lines, reasons: Mapping[str, str]) -> None:
        faults = [
            Fault(cells.pointer(address), "override_needs_reason", {"cell": address})
            for address, value in entered.items()
            if self._overrides(address, value, known) and not reasons.get(address, "").strip()
        ]
        if faults:
            raise CellsRefused(faults)

    def _overrides(self, address: str, value: Any, known: lines.Lines) -> bool:
        source = self.sections[cells.section(address)].provenance.get(address)
        unchanged = lines.held(known, address)[0] == value
        return source is not None and value != source["value"] and not (unchanged and "overridden" in source)

    def _write(self, touched: list[ReportSection], entered: Mapping[str, Any], reasons: Mapping[str, str]) -> None:
        for section in touched:
            traced = {
                address: self._traced(section.provenance[address], value, reasons.get(address))
                for address, value in entered.items()
                if address in section.provenance
            }
            if traced:
                section.provenance = {**section.provenance, **traced}
            self._raise(section)

    def _raise(self, section: ReportSection) -> None:
        section.version += 1
        section.edited_at = self.now
        section.edited_by = self.permit.actor.by
        lines.saved(self.report.id, section.code, section.version, self.permit.actor.by, self.now)

    def _traced(self, source: Mapping[str, Any], value: Any, reason: str | None) -> dict[str, Any]:
        kept = {name: member for name, member in source.items() if name != "overridden"}
        if value == source["value"]:
            return kept
        if not reason:
            return dict(source)
        return kept | {"overridden": {"reason": words.required(reason), "by": self.permit.actor.by, "at": self.now.isoformat()}}


def fill(report: Report, kind: Kind, drafts: Mapping[str, Draft], now: datetime) -> int:
    """Put in values that are known already, each with its provenance; gives how many. Empty cells only."""
    if not drafts:
        return 0
    held = lines.cells(report.id)
    known = {address: draft for address, draft in drafts.items() if address not in held and not kind.cell(address).formula}
    filled = {address: cells.parsed(kind, address, draft.value) for address, draft in known.items()}
    for section in shelf.sections_of(report.id):
        own = {address: value for address, value in filled.items() if cells.section(address) == section.code}
        traced = {address: {"value": value, "source": dict(known[address].source), "at": now.isoformat()} for address, value in own.items()}
        section.provenance = {**section.provenance, **traced}
    computed = formulas.work_out(kind, {**held, **filled}, filled) if kind.formulas else {}
    _put(report, {**filled, **computed})
    return len(filled)


def settle(report: Report, kind: Kind) -> dict[str, Any]:
    """The cells of a draft that is to be frozen, with everything computed anew and kept where it came out otherwise."""
    held = lines.cells(report.id)
    _put(report, formulas.work_out(kind, held))
    return {address: value for address, value in held.items() if value is not None}


def restore(report: Report, values: Mapping[str, Any], notes: Mapping[str, str]) -> None:
    """Put a report in work back to what one of its revisions holds."""
    held = lines.cells(report.id)
    changed = {address: values.get(address) for address in {**held, **values} if held.get(address) != values.get(address)}
    _put(report, changed)
    report.notes = dict(notes)


def _put(report: Report, changed: Mapping[str, Any]) -> None:
    """Keep values that nobody entered, under the next versions of their sections."""
    codes = {cells.section(address) for address in changed}
    touched = [section for section in shelf.sections_of(report.id) if section.code in codes]
    for section in touched:
        section.version += 1
    keep(report, touched, changed)


def keep(report: Report, sections: Iterable[ReportSection], changed: Mapping[str, Any]) -> None:
    """Keep values, None for empty, under the present versions of their sections."""
    if changed:
        lines.put(report.id, lines.of(report.id, changed), changed, {section.code: section.version for section in sections})


def remember_editor(report: Report, actor: Actor) -> None:
    """Note that somebody had a hand in the report: they can't approve it."""
    if actor.by not in report.editors:
        report.editors = [*report.editors, actor.by]
