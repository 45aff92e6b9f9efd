"""Running listeners: what a model wants done beside the flow, in the step in which it happens.

A listener is called as a service task calls its operation: what it gives is set as variables, a Refusal takes the step back. One that hears
"create" may also decide about the task: with the key `task` of its result, or assignments to `task.assignee` and the like.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from engine import operations
from engine.account import Account
from engine.errors import StepBroken
from engine.evaluation import Evaluation
from engine.parsing.elements import Element, ProcessModel
from engine.parsing.event_facts import Listener
from engine.ports import Operations, TaskHeard
from engine.situation import Situation
from engine.tree import Token

#: The facts of a task that a listener may set when it is created.
TASK_FACTS: Final = frozenset({"assignee", "candidateUsers", "candidateGroups", "dueDate", "followUpDate", "priority"})
#: The key of an operation's result that holds them, and the beginning of their names as targets of assignments.
_TASK: Final = "task"


class Listening:
    """Runs the listeners of one step. `wanted` holds what they decided about new tasks, by the id of the token."""

    def __init__(self, evaluation: Evaluation, offered: Operations, account: Account, situation: Callable[[Token], Situation]) -> None:
        self._account = account
        self._evaluation = evaluation
        self._operations = offered
        self._situation = situation
        self.wanted: dict[str, dict[str, Any]] = {}
        #: Whether nothing is told in this step: an administrator may want that.
        self.muted = False

    def hear(self, token: Token, element: Element, event: str, task: TaskHeard | None = None) -> None:
        """Run what listens to an event of an element. Raises as an operation or expression does, and StepBroken."""
        for listener in element.listeners:
            if listener.event == event:
                self._run(token, element, listener, task)

    def hear_new_task(self, token: Token, element: Element) -> None:
        """Tell the listeners of a new task, and of its assignee when it has one."""
        if not hears(element, "create", "assignment"):
            return
        self.hear(token, element, "create", self.task_of(token))
        facts = element.user_task
        given = None if facts is None or facts.assignee is None else self._evaluation.evaluate(token, facts.assignee)
        assignee = self.wanted.get(token.id.hex, {}).get("assignee", given)
        if assignee not in (None, ""):
            self.hear(token, element, "assignment", self.task_of(token, str(assignee)))

    def task_of(self, token: Token, assignee: str | None = None) -> TaskHeard | None:
        """The open task of a token, as listeners are told of it."""
        opening = self._account.of(token)
        return None if opening is None else TaskHeard(opening.id, assignee)

    def hear_process(self, token: Token, process: ProcessModel, event: str) -> None:
        """Run what listens to a process; `token` is any token directly in it."""
        place = Element(process.key, "process", process.name, process.line, process.key)
        for listener in process.listeners:
            if listener.event == event:
                self._run(token, place, listener, None)

    def _run(self, token: Token, element: Element, listener: Listener, task: TaskHeard | None) -> None:
        if self.muted:
            return
        for assignment in listener.assignments:
            value = self._evaluation.evaluate(token, assignment.source)
            prefix, dot, name = assignment.target.partition(".")
            if dot and prefix == _TASK:
                self._want(token, element, listener, {name: value})
            else:
                self._evaluation.write(token, {assignment.target: value})
        if listener.operation is not None:
            seen, now = self._evaluation.variables(token), self._evaluation.now()
            heard = operations.Heard(listener.event, task)
            result = dict(operations.call(self._operations, listener.operation, element, self._situation(token), seen, now, heard))
            if listener.event == "create" and isinstance(result.get(_TASK), Mapping):
                self._want(token, element, listener, result.pop(_TASK))
            self._evaluation.write(token, result)

    def _want(self, token: Token, element: Element, listener: Listener, facts: Mapping[str, Any]) -> None:
        if unknown := sorted(set(facts) - TASK_FACTS):
            raise StepBroken(element.drawn_id, "task_fact_unknown", ", ".join(unknown))
        if listener.event != "create":
            raise StepBroken(element.drawn_id, "task_fact_too_late", ", ".join(sorted(facts)))
        self.wanted.setdefault(token.id.hex, {}).update(facts)


def hears(element: Element, *events: str) -> bool:
    """Whether anything listens to one of these events of an element."""
    return any(listener.event in events for listener in element.listeners)


def may_hear(process: ProcessModel, element_id: str) -> bool:
    """Whether a task of this element may have task listeners: one of a called process is not known before the instance is loaded."""
    element = process.elements.get(element_id)
    if element is not None and element.listeners:
        return True
    return any(other.call is not None for other in process.elements.values())
