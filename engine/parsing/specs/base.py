"""What all our specs share."""

from typing import Any, ClassVar

from SpiffWorkflow.bpmn.specs.mixins import BpmnSpecMixin

from engine.parsing.elements import Element


class ElementSpec(BpmnSpecMixin):
    """A spec made of an Element. A token passes straight through unless a subclass knows better.

    `manual` says that SpiffWorkflow's automatic steps stop here: at user tasks, and where a job is to be made (`async_before`).
    """

    #: Whether automatic steps always stop here.
    waits_for_people: ClassVar[bool] = False

    def __init__(self, wf_spec: Any, element: Element, *, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(wf_spec, name or element.id, description=element.kind, lane=element.lane, bpmn_name=element.name, **kwargs)
        self.bpmn_id = element.id
        self.element = element
        self.manual = self.waits_for_people or element.async_before

    def _run_hook(self, my_task: Any) -> bool | None:
        return True

    def test(self) -> None:
        """Nothing to test: the linter has seen the model, and SpiffWorkflow would test at every step again."""
