"""What an official does to a workbook in Excel: fills in cells, puts formulas, adds sheets; nothing else of the file is touched."""

import io
import re
import zipfile
from collections.abc import Mapping
from html import escape
from typing import Any

from documents.workbooks import Sheet, read


def filled(data: bytes, sheet: str, values: Mapping[str, Any]) -> bytes:
    """The workbook with other values at places of a sheet; a text that begins with `=` is a formula with the cached value 5."""
    names = re.findall(r'<sheet name="([^"]+)"', part_of(data, "xl/workbook.xml"))
    part = f"xl/worksheets/sheet{names.index(sheet) + 1}.xml"
    xml = part_of(data, part)
    for place, value in values.items():
        xml = _put(xml, place, value)
    return replaced(data, {part: xml})


def replaced(data: bytes, parts: Mapping[str, str]) -> bytes:
    """The workbook with other parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name, old.read(name)))
    return made.getvalue()


def shown(data: bytes) -> dict[str, Sheet]:
    """The sheets that people see."""
    return {sheet.name: sheet for sheet in read(data)}


def place_of(data: bytes, sheet: str, value: Any) -> str:
    """Where a value stands first on a sheet."""
    rows = shown(data)[sheet].rows
    return next(f"{chr(ord('A') + column)}{row + 1}" for row, line in enumerate(rows) for column, held in enumerate(line) if held == value)


def part_of(data: bytes, name: str) -> str:
    """A part of the file as text."""
    return zipfile.ZipFile(io.BytesIO(data)).read(name).decode()


def _put(xml: str, place: str, value: Any) -> str:
    cell = re.search(rf'<c r="{place}"([^>]*?)(/>|>.*?</c>)', xml)
    style = re.sub(r' t="\w+"', "", cell[1]) if cell else ""
    made = f'<c r="{place}"{style}{_held(value)}</c>'
    if cell:
        return xml.replace(cell[0], made)
    row = re.sub(r"\D", "", place)
    if f'<row r="{row}"' in xml:
        return re.sub(rf'(<row r="{row}"[^>]*?)(/>|>(.*?)</row>)', lambda found: f"{found[1]}>{found[3] or ''}{made}</row>", xml)
    return xml.replace("</sheetData>", f'<row r="{row}">{made}</row></sheetData>')


def _held(value: Any) -> str:
    if value is None:
        return ">"
    if isinstance(value, str) and value.startswith("="):
        return f"><f>{escape(value[1:])}</f><v>5</v>"
    if isinstance(value, str):
        return f' t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is>'
    return f"><v>{value}</v>"
