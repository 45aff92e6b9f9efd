"""Standard loops: an activity that is done again and again while a condition holds."""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.definition_errors import LoopTooLong
from engine.parsing.elements import Element
from engine.parsing.specs.repeated import INDEX, RepeatedActivity

#: No loop goes round more often, whatever its condition says.
MAX_ROUNDS = 10_000


class StandardLoopActivity(RepeatedActivity):
    """Starts one round after another. The condition sees as `loopCounter` how many are over, and the variables of the last of them.

    What a round sets belongs to its surroundings, so the next one and whatever follows the loop see it.
    """

    instances_keep_variables = False

    def __init__(self, wf_spec: Any, element: Element, *, inner: Any) -> None:
        super().__init__(wf_spec, element, inner=inner)
        if element.standard_loop is None:
            raise ValueError(f"{element.id} is no loop")
        self.loop = element.standard_loop

    def _update_hook(self, my_task: Any) -> bool:
        if my_task.state in (TaskState.STARTED, TaskState.READY):
            return False
        if self.loop.test_before and not self._goes_on(my_task, 0):
            return True
        my_task._set_state(TaskState.STARTED)
        self._begin_one(my_task, 0, {})
        return False

    def _instance_completed(self, workflow: Any, child: Any) -> None:
        my_task, done = child.parent, child.internal_data[INDEX] + 1
        if self._goes_on(child, done):
            self._begin_one(my_task, done, {})
        else:
            self._end(my_task, child)

    def _goes_on(self, asked_at: Any, done: int) -> bool:
        if done == self.loop.maximum:
            return False
        if self.loop.condition is not None and not self._asks(asked_at, self.loop.condition, "loopCondition", {"loopCounter": done}):
            return False
        if done >= MAX_ROUNDS:
            raise LoopTooLong(self.element.id, MAX_ROUNDS)
        return True
