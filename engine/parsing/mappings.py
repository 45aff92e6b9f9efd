"""Input and output mappings of activities, what a call passes and takes back, and plain properties."""

from collections.abc import Callable, Mapping
from typing import Final

from engine.parsing.markup import Node, camunda, children, extensions, local, text_of, zeebe
from engine.parsing.scripts import script_value_of
from engine.parsing.source import Source
from engine.parsing.variable_mapping import VariableMapping
from expressions import Expression, Gathered


def mappings_of(node: Node, direction: str, source: Source) -> tuple[VariableMapping, ...]:
    """The inputs or outputs (`direction` is "input" or "output") of an activity, in the order of the file."""
    found = [*_parameters(node, direction, source), *_io_mapping(node, direction, source), *_passed(node, direction, source)]
    return tuple(mapping for mapping in found if mapping is not None)


def properties_of(node: Node) -> dict[str, str]:
    """The `camunda:properties`, `zeebe:properties` and `zeebe:taskHeaders` of an element."""
    boxes = [*extensions(node, camunda("properties")), *extensions(node, zeebe("properties")), *extensions(node, zeebe("taskHeaders"))]
    named = [(item.get("name") or item.get("key"), item.get("value") or "") for box in boxes for item in box]
    return {str(name): str(value) for name, value in named if name}


def parameter_of(item: Node, source: Source) -> Expression | None:
    """The value of a parameter, entry or item: a text with expressions, or a list, map or script inside it."""
    inside = children(item)
    if not inside:
        return source.template(text_of(item) or "", item)
    if len(inside) > 1 or local(inside[0]) not in _VALUES:
        source.refuse("mapping_not_supported", item, content=local(inside[-1]))
        return None
    return _VALUES[local(inside[0])](inside[0], source)


def _list(node: Node, source: Source) -> Expression | None:
    members = [_member(child, source) for child in children(node)]
    return Gathered([member for member in members if member is not None])


def _map(node: Node, source: Source) -> Expression | None:
    members: dict[str, Expression] = {}
    for child in children(node):
        value = parameter_of(child, source)
        if not child.get("key") or child.get("key") in members:
            source.refuse("map_key_invalid", child, key=child.get("key") or "")
        elif value is not None:
            members[str(child.get("key"))] = value
    return Gathered(members)


def _member(node: Node, source: Source) -> Expression | None:
    """An item of a list: a `camunda:value` with a text, or a list, map or script itself."""
    if local(node) == "value":
        return parameter_of(node, source)
    if local(node) in _VALUES:
        return _VALUES[local(node)](node, source)
    source.refuse("mapping_not_supported", node, content=local(node))
    return None


_VALUES: Final[Mapping[str, Callable[[Node, Source], Expression | None]]] = {"list": _list, "map": _map, "script": script_value_of}


def _parameters(node: Node, direction: str, source: Source) -> list[VariableMapping | None]:
    return [
        _parameter(item, source)
        for box in extensions(node, camunda("inputOutput"))
        for item in box.findall(camunda(f"{direction}Parameter"))
    ]


def _parameter(item: Node, source: Source) -> VariableMapping | None:
    expression = parameter_of(item, source)
    name = item.get("name")
    return VariableMapping(str(name), expression) if source.is_name(name, item) and expression is not None else None


def _io_mapping(node: Node, direction: str, source: Source) -> list[VariableMapping | None]:
    return [
        _mapped(item, item.get("source"), source) for box in extensions(node, zeebe("ioMapping")) for item in box.findall(zeebe(direction))
    ]


def _passed(node: Node, direction: str, source: Source) -> list[VariableMapping | None]:
    """`camunda:in` and `camunda:out` of a call activity."""
    tag = camunda("in" if direction == "input" else "out")
    return [_one_passed(item, source) for item in extensions(node, tag) if item.get("target") is not None]


def _one_passed(item: Node, source: Source) -> VariableMapping | None:
    if item.get("sourceExpression") is not None:
        return _mapped(item, item.get("sourceExpression"), source)
    expression = source.variable(item.get("source"), item)
    target = item.get("target")
    return VariableMapping(str(target), expression) if source.is_name(target, item) and expression is not None else None


def _mapped(item: Node, text: str | None, source: Source) -> VariableMapping | None:
    expression = source.template((text or "").strip(), item)
    target = item.get("target")
    return VariableMapping(str(target), expression) if source.is_name(target, item) and expression is not None else None
