"""What is carried: documents of indicators and of kinds in all their versions, and where in a file each was read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from documents.workbooks import address
from refusals import Fault
from register.documents import is_kept
from register.exchange.errors import RegisterFileUnreadable
from register.reading import FORMAT
from register.shelf import MOST_AT_ONCE

MOST_BYTES = 20 * 1024 * 1024
#: How deep values may lie in one another; a document of a kind needs ten.
DEEPEST = 50


@dataclass(frozen=True)
class Origin:
    """A row of a sheet; `columns` gives the place of each member that has one."""

    sheet: str
    row: int
    columns: Mapping[str, int]


@dataclass
class Package:
    """Kinds are `{document, act_number, act_date}`. Faults that were found while reading have their place already."""

    indicators: list[Any] = field(default_factory=list)
    kinds: list[Any] = field(default_factory=list)
    origins: dict[str, Origin] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def placed(self, fault: Fault) -> Fault:
        """A fault with a pointer into the file as people see it: of a workbook `/sheet/row/column`."""
        parts = fault.pointer.split("/")
        for end in range(len(parts), 0, -1):
            origin = self.origins.get("/".join(parts[:end]))
            if origin is not None:
                return Fault(_cell(origin, parts[end:]), fault.code, fault.fields)
        return fault


def read(data: bytes) -> Package:
    """The package that a JSON text is. Raises RegisterFileUnreadable."""
    try:
        whole = orjson.loads(data) if len(data) <= MOST_BYTES else None
    except orjson.JSONDecodeError as error:
        raise RegisterFileUnreadable() from error
    if not isinstance(whole, dict) or whole.get("format") != FORMAT or not can_be_held(whole):
        raise RegisterFileUnreadable()
    lists = {name: whole.get(name, []) for name in ("indicators", "kinds")}
    if any(not isinstance(held, list) or len(held) > MOST_AT_ONCE for held in lists.values()):
        raise RegisterFileUnreadable()
    return Package(**lists)


def can_be_held(value: Any) -> bool:
    """Whether values of JSON lie in one another no deeper than a document of ours has them, and the database keeps every text of them."""
    level = [value]
    for _ in range(DEEPEST):
        if not all(is_kept(text) for held in level for text in _texts(held)):
            return False
        level = [inner for held in level for inner in (held.values() if isinstance(held, dict) else held if isinstance(held, list) else ())]
        if not level:
            return True
    return False


def _texts(value: Any) -> Iterable[str]:
    return (value,) if isinstance(value, str) else value if isinstance(value, dict) else ()


def write(package: Package) -> bytes:
    """The JSON text of a package."""
    whole = {"format": FORMAT, "indicators": package.indicators, "kinds": package.kinds}
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _cell(origin: Origin, rest: list[str]) -> str:
    for end in range(len(rest), 0, -1):
        column = origin.columns.get("_".join(rest[:end]))
        if column is not None:
            return f"/{origin.sheet}/{origin.row + 1}/{address(0, column)[:-1]}"
    return f"/{origin.sheet}/{origin.row + 1}"
