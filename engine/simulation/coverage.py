"""Which elements and flows of a process were visited. Inserted gateways and flows are not counted: nobody has drawn them.

A compensation event on an activity holds no token; it counts as visited when its handler was.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from engine import tree
from engine.parsing.elements import Flow, ProcessModel
from engine.parsing.specs.base import spec_name
from engine.parsing.specs.tokens import is_trigger


@dataclass(frozen=True)
class Share:
    """What of one process was visited."""

    process: ProcessModel
    elements: Sequence[str]
    elements_left: Sequence[str]
    flows: Sequence[str]
    flows_left: Sequence[str]

    @property
    def percent(self) -> float:
        """The part that was visited; what holds nothing is visited."""
        visited, left = len(self.elements) + len(self.flows), len(self.elements_left) + len(self.flows_left)
        return 100.0 if not visited + left else 100.0 * visited / (visited + left)


@dataclass
class Coverage:
    """Collects visits, over as many cases as one likes.

    Tokens tell which flows they take, also in steps that are rolled back; so what they tell counts where the history has it too.
    """

    _passed: set[tuple[str, str]] = field(default_factory=set)
    _reached: set[tuple[str, str]] = field(default_factory=set)

    def passed(self, token: Any) -> None:
        """A token has passed its element, or a part of what is built for it: note it and the flows that it has taken."""
        process = token.workflow.spec.process
        element = process.elements.get(_owner(process, token.task_spec.name))
        if element is None or is_trigger(token):
            return
        if tree.element_of(token) is not None:
            self._passed.add((process.key, element.id))
        following = {child.task_spec.name for child in token.children}
        following |= {_owner(process, name) for name in following} - {element.id}
        for flow in (process.flows[name] for name in element.outgoing):
            if following & {spec_name(flow.target), spec_name(flow.target, "begin")}:
                self._passed.add((process.key, flow.id))

    def reached(self, process_key: str, element_id: str) -> None:
        """The history of an instance of a process, or of one that called it, tells of an element."""
        self._reached.add((process_key, element_id))

    def of(self, process: ProcessModel, left_out: frozenset[str] = frozenset()) -> Share:
        """What of a process was visited; what is `left_out` counts only when it was."""
        told = {element_id for _, element_id in self._reached}
        elements = [element.id for element in process.elements.values() if not element.inserted]
        visited = {name for name in elements if (process.key, name) in self._reached | self._passed and name in told}
        visited |= {element.id for element in process.elements.values() if visited.intersection(element.event.handlers)}
        drawn = [flow for flow in process.flows.values() if " " not in flow.id]
        taken = {flow.id for flow in drawn if (process.key, flow.id) in self._passed and _ends_of(flow) <= visited}
        counted = [[name for name in names if name not in left_out - visited - taken] for names in (elements, [flow.id for flow in drawn])]
        return Share(process, *_split(counted[0], visited), *_split(counted[1], taken))


def _owner(process: ProcessModel, name: str) -> str:
    """The id of the element that a spec, or a part beside it, was made for."""
    return name if name in process.elements else name.partition(" [")[0]


def _ends_of(flow: Flow) -> set[str]:
    """The elements at both ends of a flow, as they are drawn."""
    return {end.partition(" [")[0] for end in (flow.source, flow.target)}


def _split(names: Sequence[str], visited: set[str]) -> tuple[list[str], list[str]]:
    """The visited ones, and the others."""
    return [name for name in names if name in visited], [name for name in names if name not in visited]
