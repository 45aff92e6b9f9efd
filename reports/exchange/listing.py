"""The cells of a report as CSV, one a line, for programs and for tables that people make themselves."""

import csv
import io
from collections.abc import Mapping
from typing import Any, Final

import texts
from register.cells import NOT_APPLICABLE, Cell, ValueType
from register.kinds import Kind

_COLUMNS: Final = ("address", "section", "cell", "unit", "value")
#: What a spreadsheet would take for the beginning of a formula.
_ACTIVE: Final = ("=", "+", "-", "@", "\t", "\r")


def write(kind: Kind, values: Mapping[str, Any], language: str) -> bytes:
    """All cells of a kind in reading order, UTF-8 with its mark, semicolons between; a decimal comma in Kazakh and Russian.

    A text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    made = io.StringIO()
    writer = csv.writer(made, delimiter=";")
    writer.writerow(texts.say(f"report_list_{name}", {}, language) for name in _COLUMNS)
    for section in kind.sections:
        for cell in section.cells:
            unit = cell.unit.say(language) if cell.unit else ""
            named = (section.names.say(language), cell.names.say(language), unit)
            writer.writerow((cell.address, *map(_passive, named), _said(cell, values.get(cell.address), language)))
    return b"\xef\xbb\xbf" + made.getvalue().encode()


def _said(cell: Cell, kept: Any, language: str) -> str:
    value = cell.read(kept)
    if value is None:
        return ""
    if value is NOT_APPLICABLE:
        return "х"
    if isinstance(value, bool):
        return texts.say("value_yes" if value else "value_no", {}, language)
    if cell.value_type.numeric:
        return str(kept) if language == "en" else str(kept).replace(".", ",")
    return _passive(str(value)) if cell.value_type is ValueType.TEXT else f"{value:%d.%m.%Y}"


def _passive(text: str) -> str:
    return f"'{text}" if text.startswith(_ACTIVE) else text
