"""Messages and signals as the model names them: by a name or an expression for one, with keys, a time to live and a payload."""

from engine.parsing.elements import SENDERS
from engine.parsing.event_facts import Event
from engine.parsing.mappings import mappings_of, properties_of
from engine.parsing.markup import Node, bpmn, camunda, extension, extensions, local, zeebe
from engine.parsing.source import Source, is_expression
from engine.parsing.timers import is_valid
from expressions import Expression


def message_event(node: Node, definition: Node, source: Source) -> Event:
    """The event of an element that throws or awaits the message which `definition` refers to."""
    message = _referred(definition, "message", source.messages, source)
    name, named = _name(node, message, source)
    if local(node) in SENDERS:
        return _thrown(node, name, named, source)
    key = None if message is None else extension(message, zeebe("subscription"))
    correlation_key = None if key is None else source.template((key.get("correlationKey") or "").strip() or None, key)
    return Event("message", message=name, named=named, correlation_key=correlation_key)


def signal_event(node: Node, definition: Node, source: Source) -> Event:
    """The event of an element that throws or awaits a signal."""
    name, named = _name(node, _referred(definition, "signal", source.signals, source), source)
    given = extensions(definition, camunda("in"))
    return Event(
        "signal",
        signal=name,
        named=named,
        business_key=source.template(next((item.get("businessKey") for item in given if item.get("businessKey")), None), definition),
        payload=mappings_of(definition, "input", source),
        payload_all=any(item.get("variables") == "all" for item in given),
    )


def _referred(definition: Node, what: str, known: dict[str | None, Node], source: Source) -> Node | None:
    reference = definition.get(f"{what}Ref")
    found = known.get(reference)
    if reference is None and what == "message":
        source.refuse("message_missing", definition)
    elif found is None:
        source.refuse("reference_dangling", definition, attribute=f"{what}Ref", target=reference or "")
    elif not (found.get("name") or "").strip():
        source.refuse(f"{what}_name_missing", found)
    else:
        return found
    return None


def _name(node: Node, found: Node | None, source: Source) -> tuple[str | None, Expression | None]:
    """The name as it is written and, where it must be worked out, its expression; no variable is there before a process has begun."""
    if found is None:
        return None, None
    text = str(found.get("name")).strip()
    if _begins_process(node):
        return source.literal(text, found, "name"), None
    return text, source.template(text, found) if is_expression(text) else None


def _begins_process(node: Node) -> bool:
    scope = node.getparent()
    return local(node) == "startEvent" and scope is not None and scope.tag == bpmn("process")


def _thrown(node: Node, name: str | None, named: Expression | None, source: Source) -> Event:
    properties = properties_of(node)
    published = extension(node, zeebe("publishMessage"))
    given = {"businessKey": "correlationKey", "timeToLive": "timeToLive"}
    key, live = (properties.get(ours) or (published.get(theirs) if published is not None else None) for ours, theirs in given.items())
    if live is not None and not is_expression(live.strip()) and not is_valid("duration", live.strip()):
        source.refuse("time_to_live_invalid", node, value=live)
    return Event(
        "message", message=name, named=named, business_key=source.template(key, node), time_to_live=source.template(_stripped(live), node)
    )


def _stripped(text: str | None) -> str | None:
    return None if text is None else text.strip()
