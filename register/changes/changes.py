"""Changes of the Register as the rest of the product sees them: one object that drafts, saves and reads them."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from engine.ports import Operation
from organisations import permissions
from organisations.actors import Actor
from organisations.organisations import Organisations
from organisations.permissions import EVERYWHERE, Permission
from refusals import Fault
from register import shelf as kinds
from register.changes import chronicle, decisions, drafts, laws, reasons, shelf
from register.changes.editions import Editions
from register.changes.errors import ChangeInvalid, ChangeStale, ChangeUnderWay, KindWithdrawn, MatchNotFound
from register.changes.gate import Gate, Override, Repetition
from register.changes.laws import Action
from register.changes.lifecycle import State
from register.changes.models import Change, DecisionRow, OverrideRow
from register.changes.operations import ChangeOperations
from register.changes.processes import ABANDONED, Processes
from register.changes.putting import PUT, WITHDRAW, Putting
from register.changes.shelf import Filters
from register.duplicates.duplicates import Collected
from register.duplicates.held import HeldValues
from register.duplicates.matching import Asked
from register.errors import KindNotFound
from register.models import KindRow
from register.register import Register
from storage.clock import Clock
from storage.database import session
from storage.identifiers import new_id
from storage.pages import Key, Page


@dataclass(frozen=True)
class Parties:
    """Whose change it is: the body that owns the kind, the bodies that must agree, and why the change is made."""

    owner_id: UUID
    agreeing: tuple[UUID, ...] = ()
    reason: str = ""


class Changes:
    """Reading needs an application context, writing a transaction; both ask for the actor's rights."""

    def __init__(self, *, clock: Clock, register: Register, organisations: Organisations, processes: Processes, held: HeldValues) -> None:
        self._clock = clock
        self._register = register
        self._organisations = organisations
        self._processes = processes
        self._gate = Gate(register, held)
        self.editions = Editions(
            clock=clock,
            register=register,
            organisations=organisations,
            putting=Putting(clock, register, self._gate),
            processes=processes,
        )
        self._operations = ChangeOperations(
            register=register, organisations=organisations, gate=self._gate, editions=self.editions, processes=processes
        )

    def operations(self) -> dict[str, Operation]:
        """What service tasks may call, by name."""
        return self._operations.table()

    def get(self, change_id: UUID) -> Change:
        """A change. Raises ChangeNotFound."""
        return shelf.found(change_id)

    def list(self, filters: Filters | None = None, *, limit: int = 50, after: Key | None = None) -> Page[Change]:
        """A page of changes, the newest first."""
        return shelf.listed(filters or Filters(), limit, after)

    def allowed_actions(self, actor: Actor, change: Change) -> Sequence[str]:
        """What the actor may do to the change now."""
        return laws.allowed_actions(actor, change)

    def draft(self, actor: Actor, document: Mapping[str, Any], parties: Parties, *, indicators: Sequence[Mapping[str, Any]] = ()) -> Change:
        """Keep the draft of a new kind, or of the next version of the one that has its code, however unfinished.

        Only its code must be right. `indicators` are new ones that come with it. Raises ChangeInvalid, ChangeUnderWay, BodyNotFound.
        """
        permissions.require(actor, Permission.REGISTER_EDIT, EVERYWHERE)
        return self._open(actor, PUT, drafts.code_of(document), parties, document, indicators)

    def next_version(self, actor: Actor, code: str, parties: Parties) -> Change:
        """Make the draft of a kind's next version from its latest one. Raises KindNotFound, ChangeUnderWay, BodyNotFound."""
        permissions.require(actor, Permission.REGISTER_EDIT, EVERYWHERE)
        latest = _latest(code)
        if latest is None:
            raise KindNotFound(code)
        begins = _first_of_next_month(max(self._register.calendar.today(), latest.valid_from))
        document = deepcopy(latest.document) | {"valid_from": begins.isoformat()}
        return self._open(actor, PUT, code, parties, document, ())

    def withdrawal(self, actor: Actor, code: str, parties: Parties) -> Change:
        """Begin the withdrawal of a kind, which is agreed and approved like any change; the reason is needed.

        Raises KindNotFound, KindWithdrawn, ReasonNeeded, ChangeUnderWay, BodyNotFound.
        """
        permissions.require(actor, Permission.REGISTER_EDIT, EVERYWHERE)
        latest = _latest(code)
        if latest is None:
            raise KindNotFound(code)
        if latest.valid_to is not None:
            raise KindWithdrawn(code, latest.valid_to.isoformat())
        reasons.required(parties.reason)
        return self._open(actor, WITHDRAW, code, parties, None, ())

    def repetitions(self, change_id: UUID) -> Sequence[Repetition]:
        """What a change repeats of what is collected already or about to be. Raises ChangeInvalid for an unfinished draft."""
        return self._gate.repetitions(shelf.found(change_id))

    def collected(self, asked: Sequence[Asked]) -> Sequence[Sequence[Collected]]:
        """For each indicator that somebody wants to ask for, what is collected already, by whom, and of when the last value is."""
        return self._gate.collected(asked)

    def explain(self, actor: Actor, change_id: UUID, match: str, reason: str) -> Repetition:
        """The owner's word on one match: why the change goes on all the same. Raises MatchNotFound, ReasonNeeded."""
        change = shelf.locked(change_id)
        permit = laws.permit(actor, Action.EXPLAIN, change)
        found = next((each for each in self._gate.repetitions(change) if each.id == match), None)
        if found is None:
            raise MatchNotFound(match[:40])
        words, now = reasons.required(reason), self._clock.now()
        row = OverrideRow(
            change_id=change.id,
            match=match,
            asked=found.asked.code,
            held=found.held.code,
            kind_code=found.kind.code if found.kind else None,
            reason=words,
            by=actor.by,
            on_behalf_of=permit.on_behalf_of,
            body_id=permit.duty.body_id,
            at=now,
        )
        session.merge(row)
        session.flush()
        told = {"asked": found.asked.code, "held": found.held.code, "of_kind": row.kind_code, "reason": words}
        chronicle.tell("duplicate_explained", change, now, permit, **told)
        return replace(found, override=Override(words, row.by, row.on_behalf_of, row.body_id, row.at))

    def decisions(self, change_id: UUID) -> Sequence[DecisionRow]:
        """Who decided what on a change in which round, oldest first."""
        return decisions.of(shelf.found(change_id).id)

    def abandon(self, actor: Actor, change_id: UUID, reason: str) -> None:
        """Give a change up before an act approves it: its process ends with it."""
        change = shelf.locked(change_id)
        laws.permit(actor, Action.ABANDON, change)
        self._processes.tell(ABANDONED, change.business_key, variables={"abandonment_reason": reasons.required(reason)}, by=actor.by)

    def save(
        self,
        actor: Actor,
        change_id: UUID,
        document: Mapping[str, Any],
        *,
        if_match: int,
        indicators: Sequence[Mapping[str, Any]] = (),
        parties: Parties | None = None,
    ) -> Change:
        """Keep a draft as it was edited from its state `if_match`. Raises ChangeStale, ChangeNotInState, ChangeInvalid, BodyNotFound."""
        change = shelf.locked(change_id)
        permit = laws.permit(actor, Action.EDIT, change)
        if change.edits != if_match:
            raise ChangeStale(change.edits)
        if change.action == PUT:
            if drafts.code_of(document) != change.code:
                raise ChangeInvalid([Fault("/document/code", "change_code_fixed", {"code": change.code})])
            self._write(change, document, indicators)
        if parties is not None:
            self._take(change, parties)
        change.edits += 1
        change.changed_at = self._clock.now()
        if actor.by not in change.editors:
            change.editors = [*change.editors, actor.by]
        chronicle.tell("saved", change, self._clock.now(), permit, edits=change.edits)
        session.flush()
        return change

    def faults(self, change: Change) -> Sequence[Fault]:
        """What keeps the draft from going on, each with its place in the change."""
        return [] if change.document is None else drafts.faults_of(change.document, change.indicators)

    def check(self, document: Mapping[str, Any], indicators: Sequence[Mapping[str, Any]] = ()) -> Sequence[Fault]:
        """The same of a draft that is not kept."""
        return drafts.faults_of(document, indicators)

    def _open(
        self,
        actor: Actor,
        action: str,
        code: str,
        parties: Parties,
        document: Mapping[str, Any] | None,
        indicators: Sequence[Mapping[str, Any]],
    ) -> Change:
        now, number = self._clock.now(), shelf.next_number(code)
        change = Change(
            id=new_id(),
            code=code,
            number=number,
            business_key=f"{code}/{number}",
            action=action,
            document=None,
            indicators=[],
            state=State.DRAFT,
            edits=1,
            round=1,
            open_code=code,
            author=actor.by,
            editors=[actor.by],
            created_at=now,
            changed_at=now,
        )
        if document is None:
            latest = _latest(code)
            change.base_version = latest.version if latest else None
        self._take(change, parties)
        if document is not None:
            self._write(change, document, indicators)
        session.add(change)
        try:
            session.flush()
        except IntegrityError as error:
            raise ChangeUnderWay(code) from error
        chronicle.tell("drafted", change, now, by=actor.by, action=action)
        self._processes.start(change.business_key, body=str(change.owner_id), variables={"author": actor.by, "kind": code}, by=actor.by)
        return change

    def _write(self, change: Change, document: Mapping[str, Any], indicators: Sequence[Mapping[str, Any]]) -> None:
        """The version is the Register's to count, whatever the document says."""
        latest = _latest(change.code)
        change.base_version = latest.version if latest else None
        change.document = deepcopy(dict(document)) | {"version": change.kind_version}
        change.indicators = [deepcopy(dict(each)) for each in indicators]

    def _take(self, change: Change, parties: Parties) -> None:
        for body_id in (parties.owner_id, *parties.agreeing):
            self._organisations.bodies.get(body_id)
        change.owner_id = parties.owner_id
        change.agreeing = [str(body_id) for body_id in dict.fromkeys(parties.agreeing)]
        change.reason = parties.reason.strip()


def _latest(code: str) -> KindRow | None:
    return next(iter(kinds.versions(code)), None)


def _first_of_next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
