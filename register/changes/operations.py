"""What the service tasks of the process `register_change` call, by name. Each finds the change, asks the laws, changes it, tells of it.

The operations answer with the variables that the diagram routes and waits by: `decision` and `remark` (emptied, so that old ones never
decide again), `duplicates`, `agreeing`, `returned`, and the moments of the next step `due_at`, `remind_at`, `escalate_at`.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from engine.ports import Operation, OperationCall
from organisations.organisations import Organisations
from register.changes import acts, chronicle, decisions, drafts, laws, lifecycle, reasons, shelf
from register.changes.decisions import Decision
from register.changes.editions import Editions
from register.changes.errors import AgreementNeeded, ChangeNotInState, DeciderNeeded
from register.changes.gate import Gate
from register.changes.laws import Action, Permit
from register.changes.lifecycle import State
from register.changes.models import Change
from register.changes.processes import SUPERSEDED, WITHDRAWN, Processes
from register.changes.putting import ONE_DAY, WITHDRAW, require_current
from register.moments import moments
from register.register import Register
from storage.database import session

Variables = Mapping[str, Any]

#: Working days that each step has.
DRAFT_DAYS, EXPLAIN_DAYS, AGREE_DAYS, APPROVE_DAYS = 10, 3, 5, 10


class ChangeOperations:
    """The operations, joined to what they need."""

    def __init__(self, *, register: Register, organisations: Organisations, gate: Gate, editions: Editions, processes: Processes) -> None:
        self._register = register
        self._organisations = organisations
        self._gate = gate
        self._editions = editions
        self._processes = processes

    def table(self) -> dict[str, Operation]:
        """The operations by the names that diagrams use."""
        return {
            "register.begin_draft": self.begin_draft,
            "register.check_duplicates": self.check_duplicates,
            "register.accept_overrides": self.accept_overrides,
            "register.send_for_agreement": self.send_for_agreement,
            "register.record_agreement": self.record_agreement,
            "register.record_objection": self.record_objection,
            "register.complete_agreement": self.complete_agreement,
            "register.return_change": self.return_change,
            "register.approve": self.approve,
            "register.take_effect": self.take_effect,
            "register.record_succession": self.record_succession,
            "register.record_withdrawal": self.record_withdrawal,
            "register.abandon": self.abandon,
            "register.remind": self.remind,
            "register.escalate": self.escalate,
        }

    def begin_draft(self, call: OperationCall) -> Variables:
        """The draft lies with its author."""
        change = shelf.locked_by_key(call.business_key)
        if change.state is not State.DRAFT:
            raise ChangeNotInState("begin_draft", change.state)
        return self._next(call, DRAFT_DAYS, author=change.author)

    def check_duplicates(self, call: OperationCall) -> Variables:
        """Send the draft, which must be without fault, and compare it with what is collected already."""
        change = shelf.locked_by_key(call.business_key)
        permit = self._permit(call, Action.SEND, change)
        require_current(change)
        if not change.agreeing:
            raise AgreementNeeded(change.code, 0)
        if change.document is not None:
            drafts.read(change)
        lifecycle.move(change, State.ON_CHECK)
        self._record(Decision.SENT, change, permit, call)
        count = len(self._gate.unexplained(change))
        chronicle.tell("checked", change, call.now, permit, duplicates=count)
        return self._next(call, EXPLAIN_DAYS, duplicates=count)

    def accept_overrides(self, call: OperationCall) -> Variables:
        """The owner has said of every match why the change goes on."""
        change = shelf.locked_by_key(call.business_key)
        permit = self._permit(call, Action.EXPLAIN, change)
        self._gate.require_explained(change)
        self._record(Decision.EXPLAINED, change, permit, call)
        chronicle.tell("explained", change, call.now, permit)
        return {"decision": None, "remark": None}

    def send_for_agreement(self, call: OperationCall) -> Variables:
        """Ask the bodies that are named."""
        change = shelf.locked_by_key(call.business_key)
        self._gate.require_explained(change)
        lifecycle.move(change, State.ON_AGREEMENT)
        chronicle.tell("sent_for_agreement", change, call.now, by=call.by, agreeing=change.agreeing)
        return self._next(call, AGREE_DAYS, agreeing=change.agreeing, returned=False)

    def record_agreement(self, call: OperationCall) -> Variables:
        """Keep that a body agrees."""
        change = shelf.locked_by_key(call.business_key)
        permit = self._permit(call, Action.AGREE, change)
        self._record(Decision.AGREED, change, permit, call)
        chronicle.tell("agreed", change, call.now, permit)
        return {"decision": None}

    def record_objection(self, call: OperationCall) -> Variables:
        """Keep that a body returns the change, and why."""
        change = shelf.locked_by_key(call.business_key)
        permit = self._permit(call, Action.RETURN, change)
        self._record(Decision.RETURNED, change, permit, call, reasons.required(call.variables.get("remark")))
        chronicle.tell("objected", change, call.now, permit)
        return {"decision": None, "remark": None, "returned": True}

    def complete_agreement(self, call: OperationCall) -> Variables:
        """Every body that is named has agreed."""
        change = shelf.locked_by_key(call.business_key)
        missing = {UUID(body_id) for body_id in change.agreeing} - decisions.bodies_that(Decision.AGREED, change)
        if missing:
            raise AgreementNeeded(change.code, len(missing))
        lifecycle.move(change, State.AGREED)
        chronicle.tell("agreement_completed", change, call.now)
        return self._next(call, APPROVE_DAYS)

    def return_change(self, call: OperationCall) -> Variables:
        """Back to the draft, for its next round; whoever returns says why."""
        change = shelf.locked_by_key(call.business_key)
        if change.state is State.ON_AGREEMENT:
            if not decisions.bodies_that(Decision.RETURNED, change):
                raise ChangeNotInState("return", change.state)
        else:
            permit = self._permit(call, Action.RETURN, change)
            self._record(Decision.RETURNED, change, permit, call, reasons.required(call.variables.get("remark")))
        lifecycle.move(change, State.DRAFT)
        change.round += 1
        chronicle.tell("returned", change, call.now, by=call.by, round=change.round)
        session.flush()
        return {"decision": None, "remark": None}

    def approve(self, call: OperationCall) -> Variables:
        """Approve this change alone by an act: variables `act_type`, `act_number`, `act_date`, `in_force_from`."""
        change = shelf.locked_by_key(call.business_key)
        permit = self._permit(call, Action.APPROVE, change)
        act = acts.read(call.variables, self._register.calendar.day_of(call.now))
        self._editions.approve_alone(change, act, permit)
        return {"decision": None, "in_force_at": self._morning(change)}

    def take_effect(self, call: OperationCall) -> Variables:
        """The day of the act has come; the version before, or the kind, is told of its end."""
        change = shelf.locked_by_key(call.business_key)
        ends = change.action == WITHDRAW
        for before in shelf.in_force(change.code):
            self._processes.send(WITHDRAWN if ends else SUPERSEDED, before.business_key)
        lifecycle.move(change, State.WITHDRAWN if ends else State.IN_FORCE)
        chronicle.tell("took_effect", change, call.now, version=change.kind_version)
        session.flush()
        return {"in_force": not ends}

    def record_succession(self, call: OperationCall) -> Variables:
        """The next version has taken the place of this one."""
        return self._end(call, State.SUPERSEDED)

    def record_withdrawal(self, call: OperationCall) -> Variables:
        """The kind is withdrawn, and this version with it."""
        return self._end(call, State.WITHDRAWN)

    def abandon(self, call: OperationCall) -> Variables:
        """The change is given up, for the reason in the variable `abandonment_reason`."""
        change = shelf.locked_by_key(call.business_key)
        permit = self._permit(call, Action.ABANDON, change)
        self._record(Decision.ABANDONED, change, permit, call, reasons.required(call.variables.get("abandonment_reason")))
        lifecycle.move(change, State.ABANDONED)
        chronicle.tell("abandoned", change, call.now, permit)
        session.flush()
        return {}

    def remind(self, call: OperationCall) -> Variables:
        """Tell of a step whose deadline is near."""
        return self._tell_of_deadline("reminded", call)

    def escalate(self, call: OperationCall) -> Variables:
        """Tell of a step whose deadline has passed."""
        return self._tell_of_deadline("escalated", call)

    def _permit(self, call: OperationCall, action: Action, change: Change) -> Permit:
        if call.by is None:
            raise DeciderNeeded(action)
        return laws.permit(self._organisations.actor(call.by), action, change)

    def _record(self, decision: Decision, change: Change, permit: Permit, call: OperationCall, remark: str = "") -> None:
        at_body = permit.duty.body_id
        decisions.record(
            decision, change, by=permit.actor.by, on_behalf_of=permit.on_behalf_of, body_id=at_body, at=call.now, remark=remark
        )

    def _next(self, call: OperationCall, days: int, **variables: Any) -> Variables:
        session.flush()
        calendar = self._register.calendar
        due_at = calendar.add_working_days(call.now, days)
        return {"decision": None, "remark": None, **variables, **moments(call.now, due_at, calendar)}

    def _morning(self, change: Change) -> datetime | None:
        """The first moment of the day from which the change holds."""
        begins = change.in_force_from
        return None if begins is None else self._register.calendar.end_of(begins - ONE_DAY) + timedelta(seconds=1)

    def _end(self, call: OperationCall, state: State) -> Variables:
        change = shelf.locked_by_key(call.business_key)
        lifecycle.move(change, state)
        chronicle.tell(str(state), change, call.now)
        session.flush()
        return {}

    def _tell_of_deadline(self, event: str, call: OperationCall) -> Variables:
        change = shelf.locked_by_key(call.business_key)
        chronicle.tell(event, change, call.now, due_at=str(call.variables.get("due_at")))
        return {}
