"""Reading a KATO file, the classifier of administrative-territorial units, in either of its two shapes.

    id;parent_id;code;name                        Russian names, parents by the file's own ids
    te,ab,cd,ef,hij,k,name_kaz,name_rus,nn        the official one: both languages, parents by the digits of the code

A file is read whole or refused whole (FileRefused), with the faults by line. Nothing here touches the database.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from organisations import lines, values
from organisations.errors import FileRefused
from organisations.lines import LineFaulty
from refusals import Fault

MAX_ROWS = 50_000
LONGEST_NAME = 200

OWN_COLUMNS = ("id", "parent_id", "code", "name")
OFFICIAL_COLUMNS = ("te", "ab", "cd", "ef", "hij", "name_rus")  # besides: k, name_kaz, nn
CODE = re.compile(r"[1-9][0-9]{8}", re.ASCII)


class TerritoryLevel(StrEnum):
    """How deep a unit lies, told by the digits of its code: AB CD EF HIJ, zero-filled."""

    OBLAST = "oblast"
    DISTRICT = "district"
    RURAL = "rural"
    SETTLEMENT = "settlement"


_SIGNIFICANT = {TerritoryLevel.OBLAST: 2, TerritoryLevel.DISTRICT: 4, TerritoryLevel.RURAL: 6, TerritoryLevel.SETTLEMENT: 6}
_DEPTH = {level: depth for depth, level in enumerate(TerritoryLevel)}


def level_of(code: str) -> TerritoryLevel:
    """The level of a nine-digit code."""
    if code[6:] != "000":
        return TerritoryLevel.SETTLEMENT
    if code[4:6] != "00":
        return TerritoryLevel.RURAL
    return TerritoryLevel.DISTRICT if code[2:4] != "00" else TerritoryLevel.OBLAST


@dataclass(frozen=True)
class Unit:
    """One row of a KATO file."""

    line: int
    code: str
    name_ru: str
    name_kk: str | None = None
    parent_code: str | None = None

    @property
    def level(self) -> TerritoryLevel:
        """The level that the digits tell."""
        return level_of(self.code)


def read(data: bytes) -> tuple[Unit, ...]:
    """The units of a file, upper ones before lower ones. Raises FileRefused with every fault found (at most lines.MAX_FAULTS)."""
    columns = lines.require_columns(data, OWN_COLUMNS, OFFICIAL_COLUMNS)
    reading = _Reading(columns is OFFICIAL_COLUMNS)
    for line, record in lines.records(data):
        reading.take(line, record)
    return reading.finished()


class _Reading:
    """Gathers units and faults while the lines go by."""

    def __init__(self, official: bool) -> None:
        self._official = official
        self._units: dict[str, Unit] = {}
        self._by_id: dict[str, Unit] = {}
        self._parent_ids: dict[str, str] = {}
        self._faults: list[Fault] = []

    def take(self, line: int, record: Mapping[str, str] | LineFaulty) -> None:
        """Take one line in. Raises FileRefused as soon as there are too many faults or rows."""
        try:
            if isinstance(record, LineFaulty):
                raise record
            self._keep(_official_unit(line, record) if self._official else _own_unit(line, record), record)
        except LineFaulty as found:
            self._faults.append(found.fault)
        if len(self._faults) >= lines.MAX_FAULTS:
            raise FileRefused(self._faults)
        if len(self._units) > MAX_ROWS:
            raise FileRefused([*self._faults, lines.fault(line, "file_too_many_rows", limit=MAX_ROWS)])

    def finished(self) -> tuple[Unit, ...]:
        """The units with their parents."""
        placed = []
        for unit in self._units.values():
            try:
                placed.append(self._under_official_parent(unit) if self._official else self._under_own_parent(unit))
            except LineFaulty as found:
                self._faults.append(found.fault)
        if not placed and not self._faults:
            self._faults.append(lines.fault(1, "kato_empty"))
        if self._faults:
            raise FileRefused(sorted(self._faults, key=lambda fault: int(fault.fields["line"]))[: lines.MAX_FAULTS])
        return tuple(sorted(placed, key=lambda unit: unit.code))

    def _keep(self, unit: Unit, record: Mapping[str, str]) -> None:
        if unit.code in self._units:
            raise LineFaulty(unit.line, "kato_code_repeated", kato=unit.code, first=self._units[unit.code].line)
        if not self._official:
            row_id = record["id"].strip()
            if not row_id or row_id in self._by_id:
                raise LineFaulty(unit.line, "kato_id_repeated", id=row_id[:40])
            self._by_id[row_id] = unit
            self._parent_ids[unit.code] = record["parent_id"].strip()
        self._units[unit.code] = unit

    def _under_own_parent(self, unit: Unit) -> Unit:
        parent_id = self._parent_ids[unit.code]
        if parent_id in ("", "0"):
            if unit.level is TerritoryLevel.OBLAST:
                return unit
            raise LineFaulty(unit.line, "kato_parent_missing", kato=unit.code)
        parent = self._by_id.get(parent_id)
        if parent is None:
            raise LineFaulty(unit.line, "kato_parent_unknown", kato=unit.code, parent=parent_id[:40])
        if not _may_contain(parent.code, unit.code):
            raise LineFaulty(unit.line, "kato_parent_disagrees", kato=unit.code, parent=parent.code)
        return replace(unit, parent_code=parent.code)

    def _under_official_parent(self, unit: Unit) -> Unit:
        if unit.level is TerritoryLevel.OBLAST:
            return unit
        code = unit.code
        nearest = [code[:7] + "00", code[:6] + "000", code[:4] + "00000", code[:2] + "0000000"]
        parent = next((upper for upper in nearest if upper in self._units and _may_contain(upper, code)), None)
        if parent is None:
            raise LineFaulty(unit.line, "kato_parent_missing", kato=code)
        return replace(unit, parent_code=parent)


def is_above(upper: str, lower: str) -> bool:
    """Whether one unit is of a level that may hold the other; a settlement may lie in another settlement."""
    level = level_of(upper)
    return upper != lower and (_DEPTH[level] < _DEPTH[level_of(lower)] or level is TerritoryLevel.SETTLEMENT is level_of(lower))


def _may_contain(upper: str, lower: str) -> bool:
    """Whether the digits allow one unit to lie in another; never true both ways, so no circle can pass."""
    level = level_of(upper)
    return is_above(upper, lower) and lower.startswith(upper[: _SIGNIFICANT[level]]) and upper < lower


def _own_unit(line: int, record: Mapping[str, str]) -> Unit:
    return Unit(line, _code(line, record["code"]), _name(line, record["name"], "name"))


def _official_unit(line: int, record: Mapping[str, str]) -> Unit:
    code = _code(line, record["te"])
    parts = "".join(record[name].strip().zfill(width) for name, width in (("ab", 2), ("cd", 2), ("ef", 2), ("hij", 3)))
    if parts != code:
        raise LineFaulty(line, "kato_code_disagrees", kato=code, parts=parts[:40])
    kazakh = record.get("name_kaz", "").strip()
    return Unit(line, code, _name(line, record["name_rus"], "name_rus"), _name(line, kazakh, "name_kaz") if kazakh else None)


def _code(line: int, text: str) -> str:
    code = text.strip()
    if not (code.isascii() and CODE.fullmatch(code)):
        raise LineFaulty(line, "kato_code_wrong", kato=code[:40])
    return code


def _name(line: int, text: str, column: str) -> str:
    if values.has_invisible(text.strip()):
        raise LineFaulty(line, "kato_name_invisible", column=column)
    name = " ".join(text.split())
    if not any(sign.isalpha() for sign in name):
        raise LineFaulty(line, "kato_name_missing", column=column)
    if len(name) > LONGEST_NAME:
        raise LineFaulty(line, "kato_name_too_long", column=column, longest=LONGEST_NAME)
    return name
