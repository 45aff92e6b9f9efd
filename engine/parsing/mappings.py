"""Input and output mappings of activities, what a call passes and takes back, and plain properties."""

from engine.parsing.elements import VariableMapping
from engine.parsing.markup import Node, camunda, extensions, local, text_of, zeebe
from engine.parsing.source import Source


def mappings_of(node: Node, direction: str, source: Source) -> tuple[VariableMapping, ...]:
    """The inputs or outputs (`direction` is "input" or "output") of an activity, in the order of the file."""
    found = [*_parameters(node, direction, source), *_io_mapping(node, direction, source), *_passed(node, direction, source)]
    return tuple(mapping for mapping in found if mapping is not None)


def properties_of(node: Node) -> dict[str, str]:
    """The `camunda:properties` and `zeebe:properties` of an element."""
    boxes = [*extensions(node, camunda("properties")), *extensions(node, zeebe("properties"))]
    return {str(item.get("name")): str(item.get("value") or "") for box in boxes for item in box if item.get("name")}


def _parameters(node: Node, direction: str, source: Source) -> list[VariableMapping | None]:
    return [
        _parameter(item, source)
        for box in extensions(node, camunda("inputOutput"))
        for item in box.findall(camunda(f"{direction}Parameter"))
    ]


def _parameter(item: Node, source: Source) -> VariableMapping | None:
    if len(item):
        source.refuse("mapping_not_supported", item, content=local(item[0]))
        return None
    expression = source.template(text_of(item) or "", item)
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
