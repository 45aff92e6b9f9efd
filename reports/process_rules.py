"""The rules for processes of reports: what a diagram that calls our operations must not leave out.

The laws of the domain (`reports.laws`) hold whatever a diagram says. An error here is a diagram that would be refused by them in the middle
of somebody's work; a warning is one that people would be unhappy with.
"""

from typing import Final

from engine.findings import Finding
from engine.linting.calls import Calls
from engine.parsing.elements import ProcessModel
from reports.processes import WITHDRAWN

#: What the names of our operations begin with.
OURS: Final = "reports."
_FREEZE: Final = "reports.send_for_approval"
_APPROVE: Final = "reports.record_approval"
_SUBMIT: Final = "reports.submit"
_ACCEPT: Final = "reports.accept"
_BY_SILENCE: Final = "reports.accept_by_silence"
_RETURN: Final = "reports.return_for_revision"
_WITHDRAW: Final = "reports.withdraw"
_GIVE_UP: Final = "reports.give_up_correction"
_ENDINGS: Final = (_ACCEPT, _BY_SILENCE, _WITHDRAW, _GIVE_UP)
_CORRECT: Final = "reports.begin_correction"


def faults_of_report_process(process: ProcessModel) -> list[Finding]:
    """What is wrong with a process of reports; nothing is said of a process that calls none of our operations."""
    calls = Calls(process, OURS)
    if not calls:
        return []
    _order(calls)
    _endings(calls)
    calls.same_hands(calls.of(_FREEZE), calls.of(_APPROVE), "report_same_hands")
    calls.manners("report_process_not_unique")
    for task in calls.user_tasks():
        if not calls.of(_CORRECT) and not calls.is_stopped_by(task, WITHDRAWN):
            calls.found.warning("report_cannot_be_withdrawn", task.line, task.id, message=WITHDRAWN)
    return list(calls.found)


def _order(calls: Calls) -> None:
    """A revision is frozen, then approved, then submitted, then accepted; a return begins anew, with somebody's work."""
    begins = [*calls.paths.starts, *calls.of(_RETURN)]
    calls.must_pass(begins, calls.of(_FREEZE), calls.of(_APPROVE), "report_approved_unfrozen")
    calls.must_pass([*begins, *calls.of(_FREEZE)], calls.of(_APPROVE), calls.of(_SUBMIT), "report_submitted_unapproved")
    calls.must_pass([*begins, *calls.of(_FREEZE)], calls.of(_SUBMIT), calls.of(_ACCEPT, _BY_SILENCE), "report_accepted_unsubmitted")
    calls.must_be_worked_on(calls.of(_RETURN), calls.of(_FREEZE), "report_resent_unrevised")


def _endings(calls: Calls) -> None:
    """Where the process is over, the report must be: accepted, withdrawn, or left as it was accepted."""
    process = calls.process
    if not calls.of(_ACCEPT):
        calls.found.error("report_never_accepted", process.line, process.key)
        return
    unfinished = calls.paths.reached(calls.paths.starts, without=calls.of(*_ENDINGS))
    for element in calls.paths.leaves():
        if element.id in unfinished:
            calls.found.error("report_left_open", element.line, element.id)
    if not calls.of(_RETURN):
        calls.found.warning("report_cannot_be_returned", process.line, process.key)
