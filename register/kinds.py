"""A kind of report as a value: what is asked, of whom, how often, by when. Made by `register.reading` from a JSON document."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

from register.cells import Cell, Value, ValueType
from register.due_rules import DueRule
from register.errors import CellUnknown
from register.formulas import Formula
from register.maps import Mapped
from register.mentions import PREVIOUS, Addresses, Mention
from register.names import Names
from register.periods import Periodicity
from register.retention import Retention

Severity = Literal["error", "warning"]
Signature = Literal["none", "akim", "head"]
#: Of the cells of a list: address, what makes a value of a text, the cell.
Readers = tuple[tuple[str, Callable[[str], Value], Cell], ...]
#: Whose certificate an electronic signature must be made with; `optional`: it may be left out, and the journal says so.
ElectronicSignature = Literal["optional", "employee", "signatory", "financial", "head"]


@dataclass(frozen=True)
class Act:
    """An act: what it is called, its number and date, where to read it."""

    names: Names
    number: str
    date: date
    link: str | None = None


@dataclass(frozen=True)
class Place:
    """A body that the kind speaks of. `body` is its code (`BIN-…`, `KATO-…`), None when it is outside Esep."""

    names: Names
    body: str | None


@dataclass(frozen=True)
class Selector:
    """Which bodies report: those for which everything that is set holds.

    `territory` is a KATO code (it and everything below), `sector` the code of a body (it and everything below it by sector superior),
    `bodies` are codes.
    """

    level: str | None = None
    kind: str | None = None
    territory: str | None = None
    sector: str | None = None
    bodies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """A row of a table; one with a formula is a total, and in no list of rows. `added` is one of those that the body may add."""

    code: str
    names: Names
    formula: str | None = None
    added: bool = False


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    code: str
    names: Names
    formula: str | None = None


@dataclass(frozen=True)
class Table:
    """A table; a place where row and column meet has no cell when it is blocked (✕ on paper).

    `keys` are the columns that tell the rows which the body adds apart.
    """

    code: str
    names: Names
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    cells: tuple[Cell, ...]
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Text:
    """A narrative, one text in each of kk and ru."""

    code: str
    names: Names
    required: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Section:
    """A part of a report that one executor fills: tables, single fields, narratives."""

    code: str
    names: Names
    tables: tuple[Table, ...]
    fields: tuple[Cell, ...]
    texts: tuple[Text, ...]

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """All cells of the section, in reading order."""
        in_tables = (cell for table in self.tables for cell in table.cells)
        in_texts = (cell for text in self.texts for cell in text.cells)
        return (*in_tables, *self.fields, *in_texts)


@dataclass(frozen=True)
class Check:
    """A logical check: FEEL over cells that must not be false. `mentions` are the cells and columns that it speaks of; `absent` says
    whether it is silent when what it compares with is not there."""

    code: str
    expression: str
    severity: Severity
    mentions: tuple[Mention, ...]
    messages: Names
    absent: Literal["silent", "finding"] = "silent"

    @property
    def sources(self) -> frozenset[str]:
        """What it compares the report with."""
        return frozenset(mention.source for mention in self.mentions if mention.source)

    @property
    def cells(self) -> tuple[str, ...]:
        """The addresses of this report that it names one by one."""
        return tuple(mention.address for mention in self.mentions if mention.address is not None and not mention.source)

    @property
    def previous(self) -> tuple[str, ...]:
        """The addresses that it names in the period before."""
        return tuple(mention.address for mention in self.mentions if mention.address is not None and mention.source == PREVIOUS)


@dataclass(frozen=True)
class Heading:
    """What a list of kinds tells of one: all but what is asked, of whom and by when."""

    code: str
    version: int
    names: Names
    addressee: Place
    delivery: Literal["in_esep", "by_letter", "other_system"]
    route: Literal["superiors", "direct"]
    periodicity: Periodicity
    valid_from: date
    signature: Signature
    minutes: int
    report_class: Literal["open", "internal", "personal", "restricted"]
    publish: bool
    retention: Retention | None


@dataclass(frozen=True)
class Kind(Heading):
    """A kind of report in one version. `silence_days` are the working days after which a report that its receiver has not answered counts
    as accepted; None where it never does."""

    legal_basis: Act
    places: Mapping[str, Place]
    informed: tuple[Place, ...]
    reporting: tuple[Selector, ...]
    excluded: tuple[Selector, ...]
    due: Mapping[str, DueRule]
    self_approval: bool
    silence_days: int | None
    electronic_signature: ElectronicSignature
    process_key: str
    sections: tuple[Section, ...]
    checks: tuple[Check, ...]
    maps: tuple[Mapped, ...] = ()
    formulas: tuple[Formula, ...] = ()
    others: Mapping[str, str] = field(default_factory=dict)

    @property
    def restricted(self) -> bool:
        """Whether only "sent, number, date" of its reports is kept (ДСП)."""
        return self.report_class == "restricted"

    @cached_property
    def cells(self) -> Mapping[str, Cell]:
        """All cells by address, in reading order."""
        return {cell.address: cell for section in self.sections for cell in section.cells}

    @cached_property
    def addresses(self) -> Addresses:
        """What expressions can mention."""
        return Addresses(self.sections)

    @cached_property
    def tables(self) -> Mapping[str, Table]:
        """All tables by address, `section.table`."""
        return {f"{section.code}.{table.code}": table for section in self.sections for table in section.tables}

    def readers(self, mention: Mention) -> Readers:
        """Of a list, the address of each cell, what makes a value of its text, and the cell."""
        return self._readers.get((str(mention.table), mention.column, mention.row), ())

    def lines(self, table: str) -> Mapping[str, tuple[Cell, ...]]:
        """The cells of the rows of a table that have no formula, by the code of their row."""
        return self._lines.get(table, {})

    @cached_property
    def _readers(self) -> Mapping[tuple[str, str | None, str | None], Readers]:
        found: dict[tuple[str, str | None, str | None], list[Cell]] = {}
        for address, table in self.tables.items():
            totals = {row.code for row in table.rows if row.formula}
            worked_out = {column.code for column in table.columns if column.formula}
            for cell in table.cells:
                row, column = cell.address.split(".")[2:]
                if row not in totals:
                    found.setdefault((address, column, None), []).append(cell)
                if column not in worked_out and cell.value_type.numeric:
                    found.setdefault((address, None, row), []).append(cell)
        return {key: tuple((cell.address, cell.from_text, cell) for cell in cells) for key, cells in found.items()}

    @cached_property
    def _lines(self) -> Mapping[str, Mapping[str, tuple[Cell, ...]]]:
        found: dict[str, dict[str, tuple[Cell, ...]]] = {}
        for address, table in self.tables.items():
            totals = {row.code for row in table.rows if row.formula}
            lines = _by(table.cells, lambda cell: cell.address.split(".")[2])
            found[address] = {code: cells for code, cells in lines.items() if code not in totals}
        return found

    @cached_property
    def added_rows(self) -> Mapping[str, Mapping[str, tuple[Cell, ...]]]:
        """Of the tables to which rows can be added, by address, the cells of these rows by the code of the row, in order."""
        found: dict[str, dict[str, tuple[Cell, ...]]] = {}
        for address, table in self.tables.items():
            if any(row.added for row in table.rows):
                found[address] = _by((cell for cell in table.cells if cell.added), lambda cell: cell.address.split(".")[2])
        return found

    @cached_property
    def sections_with_texts(self) -> tuple[str, ...]:
        """The codes of the sections in which words can stand."""
        return tuple(section.code for section in self.sections if any(cell.value_type is ValueType.TEXT for cell in section.cells))

    def looked_at(self, mention: Mention) -> tuple[str, ...]:
        """The addresses of all cells that a mention stands for, whatever its source."""
        if mention.address is not None:
            return (mention.address,)
        if mention.lists:
            return tuple(address for address, _, _ in self.readers(mention))
        return tuple(cell.address for cells in self.lines(str(mention.table)).values() for cell in cells)

    @cached_property
    def computing(self) -> Mapping[str, tuple[int, ...]]:
        """By address, the places in `formulas` of those that build on this cell."""
        found: dict[str, dict[int, None]] = {}
        for number, formula in enumerate(self.formulas):
            for mention in formula.mentions:
                for address in self.looked_at(mention):
                    found.setdefault(address, {})[number] = None
        return {address: tuple(numbers) for address, numbers in found.items()}

    @cached_property
    def watching(self) -> Mapping[str, tuple[int, ...]]:
        """By address, the places in `checks` of those that look at this cell of the report."""
        found: dict[str, dict[int, None]] = {}
        for number, check in enumerate(self.checks):
            for mention in check.mentions:
                if not mention.source:
                    for address in self.looked_at(mention):
                        found.setdefault(address, {})[number] = None
        return {address: tuple(numbers) for address, numbers in found.items()}

    def cell(self, address: str) -> Cell:
        """The cell of an address (`section.table.row.column`, `section.field`, `section.text.kk`). Raises CellUnknown."""
        cell = self.cells.get(address)
        if cell is None:
            raise CellUnknown(address)
        return cell

    def section(self, code: str) -> Section | None:
        """The section of a code."""
        return next((section for section in self.sections if section.code == code), None)


def _by(cells: Iterable[Cell], key: Callable[[Cell], str]) -> dict[str, tuple[Cell, ...]]:
    found: dict[str, list[Cell]] = {}
    for cell in cells:
        found.setdefault(key(cell), []).append(cell)
    return {name: tuple(those) for name, those in found.items()}
