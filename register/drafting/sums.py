"""Checks of a form: its formulas in our language, and what captions say of totals and their parts."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import texts
from documents import formulas
from register.documents import LONGEST_EXPRESSION, LONGEST_NAME
from register.drafting import members
from register.drafting.captions import code_of
from register.drafting.draft import Notes, Place, Proposal
from register.drafting.planning import Axis, Measure, Plan

MOST: Final = 400
_TOKEN: Final = re.compile(
    r"\s*(SUM|СУММ)?(?:('(?:[^']|'')+'|[^\W\d][\w.]*)!)?(?:(\$?[A-Z]{1,3}\$?[1-9]\d{0,6})(?::(\$?[A-Z]{1,3}\$?[1-9]\d{0,6}))?|([-+*/(),;])|(\d+(?:\.\d+)?)(%?))",
    re.IGNORECASE,
)
#: Cells of a range that are looked at; a formula over whole columns is no sum of a form.
_WIDEST: Final = 2_000
#: Cells of the report in one formula, and characters of an expression: longer ones no kind has.
_MOST_CELLS: Final = 200
_LONGEST: Final = LONGEST_EXPRESSION - 200
#: Characters and cells that are looked at for the formulas of one workbook.
_EFFORT: Final = 500_000


@dataclass(frozen=True)
class Sum:
    """A check that a form holds already: an expression, how sure we are, and the cell that says so."""

    address: str
    expression: str
    severity: str
    confidence: float
    place: Place
    told: str
    message: str


@dataclass
class _Effort:
    """What reading may still cost."""

    left: int = _EFFORT

    def spend(self, cost: int) -> bool:
        """Whether there is enough left for something."""
        self.left -= cost
        return self.left >= 0


class Addresses:
    """Which cells of the workbook became which cells of the document."""

    def __init__(self, plans: Iterable[tuple[str, Plan, set[str]]]) -> None:
        self.by_place: dict[tuple[str, int, int], str] = {}
        self.names: dict[str, dict[str, str]] = {}
        self.decimals: dict[str, int] = {}
        for section, plan, blocked in plans:
            for row in plan.rows:
                for column in plan.columns:
                    if f"{row.line.code}.{column.line.code}" not in blocked:
                        self._add(section, plan, row, column)

    def _add(self, section: str, plan: Plan, row: Axis, column: Axis) -> None:
        address = f"{section}.{plan.code}.{row.line.code}.{column.line.code}"
        measure = row.measure or column.measure
        if measure is None or not measure.value_type.numeric:
            return
        self.by_place[plan.found.grid.sheet.name, row.line.at, column.line.at] = address
        self.names[address] = {
            language: f"{row.line.whole.names.say(language)}: {column.line.whole.names.say(language)}" for language in texts.LANGUAGES
        }
        self.decimals[address] = measure.decimals


def of_formulas(plans: Sequence[Plan], addresses: Addresses, notes: Notes) -> Iterator[Sum]:
    """The formulas of the tables; what cannot be read is doubted with its cell."""
    effort = _Effort()
    for plan in plans:
        sheet, columns = plan.found.grid.sheet, {axis.line.at for axis in plan.columns}
        for (row, column), formula in sorted(sheet.formulas.items()):
            address = addresses.by_place.get((sheet.name, row, column))
            if address is None or row not in plan.found.rows or column not in columns:
                continue
            place = Place(sheet.name, row, column)
            read = _feel(formula, sheet.name, addresses, effort) if effort.spend(len(formula)) else None
            if read is None:
                notes.doubt("draft_formula_unread", [place], formula=formula[:120])
            elif read and address not in re.findall(r"[\w.]+", read):
                yield _sum(address, read, formula, place, addresses)


def of_captions(plans: Sequence[Plan], addresses: Addresses, known: set[str]) -> Iterator[Sum]:
    """Totals that captions speak of and no formula works out: rows with parts, rows and columns that are the whole."""
    for plan in plans:
        by_rows = (each for column in plan.columns for row in plan.rows for each in _of_row(plan, row, column, addresses, known))
        by_columns = (each for row in plan.rows for each in _of_columns(plan, row, addresses, known))
        yield from (each for each in chain(by_rows, by_columns) if len(each.expression) <= LONGEST_EXPRESSION)


def documents(sums: Sequence[Sum], addresses: Addresses, notes: Notes) -> list[dict[str, object]]:
    """The checks as the document has them, with a proposal for each."""
    taken: set[str] = set()
    made: list[dict[str, object]] = []
    for each in sums[:MOST]:
        *_, table, row, column = each.address.split(".")
        code = code_of(f"{table} {row} {column}", taken, "total")
        messages = {
            language: texts.say(each.message, {"cell": addresses.names[each.address][language], "told": each.told}, language)[:LONGEST_NAME]
            for language in texts.LANGUAGES
        }
        notes.proposals.append(
            Proposal(
                "check",
                f"/checks/{len(made)}",
                each.place,
                "read" if each.confidence > 0.8 else "guessed",
                each.confidence,
                each.expression,
            )
        )
        made.append({"code": code, "severity": each.severity, "expression": each.expression, "messages": messages})
    if len(sums) > MOST:
        notes.doubt("draft_checks_left_out", [each.place for each in sums[MOST:]], pointer="/checks", limit=MOST)
    return made


def _sum(address: str, read: str, formula: str, place: Place, addresses: Addresses) -> Sum:
    if "/" in read or "*" in read:
        tolerance = "0.5" if not addresses.decimals[address] else f"0.{'0' * addresses.decimals[address]}5"
        return Sum(address, f"abs({address} - ({read})) <= {tolerance}", "warning", 0.85, place, f"={formula[:200]}", "draft_check_formula")
    return Sum(address, f"{address} = {read}", "error", 0.95, place, f"={formula[:200]}", "draft_check_formula")


def _feel(formula: str, sheet: str, addresses: Addresses, effort: _Effort) -> str | None:
    """A formula in our language; "" when it speaks of no cells of the report, None when it does more than arithmetic or is too long."""
    parts: list[str] = []
    place, depth, found = 0, 0, 0
    sums: list[int] = []
    while place < len(formula.rstrip()):
        token = _TOKEN.match(formula, place)
        if token is None or (token[1] and token[5] != "("):
            return None
        place = token.end()
        if token[3]:
            cells = _cells((token[2], token[3], token[4]), sheet, addresses, effort)
            found += len(cells or ())
            if cells is None or found > _MOST_CELLS:
                return None
            parts.append(f"({' + '.join(cells)})" if len(cells) > 1 and not sums else " + ".join(cells) or "0")
        elif token[5]:
            sign = token[5]
            depth += (sign == "(") - (sign == ")")
            if token[1]:
                sums.append(depth)
            if sign in ",;" and not (sums and sums[-1] == depth):
                return None
            if sign == ")" and sums and sums[-1] == depth + 1:
                sums.pop()
            parts.append(" + " if sign in ",;" else f" {sign} " if sign in "+-*/" else sign)
        else:
            parts.append(f"{token[6]} / 100" if token[7] else token[6])
    if depth or not found:
        return None if depth else ""
    text = _bare("".join(parts).strip())
    return text if len(text) <= _LONGEST else None


def _bare(text: str) -> str:
    """Without brackets around all of it."""
    inner = text[1:-1]
    return inner if text.startswith("(") and text.endswith(")") and "(" not in inner and ")" not in inner else text


def _cells(named: tuple[str | None, str, str | None], sheet: str, addresses: Addresses, effort: _Effort) -> list[str] | None:
    """The addresses of a cell or a range, those that are no cells of the report left out of a range; None for a lone strange cell."""
    quoted, first, last = named
    name = quoted.strip("'").replace("''", "'") if quoted else sheet
    start, end = formulas.place(first.upper()), formulas.place((last or first).upper())
    if start is None or end is None:
        return None
    wide = max(end[0] - start[0] + 1, 0) * max(end[1] - start[1] + 1, 0)
    if wide > _WIDEST or not effort.spend(wide):
        return None
    found = [
        addresses.by_place[name, row, column]
        for row in range(start[0], end[0] + 1)
        for column in range(start[1], end[1] + 1)
        if (name, row, column) in addresses.by_place
    ]
    return found if found and (last or len(found) == 1) else None


def _of_row(plan: Plan, row: Axis, column: Axis, addresses: Addresses, known: set[str]) -> Iterator[Sum]:
    whole = _address(plan, row, column, addresses)
    if whole is None or whole in known or _is_ratio(row.measure or column.measure):
        return
    parts = [axis for axis in plan.rows if axis.line.parent is row.line] if row.line.parts else []
    said = next((axis.line.caption.including for axis in parts if axis.line.caption.including), "")
    if row.line.caption.is_total and not parts and len(plan.rows) > 2:
        parts, said = [axis for axis in plan.rows if axis is not row and axis.line.parent is None], "all"
    if len(parts) > _MOST_CELLS:
        return
    told = [address for axis in parts if (address := _address(plan, axis, column, addresses)) is not None]
    same = all(axis.measure is None or _same_unit(axis, row) for axis in parts)
    if said and told and len(told) == len(parts) and same:
        sign, confidence = ("=", 0.7) if said == "all" and len(told) > 1 else (">=", 0.6)
        yield _total(whole, sign, told, confidence, row.line.place)


def _of_columns(plan: Plan, row: Axis, addresses: Addresses, known: set[str]) -> Iterator[Sum]:
    """A column that is the whole equals those that break it down in full."""
    for total in plan.columns:
        whole = _address(plan, row, total, addresses)
        if whole is None or whole in known:
            continue
        for breakdown, complete in members.COMPLETE.items():
            parts = {
                axis.breakdown[breakdown]: axis
                for axis in plan.columns
                if axis.measure is total.measure
                and axis.breakdown.keys() - total.breakdown.keys() == {breakdown}
                and total.breakdown.items() <= axis.breakdown.items()
            }
            told = [address for axis in parts.values() if (address := _address(plan, row, axis, addresses)) is not None]
            if parts.keys() == complete and len(told) == len(complete):
                yield _total(whole, "=", told, 0.8, total.line.place)


def _total(whole: str, sign: str, parts: Sequence[str], confidence: float, place: Place) -> Sum:
    message = "draft_check_total" if sign == "=" else "draft_check_parts"
    return Sum(whole, f"{whole} {sign} {' + '.join(parts)}", "warning", confidence, place, str(len(parts)), message)


def _is_ratio(measure: Measure | None) -> bool:
    """Whether parts of a figure do not add up to the whole: shares, yields."""
    unit = measure.unit.names.ru if measure is not None and measure.unit is not None else ""
    return unit == "процент" or "/" in unit


def _same_unit(axis: Axis, row: Axis) -> bool:
    first, second = axis.measure, row.measure
    return first is None or second is None or (first.unit == second.unit and first.value_type.numeric)


def _address(plan: Plan, row: Axis, column: Axis, addresses: Addresses) -> str | None:
    return addresses.by_place.get((plan.found.grid.sheet.name, row.line.at, column.line.at))
