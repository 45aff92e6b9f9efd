"""The rules for processes of reports: what a diagram that calls our operations must not leave out.

The laws of the domain (`reports.laws`) hold whatever a diagram says. An error here is a diagram that would be refused by them in the middle
of somebody's work; a warning is one that people would be unhappy with.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from engine.findings import Finding, Findings
from engine.linting.paths import Paths
from engine.parsing.elements import Element, ProcessModel
from reports.processes import WITHDRAWN

#: What the names of our operations begin with.
OURS: Final = "reports."
_FREEZE: Final = "reports.send_for_approval"
_APPROVE: Final = "reports.record_approval"
_SUBMIT: Final = "reports.submit"
_ACCEPT: Final = "reports.accept"
_RETURN: Final = "reports.return_for_revision"
_WITHDRAW: Final = "reports.withdraw"
_CORRECT: Final = "reports.begin_correction"
_GIVE_UP: Final = "reports.give_up_correction"


def faults_of_report_process(process: ProcessModel) -> list[Finding]:
    """What is wrong with a process of reports; nothing is said of a process that calls none of our operations."""
    rules = _Rules(process)
    return list(rules.found()) if rules.applies else []


class _Rules:
    def __init__(self, process: ProcessModel) -> None:
        self._process = process
        self._paths = Paths(process)
        self._found = Findings(process.resource)
        self._calls: dict[str, list[str]] = {}
        for element in process.elements.values():
            if (element.operation or "").startswith(OURS):
                self._calls.setdefault(element.operation or "", []).append(element.id)

    @property
    def applies(self) -> bool:
        return bool(self._calls)

    def found(self) -> Iterable[Finding]:
        self._order()
        self._endings()
        self._four_eyes()
        self._manners()
        for element in self._process.elements.values():
            if element.user_task is not None:
                self._user_task(element)
        return self._found

    def _order(self) -> None:
        """A revision is frozen, then approved, then submitted, then accepted; a return begins anew, with somebody's work."""
        begins = [*self._paths.starts, *self._of(_RETURN)]
        self._must_pass(begins, _FREEZE, _APPROVE, "report_approved_unfrozen")
        self._must_pass([*begins, *self._of(_FREEZE)], _APPROVE, _SUBMIT, "report_submitted_unapproved")
        self._must_pass([*begins, *self._of(_FREEZE)], _SUBMIT, _ACCEPT, "report_accepted_unsubmitted")
        people = [element.id for element in self._process.elements.values() if element.kind == "userTask"]
        again = self._paths.reached(self._of(_RETURN), without=people)
        for name in self._of(_FREEZE):
            if name in again:
                self._found.error("report_resent_unrevised", self._line(name), name)

    def _must_pass(self, sources: list[str], gate: str, target: str, code: str) -> None:
        reached = self._paths.reached(sources, without=self._of(gate))
        for name in self._of(target):
            if name in reached:
                self._found.error(code, self._line(name), name)

    def _endings(self) -> None:
        """Where the process is over, the report must be: accepted, withdrawn, or left as it was accepted."""
        if not self._of(_ACCEPT):
            self._found.error("report_never_accepted", self._process.line, self._process.key)
            return
        unfinished = self._paths.reached(self._paths.starts, without=[*self._of(_ACCEPT), *self._of(_WITHDRAW), *self._of(_GIVE_UP)])
        for element in self._paths.leaves():
            if element.id in unfinished:
                self._found.error("report_left_open", element.line, element.id)
        if not self._of(_RETURN):
            self._found.warning("report_cannot_be_returned", self._process.line, self._process.key)

    def _four_eyes(self) -> None:
        """Who prepares should not be who approves; the law refuses the same person, the diagram should not even offer it."""
        preparing = {who for name in self._of(_FREEZE) for who in self._people_before(name)}
        for name in self._of(_APPROVE):
            for task in self._paths.before(name, kinds={"userTask"}):
                if self._who(task) in preparing:
                    self._found.warning("report_same_hands", self._line(task), task)

    def _manners(self) -> None:
        process = self._process
        if not process.unique_business_key:
            self._found.error("report_process_not_unique", process.line, process.key)
        if process.act is None:
            self._found.warning("act_missing", process.line, process.key)
        if process.history_ttl_days is None:
            self._found.warning("retention_missing", process.line, process.key)

    def _user_task(self, task: Element) -> None:
        attached = list(self._attached(task))
        if not self._of(_CORRECT) and not any(
            one.message == WITHDRAWN and one.interrupting for event in attached for one in event.event.alternatives
        ):
            self._found.warning("report_cannot_be_withdrawn", task.line, task.id, message=WITHDRAWN)
        if not any(one.kind == "timer" for event in attached for one in event.event.alternatives):
            self._found.warning("timer_missing", task.line, task.id)
        if task.user_task is not None and task.user_task.due_date is None:
            self._found.warning("due_date_missing", task.line, task.id)
        if task.user_task is not None and task.user_task.form_key is None and task.form is None:
            self._found.warning("form_missing", task.line, task.id)

    def _attached(self, task: Element) -> Iterator[Element]:
        """The boundary events on a task and on the subprocesses around it."""
        inner: Element | None = task
        while inner is not None:
            yield from self._process.attached_to(inner.id)
            inner = self._process.elements.get(inner.scope)

    def _people_before(self, name: str) -> Iterator[tuple[str, ...]]:
        yield from (self._who(task) for task in self._paths.before(name, kinds={"userTask"}))

    def _who(self, task: str) -> tuple[str, ...]:
        """Who may do a task, as it is written."""
        element = self._process.elements[task]
        facts = element.user_task
        given = [] if facts is None else [facts.assignee, facts.candidate_users, facts.candidate_groups]
        written = tuple(expression.text for expression in given if expression is not None)
        return written or (element.lane or "",)

    def _of(self, operation: str) -> list[str]:
        return self._calls.get(operation, [])

    def _line(self, name: str) -> int:
        return self._process.elements[name].line
