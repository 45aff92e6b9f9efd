"""Activities that need several tokens to begin, or leave several behind (BPMN 2.0.2, table 10.3: startQuantity, completionQuantity)."""

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins import BpmnSpecMixin
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.util.task import TaskState

from engine.parsing.elements import Element
from engine.parsing.specs.base import ArrivalSpec, spec_name


class TokensCollected(UnstructuredJoin, ArrivalSpec, BpmnSpecMixin):
    """Before an activity: lets one token on for every so many that come, from wherever they come."""

    def __init__(self, wf_spec: Any, element: Element, **kwargs: Any) -> None:
        super().__init__(wf_spec, spec_name(element.id, "collected"), lane=element.lane, **kwargs)
        self.wanted = element.start_quantity

    def _update_hook(self, my_task: Any) -> bool:
        if my_task.has_state(TaskState.FINISHED_MASK):
            return False
        waiting = [task for task in my_task.workflow.tasks.values() if task.task_spec is self and task.state == TaskState.WAITING]
        others = [task for task in waiting if task is not my_task][: self.wanted - 1]
        if len(others) + 1 < self.wanted:
            my_task._set_state(TaskState.WAITING)
            return False
        for task in others:
            task.cancel()
        return True

    def _run_hook(self, my_task: Any) -> bool:
        return True


class TokensProduced(ArrivalSpec, BpmnSpecMixin):
    """Behind an activity: makes so many tokens of one."""

    def __init__(self, wf_spec: Any, element: Element, **kwargs: Any) -> None:
        super().__init__(wf_spec, spec_name(element.id, "produced"), lane=element.lane, **kwargs)
        self.bpmn_id = element.id
        self.made = element.completion_quantity

    def _predict_hook(self, my_task: Any) -> None:
        my_task._sync_children(self.outputs * self.made, TaskState.FUTURE)

    def _run_hook(self, my_task: Any) -> bool:
        return True
