"""Ad-hoc subprocesses: what is inside begins when somebody says so, not because a token arrives."""

from typing import Any, Final

from SpiffWorkflow.bpmn.specs.mixins import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

from engine.definition_errors import AdHocElementsInvalid, ConditionNotBoolean
from engine.parsing.activity_facts import AdHoc
from engine.parsing.elements import Element, ProcessModel
from engine.parsing.specs import placing
from engine.parsing.specs.activities import SubProcess
from engine.parsing.specs.base import ArrivalSpec, spec_name
from engine.parsing.specs.errors import end_all_but
from engine.parsing.specs.tokens import is_moving

#: Where the root of the inner tree keeps what is still to be begun, one after another.
_AHEAD: Final = "ahead"
#: Where the token that keeps an ad-hoc subprocess open keeps that it is over.
_OVER: Final = "over"


class AdHocSubProcess(SubProcess):
    """Holds the token while activities inside are begun, by its own choice or somebody's, until it is over."""


class AdHocBegin(ArrivalSpec, BpmnSpecMixin):
    """At the beginning of the inside: begins what the subprocess chooses itself."""

    def __init__(self, wf_spec: Any, element: Element) -> None:
        super().__init__(wf_spec, spec_name(element.id, "begins"))
        self.element_id, self.ad_hoc = element.id, _facts(element)
        self.opened = AdHocOpen(wf_spec, element)
        self.connect(self.opened)

    def _run_hook(self, my_task: Any) -> bool:
        wanted = [] if self.ad_hoc.active is None else self._chosen(my_task)
        if self.ad_hoc.sequential:
            my_task.workflow.task_tree.internal_data[_AHEAD] = wanted[1:]
            wanted = wanted[:1]
        for element_id in wanted:
            placing.arrive(put(my_task.workflow, element_id))
        return True

    def _chosen(self, my_task: Any) -> list[str]:
        value = my_task.workflow.script_engine.evaluate(my_task, self.ad_hoc.active)
        if not isinstance(value, list):
            raise AdHocElementsInvalid(self.element_id, "null" if value is None else type(value).__name__)
        known = {element.id for element in choices(my_task.workflow)}
        for element_id in value:
            if element_id not in known:
                raise AdHocElementsInvalid(self.element_id, str(element_id)[:100])
        return value


class AdHocOpen(ArrivalSpec, BpmnSpecMixin):
    """Keeps the inside open, WAITING, until the subprocess is over. `watch` tells it of its activities."""

    def __init__(self, wf_spec: Any, element: Element) -> None:
        super().__init__(wf_spec, spec_name(element.id, "open"))
        self.element_id, self.ad_hoc = element.id, _facts(element)

    def watch(self, activity: Any) -> None:
        """Ask whether it is over whenever this activity has ended."""
        activity.completed_event.connect(self._activity_completed)

    def _update_hook(self, my_task: Any) -> bool:
        if my_task.has_state(TaskState.FINISHED_MASK):
            return False
        if my_task.internal_data.get(_OVER):
            return True
        my_task._set_state(TaskState.WAITING)
        if not is_quiet(my_task):
            return False
        ahead = my_task.workflow.task_tree.internal_data.get(_AHEAD)
        if ahead:
            placing.arrive(put(my_task.workflow, ahead.pop(0)))
            return False
        return self.ad_hoc.active is not None and self.ad_hoc.condition is None

    def _run_hook(self, my_task: Any) -> bool:
        return True

    def may_be_ended(self, my_task: Any) -> bool:
        """Whether somebody may say that the subprocess is done: where it has a condition, that has to hold."""
        return self.ad_hoc.condition is None or self._is_over(my_task)

    def _is_over(self, my_task: Any) -> bool:
        value = my_task.workflow.script_engine.evaluate(my_task, self.ad_hoc.condition)
        if not isinstance(value, bool):
            raise ConditionNotBoolean(self.element_id, "completionCondition", "null" if value is None else type(value).__name__)
        return value

    def _activity_completed(self, workflow: Any, _token: Any) -> None:
        my_task = opened(workflow)
        if self.ad_hoc.condition is not None and my_task is not None and self._is_over(my_task):
            end(my_task)


def opened(tree: Any) -> Any:
    """The token that keeps the inside of an ad-hoc subprocess open; None in any other tree, and where it is over."""
    waiting = (token for token in tree.tasks.values() if isinstance(token.task_spec, AdHocOpen) and token.state == TaskState.WAITING)
    return next((token for token in waiting if not token.internal_data.get(_OVER)), None)


def is_open(my_task: Any) -> bool:
    """Whether inside a token something can still be begun by hand."""
    inside = my_task.workflow.top_workflow.subprocesses.get(my_task.id)
    return inside is not None and opened(inside) is not None


def is_quiet(opened_by: Any) -> bool:
    """Whether nothing is under way inside."""
    besides = (opened_by.task_spec, opened_by.task_spec._wf_spec.end)
    return not any(is_moving(token) for token in opened_by.workflow.tasks.values() if token.task_spec not in besides)


def choices(tree: Any) -> list[Element]:
    """The elements inside that can be begun: those that no flow leads to."""
    process: ProcessModel = tree.spec.process
    return [element for element in process.inside(tree.spec.scope) if element.can_be_begun]


def put(tree: Any, element_id: str) -> Any:
    """Put a token before an element inside, to `arrive` there; gives the token."""
    return placing.put_before(tree, tree.spec.process.elements[element_id])


def end(opened_by: Any) -> None:
    """The subprocess is over: what is under way inside ends too, or is waited for."""
    if opened_by.task_spec.ad_hoc.cancels:
        end_all_but(opened_by)
    opened_by.workflow.task_tree.internal_data.pop(_AHEAD, None)
    opened_by._set_internal_data(**{_OVER: True})
    opened_by.task_spec._update(opened_by)


def _facts(element: Element) -> AdHoc:
    if element.ad_hoc is None:
        raise ValueError(f"{element.id} is no ad-hoc subprocess")
    return element.ad_hoc
