"""Complex gateways: a condition says when enough tokens have come; those that come later end here (BPMN 2.0.2, 13.4.5)."""

from collections import Counter
from typing import Any, Final

from SpiffWorkflow.util.task import TaskState

from engine.definition_errors import ConditionNotBoolean
from engine.parsing.elements import Flow
from engine.parsing.specs.gateways import ARRIVED_FROM, Choice, Join

#: Where the token that waits for the reset keeps the names of the specs whose tokens have been used up.
USED: Final = "used"
#: Where it keeps whether tokens have come since.
LATE: Final = "late"


class ComplexGateway(Choice, Join):
    """Waits for its condition to hold, lets one token go on for those that have come, then waits for the rest to come and end here.

    While it waits for the rest, one more token stands here: that it does is the state of the gateway. Tokens that come once more where one
    has been used up wait for the next start. The conditions on its flows are asked at the start and, where tokens came late, at the reset;
    a flow without condition is taken at the start only. All conditions see what `_state` tells.
    """

    def _update_hook(self, my_task: Any) -> bool:
        if my_task.has_state(TaskState.FINISHED_MASK):
            return False
        if USED in my_task.internal_data:
            return self._resets(my_task)
        my_task.internal_data.setdefault(ARRIVED_FROM, my_task.parent.task_spec.name)
        used = self._first_of_each(self._arrived(my_task))
        if self._waits_for_reset(my_task) or not self._is_enough(my_task):
            my_task._set_state(TaskState.WAITING)
            return False
        self._remember(my_task, list(used))
        for task in used.values():
            if task is not my_task:
                task.cancel()
        return True

    def _run_hook(self, my_task: Any) -> bool:
        resets = USED in my_task.internal_data
        if resets and not my_task.internal_data[LATE]:
            my_task._sync_children([], TaskState.FUTURE)
            return True
        always = [name for flow, name in self.flows if flow.condition is None and not flow.default and not resets]
        taken = [name for flow, name in self.flows if flow.condition is not None and not flow.default and self._holds(my_task, flow)]
        names = always + taken or [name for flow, name in self.flows if flow.default]
        if resets and not names:
            my_task._sync_children([], TaskState.FUTURE)
            return True
        return self._go(my_task, names)

    def _is_enough(self, my_task: Any) -> bool:
        if self.element.activation is None:
            return True
        value = my_task.workflow.script_engine.evaluate(my_task, self.element.activation, self._state(my_task, starts=True))
        if not isinstance(value, bool):
            raise ConditionNotBoolean(self.element.id, "activationCondition", "null" if value is None else type(value).__name__)
        return value

    def _holds(self, my_task: Any, flow: Flow) -> bool:
        starts = USED not in my_task.internal_data
        value = my_task.workflow.script_engine.evaluate(my_task, flow.condition, self._state(my_task, starts=starts))
        if not isinstance(value, bool):
            raise ConditionNotBoolean(self.element.id, flow.id, "null" if value is None else type(value).__name__)
        return value

    def _state(self, my_task: Any, *, starts: bool) -> dict[str, Any]:
        """How many tokens stand here, on all flows and on each, on how many flows, and whether the gateway waits for its start."""
        process = my_task.workflow.spec.process
        origins = Counter(self._origin(task) for task in self._arrived(my_task))
        counts = {flow: origins[process.flows[flow].source] for flow in self.element.incoming}
        return {
            "activationCount": origins.total(),
            "activationCounts": counts,
            "nrOfTokens": origins.total(),
            "nrOfActivatedFlows": len(origins),
            "nrOfIncomingFlows": len(self.element.incoming),
            "waitingForStart": starts,
        }

    def _origin(self, my_task: Any) -> str:
        """The element that a token came from."""
        spec = self._wf_spec.task_specs[my_task.internal_data[ARRIVED_FROM]]
        return str(getattr(spec, "bpmn_id", None) or spec.name)

    def _arrived(self, my_task: Any) -> list[Any]:
        """The tokens that stand here and have not been used up, the one in question first."""
        standing = [task for task in my_task.workflow.tasks.values() if task.task_spec is self and task.state == TaskState.WAITING]
        tokens = [my_task, *(task for task in standing if task is not my_task)]
        return [task for task in tokens if ARRIVED_FROM in task.internal_data]

    def _first_of_each(self, arrived: list[Any]) -> dict[str, Any]:
        return {task.internal_data[ARRIVED_FROM]: task for task in reversed(arrived)}

    def _waits_for_reset(self, my_task: Any) -> bool:
        return any(
            task.task_spec is self and USED in task.internal_data and not task.has_state(TaskState.FINISHED_MASK)
            for task in my_task.workflow.tasks.values()
        )

    def _remember(self, my_task: Any, used: list[str]) -> None:
        """Leave a token that waits for the rest."""
        waiting = my_task.parent._add_child(self, TaskState.WAITING)
        waiting.triggered = True
        waiting._set_internal_data(**{USED: used, LATE: False})

    def _resets(self, my_task: Any) -> bool:
        used = set(my_task.internal_data[USED])
        late = {name: task for name, task in self._first_of_each(self._arrived(my_task)).items() if name not in used}
        here = used | set(late)
        if here != set(self._inputs) and self._still_comes(my_task, here):
            return False
        my_task._set_internal_data(**{LATE: bool(late)})
        for task in late.values():
            task.cancel()
        return True
