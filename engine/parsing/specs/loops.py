"""Multi-instance activities: one token holds as many as there are items, at constant cost for each."""

from decimal import Decimal
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.definition_errors import ConditionNotBoolean, LoopValueInvalid
from engine.parsing.elements import Element, MultiInstance
from engine.parsing.specs.base import ElementSpec
from engine.parsing.specs.errors import instances_of

#: More instances are work for rows in SQL and one message.
MAX_INSTANCES = 1000

TOTAL = "total"
DONE = "done"
INDEX = "index"


class MultiInstanceActivity(ElementSpec):
    """Holds the instances of an activity, whose spec is named `inner`; the token is STARTED until they are over.

    Each instance sees `loopCounter` (from 0) and the item in variables of its own; the condition that ends the activity early also sees
    `nrOfInstances`, `nrOfCompletedInstances` and `nrOfActiveInstances`.
    """

    holds_instances = True

    def __init__(self, wf_spec: Any, element: Element, *, inner: Any) -> None:
        super().__init__(wf_spec, element)
        self.manual = False
        self.inner = inner.name
        inner.completed_event.connect(self._instance_completed)
        if element.multi_instance is None:
            raise ValueError(f"{element.id} is done once")
        self.loop: MultiInstance = element.multi_instance

    def _update_hook(self, my_task: Any) -> bool:
        if my_task.state in (TaskState.STARTED, TaskState.READY):
            return False
        total = len(self._items(my_task))
        if total > MAX_INSTANCES:
            raise LoopValueInvalid(self.element.id, str(total))
        my_task._set_internal_data(**{TOTAL: total, DONE: 0})
        if self.loop.output_collection is not None:
            my_task.workflow.script_engine.write_local(my_task, {self.loop.output_collection: [None] * total})
        if total == 0:
            return True
        my_task._set_state(TaskState.STARTED)
        self._begin(my_task, range(1 if self.loop.sequential else total))
        return False

    def _run_hook(self, my_task: Any) -> bool:
        name = self.loop.output_collection
        if name is not None:
            engine = my_task.workflow.script_engine
            engine.write(my_task.parent, {name: engine.read(my_task, name)})
        return True

    def _items(self, my_task: Any) -> list[Any]:
        engine = my_task.workflow.script_engine
        if self.loop.collection is not None:
            value = engine.evaluate(my_task, self.loop.collection)
            if not isinstance(value, list):
                raise LoopValueInvalid(self.element.id, "null" if value is None else type(value).__name__)
            return value
        count = engine.evaluate(my_task, self.loop.cardinality)
        whole = isinstance(count, int | Decimal) and not isinstance(count, bool) and count == int(count)
        if not whole or not 0 <= count <= MAX_INSTANCES:
            raise LoopValueInvalid(self.element.id, str(count)[:100])
        return list(range(int(count)))

    def _begin(self, my_task: Any, indexes: range) -> None:
        items = self._items(my_task)
        inner = my_task.workflow.spec.task_specs[self.inner]
        for index in indexes:
            if index >= len(items):
                raise LoopValueInvalid(self.element.id, str(len(items)))
            child = my_task._add_child(inner, TaskState.WAITING)
            child.triggered = True
            child._set_internal_data(**{INDEX: index})
            own = {"loopCounter": index} | ({self.loop.item: items[index]} if self.loop.item else {})
            my_task.workflow.script_engine.write_local(child, own)
            inner._update(child)

    def _instance_completed(self, workflow: Any, child: Any) -> None:
        my_task = child.parent
        done, total = my_task.internal_data[DONE] + 1, my_task.internal_data[TOTAL]
        my_task._set_internal_data(**{DONE: done})
        self._collect(my_task, child)
        if done == total or self._ends_early(child, done, total, 0 if self.loop.sequential else total - done):
            for other in instances_of(my_task):
                if other is not child and not other.has_state(TaskState.FINISHED_MASK):
                    other.cancel()
            my_task._set_state(TaskState.READY)
        elif self.loop.sequential:
            self._begin(my_task, range(done, done + 1))

    def _collect(self, my_task: Any, child: Any) -> None:
        name = self.loop.output_collection
        if name is None or self.loop.output_element is None:
            return
        engine = my_task.workflow.script_engine
        values = list(engine.read(my_task, name))
        values[child.internal_data[INDEX]] = engine.evaluate(child, self.loop.output_element)
        engine.write_local(my_task, {name: values})

    def _ends_early(self, child: Any, done: int, total: int, active: int) -> bool:
        if self.loop.completion_condition is None:
            return False
        counts = {"nrOfInstances": total, "nrOfCompletedInstances": done, "nrOfActiveInstances": active}
        value = child.workflow.script_engine.evaluate(child, self.loop.completion_condition, counts)
        if not isinstance(value, bool):
            raise ConditionNotBoolean(self.element.id, "completionCondition", "null" if value is None else type(value).__name__)
        return value
