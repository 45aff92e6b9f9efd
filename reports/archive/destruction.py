"""Acts of destruction (жою туралы акт, акт об уничтожении): nothing is purged that is not on one that was approved.

An act is a body's own. It is drafted over what is past its period and free to go, report by report, so that what was approved is what was
seen; approved by somebody else with the right at that body, by its number and date; until it is executed the rest of it can be given up.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from organisations import permissions
from organisations.actors import Actor, Duty
from organisations.bodies import Bodies
from organisations.errors import NotPermitted
from organisations.permissions import Permission
from refusals import Fault
from register.register import Register
from reports import shelf, words
from reports.archive import conditions
from reports.archive.errors import (
    DestructionActInAnotherState,
    DestructionActInvalid,
    DestructionActNotFound,
    DraftedByYourself,
    NothingToDestroy,
)
from reports.archive.tables import ActState, DestructionActRow, DestructionItemRow, TombstoneRow
from reports.models import Report
from storage import journal, removals
from storage.clock import Clock
from storage.database import session
from storage.identifiers import new_id
from storage.keyset import Order
from storage.pages import Key, Page, page

A, I, P, T = DestructionActRow, DestructionItemRow, Permission, TombstoneRow  # noqa: E741
_BY_KEY = Order(Report.business_key, Report.id)


@dataclass(frozen=True)
class DestructionAct:
    """An act. `lines` are kind, year of the end, period in years and count, as drafted; `waiting` reports are still on it, `purged` ones
    are gone. Restricted reports are told of and counted for people of the body only."""

    id: UUID
    body_id: UUID
    number: str
    dated: date
    state: ActState
    lines: list[dict[str, Any]]
    drafted_at: datetime
    drafted_by: str
    drafted_for: str | None
    approved_at: datetime | None
    approved_by: str | None
    approved_for: str | None
    ended_at: datetime | None
    abandoned_by: str | None
    abandon_reason: str | None
    waiting: int
    purged: int


class Destruction:
    """Drafts and approves acts; changes belong into a transaction."""

    def __init__(self, *, clock: Clock, register: Register, bodies: Bodies) -> None:
        self._clock = clock
        self._register = register
        self._bodies = bodies

    def draft(self, actor: Actor, body_id: UUID, number: str, dated: date, kinds: Collection[str] = ()) -> DestructionAct:
        """Put on an act all reports of a body (of some kinds, or of any) that are past their period and free to go.

        Raises DestructionActInvalid, NothingToDestroy, BodyNotFound, NotPermitted.
        """
        self._bodies.get(body_id)
        duty = _duty_at(actor, P.DESTRUCTION_PREPARE, body_id)
        number = number.strip()
        if not number:
            raise DestructionActInvalid(Fault("/number", "destruction_number_needed"))
        if dated > self._register.calendar.today():
            raise DestructionActInvalid(Fault("/date", "destruction_date_to_come", {"date": dated.isoformat()}))
        removals.stop()  # so that what is being held now is not put on it, nor anything put on two
        row = A(
            id=new_id(),
            body_id=body_id,
            number=number,
            dated=dated,
            state=ActState.DRAFT.value,
            lines=[],
            drafted_at=self._clock.now(),
            drafted_by=actor.by,
            drafted_for=_absent(duty),
        )
        session.add(row)
        session.flush()
        self._fill(row, kinds)
        row.lines = _lines(self._register, row.id)
        if not row.lines:
            raise NothingToDestroy()
        session.flush()
        self._tell("drafted", row, duty, actor, reports=sum(line["reports"] for line in row.lines))
        return _act(row, actor)

    def approve(self, actor: Actor, act_id: UUID) -> DestructionAct:
        """Approve an act: from now on the purge may destroy what is on it. Raises DestructionActNotFound, DraftedByYourself,
        DestructionActInAnotherState, NothingToDestroy, NotPermitted."""
        row = self._locked(actor, act_id)
        duty = _duty_at(actor, P.DESTRUCTION_APPROVE, row.body_id)
        if actor.by in (row.drafted_by, row.drafted_for):
            raise DraftedByYourself()
        _require(row, ActState.DRAFT)
        waiting = _count(I, row.id)
        if not waiting:
            raise NothingToDestroy()
        row.state, row.approved_at, row.approved_by = ActState.APPROVED.value, self._clock.now(), actor.by
        row.approved_for = _absent(duty)
        self._tell("approved", row, duty, actor, reports=waiting)
        session.flush()
        return _act(row, actor)

    def abandon(self, actor: Actor, act_id: UUID, reason: str) -> DestructionAct:
        """Give up what is still on an act; what is purged stays so. By who may draft or approve it. Raises DestructionActNotFound,
        DestructionActInAnotherState, TextNeeded, NotPermitted."""
        row = self._locked(actor, act_id)
        rights = [right for right in (P.DESTRUCTION_PREPARE, P.DESTRUCTION_APPROVE) if permissions.allowed(actor, right, row.body_id)]
        duty = _duty_at(actor, rights[0] if rights else P.DESTRUCTION_PREPARE, row.body_id)
        _require(row, ActState.DRAFT, ActState.APPROVED)
        row.state, row.ended_at, row.abandoned_by = ActState.ABANDONED.value, self._clock.now(), actor.by
        row.abandon_reason = words.required(reason)[:500]
        spared = session.execute(sa.delete(I).where(I.act_id == row.id).returning(I.report_id)).all()
        self._tell("abandoned", row, duty, actor, reason=row.abandon_reason, spared=len(spared))
        session.flush()
        return _act(row, actor)

    def get(self, actor: Actor, act_id: UUID) -> DestructionAct:
        """One act. Raises DestructionActNotFound."""
        return _act(self._seen(actor, act_id), actor)

    def list(self, actor: Actor, *, body_id: UUID | None = None, limit: int = 50, after: Key | None = None) -> Page[DestructionAct]:
        """The acts that the actor may know of, the newest first."""
        query = sa.select(A).where(permissions.within(actor, P.DESTRUCTION_READ, A.body_id)).order_by(A.id.desc()).limit(limit + 1)
        if body_id is not None:
            query = query.where(A.body_id == body_id)
        if after is not None:
            query = query.where(A.id < after[0])
        return page(session.scalars(query).all(), limit, item=lambda row: _act(row, actor), key=lambda row: (row.id,))

    def reports(self, actor: Actor, act_id: UUID, *, limit: int = 50, after: Key | None = None) -> Page[Report]:
        """The reports on an act, those that it has destroyed too, by business key, as far as the actor may know of them."""
        row = self._seen(actor, act_id)
        waiting, gone = (sa.select(model.report_id).where(model.act_id == row.id) for model in (I, T))
        return shelf.listed(actor, [sa.or_(Report.id.in_(waiting), Report.id.in_(gone))], _BY_KEY, limit, after)

    def _fill(self, row: DestructionActRow, kinds: Collection[str]) -> None:
        """One statement for all that is free to go, one that takes off what shares its business key with a report that is not."""
        calendar = self._register.calendar
        free = [
            Report.body_id == row.body_id,
            Report.purged_at.is_(None),
            conditions.archived(calendar),
            conditions.past(self._register.terms(), calendar),
            ~conditions.held(),
            ~conditions.open_process(),
            ~conditions.on_an_act(),
        ]
        if kinds:
            free.append(Report.kind_code.in_(kinds))
        wanted = sa.select(Report.id, sa.literal(row.id, sa.Uuid())).where(*free)
        session.execute(sa.insert(I).from_select(["report_id", "act_id"], wanted))
        session.execute(sa.delete(I).where(I.act_id == row.id, I.report_id.in_(_with_others(row.id))))

    def _locked(self, actor: Actor, act_id: UUID) -> DestructionActRow:
        row = session.get(A, act_id, with_for_update=True, populate_existing=True)
        return self._known(actor, row, act_id)

    def _seen(self, actor: Actor, act_id: UUID) -> DestructionActRow:
        return self._known(actor, session.get(A, act_id, populate_existing=True), act_id)

    @staticmethod
    def _known(actor: Actor, row: DestructionActRow | None, act_id: UUID) -> DestructionActRow:
        if row is None or not permissions.allowed(actor, P.DESTRUCTION_READ, row.body_id):
            raise DestructionActNotFound(act_id)
        return row

    def _tell(self, event: str, row: DestructionActRow, duty: Duty, actor: Actor, **details: object) -> None:
        tell(event, row, self._clock.now(), actor=actor.by, on_behalf_of=_absent(duty), **details)


def tell(event: str, row: DestructionActRow, at: datetime, **details: Any) -> None:
    """Record what became of an act."""
    about = {"body_id": row.body_id, "number": row.number, "dated": row.dated.isoformat(), **details}
    journal.record(f"destruction_act:{event}", at=at, subject=("destruction_act", row.id), **about)


def _lines(register: Register, act_id: UUID) -> list[dict[str, Any]]:
    """What is on an act, by kind, year of the end and period."""
    terms, calendar = register.terms(), register.calendar
    counted: Counter[tuple[str, int, int | None, str, bool]] = Counter()
    columns = (Report.kind_code, Report.kind_version, Report.ended_at, Report.report_class)
    for row in session.execute(sa.select(*columns).join(I, I.report_id == Report.id).where(I.act_id == act_id)):
        kept = terms[row.kind_code, row.kind_version].retention
        if kept is not None and row.ended_at is not None:
            year = calendar.day_of(row.ended_at).year
            counted[row.kind_code, year, kept.years, kept.item, row.report_class == shelf.RESTRICTED] += 1
    names = ("kind", "finished_in", "years", "item", "restricted")
    return [{**dict(zip(names, line, strict=True)), "reports": count} for line, count in sorted(counted.items())]


def purged_by(act_id: UUID) -> int:
    """How many reports an act has destroyed."""
    return _count(T, act_id)


def _with_others(act_id: UUID) -> sa.Select[UUID]:
    """Reports on an act whose business key another report has, too, that is neither purged nor on the same act."""
    other = aliased(Report)
    elsewhere = other.id.not_in(sa.select(I.report_id).where(I.act_id == act_id))
    shared = sa.exists().where(other.business_key == Report.business_key, other.purged_at.is_(None), elsewhere)
    return sa.select(Report.id).join(I, I.report_id == Report.id).where(I.act_id == act_id, shared.correlate(Report))


def _require(row: DestructionActRow, *states: ActState) -> None:
    if row.state not in states:
        raise DestructionActInAnotherState(row.state)


def _duty_at(actor: Actor, right: Permission, body_id: UUID) -> Duty:
    """The duty at the very body: nobody destroys what is another body's."""
    duty = permissions.duty_for(actor, right, body_id)
    if duty is None or duty.body_id != body_id:
        raise NotPermitted(right)
    return duty


def _absent(duty: Duty) -> str | None:
    return str(duty.absent_user_id) if duty.acting else None


def _count(model: type[DestructionItemRow] | type[TombstoneRow], act_id: UUID, *, whole: bool = True) -> int:
    counted = sa.select(sa.func.count()).select_from(model).where(model.act_id == act_id)
    if not whole:
        counted = counted.join(Report, Report.id == model.report_id).where(Report.report_class != shelf.RESTRICTED)
    return session.scalar(counted) or 0


def _act(row: DestructionActRow, actor: Actor) -> DestructionAct:
    whole = row.body_id in shelf.member_bodies(actor)
    told = {name: getattr(row, name) for name in DestructionAct.__dataclass_fields__ if hasattr(row, name)}
    lines = [{name: line[name] for name in line if name != "restricted"} for line in row.lines if whole or not line["restricted"]]
    counts = {"waiting": _count(I, row.id, whole=whole), "purged": _count(T, row.id, whole=whole)}
    return DestructionAct(**told | {"state": ActState(row.state), "lines": lines} | counts)
