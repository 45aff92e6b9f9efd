"""What start, end, intermediate and boundary events and receive tasks wait for or do, read from their event definitions."""

from typing import Final

from engine.parsing.elements import Event, EventKind, Timer, TimerKind
from engine.parsing.markup import Node, bpmn, camunda, children, flag, local, text_of
from engine.parsing.source import Source, is_expression
from engine.parsing.timers import is_valid

_TIMER_KINDS: Final[dict[str, TimerKind]] = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}

#: Which event definitions each kind of element can hold here; the rest is refused.
EVENTS: Final[dict[str, frozenset[EventKind]]] = {
    "startEvent": frozenset({"none", "message"}),
    "endEvent": frozenset({"none", "error", "terminate"}),
    "intermediateCatchEvent": frozenset({"timer", "message"}),
    "intermediateThrowEvent": frozenset({"none"}),
    "boundaryEvent": frozenset({"timer", "message", "error"}),
}
_KIND_OF: Final[dict[str, EventKind]] = {
    "timerEventDefinition": "timer",
    "messageEventDefinition": "message",
    "errorEventDefinition": "error",
    "terminateEventDefinition": "terminate",
}


def event_of(node: Node, source: Source) -> Event:
    """The event that a flow node is or, for a receive task, waits for."""
    kind = local(node)
    if kind == "receiveTask":
        return Event("message", message=_message(node, source))
    if kind not in EVENTS:
        return Event()
    definitions = [child for child in children(node) if local(child).endswith("EventDefinition") or local(child) == "eventDefinitionRef"]
    if len(definitions) > 1 or flag(node, "parallelMultiple"):
        source.refuse("multiple_events_not_supported", node)
        return Event()
    event = _defined(node, definitions[0], source) if definitions else _undefined(node, source)
    return event if kind != "boundaryEvent" else _attached(node, event, source)


def _undefined(node: Node, source: Source) -> Event:
    if "none" not in EVENTS[local(node)]:
        source.refuse("event_definition_missing", node)
    return Event()


def _defined(node: Node, definition: Node, source: Source) -> Event:
    kind = _KIND_OF.get(local(definition))
    if kind is None or kind not in EVENTS[local(node)]:
        source.refuse("event_not_supported", definition, event=local(definition), owner=local(node))
        return Event()
    if kind == "timer":
        return Event("timer", timer=_timer(node, definition, source))
    if kind == "message":
        return Event("message", message=_message(definition, source))
    return _error(node, definition, source) if kind == "error" else Event(kind)


def _attached(node: Node, event: Event, source: Source) -> Event:
    interrupting = flag(node, "cancelActivity", default=True)
    if event.kind == "error" and not interrupting:
        source.refuse("error_event_must_interrupt", node)
    return Event(
        event.kind,
        timer=event.timer,
        message=event.message,
        error_code=event.error_code,
        interrupting=interrupting,
        attached_to=node.get("attachedToRef") or "",
        code_variable=event.code_variable,
        message_variable=event.message_variable,
    )


def _timer(node: Node, definition: Node, source: Source) -> Timer | None:
    values = [child for child in children(definition) if local(child) in _TIMER_KINDS]
    text = text_of(values[0]) if values else None
    if len(values) != 1 or text is None:
        source.refuse("timer_value_missing", definition)
        return None
    kind = _TIMER_KINDS[local(values[0])]
    repeats = local(node) == "boundaryEvent" and not flag(node, "cancelActivity", default=True)
    literal = None if is_expression(text) else text
    if kind == "cycle" and not repeats:
        source.refuse("cycle_not_repeatable", values[0])
    elif literal is not None and not is_valid(kind, literal):
        source.refuse("timer_value_invalid", values[0], value=literal)
    value = source.template(text, values[0])
    return Timer(kind, value, literal) if value is not None else None


def _message(node: Node, source: Source) -> str | None:
    reference = node.get("messageRef")
    message = source.messages.get(reference)
    if reference is None:
        source.refuse("message_missing", node)
    elif message is None:
        source.refuse("reference_dangling", node, attribute="messageRef", target=reference)
    elif not message.get("name"):
        source.refuse("message_name_missing", message)
    else:
        return source.literal(message.get("name"), message, "name")
    return None


def _error(node: Node, definition: Node, source: Source) -> Event:
    reference = definition.get("errorRef")
    error = source.errors.get(reference)
    throws = local(node) == "endEvent"
    if reference is not None and error is None:
        source.refuse("reference_dangling", definition, attribute="errorRef", target=reference)
    code = source.literal(error.get("errorCode"), error, "errorCode") if error is not None else None
    if code is None and (throws or error is not None):
        source.refuse("error_code_missing", error if error is not None else definition)
    code_variable = definition.get(camunda("errorCodeVariable"))
    message_variable = definition.get(camunda("errorMessageVariable"))
    for name in (code_variable, message_variable):
        if name is not None:
            source.is_name(name, definition)
    return Event("error", error_code=code, code_variable=code_variable, message_variable=message_variable)


def is_flow_node(node: Node) -> bool:
    """Whether an element is one that tokens pass through, supported here or not."""
    return str(node.tag).startswith(bpmn("")) and (
        local(node).endswith(("Task", "Event", "Gateway", "Process", "Activity")) or local(node) in {"task", "transaction"}
    )
