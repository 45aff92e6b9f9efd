"""Remarks on a revision: made by the side that judges it, answered by the body, resolved or reopened by the side that made them.

An anchor is the address of a cell or text ("s1.t1.r3.c2", "s1.note.kk") or the code of a section ("s1"). Remarks made inside the body,
at approval and signing, stay inside it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa

from organisations.actors import Actor
from register.kinds import Kind
from reports import cells, chronicle, laws, review, search, shelf, words
from reports.errors import AnchorUnknown, RemarkInAnotherState, RemarkNotFound, RemarkOfAnotherSide
from reports.laws import Action
from reports.lifecycle import Stage
from reports.models import Remark, RemarkMessage, Report
from reports.permits import Permit, Side
from reports.shelf import View
from storage.clock import Clock
from storage.database import session
from storage.identifiers import new_id


class State(StrEnum):
    """Where a remark stands."""

    OPEN = "open"
    ANSWERED = "answered"
    RESOLVED = "resolved"


@dataclass(frozen=True)
class Message:
    """One entry of a thread; `act` is "made", "answered", "reopened" or "resolved"."""

    act: str
    text: str
    by: str
    on_behalf_of: str | None
    body_id: UUID
    at: datetime


@dataclass(frozen=True)
class RemarkThread:
    """A remark with its thread. `revision` is where it was made, `opened_in` where it was last opened."""

    id: UUID
    report_id: UUID
    revision: int
    opened_in: int
    anchor: str
    side: Side
    state: State
    thread: tuple[Message, ...]


class Remarks:
    """The remarks of all reports."""

    def __init__(self, *, clock: Clock, kind_of: Callable[[Report], Kind]) -> None:
        self._clock = clock
        self._kind_of = kind_of

    def add(self, actor: Actor, report_id: UUID, anchor: str, text: str) -> RemarkThread:
        """Make a remark on the revision that the actor's side is judging. Raises AnchorUnknown, NotAtThisStage, NotPermitted.

        The first remark of a receiver begins the review.
        """
        report = self._seen_and_locked(actor, report_id)
        kind = self._kind_of(report)
        permit = laws.permit(actor, Action.REMARK, report, kind)
        if not cells.has_anchor(kind, anchor):
            raise AnchorUnknown(anchor)
        side = laws.side_of(report.stage)
        if report.stage is Stage.SUBMITTED:
            review.begin(report, permit, self._clock.now())
        remark = Remark(
            id=new_id(),
            report_id=report.id,
            revision=report.revision,
            opened_in=report.revision,
            anchor=anchor,
            side=side.value,
            state=State.OPEN.value,
        )
        session.add(remark)
        return self._write(remark, report, "made", text, permit)

    def answer(self, actor: Actor, remark_id: UUID, text: str) -> RemarkThread:
        """Answer an open remark, while the report is in preparation again."""
        remark, report = self._of(actor, remark_id)
        permit = laws.permit(actor, Action.ANSWER_REMARK, report, self._kind_of(report))
        return self._step(remark, report, permit, "answered", text, (State.OPEN,), State.ANSWERED)

    def resolve(self, actor: Actor, remark_id: UUID, text: str = "") -> RemarkThread:
        """Declare a remark of one's own side settled; words are optional."""
        remark, report = self._of(actor, remark_id)
        permit = self._permit_of_side(actor, remark, report)
        return self._step(remark, report, permit, "resolved", text, (State.OPEN, State.ANSWERED), State.RESOLVED, words_needed=False)

    def reopen(self, actor: Actor, remark_id: UUID, text: str) -> RemarkThread:
        """Say why an answer is not enough: the remark is open again, as of the revision under review."""
        remark, report = self._of(actor, remark_id)
        permit = self._permit_of_side(actor, remark, report)
        remark.opened_in = report.revision
        return self._step(remark, report, permit, "reopened", text, (State.ANSWERED, State.RESOLVED), State.OPEN)

    def list(self, actor: Actor, report_id: UUID) -> list[RemarkThread]:
        """The remarks of a report that the actor may see, oldest first."""
        report, view = shelf.seen_whole(actor, report_id)
        found = of(report.id)
        threads = _threads([remark.id for remark in found])
        return [_thread(remark, threads) for remark in found if view is View.DRAFT or (view is View.SUBMITTED and _outer(remark))]

    def _seen_and_locked(self, actor: Actor, report_id: UUID) -> Report:
        shelf.seen(actor, report_id)
        return shelf.locked(report_id)

    def _of(self, actor: Actor, remark_id: UUID) -> tuple[Remark, Report]:
        report_id = session.scalar(sa.select(Remark.report_id).where(Remark.id == remark_id))
        if report_id is None:
            raise RemarkNotFound(remark_id)
        _, view = shelf.seen(actor, report_id)
        report = shelf.locked(report_id)
        remark = session.scalars(sa.select(Remark).where(Remark.id == remark_id).execution_options(populate_existing=True)).one()
        if view is View.STAGE or (view is View.SUBMITTED and not _outer(remark)):
            raise RemarkNotFound(remark_id)
        return remark, report

    def _permit_of_side(self, actor: Actor, remark: Remark, report: Report) -> Permit:
        permit = laws.permit(actor, Action.RESOLVE_REMARK, report, self._kind_of(report))
        if remark.side != laws.side_of(report.stage):
            raise RemarkOfAnotherSide()
        return permit

    def _step(
        self,
        remark: Remark,
        report: Report,
        permit: Permit,
        act: str,
        text: str,
        from_states: Sequence[State],
        to: State,
        *,
        words_needed: bool = True,
    ) -> RemarkThread:
        if remark.state not in from_states:
            raise RemarkInAnotherState(remark.state)
        remark.state = to.value
        return self._write(remark, report, act, text, permit, words_needed=words_needed)

    def _write(self, remark: Remark, report: Report, act: str, text: str, permit: Permit, *, words_needed: bool = True) -> RemarkThread:
        message = RemarkMessage(
            id=new_id(),
            remark_id=remark.id,
            act=act,
            text=words.required(text) if words_needed else words.optional(text),
            by=permit.actor.by,
            on_behalf_of=permit.on_behalf_of,
            body_id=permit.duty.body_id,
            at=self._clock.now(),
        )
        session.flush()
        session.add(message)
        session.flush()
        search.keep(report, self._kind_of(report))
        chronicle.tell(f"remark:{act}", report, message.at, permit, remark_id=str(remark.id), side=remark.side)
        return _thread(remark, _threads([remark.id]))


def of(report_id: UUID, *states: State) -> list[Remark]:
    """The remarks of a report, in some states or all, oldest first."""
    session.flush()
    query = sa.select(Remark).where(Remark.report_id == report_id).order_by(Remark.id)
    if states:
        query = query.where(Remark.state.in_([state.value for state in states]))
    return list(session.scalars(query.execution_options(populate_existing=True)))


def opened_by_side(report: Report, side: Side) -> list[Remark]:
    """The open remarks that a side made, or reopened, on the revision in work."""
    return [remark for remark in of(report.id, State.OPEN) if remark.side == side and remark.opened_in == report.revision]


def settle(report: Report, side: Side) -> None:
    """Resolve what the body answered: by passing the revision on, its side has taken the answers."""
    for remark in of(report.id, State.ANSWERED):
        if remark.side == side:
            remark.state = State.RESOLVED.value
    session.flush()


def _outer(remark: Remark) -> bool:
    return remark.side == Side.RECEIVER


def _threads(remark_ids: Sequence[UUID]) -> dict[UUID, list[Message]]:
    threads: dict[UUID, list[Message]] = {remark_id: [] for remark_id in remark_ids}
    rows = session.scalars(sa.select(RemarkMessage).where(RemarkMessage.remark_id.in_(remark_ids)).order_by(RemarkMessage.id))
    for row in rows:
        threads[row.remark_id].append(Message(row.act, row.text, row.by, row.on_behalf_of, row.body_id, row.at))
    return threads


def _thread(remark: Remark, threads: dict[UUID, list[Message]]) -> RemarkThread:
    return RemarkThread(
        id=remark.id,
        report_id=remark.report_id,
        revision=remark.revision,
        opened_in=remark.opened_in,
        anchor=remark.anchor,
        side=Side(remark.side),
        state=State(remark.state),
        thread=tuple(threads[remark.id]),
    )
