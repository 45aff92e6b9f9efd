"""Compensation: what has completed is undone by its handlers, one after another, the last first (BPMN 2.0.2, 10.5.6 and 13.5.5).

The root of each tree remembers the activities that completed in it and can be undone (`specs.memory`): those with a handler, and
subprocesses in which such activities completed, with the variables they had. Whatever is thrown takes its share of that memory into a
token of `Compensation`, which holds the tokens of handlers in the scope where the activities were. So nothing is undone twice, and
nothing of this needs finished tokens.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from SpiffWorkflow.util.task import TaskState

from engine.definition_errors import CompensationUnknown
from engine.parsing.elements import Element
from engine.parsing.specs.activities import Holder
from engine.parsing.specs.base import ArrivalSpec, ElementSpec, spec_name
from engine.parsing.specs.memory import REMEMBERED, Record, record_of, records_in, remember, remember_again, take, text_of
from engine.parsing.specs.tokens import hold_for_job

#: Where the root of a tree that only undoes keeps that it does, and whether it undoes but a part (see `part_of`).
UNDOES = "undoes"
#: Where the token of a compensation keeps what is still to be undone, and who waits for it.
_AHEAD = "ahead"
_THROWER = "thrower"
#: Where the token of a subprocess that is undone keeps its record.
_RECORD = "record"
#: Where the token of a compensation event keeps how many of the scopes that it sees have been undone.
_UNDONE = "undone"


class Compensation(ArrivalSpec):
    """Undoes activities of one scope. Its token is STARTED while it holds the token of a handler, and ends as if at an end event."""

    def __init__(self, wf_spec: Any) -> None:
        super().__init__(wf_spec, spec_name("Compensation", "all"))
        self.event_handler: Any = None
        self._undoing: dict[str, str] = {}
        self._beside: dict[str, frozenset[str]] = {}
        self._handlers: set[str] = set()

    def watch(self, activity: Any, undone_by: Any, beside: frozenset[str] = frozenset()) -> None:
        """Remember, from now on, what completes at a spec, to be undone by another, which must have no outputs.

        `beside` are the ids of what events on the activity begin that do not end it: that is undone before it.
        """
        self._beside[activity.element.id] = beside
        self._undoing[activity.element.id] = undone_by.name
        activity.completed_event.connect(self._completed)
        if undone_by.name not in self._handlers:
            self._handlers.add(undone_by.name)
            undone_by.completed_event.connect(self._handler_over)
            undone_by.cancelled_event.connect(self._handler_over)  # by hand: what ends more than a handler ends this token before it

    def undoes(self, activity: str) -> bool:
        """Whether there is anything that undoes an activity."""
        return activity in self._undoing

    def begin(self, tree: Any, taken: str, thrower: Any = None) -> None:
        """Undo what was taken out of a tree's memory; who has thrown it is told when it is over (see `CompensationEvent.compensated`)."""
        my_task = tree.task_tree._add_child(self, TaskState.WAITING)
        my_task.triggered = True
        my_task._set_internal_data(**{_AHEAD: taken, _THROWER: None if thrower is None else thrower.id.hex})
        self._update(my_task)

    def _update_hook(self, my_task: Any) -> bool:
        if my_task.has_state(TaskState.STARTED | TaskState.READY):
            return False
        if _AHEAD not in my_task.internal_data:  # at the beginning of a tree that only undoes
            my_task._set_internal_data(**{_AHEAD: take(my_task.workflow)})
        my_task._set_state(TaskState.STARTED)
        return not self._next(my_task)

    def _run_hook(self, my_task: Any) -> bool:
        return True

    def _on_complete_hook(self, my_task: Any) -> None:
        super()._on_complete_hook(my_task)
        waiting = _token_of(my_task.workflow.top_workflow, my_task.internal_data.get(_THROWER))
        if waiting is not None and waiting.state == TaskState.STARTED:
            waiting.task_spec.compensated(waiting)

    def _on_cancel(self, my_task: Any) -> None:
        """What has not been begun is remembered again."""
        super()._on_cancel(my_task)
        remember_again(my_task.workflow, my_task.internal_data.get(_AHEAD, ""))

    def _next(self, my_task: Any) -> bool:
        """Begin the next handler; gives whether there was one."""
        ahead, _, last = my_task.internal_data[_AHEAD].rpartition("\n")
        if not last:
            return False
        my_task._set_internal_data(**{_AHEAD: ahead})
        record = record_of(last)
        handler = self._wf_spec.task_specs.get(self._undoing.get(record["of"]))
        if handler is None:
            raise CompensationUnknown(record["of"])
        child = my_task._add_child(handler, TaskState.WAITING)
        child.triggered = True
        my_task.workflow.script_engine.recall(child, record["own"])
        if isinstance(handler, UndoneSubProcess):
            child._set_internal_data(**{_RECORD: last})
        handler._update(child)
        return True

    def _handler_over(self, _workflow: Any, child: Any) -> None:
        my_task = child.parent
        if my_task is not None and my_task.state == TaskState.STARTED and not self._next(my_task):
            my_task._set_state(TaskState.READY)

    def _completed(self, workflow: Any, my_task: Any) -> None:
        of, inside = my_task.task_spec.element.id, workflow.top_workflow.subprocesses.get(my_task.id)
        by_handler = not isinstance(self._wf_spec.task_specs[self._undoing[of]], UndoneSubProcess)
        if by_handler or inside.spec.compensation.event_handler is not None or inside.task_tree.internal_data.get(REMEMBERED):
            record = _record(my_task, of) if by_handler else _record(my_task, of) | {"inside": records_in(inside)}
            remember(workflow, record, before=self._beside[of])


class UndoneSubProcess(Holder, ArrivalSpec):
    """Holds a tree of a completed subprocess in which its handlers run, with the variables that it had then."""

    def __init__(self, wf_spec: Any, element: Element, *, inside: str) -> None:
        super().__init__(wf_spec, spec_name(element.id, "undone"), subworkflow_spec=inside)
        self.undoes = element.id

    def start_workflow(self, my_task: Any) -> None:
        """Plant the inner tree with what is remembered of it and set it going."""
        record = record_of(my_task.internal_data.pop(_RECORD))
        self._start(my_task, self.spec, **{REMEMBERED: text_of(record["inside"]), UNDOES: "part" if record.get("part") else "all"})

    def _run_hook(self, my_task: Any) -> bool:
        return True


class CompensationEvent(ElementSpec):
    """Throws compensation: waits, STARTED, until the handlers are over, unless it was told not to wait."""

    def _update_hook(self, my_task: Any) -> bool:
        if my_task.has_state(TaskState.STARTED | TaskState.READY) or hold_for_job(my_task):
            return False
        super()._update_hook(my_task)
        my_task._set_state(TaskState.STARTED)
        my_task._set_internal_data(**{_UNDONE: 0})
        return self._go_on(my_task)

    def compensated(self, my_task: Any) -> None:
        """What this event waited for is over."""
        if self._go_on(my_task):
            my_task._set_state(TaskState.READY)

    def _go_on(self, my_task: Any) -> bool:
        """Have what is left undone, scope by scope; gives whether there is nothing more to wait for."""
        event, scopes = self.element.event, trees_seen(my_task)
        while my_task.internal_data[_UNDONE] < len(scopes):
            tree = scopes[my_task.internal_data[_UNDONE]]
            my_task.internal_data[_UNDONE] += 1
            taken = take(tree, event.activity)
            if taken:
                tree.spec.compensation.begin(tree, taken, my_task if event.waits else None)
                if event.waits:
                    return False
        return True


def begins_with(root: Any) -> Any:
    """What a tree that only undoes begins with: its own compensation event subprocess, else all that is remembered; None for others."""
    how = root.internal_data.get(UNDOES)
    if how is None:
        return None
    compensation = root.workflow.spec.compensation
    return compensation.event_handler if how == "all" and compensation.event_handler is not None else compensation


def trees_seen(my_task: Any) -> list[Any]:
    """The trees whose activities an event can have undone: its own, and from an event subprocess also the one around that."""
    tree = my_task.workflow
    scope = tree.spec.process.elements.get(tree.spec.scope)
    if scope is None or not scope.triggered_by_event:
        return [tree]
    return [tree, tree.top_workflow.get_task_from_id(tree.parent_task_id).workflow]


def parts_of(tree: Any) -> Iterator[tuple[Any, str]]:
    """The tokens of the subprocesses that are active in a tree, each with the id of its element. Calls and handlers are none of them."""
    for token in tree.tasks.values():
        if token.state != TaskState.STARTED or token.id not in tree.top_workflow.subprocesses:
            continue
        element = getattr(token.task_spec, "element", None)
        if element is None:
            yield token, token.task_spec.undoes
        elif element.call is None and not element.for_compensation:
            yield token, element.id


def part_of(my_task: Any, activity: str, inside: list[Record]) -> Record | None:
    """The record of a subprocess that was ended before it had completed: only what completed inside it is to be undone."""
    return _record(my_task, activity) | {"inside": inside, "part": True} if inside else None


def _record(my_task: Any, activity: str) -> Record:
    return {"of": activity, "own": my_task.workflow.script_engine.own(my_task)}


def _token_of(top: Any, identifier: str | None) -> Any:
    if identifier is None:
        return None
    key = UUID(identifier)
    return next((tree.tasks[key] for tree in (top, *top.subprocesses.values()) if key in tree.tasks), None)
