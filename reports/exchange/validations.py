"""What Excel itself refuses in the cells of a form, with a word of what is expected. "х" (not applicable) is let through."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, TypeAlias

import texts
from documents.workbooks import address
from register.cells import Cell, ValueType
from reports.exchange.layout import Plan

#: First row, first column, last row, last column.
Area: TypeAlias = tuple[int, int, int, int]

#: What XlsxWriter and Excel take of a message.
_LONGEST_MESSAGE: Final = 255
_LONGEST_TEXT: Final = 32_767


@dataclass(frozen=True)
class _Rule:
    """What a cell takes, for cells that take the same."""

    value_type: ValueType
    decimals: int
    minimum: Decimal | None
    maximum: Decimal | None
    max_length: int


def of(plan: Plan, language: str) -> Iterator[tuple[Area, dict[str, Any]]]:
    """The rules of a sheet, each for a rectangle of cells that is as large as possible downwards, then to the right."""
    for (first_row, first_column, last_row, last_column), rule in _merged(_columns(plan)):
        yield (first_row, first_column, last_row, last_column), _told(rule, address(first_row, first_column), language)


def _columns(plan: Plan) -> Iterator[tuple[Area, _Rule]]:
    """Runs of cells below each other that take the same, in the order of columns."""
    held: list[Any] | None = None
    for (row, column), cell in sorted(plan.places.items(), key=lambda item: (item[0][1], item[0][0])):
        rule = _rule(cell)
        if held is not None and held[1] == column and held[2] == row - 1 and held[3] == rule:
            held[2] = row
            continue
        if held is not None:
            yield (held[0], held[1], held[2], held[1]), held[3]
        held = [row, column, row, rule]
    if held is not None:
        yield (held[0], held[1], held[2], held[1]), held[3]


def _merged(runs: Iterator[tuple[Area, _Rule]]) -> list[tuple[Area, _Rule]]:
    """The same with runs that lie side by side made one."""
    found: dict[tuple[int, int, int, _Rule], Area] = {}
    for (first_row, column, last_row, _), rule in runs:
        beside = found.pop((first_row, last_row, column - 1, rule), None)
        found[first_row, last_row, column, rule] = (first_row, beside[1] if beside else column, last_row, column)
    return [(area, key[3]) for key, area in found.items()]


def _rule(cell: Cell) -> _Rule:
    return _Rule(cell.value_type, cell.decimals, cell.minimum, cell.maximum, cell.max_length)


def _told(rule: _Rule, first: str, language: str) -> dict[str, Any]:
    message = texts.say(f"report_sheet_takes_{_sort(rule)}", _fields(rule), language)[:_LONGEST_MESSAGE]
    return _condition(rule, first, language) | {"error_title": texts.say("report_sheet_wrong", {}, language), "error_message": message}


def _condition(rule: _Rule, first: str, language: str) -> dict[str, Any]:
    if rule.value_type is ValueType.BOOLEAN:
        return {"validate": "list", "source": [texts.say("value_yes", {}, language), texts.say("value_no", {}, language), "х"]}
    if rule.value_type is ValueType.TEXT:
        return {"validate": "length", "criteria": "<=", "value": min(rule.max_length, _LONGEST_TEXT)}
    asked = [f"ISNUMBER({first})"]
    asked += [f"{first}=ROUND({first},{rule.decimals})"] if rule.value_type.numeric else [f"{first}=INT({first})"]
    asked += [f"{first}>={rule.minimum:f}"] if rule.minimum is not None else []
    asked += [f"{first}<={rule.maximum:f}"] if rule.maximum is not None else []
    # IF and not AND: a comparison with a text would be true or an error
    return {"validate": "custom", "value": f'=IF(ISTEXT({first}),OR({first}="х",{first}="x"),AND({",".join(asked)}))'}


def _sort(rule: _Rule) -> str:
    if rule.value_type.numeric:
        return "number" if rule.minimum is None and rule.maximum is None else "bounded"
    return str(rule.value_type)


def _fields(rule: _Rule) -> dict[str, Any]:
    bounds = ["…" if bound is None else format(bound, "f") for bound in (rule.minimum, rule.maximum)]
    return {"decimals": rule.decimals, "least": bounds[0], "most": bounds[1], "limit": rule.max_length}
