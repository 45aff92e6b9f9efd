"""A process by what it calls, for the rules of rooms above: the order of operations on every way, who works where, what steps lack."""

from collections.abc import Collection, Iterator

from engine.findings import Findings
from engine.linting.paths import Paths
from engine.parsing.elements import Element, ProcessModel


class Calls:
    """The operations of one room (`prefix`) in a process, and findings about them."""

    def __init__(self, process: ProcessModel, prefix: str) -> None:
        self.process = process
        self.paths = Paths(process)
        self.found = Findings(process.resource)
        self._calls: dict[str, list[str]] = {}
        for element in process.elements.values():
            if (element.operation or "").startswith(prefix):
                self._calls.setdefault(element.operation or "", []).append(element.id)

    def __bool__(self) -> bool:
        return bool(self._calls)

    def of(self, *operations: str) -> list[str]:
        """The elements that call some operations."""
        return [name for operation in operations for name in self._calls.get(operation, [])]

    def line(self, name: str) -> int:
        """Where an element stands in its file."""
        return self.process.elements[name].line

    def must_pass(self, sources: Collection[str], gates: Collection[str], targets: Collection[str], code: str) -> None:
        """An error for each target that tokens which leave the sources can come to past all gates."""
        reached = self.paths.reached(sources, without=gates)
        for name in targets:
            if name in reached:
                self.found.error(code, self.line(name), name)

    def must_be_worked_on(self, again: Collection[str], sent: Collection[str], code: str) -> None:
        """An error for each element of `sent` that tokens come to from `again` without a user task between."""
        people = [element.id for element in self.process.elements.values() if element.kind == "userTask"]
        self.must_pass(again, people, sent, code)

    def waiting_for(self, message: str) -> list[str]:
        """The elements that a message lets go on."""
        elements = self.process.elements.values()
        return [element.id for element in elements if any(event.message == message for event in element.event.alternatives)]

    def timers(self) -> list[str]:
        """The elements that wait for a moment."""
        elements = self.process.elements.values()
        return [element.id for element in elements if any(event.kind == "timer" for event in element.event.alternatives)]

    def same_hands(self, preparing: Collection[str], judging: Collection[str], code: str) -> None:
        """A warning for each user task before `judging` that is offered to those who prepare."""
        prepared_by = {self._who(task) for name in preparing for task in self.paths.before(name, kinds={"userTask"})}
        for name in judging:
            for task in self.paths.before(name, kinds={"userTask"}):
                if self._who(task) in prepared_by:
                    self.found.warning(code, self.line(task), task)

    def manners(self, code: str) -> None:
        """What every process of the room says of itself; `code` is for one that lets a business key have two instances."""
        process = self.process
        if not process.unique_business_key:
            self.found.error(code, process.line, process.key)
        if process.act is None:
            self.found.warning("act_missing", process.line, process.key)
        if process.history_ttl_days is None:
            self.found.warning("retention_missing", process.line, process.key)

    def user_tasks(self) -> list[Element]:
        """The user tasks, with warnings about those without timer, due date or form."""
        tasks = [element for element in self.process.elements.values() if element.user_task is not None]
        for task in tasks:
            if not any(one.kind == "timer" for event in self.attached(task) for one in event.event.alternatives):
                self.found.warning("timer_missing", task.line, task.id)
            if task.user_task is not None and task.user_task.due_date is None:
                self.found.warning("due_date_missing", task.line, task.id)
            if task.user_task is not None and task.user_task.form_key is None and task.form is None:
                self.found.warning("form_missing", task.line, task.id)
        return tasks

    def is_stopped_by(self, task: Element, message: str) -> bool:
        """Whether a message on a task, or on a subprocess around it, ends it."""
        alternatives = (one for event in self.attached(task) for one in event.event.alternatives)
        return any(one.message == message and one.interrupting for one in alternatives)

    def attached(self, task: Element) -> Iterator[Element]:
        """The boundary events on a task and on the subprocesses around it."""
        inner: Element | None = task
        while inner is not None:
            yield from self.process.attached_to(inner.id)
            inner = self.process.elements.get(inner.scope)

    def _who(self, task: str) -> tuple[str, ...]:
        """Who may do a task, as it is written."""
        element = self.process.elements[task]
        facts = element.user_task
        given = [] if facts is None else [facts.assignee, facts.candidate_users, facts.candidate_groups]
        written = tuple(expression.text for expression in given if expression is not None)
        return written or (element.lane or "",)
