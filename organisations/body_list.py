"""A list of bodies brought as a file: one body a line, known ones brought up to date, new ones added.

    bin;kato;level;kind;name_kk;name_ru;parent;sector_superior;phone        columns; `name_en` may be there besides

`parent` and `sector_superior` are the BIN or KATO code of a body that exists already or stands in an earlier line; an empty cell of these
and of the others means none. A body is known by its BIN; an akimat made from KATO is known by its code and gets its BIN so.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from organisations import lines, permissions
from organisations.actors import Actor
from organisations.bodies import Bodies, Body, BodyKind
from organisations.errors import BodyNotFound, FileRefused
from organisations.lines import LineFaulty
from organisations.permissions import EVERYWHERE, Permission
from refusals import Fault, Refusal

COLUMNS = ("bin", "kato", "level", "kind", "name_kk", "name_ru", "parent", "sector_superior", "phone")
_PLAIN = ("level", "kind", "name_kk", "name_ru", "name_en", "phone")


@dataclass(frozen=True)
class BodiesLoaded:
    """What a list of bodies has changed."""

    created: int
    changed: int
    unchanged: int


def is_body_list(data: bytes) -> bool:
    """Whether a file has the columns of a list of bodies."""
    return set(COLUMNS) <= set(lines.columns_of(data))


class BodyList:
    """Reads lists of bodies in. `by=None` is the product itself or its console."""

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies

    def load(self, data: bytes, *, by: Actor | None = None) -> BodiesLoaded:
        """Read a list in; the same list again changes nothing. Raises FileRefused with the faults by line: the edge must roll back then."""
        if by is not None:
            permissions.require(by, Permission.ORGANISATION_EDIT, at=EVERYWHERE)
        lines.require_columns(data, COLUMNS)
        outcomes: Counter[str] = Counter()
        faults: list[Fault] = []
        seen: dict[str, int] = {}
        for line, record in lines.records(data):
            try:
                outcomes[self._take(line, record, seen, by)] += 1
            except LineFaulty as faulty:
                faults.append(faulty.fault)
            except Refusal as refusal:
                faults += _by_line(line, refusal)
            if len(faults) >= lines.MAX_FAULTS:
                break
        if faults:
            raise FileRefused(faults)
        return BodiesLoaded(outcomes["created"], outcomes["changed"], outcomes["unchanged"])

    def _take(self, line: int, record: Mapping[str, str] | LineFaulty, seen: dict[str, int], by: Actor | None) -> str:
        if isinstance(record, LineFaulty):
            raise record
        cells = {column: cell.strip() or None for column, cell in record.items()}
        code = cells["bin"] or cells["kato"] or ""
        if code in seen:
            raise LineFaulty(line, "body_repeated", first=seen[code])
        seen[code] = line
        facts: dict[str, Any] = {name: cells[name] for name in _PLAIN if name in cells} | {"bin": cells["bin"], "kato": cells["kato"]}
        facts["parent_id"] = self._superior(line, cells["parent"])
        facts["sector_superior_id"] = self._superior(line, cells["sector_superior"])
        known = self._known(cells)
        if known is None:
            self._bodies.create(by=by, **facts)
            return "created"
        if all(getattr(known, name) == value for name, value in facts.items()):
            return "unchanged"
        self._bodies.update(known.id, by=by, **facts, name_kk_known=known.name_kk_known or facts["name_kk"] != known.name_kk)
        return "changed"

    def _superior(self, line: int, code: str | None) -> Any:
        if code is None:
            return None
        try:
            return self._bodies.by_code(code).id
        except BodyNotFound:
            raise LineFaulty(line, "superior_unknown", superior=code[:40]) from None

    def _known(self, cells: Mapping[str, str | None]) -> Body | None:
        try:
            return self._bodies.find(bin=cells["bin"]) if cells["bin"] else self._bodies.find(kato=cells["kato"])
        except BodyNotFound:
            pass
        if cells["kind"] != BodyKind.AKIMAT or cells["kato"] is None:
            return None
        try:
            akimat = self._bodies.find(kato=cells["kato"])
        except BodyNotFound:
            return None
        return akimat if akimat.bin is None else None


def _by_line(line: int, refusal: Refusal) -> list[Fault]:
    if not refusal.faults:
        return [lines.fault(line, refusal.code, **refusal.fields)]
    return [Fault(f"/lines/{line}{fault.pointer}", fault.code, {"line": line, **fault.fields}) for fault in refusal.faults]
