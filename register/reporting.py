"""Which bodies report, and to whom each of them does."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from organisations import hierarchy
from organisations.bodies import Bodies, Body
from organisations.days import Days
from organisations.errors import BodyNotFound
from organisations.hierarchy import Relation
from organisations.tables import BodyRow
from register.kinds import Kind, Selector
from storage.database import session

#: Lengths of the parts of a KATO code that name an oblast, a district, a rural district.
_KATO_STEPS = (2, 4, 6)


class Reporting:
    """Matches the bodies of Esep with the selectors of kinds."""

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies

    def bodies(self, kind: Kind, on: date) -> list[Body]:
        """The bodies that report on a day, in the order of the Kazakh alphabet."""
        ids = self.body_ids(kind, on)
        found = self._bodies.many(ids)
        return [found[body_id] for body_id in ids]

    def body_ids(self, kind: Kind, on: date) -> list[UUID]:
        """Their ids, in the same order."""
        query = (
            sa.select(BodyRow.id)
            .where(self._matches(kind), *Days.covering(BodyRow.valid_from, BodyRow.valid_to, on))
            .order_by(BodyRow.sort_key_kk, BodyRow.id)
        )
        return list(session.scalars(query))

    def reports(self, kind: Kind, body: Body, on: date) -> bool:
        """Whether a body reports on a day."""
        query = sa.select(BodyRow.id).where(
            BodyRow.id == body.id, self._matches(kind), *Days.covering(BodyRow.valid_from, BodyRow.valid_to, on)
        )
        return session.scalar(query) is not None

    def receiver(self, kind: Kind, body: Body) -> Body | None:
        """The body that gets the report next; None when that one is outside Esep.

        By the route `superiors` it is the sector superior, else the parent, up to the addressee; by `direct` the addressee itself. An
        addressee who is sent letters, or uses another system, is outside even when Esep knows the body.
        """
        return self.receivers(kind, [body])[body.id]

    def receivers(self, kind: Kind, bodies: Collection[Body]) -> dict[UUID, Body | None]:
        """The same for several bodies, by body."""
        addressee = self._body_of(kind.addressee.body)
        above = {body.superior_id for body in bodies if body.superior_id} if kind.route == "superiors" else set()
        superiors = self._bodies.many(above) if above else {}
        return {body.id: _receiver(kind, body, superiors.get(body.superior_id) if body.superior_id else None, addressee) for body in bodies}

    def _matches(self, kind: Kind) -> sa.ColumnElement[bool]:
        return sa.or_(*(self._condition(selector) for selector in kind.reporting))

    def _condition(self, selector: Selector) -> sa.ColumnElement[bool]:
        conditions: list[sa.ColumnElement[bool]] = []
        if selector.level:
            conditions.append(BodyRow.level == selector.level)
        if selector.kind:
            conditions.append(BodyRow.kind == selector.kind)
        if selector.territory:
            conditions.append(BodyRow.kato.startswith(prefix_of(selector.territory), autoescape=True))
        if selector.sector:
            conditions.append(self._in_sector(selector.sector))
        if selector.bodies:
            conditions.append(_has_code(selector.bodies))
        return sa.and_(*conditions)

    def _in_sector(self, code: str) -> sa.ColumnElement[bool]:
        top = self._body_of(code)
        if top is None:
            return sa.false()
        below = session.scalars(hierarchy.at_or_below([top.id], Relation.SECTOR))
        return BodyRow.id.in_(list(below))

    def _body_of(self, code: str | None) -> Body | None:
        try:
            return self._bodies.by_code(code) if code else None
        except BodyNotFound:
            return None


def _receiver(kind: Kind, body: Body, superior: Body | None, addressee: Body | None) -> Body | None:
    if addressee is not None and addressee.id == body.id:
        return None
    following = superior or addressee
    return None if following == addressee and kind.delivery != "in_esep" else following


def prefix_of(territory: str) -> str:
    """What the KATO codes of a territory and of everything below it begin with."""
    return next((territory[:length] for length in _KATO_STEPS if not territory[length:].strip("0")), territory)


def _has_code(codes: tuple[str, ...]) -> sa.ColumnElement[bool]:
    bins = [code.removeprefix("BIN-") for code in codes if code.startswith("BIN-")]
    territories = [code.removeprefix("KATO-") for code in codes if code.startswith("KATO-")]
    return sa.or_(BodyRow.bin.in_(bins), sa.and_(BodyRow.kato.in_(territories), BodyRow.kind == "akimat"))
