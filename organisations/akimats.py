"""Akimats made from territories: rural and settlement akimats → district and city akimats → the oblast akimat."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Unpack
from uuid import UUID

import sqlalchemy as sa
import structlog

from organisations import akimat_names, permissions
from organisations.actors import Actor
from organisations.bodies import Bodies, Body, BodyChange, BodyKind, Level
from organisations.days import Days
from organisations.errors import BodyChangeOutOfOrder
from organisations.kato import TerritoryLevel
from organisations.permissions import EVERYWHERE, Permission
from organisations.tables import BodyPastRow, BodyRow, SuccessionRow, TerritoryChangeRow, TerritoryPastRow, TerritoryRow
from organisations.territories import Territory, UnitKind, as_of
from refusals import Refusal
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

log = structlog.get_logger(__name__)


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

        An akimat already there is left as it is, so that making them again changes nothing; but it follows what an act did to its
        territory, from the day of the act: under the akimat that is above now, over to the unit that took the place of this one alone
        (the body, its BIN, people and reports stay the same), or to its end. What somebody has said of an akimat since that day stands
        beside what the act did; one that a rule of bodies keeps from following is left as it is and told in the log.
        """
        if by is not None:
            permissions.require(by, Permission.ORGANISATION_EDIT, at=EVERYWHERE)
        territories, known, heirs, ended = self._valid(under), _akimats(), _sole_heirs(), _ended()
        uppers = {territory.code: territory.parent_code for territory in territories}
        counts: dict[str, Counter[Level]] = {"created": Counter(), "existing": Counter(), "followed": Counter()}
        for territory in filter(has_akimat, territories):
            above, outcome = _above(territory.code, uppers, known), "existing"
            if territory.code not in known and territory.code not in ended:
                old = known.get(heirs.get(territory.code, ""))
                if old is not None:
                    self._follow(old, territory.valid_from, by, kato=territory.code, parent_id=above)
                known[territory.code] = old or self._make(territory, above, by).id
                outcome = "created" if old is None else "followed"
            counts[outcome][_LEVELS[territory.level]] += 1
        self._follow_placements(uppers, known, by)
        self._close(under, by)
        return AkimatsMade(**counts, without=tuple(territory.code for territory in territories if not has_akimat(territory)))

    def _follow(self, body_id: UUID, since: date | None, by: Actor | None, *, applied: bool = False, **changes: Unpack[BodyChange]) -> None:
        """Change an akimat from the day of an act.

        One that was changed on that day or later has its past already: what the act says goes into what it is now, once.
        """
        try:
            self._bodies.update(body_id, by=by, since=since, **changes)
        except BodyChangeOutOfOrder as refusal:
            log.info("akimat_changed_since", body=str(body_id), applied=applied, **refusal.fields)
            if not applied:
                self._follow(body_id, None, by, **changes)
        except Refusal as refusal:
            log.warning("akimat_left", body=str(body_id), code=refusal.code)

    def _follow_placements(self, uppers: Mapping[str, str | None], known: Mapping[str, UUID], by: Actor | None) -> None:
        """Put akimats of units that an act moved under the akimat that is above now, if they are still under the one from before."""
        past, change = TerritoryPastRow, TerritoryChangeRow
        query = sa.select(past.code, past.parent_code, past.valid_to, change.applied_at).join(change, change.id == past.change_id)
        for code, parent_code, last, applied_at in session.execute(
            query.where(past.valid_to < self._days.today()).order_by(past.valid_to)
        ).all():
            if code not in known or code not in uppers or uppers[code] == parent_code or parent_code is None:
                continue
            former, above = _former_akimats(parent_code), _above(code, uppers, known)
            body = self._bodies.get(known[code])
            if body.parent_id in former and above not in (None, body.parent_id):
                self._follow(body.id, last + timedelta(days=1), by, applied=applied_at is not None, parent_id=above)

    def _close(self, under: str, by: Actor | None) -> None:
        """End the akimats of units that have ended and that no other unit took the place of alone."""
        ended = (TerritoryRow.valid_to.is_not(None), TerritoryRow.valid_to < self._days.today())
        query = sa.select(BodyRow.id, TerritoryRow.valid_to).join(TerritoryRow, TerritoryRow.code == BodyRow.kato)
        query = query.where(
            BodyRow.kind == BodyKind.AKIMAT, BodyRow.valid_to.is_(None), *ended, BodyRow.kato.startswith(under, autoescape=True)
        )
        for body_id, last in session.execute(query).all():
            self._follow(body_id, None, by, valid_to=last)

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
        rows = session.scalars(query.order_by(sa.func.length(sa.func.rtrim(TerritoryRow.code, "0")), TerritoryRow.code)).all()
        return as_of(rows, today)


def has_akimat(territory: Territory) -> bool:
    """Whether a territory has an akimat of its own."""
    return territory.level in AKIMATS_OF.get(territory.unit, ())


def _akimats() -> dict[str, UUID]:
    query = sa.select(BodyRow.kato, BodyRow.id).where(
        BodyRow.kind == BodyKind.AKIMAT, BodyRow.kato.is_not(None), BodyRow.valid_to.is_(None)
    )
    return {str(kato): body_id for kato, body_id in session.execute(query)}


def _ended() -> set[str]:
    """Territories whose akimat somebody has given an end."""
    query = sa.select(BodyRow.kato).where(BodyRow.kind == BodyKind.AKIMAT, BodyRow.kato.is_not(None), BodyRow.valid_to.is_not(None))
    return {str(kato) for kato in session.scalars(query)}


def _sole_heirs() -> dict[str, str]:
    """Territories that took the place of exactly one other, alone: successor → the one before."""
    ended = sa.select(SuccessionRow.code, SuccessionRow.successor_code).join(TerritoryRow, TerritoryRow.code == SuccessionRow.code)
    links = session.execute(ended.where(TerritoryRow.valid_to.is_not(None))).all()
    heirs, ancestors = Counter(code for code, _ in links), Counter(successor for _, successor in links)
    return {successor: code for code, successor in links if heirs[code] == 1 and ancestors[successor] == 1}


def _former_akimats(code: str) -> set[UUID]:
    """The akimats that a unit has or had."""
    now = sa.select(BodyRow.id).where(BodyRow.kato == code, BodyRow.kind == BodyKind.AKIMAT)
    then = sa.select(BodyPastRow.body_id).where(BodyPastRow.kato == code, BodyPastRow.kind == BodyKind.AKIMAT)
    return set(session.scalars(now)) | set(session.scalars(then))


def _above(code: str, uppers: Mapping[str, str | None], known: Mapping[str, UUID]) -> UUID | None:
    """The akimat nearest above a territory."""
    upper = uppers.get(code)
    while upper is not None and upper not in known:
        upper = uppers.get(upper)
    return known[upper] if upper is not None else None
