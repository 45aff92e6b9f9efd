"""Cells of drafts, kept line by line, each with the version of its section that changed it last: what a save reads and writes is small
however large the table is, and who saves other cells is in nobody's way.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeAlias, cast
from uuid import UUID

import sqlalchemy as sa

from reports import in_hand
from reports.models import ReportLine, ReportSave
from storage.database import session

_TABLE = cast(sa.Table, ReportLine.__table__)
#: Lines that are asked for by name; of more all lines of their sections are read.
_BY_NAME = 200

#: Section and line, as addresses have them.
Place: TypeAlias = tuple[str, str]
#: Lines by where they stand.
Lines: TypeAlias = Mapping[Place, ReportLine]


def place(address: str) -> tuple[Place, str]:
    """The line of an address, and the cell in it."""
    section, *way, last = address.split(".")
    return (section, ".".join(way)), last


def cells(report_id: UUID, sections: Collection[str] | None = None) -> dict[str, Any]:
    """The cells of some sections, or of all, that are filled."""
    opened = in_hand.lines(report_id)
    if opened is not None:
        return {address: value for line in opened for address, value in _cells(line.section, line.line, line.cells)}
    session.flush()
    query = sa.select(_TABLE.c.section, _TABLE.c.line, _TABLE.c.cells).where(_TABLE.c.report_id == report_id)
    if sections is not None:
        query = query.where(_TABLE.c.section.in_(sections))
    rows = session.execute(query.order_by(_TABLE.c.section, _TABLE.c.line))
    return {address: value for section, line, values in rows for address, value in _cells(section, line, values)}


def of(report_id: UUID, addresses: Iterable[str]) -> Lines:
    """The lines that some cells stand in, those that there are."""
    places = {place(address)[0] for address in addresses}
    opened = in_hand.lines(report_id)
    if opened is not None:
        return {(row.section, row.line): row for row in opened}
    named = sa.tuple_(ReportLine.section, ReportLine.line).in_(sorted(places))
    wanted = named if len(places) <= _BY_NAME else ReportLine.section.in_({section for section, _ in places})
    query = sa.select(ReportLine).where(ReportLine.report_id == report_id, wanted).execution_options(populate_existing=True)
    return {(row.section, row.line): row for row in session.scalars(query)}


def held(lines: Lines, address: str) -> tuple[Any, int]:
    """What a cell holds, and the version of its section that changed it last; 0 when none did."""
    where, last = place(address)
    line = lines.get(where)
    return (None, 0) if line is None else (line.cells.get(last), line.versions.get(last, 0))


def put(report_id: UUID, lines: Lines, values: Mapping[str, Any], versions: Mapping[str, int]) -> None:
    """Keep values, None for empty; `lines` are those that they stand in, `versions` the new ones of their sections."""
    changed: dict[Place, dict[str, Any]] = {}
    for address, value in values.items():
        where, last = place(address)
        changed.setdefault(where, {})[last] = value
    for where, entered in changed.items():
        line = lines.get(where) or _new(report_id, where)
        merged = {**line.cells, **entered}
        line.cells = {last: value for last, value in merged.items() if value is not None}
        line.versions = {**line.versions, **dict.fromkeys(entered, versions[where[0]])}
        line.version = versions[where[0]]
    session.flush()


def since(report_id: UUID, versions: Mapping[str, int]) -> dict[str, dict[str, Any]]:
    """By section the cells that were changed after some versions of sections, None for those that were emptied."""
    found: dict[str, dict[str, Any]] = {}
    for section, version in versions.items():
        query = sa.select(ReportLine).where(ReportLine.report_id == report_id, ReportLine.section == section, ReportLine.version > version)
        for row in session.scalars(query.order_by(ReportLine.line).execution_options(populate_existing=True)):
            last = [name for name, changed in row.versions.items() if changed > version]
            found.setdefault(section, {}).update(_cells(section, row.line, {name: row.cells.get(name) for name in last}))
    return found


def saved(report_id: UUID, section: str, version: int, by: str, at: datetime) -> None:
    """Remember who made a version of a section."""
    session.add(ReportSave(report_id=report_id, section=section, version=version, by=by, at=at))


def save_of(report_id: UUID, section: str, version: int) -> ReportSave | None:
    """Who made a version of a section; None for what the product filled in, and for versions of earlier revisions."""
    return session.get(ReportSave, (report_id, section, version))


def forget_saves(report_id: UUID) -> None:
    """Forget who made the versions of a revision that is frozen."""
    session.execute(sa.delete(ReportSave).where(ReportSave.report_id == report_id))


def _cells(section: str, line: str, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    beginning = f"{section}.{line}." if line else f"{section}."
    for last, value in values.items():
        yield beginning + last, value


def _new(report_id: UUID, where: Place) -> ReportLine:
    line = ReportLine(report_id=report_id, section=where[0], line=where[1], cells={}, versions={}, version=0)
    opened = in_hand.lines(report_id)
    if opened is not None:
        opened.append(line)
    else:
        session.add(line)
    return line
