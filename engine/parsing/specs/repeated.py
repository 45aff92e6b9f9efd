"""What multi-instance activities and standard loops share: one token that holds those of its instances or rounds."""

from collections.abc import Mapping
from typing import Any, ClassVar

from SpiffWorkflow.util.task import TaskState

from engine.definition_errors import ConditionNotBoolean
from engine.parsing.elements import Element
from engine.parsing.specs.base import ElementSpec
from engine.parsing.specs.errors import instances_of

#: The kind under which histories and snapshots know the token around the instances or rounds.
BODY = "multiInstanceBody"

#: Where the token of an instance or round keeps which one it is, from 0.
INDEX = "index"


class RepeatedActivity(ElementSpec):
    """Holds the tokens of an activity that is done several times, whose spec is named `inner`; STARTED until the last one is over.

    Each of them sees `loopCounter`, from 0, in variables of its own.
    """

    holds_instances = True
    #: Whether what an instance sets is its own, or its surroundings'.
    instances_keep_variables: ClassVar[bool] = True

    def __init__(self, wf_spec: Any, element: Element, *, inner: Any) -> None:
        super().__init__(wf_spec, element)
        self.manual = False
        self.inner = inner.name
        inner.completed_event.connect(self._instance_completed)

    def _begin_one(self, my_task: Any, index: int, own: Mapping[str, Any]) -> None:
        inner = my_task.workflow.spec.task_specs[self.inner]
        child = my_task._add_child(inner, TaskState.WAITING)
        child.triggered = True
        child._set_internal_data(**{INDEX: index})
        my_task.workflow.script_engine.write_local(child, {"loopCounter": index, **own})
        inner._update(child)

    def _end(self, my_task: Any, last: Any) -> None:
        """It is over with this one: end the others and go on."""
        for other in instances_of(my_task):
            if other is not last and not other.has_state(TaskState.FINISHED_MASK):
                other.cancel()
        my_task._set_state(TaskState.READY)

    def _asks(self, my_task: Any, condition: Any, what: str, seen: Mapping[str, Any]) -> bool:
        """Whether a condition of the loop holds."""
        value = my_task.workflow.script_engine.evaluate(my_task, condition, seen)
        if not isinstance(value, bool):
            raise ConditionNotBoolean(self.element.id, what, "null" if value is None else type(value).__name__)
        return value

    def _instance_completed(self, workflow: Any, child: Any) -> None:
        raise NotImplementedError
