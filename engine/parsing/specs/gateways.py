"""Gateways. Joins count the tokens that stand on each incoming flow, so loops and the order of arrival cannot confuse them."""

from collections import Counter
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.specs.MultiChoice import MultiChoice
from SpiffWorkflow.util.task import TaskState

from engine.definition_errors import ConditionNotBoolean, NoConditionHolds
from engine.parsing.elements import Element, Flow
from engine.parsing.specs.base import ElementSpec
from engine.parsing.specs.events import BoundaryEvent
from engine.parsing.specs.tokens import is_moving
from engine.parsing.splits import SUFFIX

#: Where the token of a gateway that begins an instance keeps the id of the event that has come.
COME = "come"
#: Where a token that waits at a join keeps the name of the spec it came from.
ARRIVED_FROM = "arrived_from"


class Choice(MultiChoice, ElementSpec):
    """A gateway that takes some of its flows by their conditions."""

    def __init__(self, wf_spec: Any, element: Element, **kwargs: Any) -> None:
        super().__init__(wf_spec, element, **kwargs)
        self.flows: list[tuple[Flow, str]] = []

    def connect_flow(self, flow: Flow, target: Any) -> None:
        """Add an outgoing flow, in the order in which conditions are to be asked."""
        self.connect_if(flow.condition, target)
        self.flows.append((flow, target.name))

    def _holds(self, my_task: Any, flow: Flow) -> bool:
        value = my_task.workflow.script_engine.evaluate(my_task, flow.condition)
        if not isinstance(value, bool):
            raise ConditionNotBoolean(self.element.id, flow.id, "null" if value is None else type(value).__name__)
        return value

    def _go(self, my_task: Any, names: list[str]) -> bool:
        if not names:
            raise NoConditionHolds(self.element.id.removesuffix(SUFFIX))
        specs = my_task.workflow.spec.task_specs
        my_task._sync_children([specs[name] for name in names], TaskState.FUTURE)
        return True


class ExclusiveGateway(Choice):
    """Takes the first flow whose condition holds, else the default. A single flow without condition is a default, said or not."""

    def _run_hook(self, my_task: Any) -> bool:
        taken = next(
            (name for flow, name in self.flows if flow.condition is not None and not flow.default and self._holds(my_task, flow)), None
        )
        otherwise = [name for flow, name in self.flows if flow.default] or [name for flow, name in self.flows if flow.condition is None]
        return self._go(my_task, [taken] if taken is not None else otherwise[:1])


class Join(UnstructuredJoin, ElementSpec):
    """A gateway at which tokens wait for each other. One token goes on, those it was waiting for end here."""

    def _update_hook(self, my_task: Any) -> bool:
        if my_task.has_state(TaskState.FINISHED_MASK):
            return False
        my_task.internal_data.setdefault(ARRIVED_FROM, my_task.parent.task_spec.name)
        waiting = [task for task in my_task.workflow.tasks.values() if task.task_spec is self and task.state == TaskState.WAITING]
        arrived = [my_task, *(task for task in waiting if task is not my_task)]
        consumed = self._consumed(my_task, arrived)
        if consumed is None:
            my_task._set_state(TaskState.WAITING)
            return False
        for task in consumed:
            if task is not my_task:
                task.cancel()
        return True

    def _run_hook(self, my_task: Any) -> bool:
        return True

    def _consumed(self, my_task: Any, arrived: list[Any]) -> list[Any] | None:
        """The tokens that are used up when the gateway fires now; None when it has to wait."""
        raise NotImplementedError

    def _still_comes(self, my_task: Any, here: set[str]) -> bool:
        """Whether another token can come in on a flow where none has, and on none where one has."""
        upstream = {name: self._upstream(name) for name in set(self._inputs)}
        for task in my_task.workflow.tasks.values():
            if task.task_spec is self or isinstance(task.task_spec, BoundaryEvent) or not is_moving(task):
                continue
            reaches = {name for name, specs in upstream.items() if task.task_spec.name in specs}
            if reaches and not reaches & here:
                return True
        return False

    def _upstream(self, name: str) -> set[str]:
        """The names of the specs from which an incoming flow can be reached along flows without passing this gateway: no flow leads to a
        boundary event (13.4.3).
        """
        specs = self._wf_spec.task_specs
        found, queue = {name}, [name]
        while queue:
            spec = specs[queue.pop()]
            for origin in () if isinstance(spec, BoundaryEvent) else spec._inputs:
                if origin not in found and origin != self.name:
                    found.add(origin)
                    queue.append(origin)
        return found


class ParallelGateway(Join):
    """Waits for one token on every incoming flow, then puts one on every outgoing flow."""

    def _consumed(self, my_task: Any, arrived: list[Any]) -> list[Any] | None:
        wanted: Counter[str] = Counter(self._inputs)
        if len(wanted) == 1 and wanted.total() == 1:
            return [my_task]
        used: list[Any] = []
        for task in arrived:
            origin = task.internal_data[ARRIVED_FROM]
            if wanted[origin] > 0:
                wanted[origin] -= 1
                used.append(task)
        return used if wanted.total() == 0 else None


class InclusiveGateway(Choice, Join):
    """Waits while another token can still arrive on a flow where none stands, then takes every flow whose condition holds.

    A token that can also come in where one stands already is not waited for (BPMN 2.0, 13.4.3).
    """

    def _consumed(self, my_task: Any, arrived: list[Any]) -> list[Any] | None:
        here = {task.internal_data[ARRIVED_FROM] for task in arrived}
        if here != set(self._inputs) and self._still_comes(my_task, here):
            return None
        first = {task.internal_data[ARRIVED_FROM]: task for task in reversed(arrived)}
        return list(first.values())

    def _run_hook(self, my_task: Any) -> bool:
        taken = [name for flow, name in self.flows if not flow.default and (flow.condition is None or self._holds(my_task, flow))]
        return self._go(my_task, taken or [name for flow, name in self.flows if flow.default])


class EventBasedGateway(ElementSpec):
    """Puts a token on each of its catch events; the first that happens ends the others (see `CatchEvent`).

    Where the gateway begins an instance, one of them has come already; with `awaits_all` the others are still waited for.
    """

    def _run_hook(self, my_task: Any) -> bool:
        come = my_task.internal_data.get(COME)
        for child in my_task.children:
            if child.task_spec.bpmn_id == come:
                child._set_internal_data(event_fired=True)
        return True
