"""Bodies (органдар): who reports to whom. A body has a parent and, besides, may have a sector superior."""

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypedDict, Unpack
from uuid import UUID

import sqlalchemy as sa

from organisations import body_history, hierarchy, permissions, uniqueness, values
from organisations.actors import Actor
from organisations.days import Days
from organisations.errors import BinTaken, BodyChangedMeanwhile, BodyInvalid, BodyNotFound, KatoTaken, SuperiorBelow
from organisations.hierarchy import Relation
from organisations.permissions import EVERYWHERE, Permission
from organisations.tables import BodyRow, TerritoryRow
from refusals import Fault
from storage import journal, sorting
from storage.database import session
from storage.identifiers import new_id
from storage.pages import MAX_LIMIT, Key, Page, page

LONGEST_NAME = 300


class Level(StrEnum):
    """The level of government."""

    STATE = "state"
    OBLAST = "oblast"
    DISTRICT = "district"
    RURAL = "rural"


class BodyKind(StrEnum):
    """What sort of body it is."""

    MINISTRY = "ministry"
    COMMITTEE = "committee"
    AKIMAT = "akimat"
    DIRECTORATE = "directorate"  # басқарма, управление (oblast)
    DEPARTMENT = "department"  # бөлім, отдел (district)
    OFFICE = "office"  # аппарат


@dataclass(frozen=True)
class Body:
    """A body. `name_kk_known` false marks a Russian name that stands in for a Kazakh one nobody has confirmed; days are inclusive."""

    id: UUID
    bin: str | None
    kato: str | None
    level: Level
    kind: BodyKind
    name_kk: str
    name_ru: str
    name_en: str | None
    name_kk_known: bool
    parent_id: UUID | None
    sector_superior_id: UUID | None
    phone: str | None
    valid_from: date | None
    valid_to: date | None
    version: int

    @property
    def code(self) -> str:
        """How business keys name the body: by BIN, else by KATO."""
        return f"BIN-{self.bin}" if self.bin else f"KATO-{self.kato}"

    @property
    def superior_id(self) -> UUID | None:
        """The next in the chain of receivers: the sector superior, else the parent."""
        return self.sector_superior_id or self.parent_id

    def name(self, language: str) -> str:
        """The name in a language: Kazakh unless ru or en is asked for and known."""
        return {"ru": self.name_ru, "en": self.name_en or self.name_ru}.get(language, self.name_kk)

    def is_valid(self, on: date) -> bool:
        """Whether the body exists on a day."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)


class BodyChange(TypedDict, total=False):
    """What can be changed of a body."""

    bin: str | None
    kato: str | None
    level: Level
    kind: BodyKind
    name_kk: str
    name_ru: str
    name_en: str | None
    name_kk_known: bool
    parent_id: UUID | None
    sector_superior_id: UUID | None
    phone: str | None
    valid_from: date | None
    valid_to: date | None


_FIELDS = tuple(BodyChange.__annotations__)


class Bodies:
    """All bodies. Anybody signed in may read them; `by=None` in a change is the product itself or its console."""

    def __init__(self, days: Days) -> None:
        self._days = days

    def get(self, body_id: UUID, on: date | None = None) -> Body:
        """The body with an id, as it is now or stood on a day. Raises BodyNotFound."""
        body = _body(_row(body_id))
        return body if on is None else body_history.as_of(body, on)

    def many(self, body_ids: Collection[UUID], on: date | None = None) -> dict[UUID, Body]:
        """Several bodies by id, as they are now or stood on a day; unknown ids are left out."""
        found = {row.id: _body(row) for row in session.scalars(sa.select(BodyRow).where(BodyRow.id.in_(body_ids)))}
        return found if on is None else body_history.all_as_of(found, on)

    def find(self, *, bin: str | None = None, kato: str | None = None) -> Body:  # noqa: A002  # the word of the business
        """The body with a BIN, or the akimat of a territory. Raises BodyNotFound."""
        number = bin if bin is not None else kato
        if number is None or not values.is_number(number):
            raise BodyNotFound(number)
        of_territory = sa.and_(BodyRow.kato == kato, BodyRow.kind == BodyKind.AKIMAT)
        row = session.scalars(sa.select(BodyRow).where(of_territory if bin is None else BodyRow.bin == bin).order_by(BodyRow.id)).first()
        if row is None:
            raise BodyNotFound(number)
        return _body(row)

    def by_code(self, code: str) -> Body:
        """The body that is meant by `BIN-…`, `KATO-…`, twelve digits (BIN) or nine (KATO). Raises BodyNotFound."""
        number = code.removeprefix("BIN-").removeprefix("KATO-")
        return self.find(kato=number) if len(number) == 9 else self.find(bin=number)

    def children(self, body_id: UUID, relation: Relation = Relation.PARENT) -> tuple[Body, ...]:
        """The bodies directly under a body, in the order of the Kazakh alphabet."""
        under = {Relation.PARENT: BodyRow.parent_id == body_id, Relation.SECTOR: BodyRow.sector_superior_id == body_id}
        condition = under.get(relation, sa.or_(*under.values()))
        return _bodies(sa.select(BodyRow).where(condition).order_by(BodyRow.sort_key_kk, BodyRow.id))

    def descendants(self, body_id: UUID, relation: Relation = Relation.PARENT) -> tuple[Body, ...]:
        """Everything below a body, in the order of the Kazakh alphabet."""
        below = BodyRow.id.in_(hierarchy.at_or_below([body_id], relation))
        return _bodies(sa.select(BodyRow).where(below, BodyRow.id != body_id).order_by(BodyRow.sort_key_kk, BodyRow.id))

    def superior_of(self, body_id: UUID, on: date | None = None) -> Body | None:
        """The next receiver of the body's reports, now or on a day: its sector superior, else its parent; None at the top."""
        superior = self.get(body_id, on).superior_id
        return self.get(superior) if superior else None

    def receivers_of(self, body_id: UUID) -> tuple[Body, ...]:
        """The whole chain of receivers above a body, the nearest first."""
        chain = hierarchy.receivers_above(body_id).subquery()
        return _bodies(sa.select(BodyRow).join(chain, chain.c.id == BodyRow.id).where(chain.c.depth > 0).order_by(chain.c.depth))

    def list(
        self,
        *,
        level: str | None = None,
        kind: str | None = None,
        parent_id: UUID | None = None,
        below: UUID | None = None,
        valid_on: date | None = None,
        search: str | None = None,
        language: str = "kk",
        limit: int = 50,
        after: Key | None = None,
    ) -> Page[Body]:
        """A page of bodies in alphabetical order of a language; `search` finds part of a name, BIN or KATO code."""
        query = sa.select(BodyRow)
        for column, value in ((BodyRow.level, level), (BodyRow.kind, kind), (BodyRow.parent_id, parent_id)):
            query = query if value is None else query.where(column == value)
        if below is not None:
            query = query.where(BodyRow.id.in_(hierarchy.at_or_below([below])), BodyRow.id != below)
        if valid_on is not None:
            query = query.where(*Days.covering(BodyRow.valid_from, BodyRow.valid_to, valid_on))
        if search:
            query = query.where(BodyRow.folded.like(values.pattern(search), escape="\\"))
        return _listed(query, BodyRow.sort_key_ru if language == "ru" else BodyRow.sort_key_kk, limit, after)

    def create(self, *, by: Actor | None = None, **fields: Unpack[BodyChange]) -> Body:
        """Add a body. A body needs a BIN, an akimat may have a KATO code instead. Raises BodyInvalid, BinTaken, KatoTaken, NotPermitted."""
        _require_edit(by, fields.get("parent_id"))
        row = BodyRow(id=new_id(), version=1, name_kk_known=True)
        _fill(row, _sound(row, fields))
        with _flushed(row):
            session.add(row)
        self._record("body:created", row, by)
        return _body(row)

    def update(
        self,
        body_id: UUID,
        *,
        by: Actor | None = None,
        if_version: int | None = None,
        since: date | None = None,
        **changes: Unpack[BodyChange],
    ) -> Body:
        """Change a body; a superior below the body itself is refused (SuperiorBelow).

        With `since`, not later than today, what was before stays true of the days before; without, what was kept is corrected. Raises
        BodyChangedMeanwhile when `if_version` is no longer its version, BodyChangeOutOfOrder when it was changed on that day or later. A
        refused change leaves everything as it was.
        """
        row = _row(body_id, lock=True)
        _require_edit(by, body_id)
        if if_version is not None and row.version != if_version:
            raise BodyChangedMeanwhile(row.version)
        before, candidate = {name: getattr(row, name) for name in changes}, _sound(row, changes)
        if since is not None:
            body_history.keep(row, since, self._days.today())
        _fill(row, candidate)
        with _flushed(row):
            row.version += 1
        changed = {name: str(getattr(row, name)) for name, value in before.items() if getattr(row, name) != value}
        self._record("body:changed", row, by, **changed, **({"since": since.isoformat()} if since else {}))
        return _body(row)

    def _record(self, event: str, row: BodyRow, by: Actor | None, **details: Any) -> None:
        journal.record(event, at=self._days.now(), subject=("body", row.id), actor=by.by if by else None, body_id=row.id, **details)


def _sound(row: BodyRow, changes: BodyChange) -> dict[str, Any]:
    candidate = {name: getattr(row, name) for name in _FIELDS} | dict(changes)
    faults = tuple(_faults(candidate))
    if faults:
        raise BodyInvalid(faults=faults)
    values.require_forward(candidate["valid_from"], candidate["valid_to"])
    _require_free_codes(row.id, candidate)
    _require_sound_superiors(row, candidate)
    return candidate


def _fill(row: BodyRow, candidate: dict[str, Any]) -> None:
    for name, value in candidate.items():
        setattr(row, name, value)
    row.sort_key_kk, row.sort_key_ru = sorting.sort_key(row.name_kk), sorting.sort_key(row.name_ru)
    row.folded = values.fold(row.name_kk, row.name_ru, row.name_en, row.bin, row.kato)


def _faults(candidate: dict[str, Any]) -> Iterator[Fault]:
    yield from values.name_faults(candidate, "name_kk", "name_ru", "name_en", longest=LONGEST_NAME, required=("name_kk", "name_ru"))
    yield from values.number_faults(candidate, "bin", "bin_wrong")
    yield from values.phone_faults(candidate)
    for name, choices in (("level", Level), ("kind", BodyKind)):
        if candidate[name] not in tuple(choices):
            yield Fault(f"/{name}", "detail_not_listed")
    kato = candidate["kato"]
    if kato is not None and (not values.is_number(kato) or session.get(TerritoryRow, kato) is None):
        yield Fault("/kato", "territory_unknown", {"kato": kato})
    if candidate["bin"] is None and (kato is None or candidate["kind"] != BodyKind.AKIMAT):
        yield Fault("/bin", "detail_missing")


def _require_free_codes(body_id: UUID, candidate: dict[str, Any]) -> None:
    others = sa.select(BodyRow.id).where(BodyRow.id != body_id).limit(1)
    if candidate["bin"] is not None:
        if session.scalar(others.where(BodyRow.bin == candidate["bin"])):
            raise BinTaken(candidate["bin"])
    elif session.scalar(others.where(BodyRow.kato == candidate["kato"], BodyRow.bin.is_(None))):
        raise KatoTaken(candidate["kato"])


def _require_sound_superiors(row: BodyRow, candidate: dict[str, Any]) -> None:
    for name in ("parent_id", "sector_superior_id"):
        superior = candidate[name]
        if superior is None or superior == getattr(row, name):
            continue
        above = set(session.scalars(hierarchy.at_or_above(superior)))
        if not above:
            raise BodyNotFound(superior)
        if row.id in above:
            raise SuperiorBelow(str(row.id), str(superior))


def _flushed(row: BodyRow) -> AbstractContextManager[None]:
    return uniqueness.flushed("bodies", bin=BinTaken(row.bin or ""), kato=KatoTaken(row.kato or ""))


def _require_edit(by: Actor | None, body_id: UUID | None) -> None:
    if by is not None:
        permissions.require(by, Permission.ORGANISATION_EDIT, at=body_id or EVERYWHERE)


def _row(body_id: UUID, *, lock: bool = False) -> BodyRow:
    row = session.get(BodyRow, body_id, with_for_update=lock, populate_existing=lock)
    if row is None:
        raise BodyNotFound(body_id)
    return row


def _listed(query: sa.Select[BodyRow], key: Any, limit: int, after: Key | None) -> Page[Body]:
    limit = max(1, min(limit, MAX_LIMIT))
    if after is not None:
        query = query.where(sa.tuple_(key, BodyRow.id) > sa.tuple_(sa.literal(after[0]), sa.literal(after[1], sa.Uuid())))
    rows = session.scalars(query.order_by(key, BodyRow.id).limit(limit + 1)).all()
    return page(rows, limit, item=_body, key=lambda row: (getattr(row, key.key), row.id))


def _bodies(query: sa.Select[BodyRow]) -> tuple[Body, ...]:
    return tuple(_body(row) for row in session.scalars(query))


def _body(row: BodyRow) -> Body:
    fields = {name: getattr(row, name) for name in _FIELDS}
    return Body(id=row.id, version=row.version, **(fields | {"level": Level(row.level), "kind": BodyKind(row.kind)}))
