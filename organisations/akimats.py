"""Akimats made from territories: rural and settlement akimats → district and city akimats → the oblast akimat."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from organisations import akimat_names, permissions
from organisations.actors import Actor
from organisations.bodies import Bodies, Body, BodyKind, Level
from organisations.days import Days
from organisations.kato import TerritoryLevel
from organisations.permissions import EVERYWHERE, Permission
from organisations.tables import BodyRow, SuccessionRow, TerritoryRow
from organisations.territories import Territory, UnitKind, territory_of
from storage.database import session

#: Units with an akimat of their own. A town's affairs are those of the district or city administration that it lies in.
AKIMATS_OF: Mapping[UnitKind, tuple[TerritoryLevel, ...]] = {
    UnitKind.OBLAST: (TerritoryLevel.OBLAST,),
    UnitKind.CITY: (TerritoryLevel.OBLAST, TerritoryLevel.DISTRICT),
    UnitKind.DISTRICT: (TerritoryLevel.DISTRICT,),
    UnitKind.RURAL_DISTRICT: (TerritoryLevel.RURAL,),
    UnitKind.SETTLEMENT_ADMINISTRATION: (TerritoryLevel.RURAL,),
}
_LEVELS = {TerritoryLevel.OBLAST: Level.OBLAST, TerritoryLevel.DISTRICT: Level.DISTRICT, TerritoryLevel.RURAL: Level.RURAL}


@dataclass(frozen=True)
class AkimatsMade:
    """What was made and found, by level; `without`: territories above settlements that get no akimat (towns and the like).

    `followed`: akimats that went over from a territory to the one that took its place.
    """

    created: Mapping[Level, int]
    existing: Mapping[Level, int]
    followed: Mapping[Level, int]
    without: tuple[str, ...]


class Akimats:
    """Makes the akimats of the territories that are kept, and lets them follow when a territory's code changes."""

    def __init__(self, days: Days, bodies: Bodies) -> None:
        self._days = days
        self._bodies = bodies

    def make(self, *, by: Actor | None = None, under: str = "") -> AkimatsMade:
        """Make the akimats that are missing, upper ones first. `under` limits it to codes with these first digits.

        An akimat already there is left as it is, so that making them again changes nothing. Where one territory took the place of one
        other, the akimat goes over to it, under the akimat that is now above: the body, its BIN, people and reports stay the same.
        """
        if by is not None:
            permissions.require(by, Permission.ORGANISATION_EDIT, at=EVERYWHERE)
        territories, known, heirs = self._valid(under), _akimats(), _sole_heirs()
        counts: dict[str, Counter[Level]] = {"created": Counter(), "existing": Counter(), "followed": Counter()}
        for territory in filter(has_akimat, territories):
            outcome = "existing"
            if territory.code not in known:
                old = known.get(heirs.get(territory.code, ""))
                above = _above(territory, known)
                body = self._make(territory, above, by) if old is None else self._move(old, territory, above, by)
                known[territory.code] = body.id
                outcome = "created" if old is None else "followed"
            counts[outcome][_LEVELS[territory.level]] += 1
        return AkimatsMade(**counts, without=tuple(territory.code for territory in territories if not has_akimat(territory)))

    def _move(self, body_id: UUID, territory: Territory, parent_id: UUID | None, by: Actor | None) -> Body:
        return self._bodies.update(body_id, by=by, kato=territory.code, parent_id=parent_id)

    def _make(self, territory: Territory, parent_id: UUID | None, by: Actor | None) -> Body:
        name_ru, name_kk = akimat_names.russian(territory), akimat_names.kazakh(territory)
        return self._bodies.create(
            by=by,
            kato=territory.code,
            level=_LEVELS[territory.level],
            kind=BodyKind.AKIMAT,
            name_kk=name_kk or name_ru,
            name_ru=name_ru,
            name_kk_known=name_kk is not None,
            parent_id=parent_id,
            valid_from=territory.valid_from,
        )

    def _valid(self, under: str) -> Sequence[Territory]:
        today = self._days.today()
        above_settlements = TerritoryRow.level.in_([level.value for level in _LEVELS])
        valid = Days.covering(TerritoryRow.valid_from, TerritoryRow.valid_to, today)
        query = sa.select(TerritoryRow).where(above_settlements, TerritoryRow.code.startswith(under, autoescape=True), *valid)
        return [territory_of(row) for row in session.scalars(query.order_by(TerritoryRow.code))]


def has_akimat(territory: Territory) -> bool:
    """Whether a territory has an akimat of its own."""
    return territory.level in AKIMATS_OF.get(territory.unit, ())


def _akimats() -> dict[str, UUID]:
    query = sa.select(BodyRow.kato, BodyRow.id).where(
        BodyRow.kind == BodyKind.AKIMAT, BodyRow.kato.is_not(None), BodyRow.valid_to.is_(None)
    )
    return {str(kato): body_id for kato, body_id in session.execute(query)}


def _sole_heirs() -> dict[str, str]:
    """Territories that took the place of exactly one other, alone: successor → the one before."""
    links = session.execute(sa.select(SuccessionRow.code, SuccessionRow.successor_code)).all()
    heirs, ancestors = Counter(code for code, _ in links), Counter(successor for _, successor in links)
    return {successor: code for code, successor in links if heirs[code] == 1 and ancestors[successor] == 1}


def _above(territory: Territory, known: Mapping[str, UUID]) -> UUID | None:
    """The akimat nearest above a territory."""
    return next((known[code] for code in _upper_codes(territory.code) if code in known), None)


def _upper_codes(code: str) -> Iterator[str]:
    for digits in (6, 4, 2):
        upper = code[:digits].ljust(9, "0")
        if upper != code:
            yield upper
