"""Territories: the units of KATO as we keep them, with the days on which they exist and what took their place."""

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from organisations import kato, permissions, states, values
from organisations.actors import Actor
from organisations.days import Days
from organisations.errors import TerritoryNotFound
from organisations.kato import TerritoryLevel, Unit
from organisations.permissions import EVERYWHERE, Permission
from organisations.tables import TerritoryPastRow, TerritoryRow
from storage import journal, sorting
from storage.database import session
from storage.pages import MAX_LIMIT, Key, Page, page

DATA = Path(__file__).parent / "data"


class UnitKind(StrEnum):
    """What sort of unit a territory is, told by its level and by the abbreviation in its Russian name."""

    OBLAST = "oblast"
    CITY = "city"  # of republic or oblast level, with an akimat of its own (Г.А.)
    DISTRICT = "district"
    RURAL_DISTRICT = "rural_district"  # ауылдық округ, с.о.
    SETTLEMENT_ADMINISTRATION = "settlement_administration"  # кент әкімдігі, п.а.
    TOWN = "town"  # a city inside a district or a city administration (г., г.а.)
    SETTLEMENT = "settlement"
    OTHER = "other"


_ABBREVIATIONS: Mapping[TerritoryLevel, Sequence[tuple[str, UnitKind]]] = {
    TerritoryLevel.OBLAST: ((r"область", UnitKind.OBLAST), (r"^г\.|\bг\. ?а\b", UnitKind.CITY)),
    TerritoryLevel.DISTRICT: ((r"^г\.|\bг\. ?а\b", UnitKind.CITY), (r"район", UnitKind.DISTRICT)),
    TerritoryLevel.RURAL: (
        (r"\bс\. ?о\b", UnitKind.RURAL_DISTRICT),
        (r"\bп\. ?а\b", UnitKind.SETTLEMENT_ADMINISTRATION),
        (r"^г\.|\bг\. ?а\b", UnitKind.TOWN),
    ),
    TerritoryLevel.SETTLEMENT: ((r"", UnitKind.SETTLEMENT),),
}


def kind_of(level: TerritoryLevel, name_ru: str) -> UnitKind:
    """The sort of unit that a Russian name of KATO tells of."""
    name = name_ru.casefold()
    return next((kind for pattern, kind in _ABBREVIATIONS[level] if re.search(pattern, name)), UnitKind.OTHER)


@dataclass(frozen=True)
class Territory:
    """A unit of KATO. `name_kk_known` false marks a Russian name in place of a Kazakh one; days are inclusive."""

    code: str
    parent_code: str | None
    level: TerritoryLevel
    unit: UnitKind
    name_kk: str
    name_ru: str
    name_kk_known: bool
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True)
class Renaming:
    """A name that differs from the one kept before."""

    code: str
    language: str
    before: str
    after: str


@dataclass(frozen=True)
class Loaded:
    """What reading a KATO file in has changed. `missing`: codes of the same oblasts that are kept as valid and not in the file.

    `by_act`: codes that an act has moved, renamed or ended and the file has otherwise; the act goes before the file.
    """

    added: Mapping[TerritoryLevel, int]
    unchanged: int
    renamed: tuple[Renaming, ...]
    moved: tuple[str, ...]
    missing: tuple[str, ...]
    by_act: tuple[str, ...]


class Territories:
    """All units of KATO. `by=None` in a change is the product itself or its console."""

    def __init__(self, days: Days) -> None:
        self._days = days

    def get(self, code: str, on: date | None = None) -> Territory:
        """The territory with a code, as it is called and placed on a day (today). Raises TerritoryNotFound."""
        row = row_of(code)
        return next(iter(as_of([row], on or self._days.today())))

    def list(
        self,
        *,
        parent_code: str | None = None,
        level: TerritoryLevel | None = None,
        valid_on: date | None = None,
        limit: int = 50,
        after: Key | None = None,
    ) -> Page[Territory]:
        """A page of territories in the order of their codes: those that exist on `valid_on` as they are then, else all as of today."""
        limit, day = max(1, min(limit, MAX_LIMIT)), valid_on or self._days.today()
        query = sa.select(TerritoryRow)
        if parent_code is not None:
            placed = states.territories_on(day)
            query = query.where(TerritoryRow.code.in_(sa.select(placed.c.code).where(placed.c.parent_code == parent_code)))
        if level is not None:
            query = query.where(TerritoryRow.level == level)
        if valid_on is not None:
            query = query.where(*Days.covering(TerritoryRow.valid_from, TerritoryRow.valid_to, valid_on))
        if after is not None:
            query = query.where(TerritoryRow.code > after[0])
        rows = session.scalars(query.order_by(TerritoryRow.code).limit(limit + 1)).all()
        shown = {territory.code: territory for territory in as_of(rows, day)}
        return page(rows, limit, item=lambda row: shown[row.code], key=lambda row: (row.code,))

    def load(self, data: bytes, *, by: Actor | None = None, valid_from: date | None = None) -> Loaded:
        """Read a KATO file in: new codes are added, changed names taken over and reported, nothing is ever deleted or closed.

        `valid_from` is the first day of the codes that are new (unknown if not given). The same file again changes nothing. Raises
        FileRefused with the faults by line, having changed nothing.
        """
        if by is not None:
            permissions.require(by, Permission.ORGANISATION_EDIT, at=EVERYWHERE)
        units = kato.read(data)
        oblasts = {unit.code[:2] for unit in units}
        of_these = sa.or_(*(TerritoryRow.code.startswith(digits) for digits in sorted(oblasts)))
        known = {row.code: row for row in session.scalars(sa.select(TerritoryRow).where(of_these))}
        new = [unit for unit in units if unit.code not in known]
        if new:
            session.execute(sa.insert(TerritoryRow), [_new(unit, valid_from) for unit in new])
        kept = [(known[unit.code], unit) for unit in units if unit.code in known]
        loaded = _taken_over(new, kept, known)
        session.flush()
        self._record(loaded, by)
        return loaded

    def _record(self, loaded: Loaded, by: Actor | None) -> None:
        now, actor = self._days.now(), by.by if by else None
        for change in loaded.renamed:
            subject = ("territory", change.code)
            details: dict[str, Any] = {"language": change.language, "before": change.before, "after": change.after}
            journal.record("territory:renamed", at=now, subject=subject, actor=actor, **details)
        if loaded.added or loaded.renamed or loaded.moved:
            counts: dict[str, Any] = {"renamed": len(loaded.renamed), "moved": len(loaded.moved), "missing": len(loaded.missing)}
            added = {level.value: count for level, count in loaded.added.items()}
            journal.record("territories:loaded", at=now, subject=("territories", "KATO"), actor=actor, added=added, **counts)


def _taken_over(new: Sequence[Unit], kept: Sequence[tuple[TerritoryRow, Unit]], known: Mapping[str, TerritoryRow]) -> Loaded:
    renamed: list[Renaming] = []
    moved: list[str] = []
    by_act: list[str] = []
    unchanged = 0
    settled = set(session.scalars(sa.select(TerritoryPastRow.code).where(TerritoryPastRow.code.in_(list(known))).distinct()))
    for row, unit in kept:
        if row.code in settled or row.valid_to is not None:
            differs = row.valid_to is not None or (row.parent_code, row.name_ru) != (unit.parent_code, unit.name_ru)
            by_act += [row.code] if differs else []
            unchanged += not differs
            continue
        changes = _rename(row, unit)
        renamed += changes
        if row.parent_code != unit.parent_code:
            row.parent_code = unit.parent_code
            moved.append(row.code)
        elif not changes:
            unchanged += 1
    seen = {row.code for row, _ in kept}
    missing = tuple(sorted(code for code, row in known.items() if code not in seen and row.valid_to is None))
    return Loaded(Counter(unit.level for unit in new), unchanged, tuple(renamed), tuple(moved), missing, tuple(by_act))


def _rename(row: TerritoryRow, unit: Unit) -> Sequence[Renaming]:
    """Take over the names of a file into a row. A Kazakh name stays while the Russian one only changed its dots and spaces."""
    before = {"ru": row.name_ru, "kk": row.name_kk}
    same = _letters(row.name_ru) == _letters(unit.name_ru)
    name_kk = unit.name_kk or (kazakh_names().get(row.code) if same else None) or (row.name_kk if same and row.name_kk_known else None)
    row.unit = kind_of(unit.level, unit.name_ru)
    name_row(row, unit.name_ru, name_kk)
    after = {"ru": row.name_ru, "kk": row.name_kk}
    return [Renaming(row.code, language, before[language], after[language]) for language in after if before[language] != after[language]]


def _new(unit: Unit, valid_from: date | None) -> dict[str, Any]:
    row = TerritoryRow()
    name_row(row, unit.name_ru, unit.name_kk or kazakh_names().get(unit.code))
    names = ("name_ru", "name_kk", "name_kk_known", "sort_key_kk", "sort_key_ru")
    placed = {"code": unit.code, "parent_code": unit.parent_code, "level": unit.level, "unit": kind_of(unit.level, unit.name_ru)}
    return placed | {name: getattr(row, name) for name in names} | {"valid_from": valid_from, "valid_to": None}


def name_row(row: TerritoryRow, name_ru: str, name_kk: str | None) -> None:
    """Give a row its names; where the Kazakh one is not known the Russian stands in, marked."""
    row.name_ru, row.name_kk, row.name_kk_known = name_ru, name_kk or name_ru, name_kk is not None
    row.sort_key_ru, row.sort_key_kk = sorting.sort_key(row.name_ru), sorting.sort_key(row.name_kk)


def _letters(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())


@cache
def kazakh_names() -> Mapping[str, str]:
    """The Kazakh names that are known for certain, by code; for files that hold Russian names only."""
    text = (DATA / "names-kk.csv").read_text("utf-8")
    return {row["code"]: row["name_kk"] for row in csv.DictReader(io.StringIO(text), delimiter=";")}


def row_of(code: str) -> TerritoryRow:
    """The row of a code. Raises TerritoryNotFound."""
    row = session.get(TerritoryRow, code) if values.is_number(code) else None
    if row is None:
        raise TerritoryNotFound(code)
    return row


def as_of(rows: Sequence[TerritoryRow], day: date) -> list[Territory]:
    """Rows as they were called and placed on a day."""
    past = TerritoryPastRow
    query = sa.select(past).where(past.code.in_([row.code for row in rows]), past.valid_to >= day).order_by(past.valid_to.desc())
    pasts = {earlier.code: earlier for earlier in session.scalars(query)}
    return [territory_of(row, pasts.get(row.code)) for row in rows]


def territory_of(row: TerritoryRow, past: TerritoryPastRow | None = None) -> Territory:
    """A row as the value that is given out, in a state of the past if there is one; its days are always those of the unit."""
    held = past or row
    names = (held.name_kk, held.name_ru, held.name_kk_known)
    days = (row.valid_from, row.valid_to)
    return Territory(row.code, held.parent_code, TerritoryLevel(row.level), UnitKind(held.unit), *names, *days)
