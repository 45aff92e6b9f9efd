"""Reading the contents of a kind: sections with tables bound to indicators, single fields, narratives."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from register import added_rows
from register.cells import Cell, ValueType
from register.documents import LONGEST_EXPRESSION, Document
from register.indicators import Indicator
from register.kinds import Column, Row, Section, Table, Text
from register.names import Names

MAX_CELLS = 20_000
LANGUAGES_OF_TEXTS = ("kk", "ru")
RESTRICTED = "restricted"
_AXIS_MEMBERS = ("code", "names", "indicator", "breakdown", "formula")
_OWN_LANGUAGE = {"kk": Names("қазақша", "на казахском", "in Kazakh"), "ru": Names("орысша", "на русском", "in Russian")}

Indicators = Mapping[str, Indicator]


@dataclass(frozen=True)
class _Line:
    """A row or a column: what it is called, and what it says of its cells."""

    code: str
    names: Names
    indicator: str | None
    breakdown: Mapping[str, str]
    document: Document
    formula: str | None = None
    added: bool = False
    longest: int = 0


def read(document: Document, indicators: Indicators) -> tuple[Section, ...]:
    """The sections of a kind; faults are kept in the document."""
    if document.at("report_class").value == RESTRICTED:
        return _nothing(document)
    sections = tuple(_section(held, indicators) for held in document.items("sections", least=1, most=50))
    _require_different(document.at("sections"), [section.code for section in sections])
    if sum(len(section.cells) for section in sections) > MAX_CELLS:
        document.at("sections").fault("kind_too_large", limit=MAX_CELLS)
    return sections


def _nothing(document: Document) -> tuple[Section, ...]:
    """Of a restricted kind only that, when and under which number it was sent is kept: it has no place for anything else."""
    for member in ("sections", "checks", "process_key"):
        if document.at(member).value not in (None, []):
            document.at(member).fault("restricted_keeps_nothing_of", member=member)
    return ()


def _section(document: Document, indicators: Indicators) -> Section:
    document.only(("code", "names", "tables", "fields", "texts"))
    code = document.code()
    tables = tuple(_table(held, code, indicators) for held in document.items("tables", most=50))
    fields = tuple(_field(held, code, indicators) for held in document.items("fields"))
    narratives = tuple(_text(held, code) for held in document.items("texts", most=50))
    parts = [table.code for table in tables] + [cell.address.split(".")[-1] for cell in fields] + [text.code for text in narratives]
    _require_different(document, parts)
    if not parts:
        document.fault("section_empty")
    return Section(code, document.names(), tables, fields, narratives)


def _table(document: Document, section: str, indicators: Indicators) -> Table:
    document.only(("code", "names", "rows", "columns", "blocked", "optional", "formulas", "repeating"))
    code = document.code()
    added = added_rows.read(document.at("repeating"))
    rows = [_line(held) for held in document.items("rows", least=0 if added else 1)]
    columns = [_column(held, in_added=added is not None) for held in document.items("columns", least=1, most=100)]
    rows += [] if added is None else [_Line(row, names, added.indicator, {}, added.document, added=True) for row, names in added.rows]
    _require_different(document.at("rows"), [row.code for row in rows])
    _require_different(document.at("columns"), [column.code for column in columns])
    codes = [row.code for row in rows], [column.code for column in columns]
    blocked, optional = (_places(document, name, *codes) for name in ("blocked", "optional"))
    formulas = _formulas(document, *codes, blocked)
    cells = tuple(
        _computed(
            _cell(f"{section}.{code}.{place}", row, column, indicators, required=place not in optional), formulas.get(place), column, row
        )
        for row in rows
        for column in columns
        if (place := f"{row.code}.{column.code}") not in blocked and (row.added or not column.longest)
    )
    named_rows = tuple(Row(row.code, row.names, row.formula, row.added) for row in rows)
    named_columns = tuple(Column(column.code, column.names, column.formula) for column in columns)
    return Table(code, document.names(), named_rows, named_columns, cells, added_rows.keys(added, codes[1]))


def _formulas(document: Document, rows: list[str], columns: list[str], blocked: set[str]) -> dict[str, str]:
    """The formulas of single cells by their place."""
    found: dict[str, str] = {}
    for place, held in document.members("formulas"):
        row, _, column = place.partition(".")
        if row not in rows or column not in columns or place in blocked:
            held.fault("place_unknown", place=place[:80])
        found[place] = document.at("formulas").text(place, longest=LONGEST_EXPRESSION)
    return found


def _computed(cell: Cell, own: str | None, column: _Line, row: _Line) -> Cell:
    """The cell with its formula, if it has one: its own goes first, then that of its column."""
    for formula, of in ((own, "cell"), (column.formula, "column"), (row.formula, "row")):
        if formula:
            return replace(cell, formula=formula, formula_of=of, required=False, needed=False)
    return cell


def _places(document: Document, name: str, rows: list[str], columns: list[str]) -> set[str]:
    """The places `row.column` of a list; `row.*` and `*.column` stand for all of a line."""
    found: set[str] = set()
    for held in document.items(name, most=MAX_CELLS):
        row, _, column = str(held.value).partition(".")
        meant = {
            f"{row_}.{column_}"
            for row_ in (rows if row == "*" else [row] if row in rows else [])
            for column_ in (columns if column == "*" else [column] if column in columns else [])
        }
        if not meant:
            held.fault("place_unknown", place=str(held.value)[:80])
        found |= meant
    return found


def _line(document: Document) -> _Line:
    document.only(_AXIS_MEMBERS)
    breakdown = {name: str(held.value) for name, held in document.members("breakdown")}
    return _Line(document.code(), document.names(), document.optional("indicator"), breakdown, document, _formula(document))


def _column(document: Document, *, in_added: bool) -> _Line:
    """A column; one that holds words (`text`) exists in the rows that the body adds only, and measures nothing."""
    said = document.at("text")
    if said.value is None or not in_added:
        return _line(document)
    document.only(("code", "names", "text"))
    said.only(("max_length",))
    longest = said.integer("max_length", 500, least=1, most=4_000)
    return _Line(document.code(), document.names(), None, {}, document, longest=longest)


def _formula(document: Document) -> str | None:
    return None if document.at("formula").value is None else document.text("formula", longest=LONGEST_EXPRESSION)


def _cell(address: str, row: _Line, column: _Line, indicators: Indicators, *, required: bool) -> Cell:
    names = Names(*(f"{row.names.say(language)}: {column.names.say(language)}" for language in ("kk", "ru", "en")))
    if row.added:
        return _of_added(address, names, row, column, indicators, needed=required)
    if bool(row.indicator) == bool(column.indicator):
        row.document.fault("cell_indicator", cell=address)
        return Cell(address, names, ValueType.INTEGER, required)
    bound = row if row.indicator else column
    return _measured(
        address, names, bound.document, str(bound.indicator), {**row.breakdown, **column.breakdown}, indicators, required=required
    )


def _of_added(address: str, names: Names, row: _Line, column: _Line, indicators: Indicators, *, needed: bool) -> Cell:
    """A cell of a row that the body may add."""
    if column.longest:
        return Cell(address, names, ValueType.TEXT, required=False, max_length=column.longest, added=True, needed=needed)
    if bool(row.indicator) == bool(column.indicator):
        row.document.fault("cell_indicator", cell=address)
        return Cell(address, names, ValueType.INTEGER, required=False)
    bound = row if row.indicator else column
    cell = _measured(
        address, names, bound.document, str(bound.indicator), {**row.breakdown, **column.breakdown}, indicators, required=False
    )
    return replace(cell, added=True, needed=needed)


def _measured(
    address: str, names: Names, document: Document, code: str, breakdown: Mapping[str, str], indicators: Indicators, *, required: bool
) -> Cell:
    indicator = indicators.get(code)
    if indicator is None:
        document.at("indicator").fault("indicator_unknown", indicator=code)
        return Cell(address, names, ValueType.INTEGER, required)
    if not indicator.fits(breakdown):
        document.fault("breakdown_unknown", indicator=code, breakdown=", ".join(f"{name}={member}" for name, member in breakdown.items()))
    return Cell(
        address=address,
        names=names,
        value_type=indicator.value_type,
        required=required,
        indicator=code,
        breakdown=dict(breakdown),
        unit=indicator.unit,
        decimals=indicator.decimals,
        minimum=indicator.minimum,
        maximum=indicator.maximum,
    )


def _field(document: Document, section: str, indicators: Indicators) -> Cell:
    document.only((*_AXIS_MEMBERS, "required"))
    line = _line_of_field(document)
    required = document.boolean("required", default=True)
    cell = _measured(f"{section}.{line.code}", line.names, document, line.indicator or "", line.breakdown, indicators, required=required)
    return replace(cell, formula=line.formula, formula_of="cell", required=False) if line.formula else cell


def _line_of_field(document: Document) -> _Line:
    breakdown = {name: str(held.value) for name, held in document.members("breakdown")}
    return _Line(document.code(), document.names(), document.text("indicator"), breakdown, document, _formula(document))


def _text(document: Document, section: str) -> Text:
    document.only(("code", "names", "required", "max_length"))
    code, names = document.code(), document.names()
    required = document.boolean("required", default=True)
    longest = document.integer("max_length", 4_000, least=1, most=50_000)
    return Text(code, names, required, tuple(_narratives(f"{section}.{code}", names, required=required, longest=longest)))


def _narratives(address: str, names: Names, *, required: bool, longest: int) -> Iterator[Cell]:
    for language in LANGUAGES_OF_TEXTS:
        own = _OWN_LANGUAGE[language]
        said = Names(*(f"{names.say(reader)} ({own.say(reader)})" for reader in ("kk", "ru", "en")))
        yield Cell(f"{address}.{language}", said, ValueType.TEXT, required, max_length=longest)


def _require_different(document: Document, codes: list[str]) -> None:
    for code in sorted(code for code, count in Counter(codes).items() if code and count > 1):
        document.fault("code_taken", code=code)
