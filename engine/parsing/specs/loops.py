"""Multi-instance activities: one token holds as many as there are items, at constant cost for each."""

from decimal import Decimal
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.definition_errors import LoopValueInvalid
from engine.parsing.activity_facts import MultiInstance
from engine.parsing.elements import Element
from engine.parsing.event_facts import Event
from engine.parsing.specs.errors import throw_error, throw_escalation, throw_signal_at
from engine.parsing.specs.repeated import INDEX, RepeatedActivity

#: More instances are work for rows in SQL and one message.
MAX_INSTANCES = 1000

TOTAL = "total"
DONE = "done"


class MultiInstanceActivity(RepeatedActivity):
    """Starts its instances together or one after another; each sees its item in variables of its own.

    The condition that ends the activity early, and those of its `behavior`, also see how many instances there are: see `_counts`.
    """

    def __init__(self, wf_spec: Any, element: Element, *, inner: Any) -> None:
        super().__init__(wf_spec, element, inner=inner)
        if element.multi_instance is None:
            raise ValueError(f"{element.id} is done once")
        self.loop: MultiInstance = element.multi_instance

    def _update_hook(self, my_task: Any) -> bool:
        if my_task.state in (TaskState.STARTED, TaskState.READY):
            return False
        items = self._items(my_task)
        total = len(items)
        if total > MAX_INSTANCES:
            raise LoopValueInvalid(self.element.id, str(total))
        my_task._set_internal_data(**{TOTAL: total, DONE: 0})
        if self.loop.output_collection is not None:
            my_task.workflow.script_engine.write_local(my_task, {self.loop.output_collection: [None] * total})
        if total == 0:
            return True
        my_task._set_state(TaskState.STARTED)
        for index in range(1 if self.loop.sequential else total):
            self._begin(my_task, items, index)
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

    def _begin(self, my_task: Any, items: list[Any], index: int) -> None:
        if index >= len(items):
            raise LoopValueInvalid(self.element.id, str(len(items)))
        self._begin_one(my_task, index, {self.loop.item: items[index]} if self.loop.item else {})

    def _instance_completed(self, workflow: Any, child: Any) -> None:
        my_task = child.parent
        done, total = my_task.internal_data[DONE] + 1, my_task.internal_data[TOTAL]
        my_task._set_internal_data(**{DONE: done})
        self._collect(my_task, child)
        ends_early = self._ends_early(child, done, total)
        self._throw(my_task, child, done, total)
        if my_task.has_state(TaskState.FINISHED_MASK):  # an event attached to it has ended it
            return
        if done == total or ends_early:
            self._end(my_task, child)
        elif self.loop.sequential:
            self._begin(my_task, self._items(my_task), done)

    def _collect(self, my_task: Any, child: Any) -> None:
        name = self.loop.output_collection
        if name is None or self.loop.output_element is None:
            return
        engine = my_task.workflow.script_engine
        values = list(engine.read(my_task, name))
        values[child.internal_data[INDEX]] = engine.evaluate(child, self.loop.output_element)
        engine.write_local(my_task, {name: values})

    def _ends_early(self, child: Any, done: int, total: int) -> bool:
        condition = self.loop.completion_condition
        return condition is not None and self._asks(child, condition, "completionCondition", self._counts(done, total))

    def _throw(self, my_task: Any, child: Any, done: int, total: int) -> None:
        """Throw what the end of this instance gives rise to (BPMN 2.0.2, table 10.32)."""
        for thrown in self.loop.throws:
            if my_task.has_state(TaskState.FINISHED_MASK) or (thrown.first_only and done > 1):
                return
            if thrown.condition is None or self._asks(child, thrown.condition, "complexBehaviorDefinition", self._counts(done, total)):
                _throw_at(my_task, thrown.event)

    def _counts(self, done: int, total: int) -> dict[str, int]:
        """How many instances there are, in the words of other engines and in those of BPMN."""
        active = 0 if self.loop.sequential else total - done
        counts = {"Instances": total, "CompletedInstances": done, "ActiveInstances": active, "TerminatedInstances": 0}
        return {f"{prefix}{name}": count for prefix in ("nrOf", "numberOf") for name, count in counts.items()}


def _throw_at(activity: Any, event: Event) -> None:
    if event.kind == "error":
        throw_error(activity, event.error_code or "")
    elif event.kind == "escalation":
        throw_escalation(activity, event.escalation_code or "")
    else:
        throw_signal_at(activity, event.signal or "")
