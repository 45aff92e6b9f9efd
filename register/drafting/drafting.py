"""From a workbook to the draft of a kind: the head of the form, its sheets as sections, its tables, checks, texts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from documents.errors import WorkbookTooLarge
from documents.workbooks import Sheet
from register.contents import MAX_CELLS
from register.drafting import finding, lines, planning, sums
from register.drafting.binding import Binding, Matching
from register.drafting.captions import Caption, code_of
from register.drafting.draft import Draft, Notes
from register.drafting.errors import WorkbookWithoutTables
from register.drafting.grids import Grid
from register.drafting.heads import Head
from register.drafting.leaves import Leaf, read_leaf
from register.drafting.outlines import LACKING, Outline
from register.drafting.planning import Axis, Measures, Plan
from register.indicators import Indicator
from register.names import Names

_X = frozenset({"x", "х", "✕", "×"})


@dataclass
class _Section:
    """A section of the document with what it was made from."""

    code: str
    names: Names
    leaf: Leaf
    plans: list[Plan]


def draft(sheets: Sequence[Sheet], indicators: Mapping[str, Indicator], matching: Matching, *, valid_from: date, code: str = "") -> Draft:
    """The draft that a workbook makes, a kind of the given code where one is given.

    Raises WorkbookWithoutTables, WorkbookTooLarge.
    """
    notes = Notes()
    leaves = [read_leaf(Grid(sheet)) for sheet in sheets]
    if not any(leaf.tables for leaf in leaves):
        raise WorkbookWithoutTables([sheet.name for sheet in sheets])
    head = _head(leaves)
    outline = Outline(head, notes)
    document = outline.document(code, valid_from)
    measures = Measures(head.unit)
    sections = _sections(leaves, measures, document, notes)
    if not any(section.plans for section in sections):
        raise WorkbookWithoutTables([sheet.name for sheet in sheets])
    binding = Binding(document["code"], outline.owner, matching, indicators, notes)
    binding.bind(_in_order(sections))
    blocked = {(section.code, plan.code): _blocked(plan) for section in sections for plan in section.plans}
    document["sections"] = [_section(section, number, blocked, binding, notes) for number, section in enumerate(sections)]
    addresses = sums.Addresses((section.code, plan, blocked[section.code, plan.code]) for section in sections for plan in section.plans)
    document["checks"] = _checks([plan for section in sections for plan in section.plans], addresses, notes)
    document["minutes"] = outline.minutes(sum(len(plan.rows) * len(plan.columns) for section in sections for plan in section.plans))
    document["signature"] = outline.signature(leaves)
    _doubt_repeats(sections, blocked, notes)
    outline.doubts(leaves)
    return Draft(document, binding.new, list(binding.extended.values()), notes.proposals, notes.doubts)


def _head(leaves: Iterable[Leaf]) -> Head:
    """The head of the first sheet that has one; the others may add what it does not say."""
    first, *rest = [leaf.head for leaf in leaves]
    for other in rest:
        first.facts = {**other.facts, **first.facts}
        first.unit = first.unit or other.unit
        first.acts += other.acts
        first.titles = first.titles or other.titles
    return first


def _sections(leaves: Sequence[Leaf], measures: Measures, document: Mapping[str, Any], notes: Notes) -> list[_Section]:
    taken: set[str] = set()
    found: list[_Section] = []
    cells = 0
    for leaf in leaves:
        if not leaf.tables and not leaf.texts:
            notes.doubt("draft_sheet_left_out", [leaf.grid.place(0, 0)], sheet=leaf.grid.sheet.name)
            continue
        title = leaf.title(alone=sum(1 for each in leaves if each.tables) == 1)
        names = title.names if title is not None else Names(**document["names"])
        section = _Section(code_of(leaf.named, taken, f"s{len(found) + 1}"), names, leaf, [])
        found.append(section)
        own = Measures(leaf.head.unit or measures.unit)
        own.all = measures.all
        for number, table in enumerate(leaf.tables, 1):
            caption = leaf.caption_of(number - 1) or Caption(names.kk, names.ru, en=names.en)
            rows, columns = lines.rows(table, notes), lines.columns(table)
            cells += len(rows) * len(columns)
            if cells > MAX_CELLS:
                raise WorkbookTooLarge("cells of tables", cells, MAX_CELLS)
            _doubt_lines(table, rows, columns, notes)
            if rows and columns:
                section.plans += planning.plans(table, rows, columns, own, (f"t{number}", caption))
        if not section.plans and not leaf.texts:
            found.pop()
    return found


def _doubt_lines(table: finding.FoundTable, rows: Sequence[lines.Line], columns: Sequence[lines.Line], notes: Notes) -> None:
    grid = table.grid
    for language in ("kk", "ru"):
        lacking = [
            line.place for line in (*rows, *columns) if line.caption.lacking == language and not line.blank and not line.caption.empty
        ]
        if lacking:
            notes.doubt(LACKING[language], lacking)
    blank = [line.place for line in rows if line.blank]
    if blank:
        notes.doubt("draft_repeating_rows", blank)
    if table.left_out:
        notes.doubt("draft_column_uncaptioned", [grid.place(table.first, column) for column in table.left_out])
    if not rows:
        notes.doubt("draft_table_without_rows", [grid.place(table.top, table.stub["caption"])])


def _in_order(sections: Sequence[_Section]) -> list[planning.Measure]:
    """Each measure once, in reading order."""
    axes = (axis for section in sections for plan in section.plans for axis in (*plan.rows, *plan.columns))
    return list(dict.fromkeys(axis.measure for axis in axes if axis.measure is not None))


def _blocked(plan: Plan) -> set[str]:
    """The places where the form has a cross: nothing is asked there."""
    text = plan.found.grid.text
    return {
        f"{row.line.code}.{column.line.code}"
        for row in plan.rows
        for column in plan.columns
        if text(row.line.at, column.line.at).strip().casefold() in _X
    }


def _section(section: _Section, number: int, blocked: Mapping[tuple[str, str], set[str]], binding: Binding, notes: Notes) -> dict[str, Any]:
    pointer = f"/sections/{number}"
    notes.propose("section", pointer, section.leaf.grid.place(0, 0), section.names.ru)
    made: dict[str, Any] = {"code": section.code, "names": section.names.as_dict(), "tables": []}
    for place, plan in enumerate(section.plans):
        table = f"{pointer}/tables/{place}"
        notes.propose("table", table, plan.place, plan.names.ru, confidence=0.9 if plan.found.numbering is not None else 0.7)
        made["tables"].append(
            {
                "code": plan.code,
                "names": plan.names.as_dict(),
                "columns": [_axis(axis, f"{table}/columns/{at}", "column", binding, notes) for at, axis in enumerate(plan.columns)],
                "rows": [_axis(axis, f"{table}/rows/{at}", "row", binding, notes) for at, axis in enumerate(plan.rows)],
                "blocked": sorted(blocked[section.code, plan.code]),
                "optional": _optional(plan),
            }
        )
    texts = section.leaf.narratives()
    for place, (_, names, at) in enumerate(texts):
        notes.propose("text", f"{pointer}/texts/{place}", at, names.ru)
    if texts:
        made["texts"] = [{"code": code, "names": names.as_dict(), "required": False, "max_length": 4_000} for code, names, _ in texts]
    return made


def _axis(axis: Axis, pointer: str, part: str, binding: Binding, notes: Notes) -> dict[str, Any]:
    names = axis.line.whole.names if part == "column" else axis.line.caption.names
    if axis.line.blank:
        number = axis.line.caption.number or axis.line.code.removeprefix("r")
        names = Names(f"{number}-жол", f"Строка {number}", f"Line {number}")
    made: dict[str, Any] = {"code": axis.line.code, "names": names.as_dict()}
    notes.propose(part, pointer, axis.line.place, names.ru)
    if axis.measure is not None:
        made["indicator"] = axis.measure.indicator
        binding.tell(axis.measure, pointer)
    if axis.breakdown:
        made["breakdown"] = dict(axis.breakdown)
    return made


def _optional(plan: Plan) -> list[str]:
    """Rows for a list may stay empty, and so may texts."""
    if not plan.kind.numeric:
        return [f"*.{axis.line.code}" for axis in plan.columns]
    rows = [f"{axis.line.code}.*" for axis in plan.rows if axis.line.blank]
    columns = [f"*.{axis.line.code}" for axis in plan.columns if axis.measure is not None and not axis.measure.value_type.numeric]
    return rows + columns


def _checks(plans: Sequence[Plan], addresses: sums.Addresses, notes: Notes) -> list[dict[str, object]]:
    told = list(sums.of_formulas(plans, addresses, notes))
    guessed = list(sums.of_captions(plans, addresses, {each.address for each in told}))
    return sums.documents([*told, *guessed], addresses, notes)


def _doubt_repeats(sections: Sequence[_Section], blocked: Mapping[tuple[str, str], set[str]], notes: Notes) -> None:
    """Doubt cells that ask for the same figure."""
    seen: dict[tuple[str, tuple[tuple[str, str], ...]], Any] = {}
    for section in sections:
        for plan in section.plans:
            for row in plan.rows:
                for column in plan.columns:
                    measure = row.measure or column.measure
                    if measure is None or f"{row.line.code}.{column.line.code}" in blocked[section.code, plan.code]:
                        continue
                    key = (measure.indicator, tuple(sorted({**row.breakdown, **column.breakdown}.items())))
                    place = plan.found.grid.place(row.line.at, column.line.at)
                    if key in seen:
                        notes.doubt("draft_asked_twice", [seen[key], place], indicator=measure.indicator)
                    seen.setdefault(key, place)
