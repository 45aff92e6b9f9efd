"""The formulas of a workbook, which `python-calamine` does not tell: as they are written, and moved to where shared ones stand.

Reads only the parts of the archive that name sheets and hold their cells; whoever calls has bounded the archive before.
"""

import re
import zipfile
from collections.abc import Iterator
from posixpath import join, normpath
from typing import Final, TypeAlias

from lxml import etree

from documents.errors import WorkbookTooLarge, WorkbookUnreadable

Formulas: TypeAlias = dict[tuple[int, int], str]

_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION: Final = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_CELL: Final = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.ASCII)
#: A reference to a cell outside of quoted texts and names; `$` holds a row or a column in its place.
_REFERENCE: Final = re.compile(r"""("(?:[^"]|"")*"|'(?:[^']|'')*'!)|(?<![\w.$])(\$?)([A-Z]{1,3})(\$?)([1-9]\d{0,6})(?![\w(.!])""", re.ASCII)
#: What is not looked at further: an official form has shorter ones.
LONGEST: Final = 2_000
#: Characters of shared formulas that are moved for one workbook; moving takes longer than reading.
MOST_MOVED: Final = 1_000_000
#: Cells that array formulas of one workbook may fill.
MOST_FILLED: Final = 1_000_000


def of(archive: zipfile.ZipFile) -> dict[str, Formulas]:
    """The formulas by name of sheet, then by row and column from 0, without their `=`. Raises WorkbookUnreadable, WorkbookTooLarge."""
    parts = set(archive.namelist())
    found: dict[str, Formulas] = {}
    moved = 0
    for name, part in _sheets(archive):
        if part in parts:
            found[name], moved = _formulas(archive.read(part), moved)
    return found


def computed(archive: zipfile.ZipFile) -> dict[str, frozenset[tuple[int, int]]]:
    """By name of sheet the cells whose value some program worked out: those with a formula of any length and sort, those that an array
    fills, and errors. Raises WorkbookUnreadable, WorkbookTooLarge."""
    parts = set(archive.namelist())
    found: dict[str, frozenset[tuple[int, int]]] = {}
    filled = 0
    for name, part in _sheets(archive):
        if part in parts:
            places, filled = _computed(archive.read(part), filled)
            found[name] = frozenset(places)
    return found


def place(reference: str) -> tuple[int, int] | None:
    """Row and column, from 0, of a cell that is called `B7`; None for what is no cell."""
    found = _CELL.fullmatch(reference.replace("$", ""))
    return (int(found[2]) - 1, _column(found[1])) if found else None


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Names of sheets, each with the part of the archive that holds it."""
    try:
        relations = _parsed(archive.read("xl/_rels/workbook.xml.rels"))
    except KeyError as error:
        raise WorkbookUnreadable() from error
    targets = {str(held.get("Id")): str(held.get("Target")) for held in relations}
    for sheet in _parsed(archive.read("xl/workbook.xml")).iter("{*}sheet"):
        target = targets.get(str(sheet.get(_RELATION) or sheet.get(_STRICT_RELATION)))
        if target is not None:
            yield str(sheet.get("name")), normpath(target.lstrip("/") if target.startswith("/") else join("xl", target))


def _formulas(part: bytes, moved: int) -> tuple[Formulas, int]:
    """The formulas of a sheet, and how many characters of shared ones were moved by then."""
    found: Formulas = {}
    shared: dict[str, tuple[tuple[int, int], str]] = {}
    for cell in _parsed(part).iter("{*}c"):
        at, held = place(str(cell.get("r"))), cell.find("{*}f")
        if at is None or held is None:
            continue
        text, group = (held.text or "").strip(), held.get("si") if held.get("t") == "shared" else None
        if len(text) > LONGEST:
            continue
        if group is not None and text:
            shared[group] = (at, text)
        elif group in shared:
            first, text = shared[group]
            moved += len(text)
            if moved > MOST_MOVED:
                raise WorkbookTooLarge("characters of shared formulas", moved, MOST_MOVED)
            text = _moved(text, at[0] - first[0], at[1] - first[1])
        if text and len(text) <= LONGEST:
            found[at] = text
    return found, moved


def _computed(part: bytes, filled: int) -> tuple[set[tuple[int, int]], int]:
    """The computed cells of a sheet, and how many cells arrays had filled by then."""
    found: set[tuple[int, int]] = set()
    number = -1
    for row in _parsed(part).iter("{*}row"):
        number = int(row.get("r") or number + 2) - 1
        column = -1
        for cell in row.iter("{*}c"):
            at = place(str(cell.get("r") or "").upper())
            column = column + 1 if at is None else at[1]
            held = cell.find("{*}f")
            if held is not None or cell.get("t") == "e":
                found.add((number, column))
            first, _, last = str(held.get("ref") if held is not None else "").upper().partition(":")
            start, end = place(first), place(last)
            if start is None or end is None or held is None or held.get("t") == "shared":
                continue
            filled += max(end[0] - start[0] + 1, 0) * max(end[1] - start[1] + 1, 0)
            if filled > MOST_FILLED:
                raise WorkbookTooLarge("cells of array formulas", filled, MOST_FILLED)
            found |= {(row_, column_) for row_ in range(start[0], end[0] + 1) for column_ in range(start[1], end[1] + 1)}
    return found, filled


def _moved(formula: str, rows: int, columns: int) -> str:
    """A formula as it reads some rows and columns further."""

    def moved(found: re.Match[str]) -> str:
        if found[1]:
            return found[1]
        column = found[3] if found[2] else _letters(_column(found[3]) + columns)
        row = found[5] if found[4] else str(int(found[5]) + rows)
        return f"{found[2]}{column}{found[4]}{row}"

    return _REFERENCE.sub(moved, formula)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _letters(column: int) -> str:
    letters, number = "", column + 1
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _parsed(part: bytes) -> etree._Element:
    # a parser of its own for every part: lxml's parsers keep state, and threads must not share one
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(part, parser)
    except etree.XMLSyntaxError as broken:
        raise WorkbookUnreadable() from broken
    if root.getroottree().docinfo.internalDTD is not None:
        raise WorkbookUnreadable()
    return root
