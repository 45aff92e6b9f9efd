"""The spec of a whole process or of the inside of a subprocess."""

from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import BpmnStartTask
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.util.task import TaskState

from engine.definition_errors import DefinitionNotExecutable
from engine.parsing.elements import Element, ProcessModel
from engine.parsing.specs.ad_hoc import AdHocBegin
from engine.parsing.specs.base import ArrivalSpec, ElementSpec, spec_name
from engine.parsing.specs.compensation import Compensation, begins_with
from engine.parsing.specs.events import Trigger
from engine.parsing.specs.gateways import COME
from engine.parsing.specs.tokens import BEGINS_AT, NOWHERE, is_moving


class ProcessStart(ArrivalSpec, BpmnStartTask):
    """The root of a tree: puts a token on one start event, and on no other.

    That is the start event whose id the tree's attribute `begins_at` holds (a message start), or what instantiates in its place, else the
    one without event definition.
    An event subprocess begins at its only start event. A tree that only undoes a completed subprocess begins with that (see
    `specs.compensation`). Beside the start stands a token for every event that may start an event subprocess here.
    In an ad-hoc subprocess stands the token that keeps it open, and no start.
    Raises DefinitionNotExecutable when there is none of the kind.
    """

    def _run_hook(self, my_task: Any) -> bool:
        undoing = begins_with(my_task)
        if undoing is not None:
            my_task._sync_children([undoing], TaskState.FUTURE)
            return True
        wanted = getattr(my_task.workflow, BEGINS_AT, None)
        triggers = [spec for spec in self.outputs if isinstance(spec, Trigger)]
        place = next((place.id for start, place in self._wf_spec.process.beginnings() if start.id == wanted), wanted)
        by_hand = [spec if wanted != NOWHERE else spec.opened for spec in self.outputs if isinstance(spec, AdHocBegin)]
        starts = [
            spec for spec in self.outputs if isinstance(spec, ElementSpec) and spec not in triggers and self._begins_at(spec.element, place)
        ]
        if not starts and not by_hand and wanted != NOWHERE:
            raise DefinitionNotExecutable(self._wf_spec.process.key)
        my_task._sync_children([*triggers, *by_hand, *starts[:1]], TaskState.FUTURE)
        if place != wanted:
            begun = next(child for child in my_task.children if child.task_spec is starts[0])
            begun._set_internal_data(**{COME: wanted})
        return True

    def _begins_at(self, start: Element, wanted: str | None) -> bool:
        if wanted is not None:
            return start.id == wanted
        scope = self._wf_spec.process.elements.get(start.scope)
        return (start.event.kind == "none" and start.kind == "startEvent") or (scope is not None and scope.triggered_by_event)

    def _predict_hook(self, my_task: Any) -> None:
        pass


class ProcessEnd(UnstructuredJoin, ArrivalSpec):
    """Where all tokens of a tree end: the tree is complete when the last has come."""

    def _check_threshold_unstructured(self, my_task: Any) -> bool:
        return not any(is_moving(task) for task in my_task.workflow.tasks.values() if task.task_spec is not self)

    def _run_hook(self, my_task: Any) -> bool:
        return True


class ProcessSpec(BpmnProcessSpec):
    """The specs inside `scope` of a process: its key for the process itself, else the id of the subprocess element."""

    def __init__(self, name: str, process: ProcessModel, scope: str) -> None:
        super().__init__(name=name, description=process.name, filename=process.resource)
        self.process = process
        self.scope = scope
        last = self.get_task_spec_from_name("End")
        self.task_specs = {"End": last}
        last.inputs = []
        self.start: Any = ProcessStart(self, "Start")
        self.end: Any = ProcessEnd(self, spec_name("End", "all"))
        self.end.connect(last)
        self.compensation: Any = None
        if process.compensates:
            self.compensation = Compensation(self)
            self.compensation.connect(self.end)
