"""The lines of a change of territories, as a file or the interface brings them; nothing here touches the database.

    kind;code;successor;parent;name_kk;name_ru;remains        columns of a file

| kind | says |
|---|---|
| created | `code` is new: in `parent`, called `name_kk` and `name_ru` |
| split | part of `code` becomes `successor` (a line for each); the unit ends unless `remains` is `yes` |
| merge | `code` ends and is part of `successor` |
| recoded | `code` ends, the same unit is `successor` from now on; names and parent stay unless given; what lies in it goes along |
| rename | `code` is called `name_kk`, `name_ru` |
| transfer | `code` lies in `parent` |
| abolished | `code` ends, nothing takes its place |
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from organisations import lines
from organisations.errors import FileRefused
from organisations.lines import LineFaulty
from refusals import Fault

COLUMNS = ("kind", "code", "successor", "parent", "name_kk", "name_ru", "remains")
MAX_LINES = 5_000


class ChangeKind(StrEnum):
    """What a line of a change does to a territory."""

    CREATED = "created"
    SPLIT = "split"
    MERGE = "merge"
    RECODED = "recoded"
    RENAME = "rename"
    TRANSFER = "transfer"
    ABOLISHED = "abolished"


#: The columns that each kind cannot do without, and those it may have besides; any other must be empty.
NEEDED: Mapping[ChangeKind, tuple[str, ...]] = {
    ChangeKind.CREATED: ("parent", "name_ru"),
    ChangeKind.SPLIT: ("successor",),
    ChangeKind.MERGE: ("successor",),
    ChangeKind.RECODED: ("successor",),
    ChangeKind.RENAME: ("name_ru",),
    ChangeKind.TRANSFER: ("parent",),
    ChangeKind.ABOLISHED: (),
}
ALLOWED: Mapping[ChangeKind, tuple[str, ...]] = {
    ChangeKind.CREATED: ("name_kk",),
    ChangeKind.SPLIT: ("remains",),
    ChangeKind.RECODED: ("parent", "name_kk", "name_ru"),
    ChangeKind.RENAME: ("name_kk",),
}


@dataclass(frozen=True)
class ChangeLine:
    """One line. `place` is where it stands in what was brought, for people: the line of a file, the number in a list; `index`
    is its place in a JSON list, for pointers."""

    place: int
    kind: ChangeKind
    code: str
    successor: str | None = None
    parent: str | None = None
    name_kk: str = ""
    name_ru: str = ""
    remains: bool = False
    index: int | None = None

    @property
    def ends(self) -> bool:
        """Whether the unit of the line is no more."""
        ending = (ChangeKind.SPLIT, ChangeKind.MERGE, ChangeKind.RECODED, ChangeKind.ABOLISHED)
        return self.kind in ending and not self.remains

    def told(self) -> dict[str, Any]:
        """What the journal keeps of it."""
        held = {"successor": self.successor, "parent": self.parent, "name_kk": self.name_kk, "name_ru": self.name_ru}
        return {name: value for name, value in held.items() if value}

    def fault(self, column: str, code: str, **fields: Any) -> Fault:
        """What is wrong with a column of the line."""
        where = self.place if self.index is None else self.index
        return Fault(f"/lines/{where}/{column}", code, {"line": self.place, "column": column, **fields})


def read(data: bytes) -> tuple[ChangeLine, ...]:
    """The lines of a file. Raises FileRefused with the faults by line and column."""
    lines.require_columns(data, COLUMNS)
    read_lines: list[ChangeLine] = []
    faults: list[Fault] = []
    for number, record in lines.records(data):
        try:
            read_lines.append(_line(number, record))
        except LineFaulty as faulty:
            faults.append(faulty.fault)
        if len(faults) >= lines.MAX_FAULTS:
            break
        if len(read_lines) > MAX_LINES:
            raise FileRefused([lines.fault(number, "file_too_many_rows", limit=MAX_LINES)])
    if not read_lines and not faults:
        faults.append(lines.fault(1, "change_empty"))
    if faults:
        raise FileRefused(faults)
    return tuple(read_lines)


def _line(number: int, record: Mapping[str, str] | LineFaulty) -> ChangeLine:
    if isinstance(record, LineFaulty):
        raise record
    cells = {column: " ".join(record[column].split()) for column in COLUMNS}
    if cells["kind"] not in tuple(ChangeKind):
        raise LineFaulty(number, "change_kind_unknown", column="kind", found=cells["kind"][:40], known=", ".join(ChangeKind))
    if cells["remains"] not in ("", "yes", "no"):
        raise LineFaulty(number, "change_remains_unknown", column="remains", found=cells["remains"][:40])
    return ChangeLine(
        place=number,
        kind=ChangeKind(cells["kind"]),
        code=cells["code"],
        successor=cells["successor"] or None,
        parent=cells["parent"] or None,
        name_kk=cells["name_kk"],
        name_ru=cells["name_ru"],
        remains=cells["remains"] == "yes",
    )
