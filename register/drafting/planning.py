"""What a table measures: whether its rows or its columns are indicators, and how the other ones break them down."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from register.cells import ValueType
from register.drafting import captions, members
from register.drafting.captions import Caption
from register.drafting.draft import Place
from register.drafting.finding import FoundTable
from register.drafting.lines import Line
from register.drafting.units import Unit
from register.names import Names

_TERRITORY: Final = re.compile(r"район|ауданы|аудан\b|округ|қаласы|облыс|город\b|село\b|ауылы\b|кент|посёлок|поселок", re.IGNORECASE)
_LISTED: Final = re.compile(
    r"район|аудан|округ|облыс|организац|ұйым|мекеме|учрежден|предприят|кәсіпорын|жоба\w* ата|проект|объект|фамил|аты-жөні|ф\.?\s?и\.?\s?о",
    re.IGNORECASE,
)
_MEASURED: Final = re.compile(r"көрсеткіш|показател", re.IGNORECASE)
_TEXT: Final = re.compile(
    r"примечан|ескерт|фамили|аты-жөні|тегі|ф\.?\s?и\.?\s?о|наименован|атауы|адрес|мекенжай|орны$|место\b|себеб|причин|описан|сипаттам|мазмұн",
    re.IGNORECASE,
)
_DATE: Final = re.compile(r"^(күні|мерзімі)|дата\b|срок (начал|окончан|сдач)|аяқтал\w+ (күні|мерзімі)", re.IGNORECASE)
_BY: Final = re.compile(r"бойынша$|^по\s|в разрезе", re.IGNORECASE)
_SIGNED: Final = re.compile(r"ауытқу|отклонен|сальдо|өсім|прирост|изменен|өзгер|[+]\s*[,/]?\s*[-–]", re.IGNORECASE)


@dataclass(eq=False)
class Measure:
    """What is asked for: an indicator of the catalogue, or a new one. `indicator` is its code when that is known."""

    caption: Caption
    unit: Unit | None
    value_type: ValueType
    decimals: int
    signed: bool
    place: Place
    code: str
    breakdowns: dict[str, dict[str, Names]] = field(default_factory=lambda: defaultdict(dict))
    indicator: str = ""


@dataclass
class Axis:
    """A row or column as the document will have it."""

    line: Line
    measure: Measure | None
    breakdown: dict[str, str]


@dataclass
class Plan:
    """A table of the document; a table of the form whose columns measure in several units becomes several."""

    found: FoundTable
    code: str
    names: Names
    rows: list[Axis]
    columns: list[Axis]
    place: Place
    kind: ValueType = ValueType.INTEGER


class Measures:
    """All that a form asks for; what is called alike and has the same unit is one thing."""

    def __init__(self, unit: Unit | None = None) -> None:
        self.all: dict[tuple[str, str, ValueType], Measure] = {}
        self.unit = unit

    def of(self, caption: Caption, unit: Unit | None, kind: ValueType, decimals: int, line: Line) -> Measure:
        """The measure of a caption."""
        unit = unit or (self.unit if kind.numeric else None)
        key = (captions.plain((caption.kk, caption.ru)), unit.names.ru if unit else "", kind)
        if key not in self.all:
            signed = _SIGNED.search(f"{caption.kk} {caption.ru}") is not None
            self.all[key] = Measure(caption, unit, kind, decimals, signed, line.place, line.code)
        return self.all[key]


def plans(found: FoundTable, rows: list[Line], columns: list[Line], measures: Measures, name: tuple[str, Caption]) -> list[Plan]:
    """The tables of the document that a table of the form becomes."""
    if _rows_measure(found, rows, columns):
        return list(_by_rows(found, rows, columns, measures, name))
    return [_by_columns(found, rows, columns, measures, name)]


def _rows_measure(found: FoundTable, rows: Sequence[Line], columns: Sequence[Line]) -> bool:
    """Whether the rows are the indicators: what the form says of its first column, units, and the kind of captions decide."""
    head = " ".join(found.grid.text(row, found.stub["caption"]) for row in range(found.top, found.head_end + 1))
    if any(line.blank for line in rows):
        return False
    if "unit" in found.stub or any(line.unit for line in rows):
        return True
    if sum(_TERRITORY.search(f"{line.caption.kk} {line.caption.ru}") is not None for line in rows) * 2 >= len(rows):
        return False
    if _MEASURED.search(head):
        return True
    if _LISTED.search(head):
        return False
    numeric = {line.unit.names.ru for line in columns if line.unit}
    return len(numeric) < 2


def _by_rows(found: FoundTable, rows: list[Line], columns: list[Line], measures: Measures, name: tuple[str, Caption]) -> Iterable[Plan]:
    groups: dict[tuple[str, ValueType], list[Line]] = {}
    for line in columns:
        kind = _type(found, line, rows)
        unit = line.unit.names.ru if line.unit else ""
        groups.setdefault((unit, ValueType.INTEGER) if kind.numeric else ("", kind), []).append(line)
    for number, ((_, kind), lines) in enumerate(groups.items(), 1):
        code = name[0] if number == 1 else f"{name[0]}_{number}"
        lone = number > 1 and len(lines) == 1
        made = [_row_axis(line, lines, measures, found, kind, lone=lone) for line in rows]
        asked = [axis.measure for axis in made if axis.measure is not None]
        parts = [Axis(line, None, {} if len(lines) == 1 else _breakdown(line, asked)) for line in lines]
        place = found.grid.place(found.top, found.stub["caption"])
        yield Plan(found, code, _named(name[1], lines[0] if number > 1 else None), made, parts, place, kind)


def _row_axis(line: Line, columns: Sequence[Line], measures: Measures, found: FoundTable, kind: ValueType, *, lone: bool) -> Axis:
    member = members.known(line.caption) if line.parent is not None else None
    root = line.parent if member is not None and line.parent is not None else line
    unit = columns[0].unit or _unit_of(root)
    caption = _in_context(root)
    if lone:
        caption = captions.in_context(caption, columns[0].whole)
    places = max((_decimals(found, line, column) for column in columns), default=0)
    kind = _exact(kind, unit or measures.unit, places)
    measure = measures.of(caption, unit, kind, max(places, _places_of(unit or measures.unit)), root)
    if member is None:
        return Axis(line, measure, {})
    measure.breakdowns[member.breakdown][member.code] = member.names
    return Axis(line, measure, {member.breakdown: member.code})


def _by_columns(found: FoundTable, rows: list[Line], columns: list[Line], measures: Measures, name: tuple[str, Caption]) -> Plan:
    made = [_column_axis(line, measures, found, rows) for line in columns]
    asked = [axis.measure for axis in made if axis.measure is not None]
    dimension = "territory" if any(_TERRITORY.search(f"{line.caption.kk} {line.caption.ru}") for line in rows) else "line"
    parts: list[Axis] = []
    for line in rows:
        whole = line.caption.is_total or len(rows) == 1
        parts.append(Axis(line, None, {} if whole else {dimension: line.code}))
        if not whole:
            number = line.caption.number or line.code.removeprefix("r")
            names = Names(f"{number}-жол", f"строка {number}", f"line {number}") if line.blank else line.whole.names
            for measure in asked:
                measure.breakdowns[dimension][line.code] = names
    return Plan(found, name[0], _named(name[1], None), parts, made, found.grid.place(found.top, found.stub["caption"]))


def _column_axis(line: Line, measures: Measures, found: FoundTable, rows: Sequence[Line]) -> Axis:
    told = _saying(line)
    breakdown: dict[str, str] = {}
    names: list[members.Member] = []
    while len(told) > 1 and (member := members.known(told[-1])) is not None:
        breakdown[member.breakdown] = member.code
        names.append(member)
        told.pop()
    whole = Caption("", "")
    for part in told or [line.caption]:
        whole = captions.in_context(whole, part)
    kind = _type(found, line, rows)
    places = max((_decimals(found, row, line) for row in rows), default=0)
    measure = measures.of(
        whole, line.unit, _exact(kind, line.unit or measures.unit, places), max(places, _places_of(line.unit or measures.unit)), line
    )
    for member in names:
        measure.breakdowns[member.breakdown][member.code] = member.names
    return Axis(line, measure, breakdown)


def _breakdown(line: Line, asked: Iterable[Measure]) -> dict[str, str]:
    """How a column breaks the indicators of the rows down."""
    told = _saying(line)
    found: dict[str, tuple[str, Names]] = {}
    rest: list[Caption] = []
    for part in told:
        member = members.known(part)
        if member is not None:
            found[member.breakdown] = (member.code, member.names)
        else:
            rest.append(part)
    if rest:
        whole = Caption("", "")
        for part in rest:
            whole = captions.in_context(whole, part)
        found["part"] = (captions.code_of(whole.ru or whole.kk, set(), line.code), whole.names)
    for measure in asked:
        for breakdown, (code, names) in found.items():
            measure.breakdowns[breakdown][code] = names
    return {breakdown: code for breakdown, (code, _) in found.items()}


def _saying(line: Line) -> list[Caption]:
    """The captions over a column that say something: not "total", not "by sex" over men and women."""
    told = [part for part in (*line.path, line.caption) if not part.empty and not part.is_total]
    if told and members.known(told[-1]) is not None:
        told = [*(part for part in told[:-1] if not _BY.search(part.ru or part.kk)), told[-1]]
    return told


def _in_context(line: Line) -> Caption:
    """What a row is called with what it is a part of."""
    whole = line.whole
    return captions.in_context(_in_context(line.parent), line.caption) if line.parent is not None else whole


def _unit_of(line: Line) -> Unit | None:
    """The unit of a row: its own, or that of what it is a part of."""
    return line.unit or (_unit_of(line.parent) if line.parent is not None else None)


def _type(found: FoundTable, line: Line, rows: Sequence[Line]) -> ValueType:
    said = f"{line.whole.kk}\n{line.whole.ru}"
    if line.unit is None and any(_DATE.search(part) for part in said.split("\n")):
        return ValueType.DATE
    if line.unit is None and any(_TEXT.search(part) for part in said.split("\n")):
        return ValueType.TEXT
    places = [_decimals(found, row, line) for row in rows]
    return _exact(ValueType.INTEGER, line.unit, max(places, default=0))


def _exact(kind: ValueType, unit: Unit | None, places: int) -> ValueType:
    if not kind.numeric:
        return kind
    return ValueType.DECIMAL if places or kind is ValueType.DECIMAL or (unit is not None and unit.decimals is not None) else kind


def _places_of(unit: Unit | None) -> int:
    return unit.decimals or 0 if unit else 0


def _decimals(found: FoundTable, row: Line, column: Line) -> int:
    """The decimal places of a figure that the form was saved with, two at most."""
    text = found.grid.text(row.at, column.at)
    return min(len(text.partition(".")[2]), 2) if re.fullmatch(r"-?\d+\.\d+", text) else 0


def _named(caption: Caption, column: Line | None) -> Names:
    return (captions.in_context(caption, column.whole) if column is not None else caption).names
