"""The rules for processes of changes: what a diagram that calls the Register's operations must not leave out.

The laws of the domain (`register.changes.laws`, `lifecycle`) hold whatever a diagram says; that a change waits for the day of its act the
diagram alone sees to. An error here is a diagram that would be refused in the middle of somebody's work, or would let a change take effect
too early; a warning is one that people would be unhappy with.
"""

from typing import Final

from engine.findings import Finding
from engine.linting.calls import Calls
from engine.parsing.elements import ProcessModel
from register.changes.processes import ABANDONED, EDITION_APPROVED

#: What the names of our operations begin with.
OURS: Final = "register."
_CHECK: Final = "register.check_duplicates"
_EXPLAIN: Final = "register.accept_overrides"
_SEND: Final = "register.send_for_agreement"
_AGREE: Final = "register.record_agreement"
_OBJECT: Final = "register.record_objection"
_AGREED: Final = "register.complete_agreement"
_RETURN: Final = "register.return_change"
_APPROVE: Final = "register.approve"
_EFFECT: Final = "register.take_effect"
_END: Final = ("register.record_succession", "register.record_withdrawal")
_ABANDON: Final = "register.abandon"


def faults_of_change_process(process: ProcessModel) -> list[Finding]:
    """What is wrong with a process of changes; nothing is said of a process that calls none of our operations."""
    calls = Calls(process, OURS)
    if not calls:
        return []
    _order(calls)
    _in_force(calls)
    _endings(calls)
    calls.same_hands(calls.of(_CHECK), calls.of(_EXPLAIN, _AGREE, _APPROVE), "change_same_hands")
    calls.manners("change_process_not_unique")
    open_steps = calls.paths.reached(calls.paths.starts, without=_approvals(calls))
    for task in calls.user_tasks():
        if task.id in open_steps and not calls.is_stopped_by(task, ABANDONED):
            calls.found.warning("change_cannot_be_abandoned", task.line, task.id, message=ABANDONED)
    return list(calls.found)


def _approvals(calls: Calls) -> list[str]:
    """Where an act has approved the change: alone, or with its edition."""
    return [*calls.of(_APPROVE), *calls.waiting_for(EDITION_APPROVED)]


def _order(calls: Calls) -> None:
    """A draft passes the gate, then the bodies agree, then an act approves it; a return begins anew, with somebody's work."""
    begins = [*calls.paths.starts, *calls.of(_RETURN)]
    calls.must_pass(begins, calls.of(_CHECK), calls.of(_EXPLAIN, _SEND), "change_sent_unchecked")
    calls.must_pass([*begins, *calls.of(_CHECK)], calls.of(_SEND), calls.of(_AGREE, _OBJECT, _AGREED), "change_agreement_unasked")
    calls.must_pass([*begins, *calls.of(_SEND)], calls.of(_AGREED), _approvals(calls), "change_approved_unagreed")
    calls.must_be_worked_on(calls.of(_RETURN), calls.of(_CHECK), "change_resent_unrevised")


def _in_force(calls: Calls) -> None:
    """What an act has approved waits for its day, takes effect, and only then ends; nobody gives it up any more."""
    approvals, effect = _approvals(calls), calls.of(_EFFECT)
    calls.must_pass([*calls.paths.starts, *calls.of(_RETURN, _AGREED)], approvals, effect, "change_in_force_unapproved")
    calls.must_pass(approvals, calls.timers(), effect, "change_in_force_before_its_day")
    calls.must_pass([*calls.paths.starts, *approvals], effect, calls.of(*_END), "change_ended_before_in_force")
    calls.must_pass([*approvals, *effect], calls.of(_RETURN), calls.of(_ABANDON), "change_abandoned_approved")


def _endings(calls: Calls) -> None:
    """Where the process is over, the change must be: in force as far as it is a withdrawal, followed, or abandoned."""
    process = calls.process
    if not calls.of(_EFFECT):
        calls.found.error("change_never_in_force", process.line, process.key)
        return
    if not calls.of(_AGREE):
        calls.found.error("change_never_agreed", process.line, process.key)
    unfinished = calls.paths.reached(calls.paths.starts, without=calls.of(_EFFECT, _ABANDON))
    for element in calls.paths.leaves():
        if element.id in unfinished:
            calls.found.error("change_left_open", element.line, element.id)
    if not calls.of(_RETURN):
        calls.found.warning("change_cannot_be_returned", process.line, process.key)
