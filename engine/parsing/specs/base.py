"""What all our specs share."""

from typing import Any, ClassVar

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.mixins import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

from engine.parsing.elements import Element

#: Names that SpiffWorkflow gives to specs of its own in every process.
_RESERVED = frozenset({"Start", "End"})


def spec_name(element_id: str, part: str = "") -> str:
    """The name of an element's spec, or of a part that stands beside it. What is in brackets cannot meet an id: ids have no spaces."""
    return f"{element_id} [{part or 'element'}]" if part or element_id in _RESERVED else element_id


class ArrivalSpec(BpmnTaskSpec):
    """A spec whose token gets its children when it arrives, and not before.

    SpiffWorkflow predicts what may follow, recursively: a long chain or a cycle without a decision breaks it, and every predicted token
    is saved with the instance. Nothing of ours looks at predictions.
    """

    def _predict(self, my_task: Any, *_depth: Any, **_mask: Any) -> None:
        pass

    def _update(self, my_task: Any) -> None:
        if not my_task._children and not my_task.has_state(TaskState.FINISHED_MASK):
            self._predict_hook(my_task)
        super()._update(my_task)

    def test(self) -> None:
        """Nothing to test: the linter has seen the model, and SpiffWorkflow would test at every step again."""


class ElementSpec(ArrivalSpec, BpmnSpecMixin):
    """A spec made of an Element. A token passes straight through unless a subclass knows better.

    `manual` says that SpiffWorkflow's automatic steps stop here: at user tasks, and where a job is to be made (`async_before`).
    """

    #: Whether automatic steps always stop here.
    waits_for_people: ClassVar[bool] = False

    def __init__(self, wf_spec: Any, element: Element, *, named: str | None = None, **kwargs: Any) -> None:
        super().__init__(
            wf_spec, named or spec_name(element.id), description=element.kind, lane=element.lane, bpmn_name=element.name, **kwargs
        )
        self.bpmn_id = element.id
        self.element = element
        self.manual = self.waits_for_people or element.async_before

    def _run_hook(self, my_task: Any) -> bool | None:
        return True
