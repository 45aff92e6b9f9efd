"""A workbook of the Register read back: every document is put together again, and every part keeps its row."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import orjson

from documents import workbooks
from documents.workbooks import Sheet, Value, address
from refusals import Fault
from register.exchange.package import Origin, Package, can_be_held
from register.exchange.sheets import CHECKS, CONTENTS, INDICATORS, KINDS, PARTS, SHEETS, Field, own_members
from register.reading import FORMAT

_INSIDE = {"table": "section", "column": "table", "row": "table", "field": "section", "text": "section"}
_LISTS = {part: name for name, part in PARTS.items()}


def read(data: bytes) -> Package:
    """The package that a workbook is. Raises WorkbookUnreadable, WorkbookTooLarge and their like."""
    package = Package()
    sheets = {sheet.name: sheet for sheet in workbooks.read(data)}
    for name in sorted(sheets.keys() - SHEETS.keys()):
        package.faults.append(Fault(f"/{name}", "exchange_sheet_unknown", {"sheet": name, "known": ", ".join(SHEETS)}))
    if INDICATORS not in sheets and KINDS not in sheets:
        package.faults.append(Fault("", "exchange_sheets_missing", {"known": f"{INDICATORS}, {KINDS}"}))
    rows = {name: list(_rows(sheets[name], name, package)) if name in sheets else [] for name in SHEETS}
    for document, origin in rows[INDICATORS]:
        package.origins[f"/indicators/{len(package.indicators)}"] = origin
        package.indicators.append(document)
    kinds = _kinds(rows[KINDS], package)
    _contents(rows[CONTENTS], kinds, package)
    for document, origin in rows[CHECKS]:
        place = _owner(document, origin, kinds, package)
        if place is not None:
            checks = package.kinds[place]["document"]["checks"]
            package.origins[f"/kinds/{place}/document/checks/{len(checks)}"] = origin
            checks.append(document)
    return package


def _kinds(rows: list[tuple[dict[str, Any], Origin]], package: Package) -> dict[tuple[Any, Any], int]:
    """The kinds, each with its place in the package by code and version."""
    found: dict[tuple[Any, Any], int] = {}
    for document, origin in rows:
        place = len(package.kinds)
        act = {name: document.pop(name, None) for name in ("act_number", "act_date")}
        document |= {"format": FORMAT, "sections": [], "checks": []}
        found.setdefault((document.get("code"), document.get("version")), place)
        package.origins[f"/kinds/{place}"] = package.origins[f"/kinds/{place}/document"] = origin
        package.kinds.append({"document": document, **act})
    return found


def _contents(rows: list[tuple[dict[str, Any], Origin]], kinds: dict[tuple[Any, Any], int], package: Package) -> None:
    """Hang every part below the one that it is in: the last section or table above it of the same kind."""
    open_parts: dict[tuple[int, str], tuple[dict[str, Any], str]] = {}
    for document, origin in rows:
        place = _owner(document, origin, kinds, package)
        part = document.pop("part", None)
        if place is None:
            continue
        if part == "section":
            holder, pointer = package.kinds[place]["document"], f"/kinds/{place}/document"
            open_parts.pop((place, "table"), None)
        else:
            holder, pointer = open_parts.get((place, _INSIDE.get(str(part), "")), ({}, ""))
        if not pointer:
            package.faults.append(Fault(_place(origin, "part"), "exchange_part_misplaced", {"part": str(part)[:40]}))
            continue
        name = "sections" if part == "section" else _LISTS[str(part)]
        held = holder.setdefault(name, [])
        own = f"{pointer}/{name}/{len(held)}"
        held.append(document)
        package.origins[own] = origin
        open_parts[place, str(part)] = (document, own)


def _owner(document: dict[str, Any], origin: Origin, kinds: dict[tuple[Any, Any], int], package: Package) -> int | None:
    """The kind that a row belongs to."""
    key = (document.pop("kind", None), document.pop("version", None))
    place = kinds.get(key)
    if place is None:
        package.faults.append(Fault(_place(origin, "kind"), "exchange_kind_unknown", {"kind": str(key[0])[:40], "version": str(key[1])}))
    return place


def _rows(sheet: Sheet, name: str, package: Package) -> Iterator[tuple[dict[str, Any], Origin]]:
    """The documents of a sheet with their rows; empty rows are passed over."""
    fields = {field.caption: field for field in SHEETS[name]}
    columns: dict[int, Field] = {}
    for column, caption in enumerate(sheet.rows[0] if sheet.rows else ()):
        if caption in fields:
            columns[column] = fields[str(caption)]
        elif caption is not None:
            package.faults.append(Fault(f"/{name}/1/{address(0, column)[:-1]}", "exchange_column_unknown", {"column": str(caption)[:80]}))
    places = {field.member: column for column, field in columns.items()}
    for number, row in enumerate(sheet.rows[1:], 1):
        if any(value is not None for value in row):
            origin = Origin(name, number, places)
            yield _document(row, columns, origin, package), origin


def _document(row: tuple[Value, ...], columns: dict[int, Field], origin: Origin, package: Package) -> dict[str, Any]:
    document: dict[str, Any] = {}
    own = own_members(origin.sheet)
    for column, field in columns.items():
        if row[column] is None:
            continue
        try:
            value = _value(field, row[column], own)
        except ValueError:
            package.faults.append(Fault(_place(origin, field.member), "exchange_value_unreadable", {"value": str(row[column])[:80]}))
            continue
        if field.member == "more":
            document |= value
            continue
        *way, last = field.path
        holder = document
        for step in way:
            holder = holder.setdefault(step, {})
        holder[last] = value
    return document


def _value(field: Field, value: Value, own: set[str]) -> Any:
    """What a cell holds. Raises ValueError for what cannot be meant, as for members among the others that have a column of their `own`."""
    if field.form == "json":
        held = orjson.loads(str(value))
        if not can_be_held(held) or (field.member == "more" and not (isinstance(held, dict) and own.isdisjoint(held))):
            raise ValueError(field.member)
        return held
    if field.form == "integer":
        return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else int(str(value))
    if field.form == "boolean":
        return ("false", "true").index(str(value).strip().lower()) == 1
    if isinstance(value, date):
        return value.isoformat()[:10]
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _place(origin: Origin, member: str) -> str:
    column = origin.columns.get(member)
    return f"/{origin.sheet}/{origin.row + 1}" + (f"/{address(0, column)[:-1]}" if column is not None else "")
