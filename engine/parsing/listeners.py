"""Listeners: operations and assignments that run beside the flow when something happens to an element, a flow, a process or a task."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from engine.parsing.continuations import Parts, insert_on
from engine.parsing.elements import Element, Flow
from engine.parsing.event_facts import Event, Listener
from engine.parsing.events import timer_of
from engine.parsing.markup import Node, camunda, children, extensions, local, zeebe
from engine.parsing.scripts import script_of
from engine.parsing.source import Source
from engine.parsing.variable_mapping import VariableMapping
from engine.parsing.workers import named

#: What happens to elements and processes, and to sequence flows.
_EXECUTION: Final = frozenset({"start", "end"})
_TAKE: Final = frozenset({"take"})
#: What happens to user tasks.
_TASK: Final = frozenset({"create", "assignment", "update", "complete", "delete", "timeout"})
_ZEEBE: Final = {"creating": "create", "assigning": "assignment", "updating": "update", "completing": "complete", "canceling": "delete"}
_OPERATION: Final = re.compile(r"[$#]\{\s*[^\W\d]\w*(?:\.[^\W\d]\w*)*\s*\}")
_ASSIGNED: Final = re.compile(r"\s*[$#]\{(?P<juel>.*=.*)\}\s*|\s*=?\s*(?P<feel>[^${}]*=.*)", re.DOTALL)


def listeners_of(node: Node, source: Source) -> tuple[Listener, ...]:
    """The listeners of an element, a flow or a process, in the order of the file."""
    known = _TAKE if local(node) == "sequenceFlow" else _EXECUTION
    found = [_listener(item, known, item.get("event") or "", source) for item in extensions(node, camunda("executionListener"))]
    found += [_zeebe(item, known, item.get("eventType") or "", source) for item in _inside(node, "executionListeners")]
    if local(node) == "userTask":
        found += [_listener(item, _TASK, item.get("event") or "", source) for item in extensions(node, camunda("taskListener"))]
        for item in _inside(node, "taskListeners"):
            found.append(_zeebe(item, _TASK, _ZEEBE.get(item.get("eventType") or "", ""), source))
    return tuple(listener for listener in found if listener is not None)


def with_listeners(flows: dict[str, Flow], elements: dict[str, Element], listening: Iterable[Listener], key: str, source: Source) -> Parts:
    """The same flows and elements, with a place inserted on every flow that is listened to and a timer for every timeout of a task.

    What is to be done when the process `key` starts (`listening`) is done by whichever of its start events is reached.
    """
    made = dict(flows), dict(elements)
    begins = tuple(listener for listener in listening if listener.event == "start")
    for flow in flows.values():
        if flow.listeners:
            _on_flow(flow, *made, source)
    for element in elements.values():
        if begins and element.kind == "startEvent" and element.scope == key:
            made[1][element.id] = replace(made[1][element.id], listeners=(*begins, *element.listeners))
        for number, listener in enumerate(element.listeners):
            if listener.timer is not None:
                _timeout(element, f" [timeout {number}]", listener, made[1])
    return made


def _on_flow(flow: Flow, flows: dict[str, Flow], elements: dict[str, Element], source: Source) -> None:
    if flow.source not in elements or flow.target not in elements:
        return
    if elements[flow.source].kind == "eventBasedGateway":
        source.findings.error("listener_behind_event_gateway", flow.line, flow.id)
        return
    place = Element(f"{flow.id} [take]", "task", flow.name, flow.line, elements[flow.source].scope, inserted=True, listeners=flow.listeners)
    insert_on(flow.id, place, flows, elements)


def _timeout(element: Element, suffix: str, listener: Listener, elements: dict[str, Element]) -> None:
    """Put a timer on a task that interrupts nothing and leads nowhere: when it is due, the listener runs."""
    event = Event("timer", timer=listener.timer, interrupting=False, attached_to=element.id)
    heard = (replace(listener, timer=None),)
    place = Element(f"{element.id}{suffix}", "boundaryEvent", element.name, element.line, element.scope, inserted=True)
    elements[place.id] = replace(place, lane=element.lane, event=event, listeners=heard)


def _inside(node: Node, name: str) -> list[Node]:
    return [item for box in extensions(node, zeebe(name)) for item in children(box)]


def _listener(item: Node, known: frozenset[str], event: str, source: Source) -> Listener | None:
    event = event or (next(iter(known)) if known is _TAKE else "")
    if event not in known:
        source.refuse("listener_event_unknown", item, event=event, events=", ".join(sorted(known)))
        return None
    if item.get("class") is not None:
        source.refuse("java_not_supported", item, name=f"camunda:{local(item)} class")
        return None
    timer = timer_of(item, source) if event == "timeout" else None
    operation, assignments = _done_by(item, source)
    return Listener(event, operation, assignments, timer) if operation or assignments else None


def _done_by(item: Node, source: Source) -> tuple[str | None, tuple[VariableMapping, ...]]:
    """What a listener calls or assigns."""
    script = item.find(camunda("script"))
    expression = item.get("expression")
    if item.get("delegateExpression") is not None:
        return named(str(item.get("delegateExpression")), item, source), ()
    if script is not None:
        text = "".join(str(part) for part in script.itertext())
        if script.get("resource") is not None:
            source.refuse("script_resource_not_supported", script)
            return None, ()
        return None, script_of(item, script.get("scriptFormat"), text, None, source)
    if expression is not None and _OPERATION.fullmatch(expression.strip()):
        return named(expression, item, source), ()
    match = _ASSIGNED.fullmatch(expression or "")
    if match is None:
        source.refuse("listener_without_effect", item, text=(expression or "")[:200])
        return None, ()
    language = "feel" if match["juel"] is None else "juel"
    return None, script_of(item, language, (match["feel"] or match["juel"]).strip(), None, source)


def _zeebe(item: Node, known: frozenset[str], event: str, source: Source) -> Listener | None:
    """A listener of the `zeebe` family: its type is the name of an operation."""
    kind = (item.get("type") or "").strip()
    if event not in known:
        source.refuse("listener_event_unknown", item, event=item.get("eventType") or "", events=", ".join(sorted(known)))
        return None
    operation = named(f"${{{kind}}}", item, source)
    return None if operation is None else Listener(event, operation)
