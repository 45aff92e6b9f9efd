"""What a body asks the receiver of its report: more time, or that the report is not applicable to it for this period.

Each is asked with a reason, goes its own way (`processes/deadline_extension.bpmn`, `processes/not_applicable.bpmn`), and is decided by the
receiver's officer; where the receiver is outside Esep the chancery records what it answered. One of each may be open at a time.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from engine.ports import Operation, OperationCall
from organisations.actors import Actor
from organisations.organisations import Organisations
from refusals import Fault
from register.kinds import Kind
from register.register import Register
from reports import chronicle, deadlines, laws, requests_shelf, shelf, words
from reports.deadline_moves import DeadlineMoves
from reports.errors import AskedAlready, AskedByYourself, ExtensionInvalid, PersonNeeded, ReportNotFound, RequestNotOpen, RequestsPrivate
from reports.laws import Action
from reports.models import Report
from reports.permits import Permit
from reports.processes import Processes
from reports.request_tables import Asked, ReportRequest, RequestState
from reports.shelf import View
from storage.clock import Clock
from storage.database import session
from storage.identifiers import new_id

#: The act of asking, and the process that what is asked goes through.
_ACTIONS = {Asked.EXTENSION: Action.ASK_EXTENSION, Asked.NOT_APPLICABLE: Action.ASK_NOT_APPLICABLE}
_PROCESSES = {Asked.EXTENSION: "deadline_extension", Asked.NOT_APPLICABLE: "not_applicable"}
#: No deadline is extended by more than this.
LONGEST_DAYS = 366


class Asking:
    """Asks and decides. Everything is done in the caller's transaction."""

    def __init__(
        self,
        *,
        clock: Clock,
        register: Register,
        organisations: Organisations,
        processes: Processes,
        moves: DeadlineMoves,
        kind_of: Callable[[Report], Kind],
    ) -> None:
        self._clock = clock
        self._register = register
        self._organisations = organisations
        self._processes = processes
        self._moves = moves
        self._kind_of = kind_of

    def extension(self, actor: Actor, report_id: UUID, until: date, reason: str) -> ReportRequest:
        """Ask for a later deadline. Raises ExtensionInvalid, AskedAlready, NotAtThisStage, NotPermitted, TextNeeded."""
        return self._ask(actor, report_id, Asked.EXTENSION, reason, until)

    def not_applicable(self, actor: Actor, report_id: UUID, reason: str) -> ReportRequest:
        """Say that there is nothing to report for this period. Raises AskedAlready, NotAtThisStage, NotPermitted, TextNeeded."""
        return self._ask(actor, report_id, Asked.NOT_APPLICABLE, reason, None)

    def of(self, actor: Actor, report_id: UUID) -> Sequence[ReportRequest]:
        """What was asked about a report, oldest first: for the body and its receiver. Raises ReportNotFound, RequestsPrivate."""
        report, view = shelf.seen_whole(actor, report_id)
        if view is View.STAGE:
            raise RequestsPrivate()
        return requests_shelf.of(report.id)

    def take_back(self, actor: Actor, request_id: UUID) -> None:
        """Take back what the actor's body asked, while it is not decided, whatever became of the report. Raises RequestNotFound,
        RequestNotOpen, NotPermitted."""
        asked = requests_shelf.get(request_id)
        report, _ = shelf.seen(actor, asked.report_id)
        requests_shelf.require_open(asked)
        laws.permit(actor, Action.TAKE_BACK_REQUEST, report, self._kind_of(report))
        self._processes.take_back(key_of(report, Asked(asked.what)), actor.by)

    def lapse(self, report: Report, at: datetime, by: str | None) -> None:
        """Close what is asked about a report that is withdrawn: nobody can decide it any more, and its processes are told to end."""
        for asked in requests_shelf.all_open_of(report.id):
            requests_shelf.close(asked, RequestState.LAPSED, decided_at=at)
            chronicle.tell(f"{asked.what}_lapsed", report, at, request=str(asked.id))
            self._processes.lapse(key_of(report, Asked(asked.what)), by)

    def operations(self) -> dict[str, Operation]:
        """What service tasks may call, by name."""
        return {
            "report_requests.grant": self.grant,
            "report_requests.refuse": self.refuse,
            "report_requests.close_taken_back": self.close_taken_back,
            "report_requests.remind": lambda call: self._tell(call, "request_reminded"),
            "report_requests.escalate": lambda call: self._tell(call, "request_escalated"),
        }

    def grant(self, call: OperationCall) -> dict[str, Any]:
        """Grant what was asked: the deadline moves with its timers, or the report is not applicable and its process is told so."""
        report, asked = self._found(call)
        permit = self._permit(call, Action.GRANT_REQUEST, report, asked)
        until = None
        if asked.what == Asked.EXTENSION:
            until = self._extended_to(report, _day(call.variables.get("granted_until")) or asked.until)
            self._moves.to(report, self._register.calendar.end_of(until), permit, reason="extension", request=str(asked.id))
        self._decide(asked, RequestState.GRANTED, call, permit, until)
        chronicle.tell(f"{asked.what}_granted", report, call.now, permit, request=str(asked.id), until=_text(until))
        session.flush()
        return {"decision": None}

    def refuse(self, call: OperationCall) -> dict[str, Any]:
        """Refuse what was asked, with a reason; the report goes on as it was."""
        report, asked = self._found(call)
        permit = self._permit(call, Action.REFUSE_REQUEST, report, asked)
        words.required(str(call.variables.get("decision_reason") or ""))
        self._decide(asked, RequestState.REFUSED, call, permit, None)
        chronicle.tell(f"{asked.what}_refused", report, call.now, permit, request=str(asked.id))
        session.flush()
        return {"decision": None}

    def close_taken_back(self, call: OperationCall) -> dict[str, Any]:
        """Close what its body has taken back; what has lapsed with its report is closed already."""
        found = self._still_open(call)
        if found is None:
            return {}
        report, asked = found
        if call.by is None:
            raise PersonNeeded(Action.TAKE_BACK_REQUEST)
        permit = laws.permit(self._organisations.actor(call.by), Action.TAKE_BACK_REQUEST, report, self._kind_of(report))
        self._decide(asked, RequestState.TAKEN_BACK, call, permit, None)
        chronicle.tell(f"{asked.what}_taken_back", report, call.now, permit, request=str(asked.id))
        session.flush()
        return {}

    def _ask(self, actor: Actor, report_id: UUID, what: Asked, reason: str, until: date | None) -> ReportRequest:
        shelf.seen(actor, report_id)
        report = shelf.locked(report_id)
        permit = laws.permit(actor, _ACTIONS[what], report, self._kind_of(report))
        if requests_shelf.open_of(report.id, what) is not None:
            raise AskedAlready(what)
        now = self._clock.now()
        asked = ReportRequest(
            id=new_id(),
            report_id=report.id,
            what=what.value,
            reason=words.required(reason),
            until=None if until is None else self._extended_to(report, until),
            state=RequestState.ASKED.value,
            asked_by=actor.by,
            asked_for=permit.on_behalf_of,
            asked_at=now,
        )
        session.add(asked)
        chronicle.tell(f"{what}_asked", report, now, permit, request=str(asked.id), until=_text(asked.until))
        session.flush()
        self._start(report, asked, actor)
        return asked

    def _start(self, report: Report, asked: ReportRequest, actor: Actor) -> None:
        outside = report.receiver_id is None
        variables = {
            "report_id": str(report.id),
            "report_key": report.business_key,
            "request_id": str(asked.id),
            "reason": asked.reason,
            "asked_until": _text(asked.until),
            "decision": None,
            "deciders": "chancery" if outside else "officer",
            **deadlines.of_review(asked.asked_at, self._register.calendar, outside=outside),
        }
        what, body = Asked(asked.what), report.receiver_id or report.body_id
        self._processes.start(_PROCESSES[what], business_key=key_of(report, what), body=str(body), variables=variables, by=actor.by)

    def _extended_to(self, report: Report, until: date | None) -> date:
        """The day up to which time is asked or given. Raises ExtensionInvalid."""
        calendar = self._register.calendar
        if until is None:
            raise ExtensionInvalid([Fault("/until", "extension_day_needed")])
        day = f"{until:%d.%m.%Y}"
        if calendar.end_of(until) <= max(report.due_at, self._clock.now()):
            raise ExtensionInvalid([Fault("/until", "extension_not_later", {"day": day})])
        if (until - calendar.day_of(report.due_at)).days > LONGEST_DAYS:
            raise ExtensionInvalid([Fault("/until", "extension_too_long", {"day": day, "days": LONGEST_DAYS})])
        if not calendar.is_working_day(until):
            raise ExtensionInvalid([Fault("/until", "extension_on_day_off", {"day": day})])
        return until

    def _found(self, call: OperationCall) -> tuple[Report, ReportRequest]:
        """The report and what is asked of it, by the business key, which the engine vouches for; the report is not locked here: its process
        is, first."""
        key, _, what = str(call.business_key).rpartition(":")
        report = shelf.by_key(key)
        return report, requests_shelf.require_open(requests_shelf.open_of(report.id, Asked(what)))

    def _still_open(self, call: OperationCall) -> tuple[Report, ReportRequest] | None:
        """The same, or None when the report was withdrawn or what is asked of it was settled meanwhile: also another one of a report that
        was opened anew under this key."""
        try:
            report, asked = self._found(call)
        except (ReportNotFound, RequestNotOpen):
            return None
        return (report, asked) if str(asked.id) == call.variables.get("request_id") else None

    def _permit(self, call: OperationCall, action: Action, report: Report, asked: ReportRequest) -> Permit:
        if call.by is None:
            raise PersonNeeded(action)
        if call.by == asked.asked_by:
            raise AskedByYourself()
        return laws.permit(self._organisations.actor(call.by), action, report, self._kind_of(report))

    def _decide(self, asked: ReportRequest, state: RequestState, call: OperationCall, permit: Permit, until: date | None) -> None:
        reason = words.optional(str(call.variables.get("decision_reason") or "")) or None
        decided = {"decided_at": call.now, "decided_by": permit.actor.by, "decided_for": permit.on_behalf_of}
        requests_shelf.close(asked, state, decision_reason=reason, granted_until=until, **decided)

    def _tell(self, call: OperationCall, event: str) -> dict[str, Any]:
        found = self._still_open(call)
        if found is not None:
            report, asked = found
            chronicle.tell(event, report, call.now, request=str(asked.id), what=asked.what)
        return {}


def key_of(report: Report, what: Asked) -> str:
    """The business key of what is asked about a report."""
    return f"{report.business_key}:{what.value}"


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(given: Any) -> date | None:
    if given in (None, ""):
        return None
    try:
        return date.fromisoformat(str(given)[:10])
    except ValueError:
        return None
