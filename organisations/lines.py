"""Reading the CSV files that administrators bring: semicolons, commas or tabs, UTF-8 with or without a byte order mark.

A file is read whole or refused whole (FileRefused), with the faults by line.
"""

import csv
import io
from collections.abc import Iterator, Mapping

from organisations.errors import FileRefused
from refusals import Fault

MAX_BYTES = 16 * 1024 * 1024
MAX_FAULTS = 100


class LineFaulty(Exception):
    """A line that cannot be taken; carries its fault."""

    def __init__(self, line: int, rule: str, **fields: object) -> None:
        super().__init__(rule)
        self.fault = fault(line, rule, **fields)


def fault(line: int, rule: str, **fields: object) -> Fault:
    """What is wrong with a line."""
    return Fault(f"/lines/{line}", rule, {"line": line, **fields})


def columns_of(data: bytes) -> tuple[str, ...]:
    """The column names in a file's first line, in lower case; they tell one kind of file from another."""
    first = data[:2000].split(b"\n", 1)[0].decode("utf-8-sig", "replace").strip()
    return tuple(name.strip().strip('"').lower() for name in first.split(_delimiter(first)))


def records(data: bytes) -> Iterator[tuple[int, Mapping[str, str] | LineFaulty]]:
    """Each line below the first as (line, cells by column); blank ones are passed over. Raises FileRefused when reading cannot go on."""
    text, columns = _text(data), columns_of(data)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text[:2000].split("\n", 1)[0]), strict=True)
    line = 1
    try:
        for cells in reader:
            if line > 1 and any(cell.strip() for cell in cells):
                yield line, _record(line, cells, columns)
            line = reader.line_num + 1
    except csv.Error:
        raise FileRefused([fault(line, "file_line_unreadable")]) from None


def require_columns(data: bytes, *known: tuple[str, ...]) -> tuple[str, ...]:
    """The first of the known sets of columns that a file has all of. Raises FileRefused."""
    present = set(columns_of(data))
    for columns in known:
        if present.issuperset(columns):
            return columns
    raise FileRefused([fault(1, "file_columns_unknown", known=" | ".join(";".join(columns) for columns in known))])


def _text(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise FileRefused([fault(1, "file_too_large", limit=MAX_BYTES, found=len(data))])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefused([fault(data.count(b"\n", 0, error.start) + 1, "file_not_utf8")]) from None


def _delimiter(first_line: str) -> str:
    return max(";,\t", key=first_line.count)


def _record(line: int, cells: list[str], columns: tuple[str, ...]) -> Mapping[str, str] | LineFaulty:
    if len(cells) != len(columns):
        return LineFaulty(line, "file_cells_wrong", expected=len(columns), found=len(cells))
    return dict(zip(columns, cells, strict=True))
