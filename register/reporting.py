"""Which bodies report, and to whom each of them does."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from organisations import hierarchy, states
from organisations.bodies import Bodies, Body
from organisations.days import Days
from organisations.errors import BodyNotFound
from organisations.hierarchy import Relation
from organisations.tables import BodyPastRow, BodyRow
from register.kinds import Kind, Selector
from storage.database import session


class Reporting:
    """Matches the bodies of Esep with the selectors of kinds."""

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies

    def bodies(self, kind: Kind, on: date) -> list[Body]:
        """The bodies that report on a day, as they stood on it, in the order of the Kazakh alphabet."""
        ids = self.body_ids(kind, on)
        found = self._bodies.many(ids, on)
        return [found[body_id] for body_id in ids]

    def body_ids(self, kind: Kind, on: date) -> list[UUID]:
        """Their ids, in the same order."""
        state = states.bodies_on(on)
        query = sa.select(BodyRow.id).join(state, state.c.id == BodyRow.id)
        return list(session.scalars(query.where(*self._meant(kind, state, on)).order_by(BodyRow.sort_key_kk, BodyRow.id)))

    def reporting(self, kind: Kind, body_ids: Collection[UUID], on: date) -> set[UUID]:
        """Which of some bodies report on a day."""
        state = states.bodies_on(on)
        query = sa.select(BodyRow.id).join(state, state.c.id == BodyRow.id)
        return set(session.scalars(query.where(BodyRow.id.in_(body_ids), *self._meant(kind, state, on))))

    def receiver(self, kind: Kind, body: Body, on: date, today: date) -> Body | None:
        """The body that gets the report next; None when that one is outside Esep.

        By the route `superiors` it is the sector superior, else the parent, up to the addressee; by `direct` the addressee itself. An
        addressee who is sent letters, or uses another system, is outside even when Esep knows the body. Asked as of a day; a superior of
        that day who is no more today has given way to the superior of today.
        """
        return self.receivers(kind, self._bodies.many([body.id], on), today)[body.id]

    def receivers(self, kind: Kind, bodies: Mapping[UUID, Body], today: date) -> dict[UUID, Body | None]:
        """The same for several bodies as they stood on the day, by body."""
        addressee = self._body_of(kind.addressee.body)
        superiors = self._superiors(bodies, today) if kind.route == "superiors" else {}
        return {body_id: _receiver(kind, body_id, superiors.get(body_id), addressee) for body_id in bodies}

    def _superiors(self, bodies: Mapping[UUID, Body], today: date) -> dict[UUID, Body]:
        wanted = {body.id: body.superior_id for body in bodies.values() if body.superior_id}
        found = self._bodies.many(set(wanted.values())) if wanted else {}
        gone = {body_id for body_id, superior in wanted.items() if (ended := found[superior].valid_to) is not None and ended < today}
        if gone:
            wanted |= {body.id: body.superior_id for body in self._bodies.many(gone).values() if body.superior_id}
            found |= self._bodies.many({wanted[body_id] for body_id in gone})
        return {body_id: found[superior] for body_id, superior in wanted.items()}

    def _meant(self, kind: Kind, state: sa.Subquery, on: date) -> Iterator[sa.ColumnElement[bool]]:
        yield from Days.covering(BodyRow.valid_from, BodyRow.valid_to, on)
        yield sa.or_(*(self._condition(selector, state, on) for selector in kind.reporting))
        if kind.excluded:
            yield sa.not_(sa.or_(*(self._condition(selector, state, on) for selector in kind.excluded)))

    def _condition(self, selector: Selector, state: sa.Subquery, on: date) -> sa.ColumnElement[bool]:
        conditions: list[sa.ColumnElement[bool]] = []
        if selector.level:
            conditions.append(state.c.level == selector.level)
        if selector.kind:
            conditions.append(state.c.kind == selector.kind)
        if selector.territory:
            within = states.at_or_in(selector.territory, on)
            conditions.append(sa.and_(state.c.kato.is_not(None), state.c.kato.in_(within)))
        if selector.sector:
            conditions.append(self._in_sector(selector.sector, on))
        if selector.bodies:
            conditions.append(_has_code(selector.bodies))
        return sa.and_(*conditions)

    def _in_sector(self, code: str, on: date) -> sa.ColumnElement[bool]:
        top = self._body_of(code)
        if top is None:
            return sa.false()
        below = session.scalars(hierarchy.at_or_below([top.id], Relation.SECTOR, on))
        return BodyRow.id.in_(list(below))

    def _body_of(self, code: str | None) -> Body | None:
        try:
            return self._bodies.by_code(code) if code else None
        except BodyNotFound:
            return None


def _receiver(kind: Kind, body_id: UUID, superior: Body | None, addressee: Body | None) -> Body | None:
    if addressee is not None and addressee.id == body_id:
        return None
    following = superior or addressee
    return None if following == addressee and kind.delivery != "in_esep" else following


def _has_code(codes: tuple[str, ...]) -> sa.ColumnElement[bool]:
    """Bodies of a list. An akimat that went over to another code is still the one that was meant by the old one."""
    bins = [code.removeprefix("BIN-") for code in codes if code.startswith("BIN-")]
    territories = [code.removeprefix("KATO-") for code in codes if code.startswith("KATO-")]
    had = sa.select(BodyPastRow.body_id).where(BodyPastRow.kato.in_(territories), BodyPastRow.kind == "akimat")
    has = sa.and_(BodyRow.kato.in_(territories), BodyRow.kind == "akimat")
    return sa.or_(BodyRow.bin.in_(bins), has, BodyRow.id.in_(had))
